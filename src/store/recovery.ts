/** Finishing or undoing what a killed process left. Runs under the lock of the views, so no journal here is at work. */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { QmsError } from '../errors.ts'
import { Committed } from './committed.ts'
import { removeIfThere, temporaryOf } from './disk.ts'
import { GitSnapshot } from './git-snapshot.ts'
import { dropIndexLock, finishIndex, IndexLock, isIndexLockOf } from './index-lock.ts'
import { journalsIn, type Recorded } from './journal.ts'
import { STORE_FOLDER } from './layout.ts'
import { newOwnerId, processLives } from './owner.ts'
import { dropDeadRefLocks } from './ref-locks.ts'
import type { Repository } from './repository.ts'
import type { StoreNotice, Tip } from './store.ts'
import { ownerGone } from './ticket-lock.ts'
import {
  bringUp,
  changedPaths,
  findView,
  rememberShown,
  shownTip,
  sweepMemories,
  type View,
} from './views.ts'

const MOVER_WAIT_MS = 3000

/** What a lock in the way is told by: the journal stays, for another try. */
const STAYS: ReadonlySet<StoreNotice['kind']> = new Set(['FOREIGN_LOCK', 'LOCK_LEFT'])

/** One look at a folder when nothing is left. @throws IO, GIT. */
export async function recover(repository: Repository): Promise<StoreNotice[]> {
  const notices: StoreNotice[] = []
  await sweepMemories(repository)
  for (const { id, file, recorded } of await journalsIn(repository.ownFolder)) {
    if (!recorded?.behind && !(await ownerGone(file, id))) continue
    const found = recorded === null ? [] : await mend(repository, recorded).catch(reportLock)
    notices.push(...found)
    if (!found.some(({ kind }) => STAYS.has(kind))) await removeIfThere(file)
  }
  return notices
}

/** A foreign lock stands in the way: the journal stays, and the next run tries again. */
function reportLock(error: unknown): StoreNotice[] {
  if (error instanceof QmsError && error.code === 'LOCKED')
    return [{ kind: 'FOREIGN_LOCK', path: (error as QmsError<'LOCKED'>).facts.path }]
  throw error
}

async function mend(repository: Repository, left: Recorded): Promise<StoreNotice[]> {
  if (left.branchRef !== repository.branchRef) return []
  if (!(await moverIsGone(left))) return [{ kind: 'FOREIGN_LOCK', path: `process ${left.mover?.pid}` }]
  const gitDir = left.view?.gitDir ?? null
  const traces = { next: left.next ?? null, since: left.startedAt }
  const locks = await dropDeadRefLocks(repository, gitDir ?? repository.commonDir, traces)
  await sweepTemporaries(left)
  if (await happened(repository, left)) return [...locks, ...(await finish(repository, left))]
  if (gitDir !== null) await dropIndexLock(gitDir, left.id)
  return locks
}

/** The git child that moves the reference may outlive its parent for the moment it needs. */
async function moverIsGone(left: Recorded): Promise<boolean> {
  const { mover } = left
  if (mover === undefined) return true
  for (const start = Date.now(); Date.now() - start < MOVER_WAIT_MS; await sleep(20))
    if (!processLives(mover.pid, mover.start)) return true
  return false
}

async function sweepTemporaries(left: Recorded): Promise<void> {
  if (left.view === null) return
  for (const path of left.paths)
    await removeIfThere(join(left.view.root, temporaryOf(path, left.id))).catch(() => undefined)
}

async function happened(repository: Repository, left: Recorded): Promise<boolean> {
  const { next } = left
  const tip = await repository.tip()
  if (next === undefined || tip === null || (await repository.objects.read(next)) === null) return false
  if (tip.oid === next) return true
  return repository.git.isAncestor(next, tip.oid)
}

async function finish(repository: Repository, left: Recorded): Promise<StoreNotice[]> {
  const now = await snapshotOf(repository)
  const view = await viewOf(repository, left, now)
  const gitDir = left.view?.gitDir ?? null
  if (gitDir !== null) await finishIndexes(repository, left, now, view, gitDir)
  if (view === null || view.root !== left.view?.root) return []
  return bringUp(view, now, await committedOf(repository, left, now), left.paths, newOwnerId())
}

/** Where the change made the store, its folder is not absent on purpose: whoever made it died before the folder. */
async function viewOf(repository: Repository, left: Recorded, now: GitSnapshot): Promise<View | null> {
  const view = await findView(repository, now)
  if (!view?.withoutStore || repository.sparse) return view
  const before = await (await snapshotOf(repository, left.old)).list(STORE_FOLDER)
  return { ...view, withoutStore: before.length > 0 }
}

async function finishIndexes(
  repository: Repository,
  left: Recorded,
  now: GitSnapshot,
  view: View | null,
  gitDir: string,
): Promise<void> {
  const stillThere = view?.worktree?.gitDir === gitDir
  const finished = stillThere && isIndexLockOf(gitDir, left.id) && (await finishIndex(gitDir, left.id))
  await dropIndexLock(gitDir, left.id)
  if (!finished && stillThere && view?.worktree) await repairIndex(repository, left, now, view)
}

/** The lock is gone but the index may still be the old one: then the next commit of the user would undo the change. */
async function repairIndex(
  repository: Repository,
  left: Recorded,
  now: GitSnapshot,
  view: View,
): Promise<void> {
  const id = newOwnerId()
  const index = await IndexLock.take(view.worktree!, repository.git, id, repository.oidLength)
  try {
    const updates = await laggingEntries(repository, left, now, index)
    if (updates.size === 0) return
    await index.write(updates, [])
    await index.publish()
  } finally {
    await index.abandon()
  }
}

/** Paths whose entry is what the old tip had (or absent where it had none), and not what the tip has now. */
async function laggingEntries(
  repository: Repository,
  left: Recorded,
  now: GitSnapshot,
  index: IndexLock,
): Promise<Map<string, string | null>> {
  const old = await snapshotOf(repository, left.old)
  const staged = new Map((await index.entries(left.paths)).map((entry) => [entry.path, entry]))
  const updates = new Map<string, string | null>()
  for (const path of left.paths) {
    const [was, is] = [await old.oidOf(path), await now.oidOf(path)]
    const entry = staged.get(path)
    if (entry?.stage || entry?.skipped) continue
    if ((entry?.oid ?? null) === was && was !== is) updates.set(path, is)
  }
  return updates
}

/** Whether there is anything to mend; a look that takes no lock and writes nothing. */
export async function isBehind(repository: Repository): Promise<boolean> {
  if ((await journalsIn(repository.ownFolder)).length > 0) return true
  return (await laggingView(repository)) !== null
}

async function laggingView(
  repository: Repository,
): Promise<{ view: View; now: GitSnapshot; shown: Tip } | null> {
  const now = await snapshotOf(repository)
  const shown = shownTip(repository)
  if (now.tip === null || shown === now.tip) return null
  const view = await findView(repository, now)
  return view === null || view.worktree ? null : { view, now, shown }
}

/** Brings the ignored view to the tip. Cheap when it is there already. @throws IO, GIT. */
export async function refreshIgnoredView(repository: Repository): Promise<StoreNotice[]> {
  const lagging = await laggingView(repository)
  if (lagging === null) return []
  const { view, now, shown } = lagging
  if (shown === null) await repository.ignore([`/${STORE_FOLDER}/`])
  const paths = await changedPaths(repository, shown, now)
  const notices = await bringUp(view, now, new Committed(repository, [now]), paths, newOwnerId())
  if (notices.every((notice) => notice.kind !== 'VIEW_BEHIND')) await rememberShown(repository, now.tip!)
  return notices
}

const committedOf = async (repository: Repository, left: Recorded, now: GitSnapshot): Promise<Committed> =>
  new Committed(repository, [now, await snapshotOf(repository, left.old)])

/** The store at `commit`, or at its tip. */
export async function snapshotOf(repository: Repository, commit?: string | null): Promise<GitSnapshot> {
  const { objects, git } = repository
  const found = commit === undefined ? await repository.tip() : commit && (await objects.commit(commit))
  return new GitSnapshot(found || null, objects, git)
}
