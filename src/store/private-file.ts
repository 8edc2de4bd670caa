/** Small files of this user outside of any repository: nobody else may read them, and each is there whole or not at all. */
import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { newOwnerId } from './owner.ts'

/** No file of that kind is larger. */
const MOST_BYTES = 65_536

/** Text of a regular file; empty for what is none, or too large. @throws what the system says, such as ENOENT */
export function readSmall(file: string): string {
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const stats = fstatSync(descriptor)
    return stats.isFile() && stats.size <= MOST_BYTES ? readFileSync(descriptor, 'utf8') : ''
  } finally {
    closeSync(descriptor)
  }
}

/** Whole or not at all; not flushed: after a power cut an older state is as good. */
export function putSmall(file: string, text: string): void {
  const temporary = `${file}.tmp-${newOwnerId()}`
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  try {
    writeFileSync(temporary, text, { flag: 'wx', mode: 0o600 })
    renameSync(temporary, file)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}
