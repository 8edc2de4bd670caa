/** Files that a command line asks for: made whole, never in place of one that is there. */
import { closeSync, fsyncSync, openSync, unlinkSync, writeFileSync } from 'node:fs'
import { refuse } from '../../errors.ts'

/** @param flag that named the file. @throws BAD_VALUE where something is there already; IO */
export const writeOutput = (flag: string, file: string, bytes: Uint8Array): void => {
  try {
    writeNew(file, bytes)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'EEXIST')
      throw refuse('BAD_VALUE', {
        name: flag,
        found: `${file}, which exists`,
        expected: 'a file that is not there yet, or - for standard output',
      })
    throw refuse('IO', { operation: 'write', path: file, reason: message }, error)
  }
}

const writeNew = (file: string, bytes: Uint8Array): void => {
  const descriptor = openSync(file, 'wx')
  try {
    writeFileSync(descriptor, bytes)
    fsyncSync(descriptor)
  } catch (error) {
    unlinkSync(file)
    throw error
  } finally {
    closeSync(descriptor)
  }
}
