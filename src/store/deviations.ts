/** The files that people see, against what the branch holds: for an audit, which changes nothing. */
import { lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Committed } from './committed.ts'
import { readRegular } from './disk.ts'
import type { Deviation, Extent, TreeFile } from './evidence.ts'
import { gitFault } from './git-faults.ts'
import type { GitSnapshot } from './git-snapshot.ts'
import { ATTRIBUTES_FILE, CONFIG_FILE, STORE_FOLDER } from './layout.ts'
import type { Git } from './plumbing.ts'
import type { Repository } from './repository.ts'
import { findView, type View } from './views.ts'

const OWN = [STORE_FOLDER, CONFIG_FILE, ATTRIBUTES_FILE]

interface Looking {
  readonly repository: Repository
  readonly view: View
  /** Git in the work tree that has the branch; null where the view has no index. */
  readonly git: Git | null
  readonly at: GitSnapshot
  readonly committed: Committed
}

/** @param files those of the tip that the extent is about */
export async function deviationsOf(
  repository: Repository,
  at: GitSnapshot,
  files: () => Promise<readonly TreeFile[]>,
  extent: Extent,
  since: number,
): Promise<Deviation[]> {
  const view = await findView(repository, at)
  if (view === null || view.withoutStore) return []
  const { worktree } = view
  const git = worktree && repository.git.at(worktree.root, worktree.gitDir)
  const looking = { repository, view, git, at, committed: new Committed(repository, [at]) }
  if (extent === 'changed' && git) return changedOnly(looking, git)
  const wanted = (await files()).filter((f) => git !== null || f.path.startsWith(`${STORE_FOLDER}/`))
  const known = new Set(wanted.map((f) => f.path))
  const beside = extent === 'named' ? [] : below(view.root, STORE_FOLDER).filter((path) => !known.has(path))
  const touched = extent === 'changed' ? wanted.filter((f) => isTouched(view.root, f.path, since)) : wanted
  return [
    ...(await compareAll(looking, touched)),
    ...(await unknownIn(looking, beside)),
    ...(git ? await staged(git, at, extent === 'named' ? [...known] : OWN) : []),
  ]
}

/** Two clocks, that of the file system and that of the program, may disagree by so much. */
const SLACK_MS = 2000

/** The time of the last change of a file's entry is the system's own: nobody sets it. */
const isTouched = (root: string, path: string, since: number): boolean => {
  const stats = lstatSync(join(root, path), { throwIfNoEntry: false })
  return !stats?.isFile() || stats.ctimeMs >= since - SLACK_MS
}

/** What git's index has no note of being unchanged, and what it does not know. */
async function changedOnly(looking: Looking, git: Git): Promise<Deviation[]> {
  const dirty = namesOf(await output(git, ['diff-files', '-z', '--name-only', '--', ...OWN]))
  const beside = namesOf(await output(git, ['ls-files', '-z', '--others', '--', ...OWN]))
  const wanted = await Promise.all(
    [...new Set(dirty)].map(async (path) => ({
      path,
      mode: '100644',
      oid: (await looking.at.oidOf(path)) ?? '',
    })),
  )
  return [
    ...(await compareAll(looking, wanted)),
    ...(await unknownIn(looking, beside)),
    ...(await staged(git, looking.at, OWN)),
  ]
}

const namesOf = (text: string): string[] => text.split('\0').filter(Boolean)

async function output(git: Git, args: readonly string[]): Promise<string> {
  const answer = await git.run(args)
  if (answer.code !== 0) throw gitFault(`git ${args[0]}`, answer)
  return answer.stdout.toString('utf8')
}

async function compareAll(looking: Looking, files: readonly TreeFile[]): Promise<Deviation[]> {
  const found: Deviation[] = []
  for (const file of files) {
    const deviation = await compare(looking, file)
    if (deviation) found.push(deviation)
  }
  const modes = found.filter((d) => d.kind === 'mode')
  return modes.length > 0 && !(await tellsModes(looking)) ? found.filter((d) => d.kind !== 'mode') : found
}

/** Whether the file system keeps the mark of a program: git tried it when the repository was made. */
const tellsModes = async ({ repository }: Looking): Promise<boolean> =>
  (await repository.git.run(['config', '--type=bool', 'core.fileMode'])).stdout.toString('utf8').trim() !==
  'false'

async function compare(looking: Looking, { path, oid, mode }: TreeFile): Promise<Deviation | null> {
  const { repository, view, committed } = looking
  if (!mode.startsWith('100')) return null
  const stats = lstatSync(join(view.root, path), { throwIfNoEntry: false })
  if (!stats) return { path, kind: 'missing', found: 'no file' }
  if (!stats.isFile()) return { path, kind: 'not a file', found: 'no ordinary file' }
  const bytes = await readRegular(view.root, path).catch(() => null)
  if (bytes !== null && repository.blobId(bytes) === oid)
    return (stats.mode & 0o100) === 0 || mode !== '100644' ? null : { path, kind: 'mode', found: 'a program' }
  if (bytes !== null && (await committed.hasBytes(path, bytes)))
    return { path, kind: 'behind', found: 'an earlier text of this file' }
  const said = bytes === null ? 'unreadable' : `${bytes.length} bytes that no commit holds`
  return { path, kind: 'edited', found: said }
}

/** What the tip does not have: a view that lags shows a file that was removed since. */
const unknownIn = ({ view, committed }: Looking, paths: readonly string[]): Promise<Deviation[]> =>
  Promise.all(
    paths.map(async (path): Promise<Deviation> => {
      const bytes = await readRegular(view.root, path).catch(() => null)
      if (bytes === null) return { path, kind: 'unknown', found: 'not an ordinary file' }
      return (await committed.hasBytes(path, bytes))
        ? { path, kind: 'behind', found: 'a file that was removed since' }
        : { path, kind: 'unknown', found: `${bytes.length} bytes` }
    }),
  )

/** Every path below a folder that is no folder itself; links are not followed. */
function below(root: string, folder: string): string[] {
  const stats = lstatSync(join(root, folder), { throwIfNoEntry: false })
  if (!stats?.isDirectory()) return stats ? [folder] : []
  const names = readdirSync(join(root, folder), { withFileTypes: true })
  return names.flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    return entry.isDirectory() ? below(root, path) : [path]
  })
}

/** Entries of the index that are not the branch's: the next `git commit` would take them in. */
async function staged(git: Git, at: GitSnapshot, paths: readonly string[]): Promise<Deviation[]> {
  if (at.tip === null) return []
  const args = ['diff-index', '--cached', '-z', '--raw', '--no-renames', at.tip, '--', ...paths]
  const fields = (await output(git, args)).split('\0')
  const found: Deviation[] = []
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const [, mode = '', , oid = ''] = fields[i]!.split(' ')
    const said = /^0+$/.test(mode) ? 'removed' : `blob ${oid.slice(0, 12)}`
    found.push({ path: fields[i + 1]!, kind: 'staged', found: said })
  }
  return found
}
