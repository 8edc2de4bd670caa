/** Files that a command line names: read whole, but never without end. */
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import type { Wanted } from '../../app/checkpoint.ts'
import { LARGEST_DOCUMENT } from '../../app/configuration.ts'
import { refuse } from '../../errors.ts'

export interface Input {
  readonly bytes: Uint8Array
  readonly from: string
}

/** What a shell hands over as a file without its being one: `<(command)`. */
const HANDED_OVER = /^\/(?:dev|proc\/self)\/(?:fd\/\d+|stdin)$/

/**
 * A file's bytes, or standard input's for `-`. Size and kind are asked before anything is read.
 * @throws NO_FILE, BAD_VALUE (a folder, a pipe, a device), TEXT_TOO_LARGE, IO
 */
export const readInput = async (file: string, limit = LARGEST_DOCUMENT): Promise<Input> => {
  if (file === '-')
    return { bytes: await gathered(process.stdin, 'standard input', limit), from: 'standard input' }
  try {
    return { bytes: await readNamed(file, limit), from: file }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT') throw refuse('NO_FILE', { file }, error)
    if (!(error as NodeJS.ErrnoException).syscall) throw error
    throw refuse('IO', { operation: 'read', path: file, reason: (error as Error).message }, error)
  }
}

/** A pipe that nobody writes to must not hold us up: it is opened without waiting. */
const readNamed = async (file: string, limit: number): Promise<Uint8Array> => {
  const handed = HANDED_OVER.test(file)
  const handle = await open(file, handed ? constants.O_RDONLY : constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const stats = await handle.stat()
    if (handed) return await gathered(handle.createReadStream({ autoClose: false }), file, limit)
    if (!stats.isFile())
      throw refuse('BAD_VALUE', {
        name: '--file',
        found: `${file}, a ${stats.isDirectory() ? 'folder' : stats.isFIFO() ? 'pipe' : 'device'}`,
        expected: 'a regular file, or - for standard input',
      })
    if (stats.size > limit) throw refuse('TEXT_TOO_LARGE', { file, bytes: stats.size, limit })
    return await handle.readFile()
  } finally {
    await handle.close()
  }
}

/** A checkpoint has a line for each document. */
const LARGEST_CHECKPOINT = 128_000_000

/** Eight digits of a digest or more, as they are written on paper. */
const ON_PAPER = /^[0-9a-f]{4}(?:[- ]?[0-9a-f]){4,60}$/i

/** A checkpoint as a command line names it: `last`, a digest, or a file. @throws as `readInput` */
export const wantedCheckpoint = async (named: string): Promise<Wanted> => {
  if (named === 'last') return { digest: 'last' }
  if (ON_PAPER.test(named)) return { digest: named.replaceAll(/[- ]/g, '').toLowerCase() }
  return readInput(named, LARGEST_CHECKPOINT)
}

const gathered = async (stream: AsyncIterable<unknown>, from: string, limit: number): Promise<Uint8Array> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of stream) {
    chunks.push(chunk as Buffer)
    bytes += (chunk as Buffer).length
    if (bytes > limit) throw refuse('TEXT_TOO_LARGE', { file: from, bytes, limit })
  }
  return Buffer.concat(chunks)
}
