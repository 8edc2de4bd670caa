/** Programs that go on by themselves: one in the place of this one, on its terminal, and one that is left behind. */
import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname } from 'node:path'
import { refuse } from '../errors.ts'

const notStarted = (command: string, error: unknown) =>
  refuse('NOT_STARTED', { command, reason: (error as NodeJS.ErrnoException).code ?? String(error) }, error)

/** Both hear what the terminal sends; this one waits for the other's end. */
const PASSED_ON = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Runs a program on this terminal and gives its exit code; 128 and the signal's number where a signal ended it.
 * @throws NOT_STARTED
 */
export const inForeground = (
  [program = '', ...words]: readonly string[],
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = spawn(program, words, { cwd: folder, env, stdio: 'inherit' })
    const pass = (signal: NodeJS.Signals) => child.kill(signal)
    for (const signal of PASSED_ON) process.on(signal, pass)
    const release = () => PASSED_ON.map((signal) => process.off(signal, pass))
    child.once('error', (error) => {
      release()
      reject(notStarted(program, error))
    })
    child.once('exit', (code, signal) => {
      release()
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0))
    })
  })

/** What a program that was left behind said before it was: a message, or that it has ended. */
export type FirstWord = { readonly message: unknown } | { readonly exit: number | null }

/**
 * Starts a program of Node's that goes on when this one has ended, with its output in a file, and waits for its first
 * message or its end. @throws NOT_STARTED
 */
export const leftBehind = async (
  [program = '', ...words]: readonly string[],
  folder: string,
  log: string,
): Promise<FirstWord> => {
  mkdirSync(dirname(log), { recursive: true, mode: 0o700 })
  const out = openSync(log, 'a', 0o600)
  try {
    const child = spawn(program, words, {
      cwd: folder,
      detached: true,
      stdio: ['ignore', out, out, 'ipc'],
      windowsHide: true,
    })
    return await new Promise<FirstWord>((resolve, reject) => {
      child.once('error', (error) => reject(notStarted(program, error)))
      child.once('exit', (exit) => resolve({ exit }))
      child.once('message', (message) => {
        child.removeAllListeners()
        child.disconnect()
        child.unref()
        resolve({ message })
      })
    })
  } finally {
    closeSync(out)
  }
}
