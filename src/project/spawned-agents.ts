/** Programs that run agents, as children in a group of their own that ends with them. */
import type { ChildProcess } from 'node:child_process'
import type { Readable } from 'node:stream'
import type { AgentRan, AgentRunAsk, AgentRuns } from './agent-runs.ts'
import { closed, endOf, passedOn, spawnChild, startOf } from './child.ts'
import { findProgram } from './find-program.ts'
import { GRACE, Keeper } from './keeper.ts'
import { Lines } from './lines.ts'
import { settled } from './lingering.ts'
import { RunLog } from './run-log.ts'

export class SpawnedAgents implements AgentRuns {
  readonly #environment: Readonly<Record<string, string>>
  readonly #grace: number

  /** @param environment what this program was called with; its own settings are kept from the agent */
  constructor(environment: NodeJS.ProcessEnv, grace = GRACE) {
    this.#environment = passedOn(environment)
    this.#grace = grace
  }

  find(program: string, folder: string): string {
    return findProgram(program, folder, this.#environment.PATH)
  }

  async run(ask: AgentRunAsk): Promise<AgentRan> {
    const [program, ...words] = ask.command
    const command = [this.find(program, ask.folder), ...words]
    const log = new RunLog(ask.log)
    try {
      log.add('$', JSON.stringify(command))
      const ran = await this.#hear(ask, command, log)
      log.add('=', JSON.stringify(ran))
      return ran
    } finally {
      log.close()
    }
  }

  async #hear(ask: AgentRunAsk, command: readonly string[], log: RunLog): Promise<AgentRan> {
    const keeper = new Keeper({ time: ask.time, silence: ask.idle, grace: this.#grace })
    try {
      const child = spawnChild({ command, folder: ask.folder, env: this.#given(ask), reads: true })
      keeper.keep(child)
      return await this.#heard(ask, child, keeper, log).finally(() => closed(child))
    } finally {
      keeper.release(true)
    }
  }

  async #heard(ask: AgentRunAsk, child: ChildProcess, keeper: Keeper, log: RunLog): Promise<AgentRan> {
    const began = performance.now()
    const ended = endOf(child)
    child.stdin?.on('error', () => undefined) // who does not read to the end has heard enough
    await startOf(child, ask.command[0])
    const output = new Output(ask, log, keeper)
    const reading = output.read(child)
    try {
      await ask.started?.(child.pid ?? 0)
      child.stdin?.end(ask.input)
      const end = await ended
      const duration = Math.round(performance.now() - began)
      await settled(reading, () => output)
      output.end()
      return { ...keeper.judged(end), duration }
    } catch (error) {
      keeper.end()
      await ended
      throw error
    }
  }

  #given({ env, secrets }: AgentRunAsk): Record<string, string> {
    const all: Record<string, string | null> = { ...this.#environment, ...env, ...secrets }
    return Object.fromEntries(
      Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== null),
    )
  }
}

/** Both outputs, line by line. */
class Output {
  readonly underWay = 0
  pieces = 0
  readonly #streams: Readonly<Record<'stdout' | 'stderr', Lines>>

  constructor(ask: AgentRunAsk, log: RunLog, keeper: Keeper) {
    const hear = (from: 'stdout' | 'stderr', line: string): void => {
      log.add(from === 'stdout' ? '>' : '!', line)
      if (ask.hear(from, line)) keeper.heard()
    }
    const secrets = Object.values(ask.secrets)
    const lines = (from: 'stdout' | 'stderr') => new Lines((line) => hear(from, line), secrets)
    this.#streams = { stdout: lines('stdout'), stderr: lines('stderr') }
  }

  read({ stdout, stderr }: ChildProcess): Promise<unknown> {
    return Promise.all([this.#follow(stdout, 'stdout'), this.#follow(stderr, 'stderr')])
  }

  end(): void {
    this.#streams.stdout.end()
    this.#streams.stderr.end()
  }

  async #follow(stream: Readable | null, from: 'stdout' | 'stderr'): Promise<void> {
    try {
      for await (const chunk of stream ?? []) {
        this.pieces += 1
        this.#streams[from].add(chunk)
      }
    } catch {
      // Closed by us, while somebody else holds the other end open.
    }
  }
}
