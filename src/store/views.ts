/** The files people see: which there are, what in them was written by hand, and bringing them up to the tip. */
import { renameSync, unlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { QmsError } from '../errors.ts'
import type { Committed } from './committed.ts'
import {
  flushFolder,
  look,
  namesIn,
  readRegular,
  readText,
  removeEmptyParents,
  removeIfThere,
  replaceFile,
  writeNew,
} from './disk.ts'
import { guarded } from './git-faults.ts'
import type { GitSnapshot } from './git-snapshot.ts'
import { ATTRIBUTES_FILE, CONFIG_FILE, STORE_FOLDER } from './layout.ts'
import { newOwnerId, OWNER_PATTERN } from './owner.ts'
import type { Repository } from './repository.ts'
import type { Change, StoreNotice, Tip } from './store.ts'
import { ownerGone } from './ticket-lock.ts'
import type { Worktree } from './worktrees.ts'

/** A folder whose files follow the control branch. */
export interface View {
  readonly root: string
  /** The work tree whose index follows too; null for the ignored view of a branch that is checked out nowhere. */
  readonly worktree: Worktree | null
  /** The folder of the store is absent on purpose (sparse checkout): nothing is written there. */
  readonly withoutStore: boolean
}

const OWN_ROOTS = new Set([STORE_FOLDER, CONFIG_FILE, ATTRIBUTES_FILE])
const isInStore = (path: string): boolean => path.startsWith(`${STORE_FOLDER}/`)

/** Whether the view shows `path` at all. */
const shows = (view: View, path: string): boolean =>
  isInStore(path) ? !view.withoutStore : view.worktree !== null

/**
 * The view of the control branch: the work tree that has it checked out; else the main work tree, if the branch is
 * one of its own (holds nothing but the store) and what is checked out there has no store; else none.
 */
export async function findView(
  repository: Repository,
  at: GitSnapshot,
  change?: Change,
): Promise<View | null> {
  const worktree = await repository.checkout()
  if (worktree !== null) {
    const absent =
      look(join(worktree.root, STORE_FOLDER)) === null && (await at.list(STORE_FOLDER)).length > 0
    return { root: worktree.root, worktree, withoutStore: absent }
  }
  if (!repository.hasMainWorktree || !(await isOwnBranch(at, change)) || (await isStoreOfHead(repository)))
    return null
  return { root: repository.mainRoot, worktree: null, withoutStore: false }
}

async function isOwnBranch(at: GitSnapshot, change: Change | undefined): Promise<boolean> {
  const planned = at.tip === null ? [...(change?.files.keys() ?? [])].map((path) => path.split('/')[0]!) : []
  return [...(await at.rootNames()), ...planned].every((name) => OWN_ROOTS.has(name))
}

const isStoreOfHead = async (repository: Repository): Promise<boolean> =>
  (await repository.objects.read(`HEAD:${STORE_FOLDER}`)) !== null

/** Paths of `change` whose file on disk holds bytes that were never committed. @throws LINK_IN_STORE, IO. */
export async function handEdited(view: View, change: Change, committed: Committed): Promise<string[]> {
  const edited: string[] = []
  const watched = (change.watched ?? []).filter((path) => !change.files.has(path))
  for (const [path, next] of [...change.files, ...watched.map((path) => [path, null] as const)]) {
    if (!shows(view, path)) continue
    const found = await readOrTooLarge(view.root, path)
    if (found === null || (next !== null && found !== 'too large' && found.equals(next))) continue
    if (found === 'too large' || !(await committed.hasBytes(path, found))) edited.push(path)
  }
  return edited
}

/** A file larger than any that was ever committed is nobody's but a hand's. */
const readOrTooLarge = (root: string, path: string): Promise<Buffer | 'too large' | null> =>
  readRegular(root, path).catch((error: unknown) => {
    if (error instanceof QmsError && error.code === 'TEXT_TOO_LARGE') return 'too large' as const
    throw error
  })

/** What the files are to become. */
export type Wanted = Pick<GitSnapshot, 'read'>

/** Makes the files at `paths` what `now` says. Hand edits are left and named; nothing here throws. */
export async function bringUp(
  view: View,
  now: Wanted,
  committed: Committed,
  paths: readonly string[],
  id: string,
): Promise<StoreNotice[]> {
  const notices: StoreNotice[] = []
  const folders = new Set<string>()
  const removed: string[] = []
  const work = paths.filter((path) => shows(view, path))
  if (work.length < paths.length && view.withoutStore)
    notices.push({ kind: 'VIEW_BEHIND', path: STORE_FOLDER, reason: 'this work tree has no such folder' })
  await inParallel(work, async (path) => {
    const notice = await bringOne(view.root, path, now, committed, id).catch((error: unknown) =>
      behind(path, error),
    )
    if (notice === 'written' || notice === 'removed') folders.add(dirname(join(view.root, path)))
    else if (notice !== 'same') notices.push(notice)
    if (notice === 'removed') removed.push(path)
  })
  // Only now: a folder that is empty for a moment may be the one in which another file is about to be written.
  for (const path of removed) removeEmptyParents(view.root, path)
  await inParallel([...folders], flushFolder)
  return notices
}

async function bringOne(
  root: string,
  path: string,
  now: Wanted,
  committed: Committed,
  id: string,
): Promise<'same' | 'written' | 'removed' | StoreNotice> {
  const [wanted, found] = await Promise.all([now.read(path), readRegular(root, path)])
  if (wanted === null ? found === null : found?.equals(wanted)) return 'same'
  if (found !== null && !(await committed.hasBytes(path, found))) return { kind: 'HAND_EDIT', path }
  const stillSo = async () => sameBytes(found, await readRegular(root, path))
  if (wanted === null) return removeOne(root, path, stillSo)
  return (await replaceFile(root, path, wanted, id, stillSo)) ? 'written' : { kind: 'HAND_EDIT', path }
}

async function removeOne(
  root: string,
  path: string,
  stillSo: () => Promise<boolean>,
): Promise<'removed' | StoreNotice> {
  if (!(await stillSo())) return { kind: 'HAND_EDIT', path }
  await guarded('remove', path, () => unlinkSync(join(root, path)))
  return 'removed'
}

const sameBytes = (a: Buffer | null, b: Buffer | null): boolean =>
  a === null || b === null ? a === b : a.equals(b)

function behind(path: string, error: unknown): StoreNotice {
  const reason =
    error instanceof QmsError ? JSON.stringify({ code: error.code, ...error.facts }) : String(error)
  return { kind: 'VIEW_BEHIND', path, reason }
}

const AT_ONCE = 16

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values()
  const worker = async () => {
    for (const item of queue) await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker))
}

/** What the ignored view was last brought to, kept in git's common folder. */
const MEMORY_DRAFT = new RegExp(`^view\\.json\\.(${OWNER_PATTERN})$`)

const memoryFile = (repository: Repository): string => join(repository.ownFolder, 'view.json')

/** The tip the ignored view shows; null when unknown (then all of it is compared). */
export function shownTip(repository: Repository): Tip {
  try {
    const memory = JSON.parse(readText(memoryFile(repository)) ?? 'null')
    const applies = memory?.ref === repository.branchRef && memory?.root === repository.mainRoot
    return applies && typeof memory.tip === 'string' ? memory.tip : null
  } catch {
    return null
  }
}

export async function rememberShown(repository: Repository, tip: string): Promise<void> {
  const file = memoryFile(repository)
  const temporary = `${file}.${newOwnerId()}`
  const text = JSON.stringify({ ref: repository.branchRef, root: repository.mainRoot, tip })
  try {
    await writeNew(temporary, text, { flush: false })
    renameSync(temporary, file)
  } catch {
    await removeIfThere(temporary).catch(() => undefined)
  }
}

/** Half-written memories of processes that died; a new one is written before long. @throws IO. */
export async function sweepMemories(repository: Repository): Promise<void> {
  for (const name of await namesIn(repository.ownFolder)) {
    const owner = MEMORY_DRAFT.exec(name)?.[1]
    const file = join(repository.ownFolder, name)
    if (owner !== undefined && (await ownerGone(file, owner))) await removeIfThere(file)
  }
}

/** Paths below the store that differ between two states; every path where the first is unknown. */
export async function changedPaths(repository: Repository, from: Tip, to: GitSnapshot): Promise<string[]> {
  if (to.tip === null) return []
  if (from === null || (await repository.objects.commit(from).catch(() => null)) === null)
    return (await to.walk(STORE_FOLDER)).map((file) => file.path)
  const args = [
    'diff-tree',
    '-r',
    '-z',
    '--name-only',
    '--no-renames',
    '--no-ext-diff',
    from,
    to.tip,
    '--',
    STORE_FOLDER,
  ]
  return (await repository.git.text(args)).split('\0').filter((path) => path !== '')
}
