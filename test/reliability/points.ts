/** Where a command is hit: every moment between two changes on disk, and every call that a disk may refuse. */
import type { Call, Seen } from './strace.ts'

/** What a system call of this name may answer on a disk that is full, broken, read-only, or where too much is open. */
const ERRORS: Readonly<Record<string, readonly string[]>> = {
  write: ['ENOSPC', 'EIO', 'EDQUOT'],
  pwrite64: ['ENOSPC', 'EIO', 'EDQUOT'],
  ftruncate: ['EIO'],
  fsync: ['EIO', 'ENOSPC'],
  mkdir: ['ENOSPC', 'EROFS', 'EDQUOT', 'EIO'],
  link: ['ENOSPC', 'EROFS', 'EDQUOT', 'EIO'],
  rename: ['ENOSPC', 'EROFS', 'EIO', 'EDQUOT'],
  unlink: ['EROFS', 'EIO'],
  rmdir: ['EROFS', 'EIO'],
  utimensat: ['EROFS', 'EIO'],
  openat: ['ENOSPC', 'EIO', 'EROFS', 'EDQUOT', 'EMFILE'],
  socketpair: ['EMFILE'],
  pipe2: ['EMFILE'],
}
/** A file that is only read is neither refused for want of room nor on a read-only disk. */
const WHEN_READ = new Set(['EIO', 'EMFILE'])

export interface Point {
  readonly aim: Seen
  /** As strace says it. */
  readonly what: string
  readonly forEver: boolean
}

/** Git, killed alone while it writes the configuration of a clone, leaves its lock, and nobody can tell whose that is. */
const SPARED = new Set(['qms', 'git config'])

/** Of the program itself one for each moment; of its git children each call that changes something. */
export const killsOf = (aims: readonly Seen[]): Point[] => {
  const moments = new Map<number, Seen>()
  for (const aim of aims.filter(({ call }) => call.program === 'qms')) {
    const known = moments.get(aim.call.moment)
    if (!known || (aim.call.changes && !known.call.changes)) moments.set(aim.call.moment, aim)
  }
  const ofGit = aims.filter(({ call }) => !SPARED.has(call.program) && call.changes)
  return [...moments.values(), ...ofGit].map((aim) => ({ aim, what: 'signal=SIGKILL', forEver: false }))
}

/** How many moments there are: one before each change, and one after the last. */
export const momentsIn = (calls: readonly Call[]): number => Math.max(0, ...calls.map((c) => c.moment)) + 1

/** Before it looks at the project, it is Node alone that starts. */
const begun = (aims: readonly Seen[]): Seen[] => aims.slice(aims.findIndex(({ call }) => call.file !== null))

const mayFail = ({ call }: Seen): boolean =>
  call.file !== null || ((call.name === 'socketpair' || call.name === 'pipe2') && call.program === 'qms')

/** Once, and from there on for ever; not for ever by count where the same call also speaks with other processes. */
export const errorsOf = (aims: readonly Seen[]): Point[] =>
  begun(aims)
    .filter(mayFail)
    .flatMap((aim) =>
      (ERRORS[aim.name] ?? [])
        .filter((error) => aim.name !== 'openat' || aim.call.changes || WHEN_READ.has(error))
        .flatMap((error) => {
          const what = `error=${error}`
          const once = { aim, what, forEver: false }
          return aim.name === 'write' && !aim.path ? [once] : [once, { aim, what, forEver: true }]
        }),
    )

export const placeOf = ({ aim, what, forEver }: Point): string =>
  `${what}${forEver ? ' for ever' : ''} at ${aim.call.program}: ${aim.name} ${aim.call.path ?? ''} (${aim.when})`
