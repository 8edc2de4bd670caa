/** What stopped half-way: of git's, which is named only, and of this program's, which can be swept. */
import { readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { look, namesIn, nullIfAbsent, removeIfThere } from '../disk.ts'
import { guarded } from '../git-faults.ts'
import { dropIndexLock, isIndexLockOf } from '../index-lock.ts'
import { LOCAL_FOLDER, STORE_FOLDER } from '../layout.ts'
import { OWNER_PATTERN } from '../owner.ts'
import type { ForeignLock, Leftover, Unfinished } from '../probe.ts'
import type { Repository } from '../repository.ts'
import { ownerGone } from '../ticket-lock.ts'
import { rebaseOf } from '../worktrees.ts'

const MARKS: readonly (readonly [string, Unfinished['what']])[] = [
  ['MERGE_HEAD', 'merge'],
  ['rebase-merge', 'rebase'],
  ['rebase-apply', 'rebase'],
  ['CHERRY_PICK_HEAD', 'cherry-pick'],
  ['REVERT_HEAD', 'revert'],
  ['BISECT_LOG', 'bisect'],
]

export async function unfinishedIn(repository: Repository): Promise<Unfinished[]> {
  const { branch } = repository
  const blocking = branch === null ? null : await rebaseOf(repository, repository.branchRef)
  return (await repository.worktrees()).flatMap(({ root, gitDir }) =>
    MARKS.map(([name, what]) => ({ file: join(gitDir, name), what }))
      .filter(({ file }) => look(file) !== null)
      .map(({ file, what }) => ({ root, what, blocks: file === blocking })),
  )
}

const SHARED_LOCKS = ['packed-refs.lock', 'config.lock', 'shallow.lock']

/** Locks that git takes and that lie there now, but for an `index.lock` that is provably this program's. */
export async function locksIn(repository: Repository): Promise<ForeignLock[]> {
  const { commonDir, branch } = repository
  const files = SHARED_LOCKS.map((name) => join(commonDir, name))
  if (branch !== null) files.push(join(commonDir, `refs/heads/${branch}.lock`))
  for (const { gitDir } of await repository.worktrees()) {
    files.push(join(gitDir, 'HEAD.lock'))
    if (!(await isOwnIndexLock(gitDir))) files.push(join(gitDir, 'index.lock'))
  }
  return files.flatMap((path) => {
    const stats = look(path)
    return stats === null ? [] : [{ path, ageSeconds: Math.round((Date.now() - stats.mtimeMs) / 1000) }]
  })
}

async function isOwnIndexLock(gitDir: string): Promise<boolean> {
  const ids = (await namesIn(gitDir)).flatMap((name) => INDEX.exec(name)?.[1] ?? [])
  return ids.some((id) => isIndexLockOf(gitDir, id))
}

const owned = (pattern: string): RegExp => new RegExp(`^${pattern.replace('ID', `(${OWNER_PATTERN})`)}$`)

const JOURNAL = owned('journal\\.ID')
const TICKET = owned('(?:turn|views)\\.\\d+\\.ID')
const MEMORY = owned('view\\.json\\.ID')
const INDEX = owned('index\\.qms-(?:tmp|new)-ID(?:\\.lock)?')
const TEMPORARY = owned('\\..+\\.qms-tmp-ID')

/** @param workspace folder of the copies, with `<user>` */
export async function leftoversIn(repository: Repository, workspace: string): Promise<Leftover[]> {
  const found: Leftover[] = []
  const { ownFolder, mainRoot } = repository
  await collect(found, ownFolder, [
    [JOURNAL, 'journal'],
    [TICKET, 'ticket'],
    [MEMORY, 'temporary file'],
  ])
  const worktrees = await repository.worktrees()
  for (const { gitDir } of worktrees) await collect(found, gitDir, [[INDEX, 'index']])
  const tops = new Set([mainRoot, ...worktrees.map(({ root }) => root)])
  const below = [...tops].map((root) => join(root, STORE_FOLDER))
  const copies = workspace.split('/<user>')[0]!
  below.push(join(mainRoot, LOCAL_FOLDER))
  if (!copies.startsWith(`${LOCAL_FOLDER}/`)) below.push(join(mainRoot, copies))
  for (const top of tops) await collect(found, top, [[TEMPORARY, 'temporary file']])
  for (const folder of below) await collectBelow(found, folder)
  return found
}

type Kinds = readonly (readonly [RegExp, Leftover['kind']])[]

async function collect(found: Leftover[], folder: string, kinds: Kinds): Promise<void> {
  for (const name of await guarded('read', folder, () => namesIn(folder)))
    for (const [pattern, kind] of kinds) {
      const owner = pattern.exec(name)?.[1]
      const path = join(folder, name)
      if (owner !== undefined) found.push({ path, kind, gone: await ownerGone(path, owner) })
    }
}

/** Follows no link. A folder that cannot be read is reported by the check of the store's files. */
async function collectBelow(found: Leftover[], folder: string): Promise<void> {
  if (!look(folder)?.isDirectory()) return
  const entries = (await readdir(folder, { withFileTypes: true }).catch(nullIfAbsent)) ?? []
  for (const entry of entries) {
    const path = join(folder, entry.name)
    const owner = entry.isFile() ? TEMPORARY.exec(entry.name)?.[1] : undefined
    if (entry.isDirectory()) await collectBelow(found, path)
    else if (owner) found.push({ path, kind: 'temporary file', gone: await ownerGone(path, owner) })
  }
}

/** Whether the name is one of this program's temporary files. */
export const isTemporary = (path: string): boolean => TEMPORARY.test(basename(path))

/** Removes files whose owner is gone; journals are for `recover`, which reads them first. @throws IO */
export async function sweepFiles(leftovers: readonly Leftover[]): Promise<void> {
  for (const { path, kind } of leftovers.filter(({ gone, kind }) => gone && kind !== 'journal')) {
    const id = kind === 'index' ? INDEX.exec(basename(path))?.[1] : undefined
    await guarded('remove', path, () =>
      id === undefined ? removeIfThere(path) : dropIndexLock(dirname(path), id),
    )
  }
}
