/** The files that people see, against what the branch holds: for an audit, which changes nothing. */
import { lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Committed } from './committed.ts'
import { readRegular } from './disk.ts'
import type { Deviation, TreeFile } from './evidence.ts'
import { gitFault } from './git-faults.ts'
import type { GitSnapshot } from './git-snapshot.ts'
import { STORE_FOLDER } from './layout.ts'
import type { Repository } from './repository.ts'
import { findView, type View } from './views.ts'

/** @param wanted the files to look at; with `all`, also for what lies beside them */
export async function deviationsOf(
  repository: Repository,
  at: GitSnapshot,
  wanted: readonly TreeFile[],
  all: boolean,
): Promise<Deviation[]> {
  const view = await findView(repository, at)
  if (view === null || view.withoutStore) return []
  const shown = wanted.filter((f) => view.worktree !== null || f.path.startsWith(`${STORE_FOLDER}/`))
  const committed = new Committed(repository, [at])
  const found: Deviation[] = []
  for (const file of shown) {
    const deviation = await compare(repository, view, file, committed)
    if (deviation) found.push(deviation)
  }
  const known = new Set(wanted.map((f) => f.path))
  const beside = all ? below(view.root, STORE_FOLDER).filter((path) => !known.has(path)) : []
  for (const path of beside) found.push(await unknownIn(view.root, path, committed))
  return [...found, ...(await staged(repository, view, at, shown, all))]
}

async function compare(
  repository: Repository,
  view: View,
  { path, oid, mode }: TreeFile,
  committed: Committed,
): Promise<Deviation | null> {
  if (!mode.startsWith('100')) return null
  const stats = lstatSync(join(view.root, path), { throwIfNoEntry: false })
  if (!stats) return { path, kind: 'missing', found: 'no file' }
  if (!stats.isFile()) return { path, kind: 'not a file', found: 'no ordinary file' }
  const bytes = await readRegular(view.root, path).catch(() => null)
  if (bytes !== null && repository.blobId(bytes) === oid) return null
  if (bytes !== null && (await committed.hasBytes(path, bytes)))
    return { path, kind: 'behind', found: 'an earlier text of this file' }
  return {
    path,
    kind: 'edited',
    found: bytes === null ? 'unreadable' : `${bytes.length} bytes that no commit holds`,
  }
}

/** What the tip does not have: a view that lags shows a file that was removed since. */
async function unknownIn(root: string, path: string, committed: Committed): Promise<Deviation> {
  const bytes = await readRegular(root, path).catch(() => null)
  if (bytes === null) return { path, kind: 'unknown', found: 'not an ordinary file' }
  if (await committed.hasBytes(path, bytes))
    return { path, kind: 'behind', found: 'a file that was removed since' }
  return { path, kind: 'unknown', found: `${bytes.length} bytes` }
}

/** Every path below a folder that is no folder itself; links are not followed. */
function below(root: string, folder: string): string[] {
  const names = readdirSync(join(root, folder), { withFileTypes: true })
  return names.flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    return entry.isDirectory() ? below(root, path) : [path]
  })
}

/** Entries of the index that are not the branch's: the next `git commit` would take them in. */
async function staged(
  repository: Repository,
  view: View,
  at: GitSnapshot,
  files: readonly TreeFile[],
  all: boolean,
): Promise<Deviation[]> {
  if (view.worktree === null || at.tip === null) return []
  const paths = all ? [STORE_FOLDER, 'qms.config.json', '.gitattributes'] : files.map((f) => f.path)
  const git = repository.git.at(view.worktree.root, view.worktree.gitDir)
  const args = ['diff-index', '--cached', '-z', '--raw', '--no-renames', at.tip, '--', ...paths]
  const answer = await git.run(args)
  if (answer.code !== 0) throw gitFault('git diff-index', answer)
  const fields = answer.stdout.toString('utf8').split('\0')
  const found: Deviation[] = []
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const [, mode = '', , oid = ''] = fields[i]!.split(' ')
    found.push({
      path: fields[i + 1]!,
      kind: 'staged',
      found: /^0+$/.test(mode) ? 'removed' : `blob ${oid.slice(0, 12)}`,
    })
  }
  return found
}
