/** Commands of the user, heard as they come. Standard input is empty: what proves something must run the same for everybody. */
import type { Readable } from 'node:stream'
import { closed, endOf, passedOn, spawnChild, startOf } from './child.ts'
import { Collector } from './collector.ts'
import type { Commands, Ran, RunAsk } from './commands.ts'
import { GRACE, Keeper } from './keeper.ts'
import { settled } from './lingering.ts'

export class SpawnedCommands implements Commands {
  readonly environment: Readonly<Record<string, string>>
  readonly #grace: number

  /** @param environment what this program was called with; its own settings are kept from the command */
  constructor(environment: NodeJS.ProcessEnv, grace = GRACE) {
    this.environment = passedOn(environment)
    this.#grace = grace
  }

  async run(ask: RunAsk): Promise<Ran> {
    const started = performance.now()
    const time = ask.timeout === undefined ? undefined : ask.timeout * 1000
    const keeper = new Keeper({ time, grace: this.#grace })
    try {
      const child = spawnChild({ ...ask, env: this.environment, reads: false })
      const ended = endOf(child)
      keeper.keep(child)
      const output = new Output(ask)
      const reading = Promise.all([output.read(child.stdout, 'stdout'), output.read(child.stderr, 'stderr')])
      await startOf(child, ask.command[0] ?? '')
      const end = await ended
      const duration = Math.round(performance.now() - started)
      await settled(reading, () => output)
      closed(child)
      const { exit, signal, late } = keeper.judged(end)
      return { exit, signal, late: late !== null, duration, ...output.collector.seen() }
    } finally {
      keeper.release()
    }
  }
}

/** What a command writes, heard and collected in order of arrival. */
class Output {
  readonly collector: Collector
  readonly #ask: RunAsk
  pieces = 0
  underWay = 0

  constructor(ask: RunAsk) {
    this.#ask = ask
    this.collector = new Collector(ask.each)
  }

  async read(stream: Readable | null, from: 'stdout' | 'stderr'): Promise<void> {
    try {
      for await (const chunk of stream ?? []) {
        this.collector.add(chunk)
        this.pieces += 1
        this.underWay += 1
        await this.#ask.hear(from, chunk)
        this.underWay -= 1
      }
    } catch {
      // Closed by us, while somebody else holds the other end open.
    }
  }
}
