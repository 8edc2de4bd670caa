/**
 * Where a program is: by PATH alone, and never in the project. Otherwise a repository could put a program of its own
 * in the place of one that its user trusts.
 */
import { accessSync, constants, realpathSync, statSync } from 'node:fs'
import { delimiter, isAbsolute, join, relative, sep } from 'node:path'
import { refuse } from '../errors.ts'

/** Node starts no scripts of the Windows shell without one. */
const ENDINGS = process.platform === 'win32' ? ['.exe', '.com'] : ['']

/** @param folder top of the project @param path what PATH says @throws NOT_STARTED */
export const findProgram = (program: string, folder: string, path: string | undefined): string => {
  const no = (reason: string) => refuse('NOT_STARTED', { command: program, reason, of: 'agent' })
  if (program === '') throw no('ENOENT')
  const named = isAbsolute(program)
  if (!named && /[/\\]/.test(program)) throw no('a path that depends on the folder where you are')
  const found = named ? [program] : onPath(program, path)
  const runs = found.filter(isProgram)
  const outside = runs.find((file) => !isWithin(file, folder))
  if (outside !== undefined) return outside
  if (runs[0] !== undefined) throw no(`${runs[0]} lies in this project, and is not trusted to be ${program}`)
  throw no('ENOENT')
}

/** Entries that depend on the folder where somebody stands, the empty one among them, are passed over. */
const onPath = (program: string, path = ''): string[] =>
  path
    .split(delimiter)
    .filter(isAbsolute)
    .flatMap((entry) => ENDINGS.map((ending) => join(entry, `${program}${ending}`)))

const isProgram = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}

/** Where the name stands, and where its links lead: either is enough. */
const isWithin = (file: string, folder: string): boolean =>
  below(file, folder) || below(realpathSync(file), realpathSync(folder))

const below = (file: string, folder: string): boolean => {
  const way = relative(folder, file)
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}
