/** Reads packages that came from anywhere: nothing in them is followed, unpacked or believed. */
import { createHash } from 'node:crypto'
import { constants, createReadStream, type Dirent, lstatSync, type Stats } from 'node:fs'
import { type FileHandle, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Header } from 'tar-stream'
import { QmsError, refuse } from '../errors.ts'
import { look } from './disk.ts'
import { guarded } from './git-faults.ts'
import { type Held, PACKAGE_LIMITS, type PackageSource } from './package.ts'
import { pathProblem } from './package-path.ts'

type Limits = { readonly [K in keyof typeof PACKAGE_LIMITS]: number }

/** One file: where its bytes are, and these, which are to be taken before the next is asked for. */
interface Entry {
  readonly path: string
  readonly size: number
  readonly file: string
  /** Of its first byte in the file. */
  readonly offset: number
  readonly chunks: AsyncIterable<Uint8Array>
}

/** A folder, or a tar, which is read where it stands. @throws NO_FILE, BAD_PACKAGE, IO */
export const openSource = async (file: string, limits: Limits = PACKAGE_LIMITS): Promise<PackageSource> => {
  const stats = await guarded('read', file, () => look(file))
  if (stats === null) throw refuse('NO_FILE', { file })
  if (stats.isDirectory()) return new Source(file, () => folderEntries(file, new Guard(file, limits)))
  if (!stats.isFile())
    throw bad(file, 'it is neither a folder nor a file', 'a folder or a tar', kindOf(stats))
  return new Source(file, () => tarEntries(file, new Guard(file, limits)))
}

type Place = Held & Pick<Entry, 'file' | 'offset'>

class Source implements PackageSource {
  readonly #name: string
  readonly #entries: () => AsyncIterable<Entry>
  readonly #places = new Map<string, Place>()

  constructor(name: string, entries: () => AsyncIterable<Entry>) {
    this.#name = name
    this.#entries = entries
  }

  async index(): Promise<ReadonlyMap<string, Held>> {
    for await (const { path, size, file, offset, chunks } of this.#entries()) {
      const hash = createHash('sha256')
      for await (const chunk of chunks) hash.update(chunk)
      this.#places.set(path, { file, offset, size, digest: hash.digest('hex') })
    }
    return this.#places
  }

  async read(path: string): Promise<Uint8Array | null> {
    const place = this.#places.get(path)
    if (!place) return null
    const bytes = await bytesAt(place)
    const found = createHash('sha256').update(bytes).digest('hex')
    if (found === place.digest) return bytes
    throw bad(this.#name, 'it changed while it was read', place.digest, found, path)
  }
}

/** Not through a link that took the file's place, and not waiting for a pipe that did. */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

const bytesAt = ({ file, offset, size }: Place): Promise<Uint8Array> =>
  guarded('read', file, async () => {
    const handle = await open(file, FLAGS)
    try {
      const bytes = Buffer.alloc(size)
      const { bytesRead } = await handle.read(bytes, 0, size, offset)
      return bytes.subarray(0, bytesRead)
    } finally {
      await handle.close()
    }
  })

const bad = (file: string, problem: string, expected: string, found: string, entry?: string): QmsError =>
  refuse('BAD_PACKAGE', { file, problem, expected, found, ...(entry === undefined ? {} : { entry }) })

/** Lets through what a package may hold, and counts. */
class Guard {
  readonly #file: string
  readonly #limits: Limits
  readonly #seen = new Set<string>()
  #bytes = 0

  constructor(file: string, limits: Limits) {
    this.#file = file
    this.#limits = limits
  }

  /** @throws BAD_PACKAGE */
  admit(path: string, kind: string, size: number): void {
    const name = path.slice(0, 200)
    const problem = pathProblem(path)
    if (problem !== null) throw bad(this.#file, problem, 'names that stay inside the package', name, name)
    if (kind !== 'file' && kind !== 'folder')
      throw bad(this.#file, `it holds a ${kind}`, 'regular files and folders', kind, name)
    if (kind === 'folder') return
    if (this.#seen.has(path)) throw bad(this.#file, 'it stands in it twice', 'each name once', name, name)
    this.#seen.add(path)
    this.#bytes += size
    this.#within('entries', this.#seen.size, name)
    this.#within('entry', size, name)
    this.#within('total', this.#bytes, name)
  }

  #within(limit: keyof Limits, found: number, name: string): void {
    const most = this.#limits[limit]
    const what = limit === 'entries' ? 'files' : limit === 'entry' ? 'bytes in one file' : 'bytes in all'
    if (found <= most) return
    throw bad(this.#file, `it is too large`, `${most} ${what} at the most`, `${found} ${what}`, name)
  }
}

async function* folderEntries(root: string, guard: Guard, below = ''): AsyncGenerator<Entry> {
  const names = await guarded('read', join(root, below), () =>
    readdir(join(root, below), { withFileTypes: true }),
  )
  for (const dirent of names.sort(byName)) {
    const path = below === '' ? dirent.name : `${below}/${dirent.name}`
    const stats = lstatSync(join(root, path))
    guard.admit(path, kindOf(stats), stats.size)
    if (stats.isDirectory()) yield* folderEntries(root, guard, path)
    else yield inFolder(join(root, path), path, stats.size)
  }
}

const byName = (a: Dirent, b: Dirent): number => (a.name < b.name ? -1 : 1)

const kindOf = (stats: Stats): string => {
  if (stats.isFile()) return 'file'
  if (stats.isDirectory()) return 'folder'
  return stats.isSymbolicLink() ? 'symbolic link' : 'device, pipe or socket'
}

const inFolder = (file: string, path: string, size: number): Entry => ({
  path,
  size,
  file,
  offset: 0,
  chunks: fileChunks(file),
})

async function* fileChunks(file: string): AsyncGenerator<Uint8Array> {
  const handle = await guarded('read', file, () => open(file, FLAGS))
  try {
    yield* handle.createReadStream({ autoClose: false }) as AsyncIterable<Buffer>
  } finally {
    await handle.close()
  }
}

/** Of the block that comes before the bytes of a file. */
const HEADER = 512

async function* tarEntries(file: string, guard: Guard): AsyncGenerator<Entry> {
  await refuseCompressed(file)
  const { extract } = await import('tar-stream')
  const archive = extract()
  const stream = createReadStream(file)
  stream.on('error', (error) => archive.destroy(error))
  stream.pipe(archive)
  try {
    for await (const entry of archive) {
      const path = nameOf(entry.header)
      const size = entry.header.size ?? 0
      guard.admit(path, kindIn(entry.header), size)
      if (entry.header.type !== 'directory')
        yield { path, size, file, offset: entry.offset + HEADER, chunks: entry as AsyncIterable<Buffer> }
      entry.resume()
    }
  } catch (error) {
    throw unreadable(file, error as NodeJS.ErrnoException)
  } finally {
    stream.destroy()
  }
}

const unreadable = (file: string, error: NodeJS.ErrnoException): Error => {
  if (error instanceof QmsError) return error
  if (error.syscall) return refuse('IO', { operation: 'read', path: file, reason: error.message }, error)
  return bad(file, 'it is no readable tar', 'a tar as qms audit export writes it', error.message)
}

/** As tar names it: `./a` is `a`, and a folder ends with a stroke. */
const nameOf = ({ name, type }: Header): string => {
  const plain = name.replace(/^(?:\.\/+)+/, '')
  const path = type === 'directory' ? plain.replace(/\/+$/, '') : plain
  return type === 'directory' && ['', '.'].includes(path) ? 'package' : path
}

const KINDS: Readonly<Record<string, string>> = {
  file: 'file',
  'contiguous-file': 'file',
  directory: 'folder',
  link: 'hard link',
  symlink: 'symbolic link',
  'character-device': 'device',
  'block-device': 'device',
  fifo: 'pipe',
}

const kindIn = ({ type }: Header): string => KINDS[type ?? ''] ?? 'entry of an unknown kind'

const refuseCompressed = async (file: string): Promise<void> => {
  const head = Buffer.alloc(6)
  const handle: FileHandle = await guarded('read', file, () =>
    open(file, constants.O_RDONLY | constants.O_NONBLOCK),
  )
  const { bytesRead } = await handle.read(head, 0, 6, 0).finally(() => handle.close())
  const found =
    bytesRead === 0
      ? 'nothing'
      : compressions.find(([magic]) => head.subarray(0, magic.length).equals(magic))?.[1]
  if (found) throw bad(file, 'it is no plain tar', 'a tar that is not compressed', found)
}

const compressions: readonly (readonly [Buffer, string])[] = [
  [Buffer.from([0x1f, 0x8b]), 'gzip'],
  [Buffer.from('BZh'), 'bzip2'],
  [Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a]), 'xz'],
  [Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), 'zstd'],
  [Buffer.from('PK'), 'zip'],
]
