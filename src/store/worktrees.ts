/** The work trees of a repository, and which of them has a branch checked out. */
import { dirname, join, resolve } from 'node:path'
import { look, namesIn, readText } from './disk.ts'
import { guarded } from './git-faults.ts'
import type { Git } from './plumbing.ts'

export interface Worktree {
  /** Top folder. */
  readonly root: string
  /** Its own git folder: HEAD and index are there. */
  readonly gitDir: string
  /** Full name of the reference that is checked out; null when HEAD is detached. */
  readonly ref: string | null
}

/** Where a repository keeps its work trees. */
export interface Home {
  readonly commonDir: string
  readonly mainRoot: string
  readonly hasMainWorktree: boolean
  readonly refsAreFiles: boolean
  readonly git: Git
}

/** All work trees whose folder exists. Reads git's files, or asks git where references are not kept as files. */
export async function worktreesOf(home: Home): Promise<readonly Worktree[]> {
  const candidates = [...mainWorktree(home), ...(await linkedWorktrees(home))]
  const present = candidates.filter((candidate) => look(candidate.root)?.isDirectory())
  return Promise.all(present.map(async (place) => ({ ...place, ref: await headOf(home, place) })))
}

export async function checkoutOf(home: Home, ref: string): Promise<Worktree | null> {
  return (await worktreesOf(home)).find((worktree) => worktree.ref === ref) ?? null
}

/** The folder in which git keeps an unfinished rebase of `ref`, or null. At its end git sets the branch, whatever it is. */
export async function rebaseOf(home: Home, ref: string): Promise<string | null> {
  for (const { gitDir } of await worktreesOf(home))
    for (const folder of ['rebase-merge', 'rebase-apply'])
      if (readText(join(gitDir, folder, 'head-name'))?.trim() === ref) return join(gitDir, folder)
  return null
}

/** Reference that HEAD of one work tree names now. */
export async function headOf(home: Home, worktree: Omit<Worktree, 'ref'>): Promise<string | null> {
  if (home.refsAreFiles) {
    const text = readText(join(worktree.gitDir, 'HEAD')) ?? ''
    return /^ref:\s*(\S+)/.exec(text)?.[1] ?? null
  }
  const answer = await home.git.at(worktree.root, worktree.gitDir).run(['symbolic-ref', '-q', 'HEAD'])
  return answer.code === 0 ? answer.stdout.toString('utf8').trim() : null
}

const mainWorktree = (home: Home): Omit<Worktree, 'ref'>[] =>
  home.hasMainWorktree ? [{ root: home.mainRoot, gitDir: home.commonDir }] : []

async function linkedWorktrees(home: Home): Promise<Omit<Worktree, 'ref'>[]> {
  const folder = join(home.commonDir, 'worktrees')
  const names = await guarded('read', folder, () => namesIn(folder))
  return names.flatMap((name) => {
    const gitDir = join(folder, name)
    const dotGit = readText(join(gitDir, 'gitdir'))?.trim()
    return dotGit ? [{ root: dirname(resolve(gitDir, dotGit)), gitDir }] : []
  })
}
