/** Which names the files of a package may have: none that leads out of it, or that means another file elsewhere. */
import { PACKAGE_LIMITS } from './package.ts'

/** Why `path` cannot be that of a file in a package, or null. Separators are `/`. */
export const pathProblem = (path: string): string | null => {
  if (path === '') return 'it has no name'
  if (path.length > PACKAGE_LIMITS.path) return `its name is longer than ${PACKAGE_LIMITS.path} characters`
  if (path.includes('\0')) return 'its name holds a NUL'
  if (path.includes('\\')) return 'its name holds a backslash'
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) return 'its name is an absolute path'
  const names = path.split('/')
  if (names.includes('..')) return 'its name climbs out of the package (..)'
  return names.includes('') || names.includes('.') ? 'its name is not in its plain form' : null
}
