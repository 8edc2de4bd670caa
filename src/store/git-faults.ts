import { QmsError, refuse } from '../errors.ts'

/** What a finished git child left. */
export interface Finished {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: Buffer
  readonly stderr: string
}

/** Words of the operating system in git's messages (LC_ALL=C) that mean the world, not the request, is at fault. */
const WORLD =
  /No space left on device|Disk quota exceeded|Read-only file system|Permission denied|Input\/output error|Too many open files|insufficient permission|(?:couldn't|could not|unable to) write/i

/** Whether what git complains of is the disk or a limit. */
export const isOfTheWorld = (stderr: string): boolean => WORLD.test(stderr)

/** The code of a system error (`ENOENT`), or undefined for anything else. */
export const errno = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined

/** Turns a system error into the refusal IO; refusals pass through as they are. */
export function ioFault(operation: string, path: string, error: unknown): QmsError {
  if (error instanceof QmsError) return error
  const reason = error instanceof Error ? error.message : String(error)
  return refuse('IO', { operation, path, reason }, error)
}

/** Runs one operation of the file system; its failure is an IO refusal that names the path. */
export async function guarded<T>(operation: string, path: string, work: () => Promise<T> | T): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw ioFault(operation, path, error)
  }
}

/** Turns a failed git child into a refusal: GIT, or IO where the operating system said no. */
export function gitFault(command: string, finished: Pick<Finished, 'code' | 'signal' | 'stderr'>): QmsError {
  const said = firstLines(finished.stderr)
  const reason = said || `ended with ${finished.signal ?? `code ${finished.code}`}`
  if (/dubious ownership/.test(finished.stderr))
    return refuse('GIT', { command, reason: ownershipWords(finished.stderr) })
  if (WORLD.test(finished.stderr)) return refuse('IO', { operation: command, reason })
  return refuse('GIT', { command, reason })
}

/** The repository belongs to somebody else; git's own remedy is the only one that holds for every git program. */
function ownershipWords(stderr: string): string {
  const path = /in repository at '(.*)'/.exec(stderr)?.[1] ?? 'this folder'
  return `the repository at ${path} belongs to another user; if you trust it: git config --global --add safe.directory ${path}`
}

const firstLines = (stderr: string): string =>
  stderr
    .split('\n')
    .filter((line) => line !== '')
    .slice(0, 4)
    .map((line) => line.replace(/^(fatal|error): /, ''))
    .join('; ')
