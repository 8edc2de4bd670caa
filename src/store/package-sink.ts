/** Writes packages: into a folder, or into a tar of which the same files make the same bytes. */
import { createHash, type Hash } from 'node:crypto'
import { createReadStream, type Stats } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Pack } from 'tar-stream'
import { refuse } from '../errors.ts'
import { look, removeIfThere, writeNew } from './disk.ts'
import { guarded } from './git-faults.ts'
import type { Growing, PackageSink, Packed } from './package.ts'
import { pathProblem } from './package-path.ts'

/** Folder in a tar that holds everything, so that unpacking it leaves one name. */
export const TAR_FOLDER = 'qms-package'

/** Of every entry: nothing of the machine or the hour that wrote it. */
const OWNER = { uid: 0, gid: 0, uname: '', gname: '', mode: 0o644, mtime: new Date(0), type: 'file' } as const

export const isTar = (out: string): boolean => out.endsWith('.tar')

/** @param force replaces a tar that exists. @throws ALREADY_EXISTS, NO_FILE (no such folder above it), IO */
export const openSink = async (out: string, force: boolean): Promise<PackageSink> => {
  const above = dirname(out)
  if (!look(above)?.isDirectory()) throw refuse('NO_FILE', { file: above })
  const stats = look(out)
  if (stats && !(await mayReplace(out, stats, force)))
    throw refuse('ALREADY_EXISTS', { what: stats.isDirectory() ? 'folder' : 'file', name: out })
  const beside = join(above, `.${basename(out)}.qms-tmp-${process.pid}`)
  if (isTar(out)) return openTar(out, beside)
  await guarded('create folder', beside, () => mkdir(beside))
  return new FolderSink(out, beside)
}

/** A folder that is empty, or, where that was asked for, a tar. */
const mayReplace = async (out: string, stats: Stats, force: boolean): Promise<boolean> => {
  if (isTar(out)) return force && stats.isFile()
  return stats.isDirectory() && (await readdir(out)).length === 0
}

abstract class Sink implements PackageSink {
  readonly packed: Packed[] = []
  readonly #taken = new Set<string>()

  protected take(path: string): void {
    const problem = this.#taken.has(path) ? 'a file of that name is in it already' : pathProblem(path)
    this.#taken.add(path)
    if (problem === null) return
    const expected = 'names that stay inside the package, each once'
    throw refuse('BAD_PACKAGE', { file: 'the new package', entry: path, problem, expected, found: path })
  }

  async add(path: string, content: Uint8Array | string): Promise<void> {
    this.take(path)
    const bytes =
      typeof content === 'string'
        ? Buffer.from(content)
        : Buffer.from(content.buffer, content.byteOffset, content.length)
    await this.put(path, bytes)
    this.packed.push({ path, digest: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length })
  }

  async grow(path: string): Promise<Growing> {
    this.take(path)
    const file = await this.growing(path)
    const handle = await guarded('write', path, () => open(file, 'wx'))
    return new GrowingFile(path, handle, async (packed) => {
      await this.grown(file, packed)
      this.packed.push(packed)
    })
  }

  protected abstract put(path: string, bytes: Buffer): Promise<void>
  /** Where a growing file is written to. */
  protected abstract growing(path: string): Promise<string>
  protected abstract grown(file: string, packed: Packed): Promise<void>
  abstract finish(): Promise<void>
  abstract abandon(): Promise<void>
}

class GrowingFile implements Growing {
  readonly #path: string
  readonly #handle: FileHandle
  readonly #done: (packed: Packed) => Promise<void>
  readonly #hash: Hash = createHash('sha256')
  #bytes = 0

  constructor(path: string, handle: FileHandle, done: (packed: Packed) => Promise<void>) {
    this.#path = path
    this.#handle = handle
    this.#done = done
  }

  async write(text: string): Promise<void> {
    const bytes = Buffer.from(text)
    this.#hash.update(bytes)
    this.#bytes += bytes.length
    await guarded('write', this.#path, () => this.#handle.writeFile(bytes))
  }

  async end(): Promise<void> {
    await guarded('write', this.#path, () => this.#handle.close())
    await this.#done({ path: this.#path, digest: this.#hash.digest('hex'), bytes: this.#bytes })
  }
}

/** Nothing is kept of what is added but its digest. */
export class DigestSink implements PackageSink {
  readonly packed: Packed[] = []

  async add(path: string, content: Uint8Array | string): Promise<void> {
    const growing = await this.grow(path)
    await growing.write(content)
    await growing.end()
  }

  async grow(path: string): Promise<Growing & { write(piece: Uint8Array | string): Promise<void> }> {
    const hash = createHash('sha256')
    let bytes = 0
    return {
      write: async (piece) => {
        hash.update(piece)
        bytes += Buffer.byteLength(piece)
      },
      end: async () => {
        this.packed.push({ path, digest: hash.digest('hex'), bytes })
      },
    }
  }

  async finish(): Promise<void> {}
  async abandon(): Promise<void> {}
}

/** Written beside its place; the last step is one rename. */
class FolderSink extends Sink {
  readonly #out: string
  readonly #root: string
  readonly #made = new Set<string>()

  constructor(out: string, root: string) {
    super()
    this.#out = out
    this.#root = root
  }

  protected async put(path: string, bytes: Buffer): Promise<void> {
    const file = await this.growing(path)
    await guarded('write', path, async () => {
      const handle = await open(file, 'wx')
      try {
        await handle.writeFile(bytes)
      } finally {
        await handle.close()
      }
    })
  }

  protected async growing(path: string): Promise<string> {
    const file = join(this.#root, path)
    const above = dirname(file)
    if (!this.#made.has(above)) await guarded('create folder', path, () => mkdir(above, { recursive: true }))
    this.#made.add(above)
    return file
  }

  protected async grown(): Promise<void> {}

  async finish(): Promise<void> {
    await guarded('write', this.#out, () => rename(this.#root, this.#out))
  }

  async abandon(): Promise<void> {
    await rm(this.#root, { recursive: true, force: true })
  }
}

const openTar = async (out: string, beside: string): Promise<TarSink> => {
  const { pack } = await import('tar-stream')
  return new TarSink(out, beside, pack(), await guarded('write', out, () => open(beside, 'wx')))
}

class TarSink extends Sink {
  readonly #out: string
  readonly #file: string
  readonly #pack: Pack
  readonly #written: Promise<void>
  #spools = 0

  constructor(out: string, file: string, pack: Pack, handle: FileHandle) {
    super()
    this.#out = out
    this.#file = file
    this.#pack = pack
    this.#written = this.#drain(handle)
    this.#written.catch(() => undefined)
  }

  /** What the archive gives goes to the disk; a full disk ends the archive, and with it whoever adds to it. */
  async #drain(handle: FileHandle): Promise<void> {
    try {
      for await (const chunk of this.#pack) await handle.writeFile(chunk as Buffer)
      await handle.sync()
    } catch (error) {
      this.#pack.destroy(error as Error)
      throw error
    } finally {
      await handle.close()
    }
  }

  protected put(path: string, bytes: Buffer): Promise<void> {
    return this.#entry(path, bytes.length, async function* () {
      yield bytes
    })
  }

  #entry(path: string, size: number, chunks: () => AsyncIterable<Buffer>): Promise<void> {
    const header = { ...OWNER, name: `${TAR_FOLDER}/${path}`, size }
    return guarded(
      'write',
      this.#out,
      () =>
        new Promise<void>((done, fail) => {
          const entry = this.#pack.entry(header, (error) => (error ? fail(error) : done()))
          fill(entry, chunks()).catch(fail)
        }),
    )
  }

  /** A tar says how long a file is before it holds it: what grows does so beside the archive. */
  protected async growing(): Promise<string> {
    this.#spools += 1
    return `${this.#file}-${this.#spools}`
  }

  protected async grown(file: string, { path, bytes }: Packed): Promise<void> {
    await this.#entry(path, bytes, () => createReadStream(file))
    await rm(file)
  }

  async finish(): Promise<void> {
    this.#pack.finalize()
    await guarded('write', this.#out, async () => {
      await this.#written
      await rename(this.#file, this.#out)
    })
  }

  async abandon(): Promise<void> {
    this.#pack.destroy()
    await this.#written.catch(() => undefined)
    await rm(this.#file, { force: true })
    for (let n = 1; n <= this.#spools; n++) await rm(`${this.#file}-${n}`, { force: true })
  }
}

const fill = async (entry: ReturnType<Pack['entry']>, chunks: AsyncIterable<Buffer>): Promise<void> => {
  for await (const chunk of chunks)
    if (!entry.write(chunk)) await new Promise<void>((drained) => entry.once('drain', () => drained()))
  entry.end(null)
}

/** One file, written beside its place and renamed. @throws ALREADY_EXISTS, NO_FILE (no such folder above it), IO */
export const writeOut = async (file: string, text: string, force: boolean): Promise<void> => {
  if (!look(dirname(file))?.isDirectory()) throw refuse('NO_FILE', { file: dirname(file) })
  const stats = look(file)
  if (stats && !(force && stats.isFile()))
    throw refuse('ALREADY_EXISTS', { what: stats.isDirectory() ? 'folder' : 'file', name: file })
  const beside = join(dirname(file), `.${basename(file)}.qms-tmp-${process.pid}`)
  await guarded('write', file, async () => {
    try {
      await writeNew(beside, text)
      await rename(beside, file)
    } finally {
      await removeIfThere(beside)
    }
  })
}
