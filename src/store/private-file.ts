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
import { look } from './disk.ts'
import { errno } from './git-faults.ts'
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

/**
 * A folder for such files, with those above it. Node's own way to make them all never comes to an end below a folder
 * that takes none, such as `/proc`. @throws what the system says, such as ENOENT or EACCES
 */
export function privateFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    if (errno(error) === 'EEXIST') return
    const above = dirname(folder)
    if (errno(error) !== 'ENOENT' || look(above) !== null) throw error
    privateFolder(above)
    privateFolder(folder)
  }
}

/** Whole or not at all; not flushed: after a power cut an older state is as good. */
export function putSmall(file: string, text: string): void {
  const temporary = `${file}.tmp-${newOwnerId()}`
  privateFolder(dirname(file))
  try {
    writeFileSync(temporary, text, { flag: 'wx', mode: 0o600 })
    renameSync(temporary, file)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}
