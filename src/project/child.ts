/** A program of the user as a child in a group of its own, without a shell: what it starts can be ended with it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type QmsError, refuse } from '../errors.ts'

export interface ChildAsk {
  readonly command: readonly string[]
  /** Absolute. */
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  /** Standard input is a pipe; else it is empty. */
  readonly reads: boolean
}

export interface Ending {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** What this program was called with, but for its own settings: they are kept from what it starts. */
export const passedOn = (environment: NodeJS.ProcessEnv): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value === undefined || /^QMS_/i.test(name) ? [] : [[name, value]],
    ),
  )

/** @throws NOT_STARTED: at once, or by `startOf` */
export const spawnChild = ({
  command: [program = '', ...words],
  folder,
  env,
  reads,
}: ChildAsk): ChildProcess => {
  try {
    return spawn(program, words, {
      cwd: folder,
      env: { ...env },
      stdio: [reads ? 'pipe' : 'ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      windowsHide: true,
    })
  } catch (error) {
    throw notStarted(program, error)
  }
}

const notStarted = (command: string, error: unknown): QmsError =>
  refuse('NOT_STARTED', { command, reason: (error as NodeJS.ErrnoException).code ?? String(error) }, error)

/** Waits until it is there. @throws NOT_STARTED */
export const startOf = async (child: ChildProcess, program: string): Promise<void> => {
  try {
    if (child.pid === undefined) await once(child, 'spawn')
  } catch (error) {
    throw notStarted(program, error)
  }
}

/** Never rejects: that a child could not be started is told by `startOf`. */
export const endOf = (child: ChildProcess): Promise<Ending> =>
  new Promise((resolve) => {
    child.on('error', () => undefined)
    child.once('exit', (code, signal) => resolve({ code, signal }))
  })

/** Nothing more of it is heard, whoever else holds its outputs open. */
export const closed = ({ stdout, stderr }: ChildProcess): void => {
  stdout?.destroy()
  stderr?.destroy()
}
