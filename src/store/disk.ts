/**
 * Files as this program reads and writes them: never through a link, never half, flushed before anyone relies on them.
 * Everything is done at once but flushing, which waits for the disk: to tell a thread and to hear from it again takes
 * longer than what it would do. All that is flushed at the same time waits together.
 */
import {
  chmodSync,
  closeSync,
  constants,
  fsync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  type Stats,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { refuse } from '../errors.ts'
import { errno, guarded } from './git-faults.ts'

/** Until what was written is on disk. @param descriptor of an open file or folder */
export const flush: (descriptor: number) => Promise<void> = promisify(fsync)

/** Absent: 2 names, because a file where a folder should be also means that the path does not exist. */
const ABSENT = new Set(['ENOENT', 'ENOTDIR'])

const isAbsent = (error: unknown): boolean => ABSENT.has(errno(error) ?? '')

/** What stands at `file` itself, links not followed; null for nothing. */
export function look(file: string): Stats | null {
  try {
    return lstatSync(file)
  } catch (error) {
    if (isAbsent(error)) return null
    throw error
  }
}

/** No file of a store is larger: a text may have 100 MB at the most. What is larger is not read at all. */
export const LARGEST_FILE = 128 * 1024 * 1024

/**
 * Bytes of a regular file below `root`, or null where there is none.
 * @throws LINK_IN_STORE when the file or a folder on the way is a link or no regular file; TEXT_TOO_LARGE; IO.
 */
export async function readRegular(root: string, path: string, limit = LARGEST_FILE): Promise<Buffer | null> {
  if (!parentsStand(root, path)) return null
  const file = join(root, path)
  const stats = await guarded('read', path, () => look(file))
  if (stats === null) return null
  if (!stats.isFile()) throw refuse('LINK_IN_STORE', { path, kind: kindOf(stats) })
  if (stats.size > limit) throw refuse('TEXT_TOO_LARGE', { file: path, bytes: stats.size, limit })
  return guarded('read', path, () => readNoFollow(file))
}

/** At once: a file of ours is read in less time than a thread needs to be told to. */
function readNoFollow(file: string): Buffer | null {
  let descriptor: number
  try {
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (error) {
    return nullIfAbsent(error)
  }
  try {
    return readFileSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** Whether every folder between `root` and `path` exists. @throws LINK_IN_STORE where one is anything but a folder. */
export function parentsStand(root: string, path: string): boolean {
  let at = root
  for (const name of folderNames(path)) {
    at = join(at, name)
    const stats = look(at)
    if (stats === null) return false
    if (!stats.isDirectory())
      throw refuse('LINK_IN_STORE', { path: at.slice(root.length + 1), kind: kindOf(stats) })
  }
  return true
}

/** Makes the missing folders above `path`. @throws LINK_IN_STORE as `parentsStand`; IO. */
export async function makeParents(root: string, path: string): Promise<void> {
  let at = root
  for (const name of folderNames(path)) {
    at = join(at, name)
    await guarded('create folder', at, () => makeFolder(at))
    const stats = look(at)
    if (!stats?.isDirectory())
      throw refuse('LINK_IN_STORE', {
        path: at.slice(root.length + 1),
        kind: stats ? kindOf(stats) : 'nothing',
      })
  }
}

function makeFolder(folder: string): void {
  if (look(folder) !== null) return
  try {
    mkdirSync(folder)
  } catch (error) {
    if (errno(error) !== 'EEXIST') throw error
  }
}

/** Name of the temporary file beside `path` that owner `id` writes before it renames. */
export const temporaryOf = (path: string, id: string): string =>
  join(dirname(path), `.${basename(path)}.qms-tmp-${id}`)

/**
 * Replaces the file at `path` below `root`: written beside it, flushed, renamed. `stillSo` is asked just before the
 * rename; when it says no, nothing changes. The folder is not flushed: see `flushFolder`; nor is the file, where told so.
 */
export async function replaceFile(
  root: string,
  path: string,
  bytes: Uint8Array,
  id: string,
  stillSo: () => Promise<boolean> = async () => true,
  options: WriteOptions = { flush: true },
): Promise<boolean> {
  await makeParents(root, path)
  const file = join(root, path)
  const temporary = join(root, temporaryOf(path, id))
  return guarded('write', path, async () => {
    let renamed = false
    try {
      await writeNew(temporary, bytes, options)
      if (!(await stillSo())) return false
      renameSync(temporary, file)
      renamed = true
      return true
    } finally {
      if (!renamed) await removeIfThere(temporary)
    }
  })
}

/** A file of the user's that is there, replaced where it truly lies, and for those whom it was for. @throws IO */
export async function rewriteFile(file: string, text: string, id: string): Promise<void> {
  const at = await guarded('read', file, () => realpathSync(file))
  const mode = statSync(at).mode & 0o777
  const options = { flush: true, mode: mode & 0o700 }
  await replaceFile(dirname(at), basename(at), Buffer.from(text), id, undefined, options)
  await guarded('write', file, () => chmodSync(at, mode))
}

interface WriteOptions {
  readonly flush: boolean
  readonly mode?: number
}

/** Creates `file`, which must not exist, and flushes it unless told that nobody relies on it yet. */
export async function writeNew(
  file: string,
  bytes: Uint8Array | string,
  options: WriteOptions = { flush: true },
): Promise<void> {
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants
  const descriptor = openSync(file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, options.mode ?? 0o666)
  try {
    writeFileSync(descriptor, bytes)
    if (options.flush) await flush(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** Flushes a folder's names. Best effort where a system cannot (Windows, some network file systems). */
export async function flushFolder(folder: string): Promise<void> {
  let descriptor: number
  try {
    descriptor = openSync(folder, constants.O_RDONLY)
  } catch {
    return
  }
  await flush(descriptor).catch(() => undefined)
  closeSync(descriptor)
}

/** Adds to a file of git's that people may have, never through a link. @throws ELOOP */
export function appendNoFollow(file: string, text: string): void {
  const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW } = constants
  const descriptor = openSync(file, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o666)
  try {
    writeFileSync(descriptor, text)
  } finally {
    closeSync(descriptor)
  }
}

export async function removeIfThere(file: string): Promise<void> {
  try {
    unlinkSync(file)
  } catch (error) {
    nullIfAbsent(error)
  }
}

/** Removes the folders above `path` that became empty, up to but not including `root`. */
export function removeEmptyParents(root: string, path: string): void {
  try {
    for (let at = dirname(path); at !== '.' && at !== ''; at = dirname(at)) rmdirSync(join(root, at))
  } catch {
    // Not empty, or not to be removed: then neither are those above it.
  }
}

/** A second name for a file; false when the name is taken. The one way to create that tells who created. */
export function linkNew(existing: string, name: string): boolean {
  try {
    linkSync(existing, name)
    return true
  } catch (error) {
    if (errno(error) === 'EEXIST') return false
    throw error
  }
}

/** Names in a folder; none where there is no folder. */
export const namesIn = async (folder: string): Promise<string[]> => {
  try {
    return readdirSync(folder) // every command does, and promises of files take a millisecond to load
  } catch (error) {
    return nullIfAbsent(error) ?? []
  }
}

export function sameFile(a: string, b: string): boolean {
  const [one, other] = [look(a), look(b)]
  return one !== null && other !== null && one.ino === other.ino && one.dev === other.dev
}

export function nullIfAbsent(error: unknown): null {
  if (isAbsent(error)) return null
  throw error
}

const folderNames = (path: string): string[] => path.split('/').slice(0, -1)

function kindOf(stats: Stats): string {
  if (stats.isSymbolicLink()) return 'symbolic link'
  if (stats.isDirectory()) return 'folder'
  if (stats.isFIFO()) return 'pipe'
  if (stats.isSocket()) return 'socket'
  return stats.isFile() ? 'file' : 'device'
}

/** Text of a small file of git's or of ours, or null where there is none. */
export function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    return nullIfAbsent(error)
  }
}
