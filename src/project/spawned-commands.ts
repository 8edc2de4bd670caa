/**
 * Commands of the user as children in a group of their own, so that what they start can be ended with them. Standard
 * input is empty: what proves something must run the same for everybody.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { refuse } from '../errors.ts'
import { Collector } from './collector.ts'
import type { Commands, Ran, RunAsk } from './commands.ts'

/** Milliseconds between asking a command to end and ending it. */
const GRACE = 5000
/** Where a process that outlives the command holds its output open: so long without a word, and so long at all. */
const SILENCE = 500
const LINGERING = 10_000

const PASSED_ON = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
type Ending = { readonly code: number | null; readonly signal: NodeJS.Signals | null }

export class SpawnedCommands implements Commands {
  readonly environment: Readonly<Record<string, string>>
  readonly #grace: number

  /** @param environment what this program was called with; its own settings are kept from the command */
  constructor(environment: NodeJS.ProcessEnv, grace = GRACE) {
    const given = Object.entries(environment).filter(([name]) => !/^QMS_/i.test(name))
    this.environment = Object.fromEntries(
      given.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    )
    this.#grace = grace
  }

  async run(ask: RunAsk): Promise<Ran> {
    const started = performance.now()
    const child = this.#start(ask)
    const ended = endOf(child)
    const output = new Output(ask)
    const reading = Promise.all([output.read(child.stdout, 'stdout'), output.read(child.stderr, 'stderr')])
    await startOf(child, ask)
    const keeper = new Keeper(child, ask.timeout, this.#grace)
    try {
      const end = await ended
      const duration = Math.round(performance.now() - started)
      await output.settled(reading)
      return { ...keeper.judged(end), duration, ...output.collector.seen() }
    } finally {
      child.stdout?.destroy()
      child.stderr?.destroy()
      keeper.release()
    }
  }

  #start({ command: [program = '', ...words], folder }: RunAsk): ChildProcess {
    try {
      return spawn(program, words, {
        cwd: folder,
        env: { ...this.environment },
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: process.platform !== 'win32',
        windowsHide: true,
      })
    } catch (error) {
      throw notStarted(program, error)
    }
  }
}

const notStarted = (command: string, error: unknown) =>
  refuse('NOT_STARTED', { command, reason: (error as NodeJS.ErrnoException).code ?? String(error) }, error)

/** @throws NOT_STARTED */
const startOf = async (child: ChildProcess, { command }: RunAsk): Promise<void> => {
  try {
    if (child.pid === undefined) await once(child, 'spawn')
  } catch (error) {
    throw notStarted(command[0] ?? '', error)
  }
}

/** Never rejects: that a child could not be started is told by `startOf`. */
const endOf = (child: ChildProcess): Promise<Ending> =>
  new Promise((resolve) => {
    child.on('error', () => undefined)
    child.once('exit', (code, signal) => resolve({ code, signal }))
  })

/** What a command writes, heard and collected in order of arrival. */
class Output {
  readonly collector: Collector
  readonly #ask: RunAsk
  #heard = 0
  #hearing = 0

  constructor(ask: RunAsk) {
    this.#ask = ask
    this.collector = new Collector(ask.each)
  }

  async read(stream: Readable | null, from: 'stdout' | 'stderr'): Promise<void> {
    try {
      for await (const chunk of stream ?? []) {
        this.collector.add(chunk)
        this.#heard += 1
        this.#hearing += 1
        await this.#ask.hear(from, chunk)
        this.#hearing -= 1
      }
    } catch {
      // Closed by us, while somebody else holds the other end open.
    }
  }

  /** Everything that the command itself wrote has come. What a process that it left behind writes is not waited for. */
  async settled(reading: Promise<unknown>): Promise<void> {
    const done = reading.then(() => true)
    const last = performance.now() + LINGERING
    for (;;) {
      const heard = this.#heard
      if (await Promise.race([done, sleep(SILENCE, false)])) return
      if (this.#hearing === 0 && (heard === this.#heard || performance.now() > last)) return
    }
  }
}

/** Ends a command whose time is over, and passes on what this program is told to end by. */
class Keeper {
  readonly #child: ChildProcess
  readonly #grace: number
  readonly #timers: NodeJS.Timeout[] = []
  #late = false
  #sent: NodeJS.Signals | null = null
  #asked = 0

  constructor(child: ChildProcess, timeout: number | undefined, grace: number) {
    this.#child = child
    this.#grace = grace
    for (const signal of PASSED_ON) process.on(signal, this.#pass)
    if (timeout !== undefined) this.#timers.push(setTimeout(this.#timeIsOver, timeout * 1000))
  }

  readonly #timeIsOver = (): void => {
    this.#late = true
    this.#send('SIGTERM')
    this.#timers.push(setTimeout(() => this.#send('SIGKILL'), this.#grace))
  }

  /** Who asks again gets a stronger one. */
  readonly #pass = (signal: NodeJS.Signals): void => {
    this.#asked += 1
    this.#send(this.#asked === 1 ? signal : this.#asked === 2 ? 'SIGTERM' : 'SIGKILL')
  }

  #send(signal: NodeJS.Signals): void {
    this.#sent = signal
    const { pid } = this.#child
    try {
      if (process.platform === 'win32' || pid === undefined) this.#child.kill(signal)
      else process.kill(-pid, signal)
    } catch {
      // It has ended already.
    }
  }

  /** A command that was told to end did not come to its own end, whatever it says. */
  judged({ code, signal }: Ending): Pick<Ran, 'exit' | 'signal' | 'late'> {
    const told = this.#sent !== null
    return { exit: told ? null : code, signal: signal ?? this.#sent, late: this.#late }
  }

  /** What ignored the first signal in its group goes with it. */
  release(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    for (const signal of PASSED_ON) process.off(signal, this.#pass)
    if (this.#sent !== null) this.#send('SIGKILL')
  }
}
