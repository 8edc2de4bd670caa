/** What an agent's program wrote, line by line in a file that is for this user alone. */
import { closeSync, constants, mkdirSync, openSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { refuse } from '../errors.ts'

/** Bytes; what comes behind them is not kept. */
const MOST = 16_000_000

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_WRONLY } = constants

export class RunLog {
  readonly #descriptor: number | null
  #bytes = 0

  /** @param file absolute; null keeps nothing @throws IO */
  constructor(file: string | null) {
    try {
      if (file !== null) mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
      this.#descriptor =
        file === null ? null : openSync(file, O_WRONLY | O_APPEND | O_CREAT | (O_NOFOLLOW ?? 0), 0o600)
    } catch (error) {
      throw refuse('IO', { operation: 'write', path: file ?? '', reason: (error as Error).message }, error)
    }
  }

  /** @param mark what kind of line it is: `$` the command, `>` its output, `!` its complaints, `=` its end */
  add(mark: '$' | '>' | '!' | '=', line: string): void {
    if (this.#descriptor === null || this.#bytes > MOST) return
    const bytes = Buffer.from(`${mark} ${line}\n`)
    this.#bytes += bytes.length
    try {
      writeSync(this.#descriptor, this.#bytes > MOST ? Buffer.from('= too much to keep\n') : bytes)
    } catch {
      this.#bytes = MOST + 1 // a full disk is no reason to end the agent
    }
  }

  close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor)
  }
}
