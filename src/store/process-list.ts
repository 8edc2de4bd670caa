/** The processes of a machine without `/proc`, as `ps` tells them; none where there is no `ps`. */
import { execFile } from 'node:child_process'

export interface Running {
  readonly pid: number
  readonly parent: number
  /** When it started, in whatever form the system tells it: to be compared, not to be read. */
  readonly start: string
}

const LONGEST = 5000

export const processList = (): Promise<ReadonlyMap<number, Running>> =>
  new Promise((resolve) => {
    const options = { env: { PATH: process.env.PATH, LC_ALL: 'C' }, timeout: LONGEST, maxBuffer: 16_000_000 }
    execFile('ps', ['-A', '-o', 'pid=,ppid=,stat=,lstart='], options, (_, stdout) => resolve(parsed(stdout)))
  })

const LINE = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(\S.*?)\s*$/

/** Corpses are left out. */
const parsed = (output: string): ReadonlyMap<number, Running> =>
  new Map(
    output.split('\n').flatMap((line) => {
      const [, pid, parent, state = 'Z', start = ''] = LINE.exec(line) ?? []
      if (state.startsWith('Z')) return []
      return [[Number(pid), { pid: Number(pid), parent: Number(parent), start }] as const]
    }),
  )
