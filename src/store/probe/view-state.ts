/** How the files that people see, and the index behind them, stand to the tip; and bringing them up to it. */
import { join } from 'node:path'
import { QmsError } from '../../errors.ts'
import { Committed } from '../committed.ts'
import { look, readRegular } from '../disk.ts'
import { namesBelow } from '../found.ts'
import type { GitSnapshot } from '../git-snapshot.ts'
import { IndexLock } from '../index-lock.ts'
import { CONFIG_FILE, STORE_FOLDER } from '../layout.ts'
import { newOwnerId } from '../owner.ts'
import type { Strangers, ViewFile, ViewState } from '../probe.ts'
import { snapshotOf } from '../recovery.ts'
import type { Repository } from '../repository.ts'
import { bringUp, findView, rememberShown, type View } from '../views.ts'
import type { Worktree } from '../worktrees.ts'
import { isTemporary } from './remains.ts'

interface Seen {
  readonly repository: Repository
  readonly view: View
  readonly now: GitSnapshot
  /** Object ids of the tip by path. */
  readonly tip: ReadonlyMap<string, string>
  readonly committed: Committed
}

/** Null where nothing is to be seen: no view, or a work tree without the store on purpose. */
async function seen(repository: Repository): Promise<Seen | null> {
  const now = await snapshotOf(repository)
  const view = now.tip === null ? null : await findView(repository, now)
  if (view === null || view.withoutStore) return null
  const tip = new Map((await now.walk(STORE_FOLDER)).map(({ path, oid }) => [path, oid]))
  const config = view.worktree ? await now.oidOf(CONFIG_FILE) : null
  if (config !== null) tip.set(CONFIG_FILE, config)
  return { repository, view, now, tip, committed: new Committed(repository, [now]) }
}

export async function viewState(repository: Repository): Promise<ViewState> {
  const at = await seen(repository)
  if (at === null) return { kind: 'none', root: '', differing: [] }
  const { worktree, root } = at.view
  const staged = worktree ? await stagedIn(repository, worktree) : []
  const skipped = new Set(staged.filter(({ tag }) => tag === 'S').map(({ path }) => path))
  const files = await differingFiles(at, skipped)
  const index = worktree ? await differingEntries(at, staged) : []
  return { kind: worktree ? 'work tree' : 'ignored folder', root, differing: [...files, ...index] }
}

async function differingFiles(at: Seen, skipped: ReadonlySet<string>): Promise<ViewFile[]> {
  const differing: ViewFile[] = []
  const add = (path: string, state: ViewFile['state'] | null) => {
    if (state !== null) differing.push({ path, where: 'file', state })
  }
  for (const [path, oid] of at.tip)
    add(path, skipped.has(path) && !isThere(at, path) ? null : await fileState(at, path, oid))
  const onDisk = await namesBelow(at.view.root, [STORE_FOLDER])
  for (const path of onDisk.paths.filter((name) => !at.tip.has(name)))
    if (await isLeftOver(at, path)) add(path, 'left over')
  return differing
}

const isThere = (at: Seen, path: string): boolean => look(join(at.view.root, path)) !== null

async function fileState(at: Seen, path: string, oid: string): Promise<ViewFile['state'] | null> {
  const bytes = await readable(at, path)
  if (bytes === 'unreadable') return bytes
  if (bytes === null) return 'missing'
  if (at.repository.blobId(bytes) === oid) return null
  return (await at.committed.hasBytes(path, bytes)) ? 'behind' : 'edited'
}

/** A link in the place of a file, or one that may not be read, is no reason to give up on the others. */
async function readable(at: Seen, path: string): Promise<Buffer | null | 'unreadable'> {
  try {
    return await readRegular(at.view.root, path)
  } catch (error) {
    if (error instanceof QmsError) return 'unreadable'
    throw error
  }
}

async function isLeftOver(at: Seen, path: string): Promise<boolean> {
  const bytes = await readable(at, path)
  return bytes !== null && bytes !== 'unreadable' && (await at.committed.hasBytes(path, bytes))
}

interface StagedEntry {
  readonly tag: string
  readonly oid: string
  readonly stage: string
  readonly path: string
}

/** `<tag> <mode> <oid> <stage> TAB <path> NUL`. */
async function stagedIn(repository: Repository, { root, gitDir }: Worktree): Promise<StagedEntry[]> {
  const git = repository.git.at(root, gitDir)
  const output = await git.text(['ls-files', '-s', '-t', '-z', '--', STORE_FOLDER, CONFIG_FILE])
  return output.split('\0').flatMap((line) => {
    const [, tag, oid, stage, path] = /^(\S) \d+ ([0-9a-f]+) (\d)\t(.*)$/s.exec(line) ?? []
    return tag && oid && stage && path ? [{ tag, oid, stage, path }] : []
  })
}

async function differingEntries(at: Seen, staged: readonly StagedEntry[]): Promise<ViewFile[]> {
  const differing: ViewFile[] = []
  const entries = new Map(staged.map((entry) => [entry.path, entry]))
  for (const path of new Set([...at.tip.keys(), ...entries.keys()])) {
    const state = await entryState(at, path, entries.get(path))
    if (state !== null) differing.push({ path, where: 'index', state })
  }
  return differing
}

/** An entry that is gone while its file stands lags behind; where both are gone, somebody took them out. */
async function entryState(
  at: Seen,
  path: string,
  entry: StagedEntry | undefined,
): Promise<ViewFile['state'] | null> {
  const oid = at.tip.get(path)
  if (entry === undefined) return isThere(at, path) ? 'missing' : 'removed'
  if (entry.stage !== '0') return 'conflict'
  if (entry.oid === oid) return null
  if (!(await at.committed.has(path, entry.oid))) return 'edited'
  return oid === undefined ? 'left over' : 'behind'
}

/** Files below the store's folder that are neither of the tip, nor of an earlier state, nor temporary files of ours. */
export async function strangersIn(repository: Repository): Promise<Strangers> {
  const at = await seen(repository)
  if (at === null) return { files: [], emptyFolders: [], others: [] }
  const { paths, empty, others } = await namesBelow(at.view.root, [STORE_FOLDER])
  const files: string[] = []
  for (const path of paths.filter((name) => !at.tip.has(name) && !isTemporary(name)))
    if (!(await isLeftOver(at, path))) files.push(path)
  return { files, emptyFolders: empty, others }
}

const MENDABLE: ReadonlySet<string> = new Set(['behind', 'missing', 'left over'])

/** What can be brought up without losing a byte that was never committed. */
export const isMendable = ({ state }: ViewFile): boolean => MENDABLE.has(state)

/** Call under the lock of the views. @throws LOCKED, IO */
export async function bringUpView(repository: Repository, files: readonly ViewFile[]): Promise<void> {
  const at = await seen(repository)
  if (at === null) return
  const pathsOf = (where: ViewFile['where']) =>
    files.filter((file) => file.where === where && isMendable(file)).map(({ path }) => path)
  const { worktree } = at.view
  if (worktree) await bringUpEntries(at, worktree, pathsOf('index'))
  const notices = await bringUp(at.view, at.now, at.committed, pathsOf('file'), newOwnerId())
  if (!worktree && notices.length === 0) await rememberShown(repository, at.now.tip!)
}

async function bringUpEntries(at: Seen, worktree: Worktree, paths: readonly string[]): Promise<void> {
  if (paths.length === 0) return
  const { git, oidLength } = at.repository
  const index = await IndexLock.take(worktree, git, newOwnerId(), oidLength)
  try {
    await index.write(new Map(paths.map((path) => [path, at.tip.get(path) ?? null])), [])
    await index.publish()
  } finally {
    await index.abandon()
  }
}
