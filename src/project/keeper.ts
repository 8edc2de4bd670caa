/** Ends a child whose time is over, or that has been silent for too long, and passes on what this program is told to end by. */
import type { ChildProcess } from 'node:child_process'
import type { Ending } from './child.ts'

/** Milliseconds between asking a program to end and ending it. */
export const GRACE = 5000

const PASSED_ON = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** All in milliseconds; absent: as long as it takes. */
export interface Limits {
  readonly time?: number | undefined
  /** Between two signs of life. */
  readonly silence?: number | undefined
  readonly grace: number
}

export interface Judged {
  /** Null where it was told to end: then it did not come to its own end, whatever it says. */
  readonly exit: number | null
  readonly signal: string | null
  /** Why it was ended by us. */
  readonly late: 'time' | 'silence' | null
  /** Somebody ended this program, and the child with it. */
  readonly interrupted: boolean
}

export class Keeper {
  readonly #limits: Limits
  readonly #timers: NodeJS.Timeout[] = []
  #child: ChildProcess | null = null
  #silence: NodeJS.Timeout | undefined
  #late: Judged['late'] = null
  #sent: NodeJS.Signals | null = null
  #asked = 0

  /** Made before the child is: what this program is told while it starts one must not end this program alone. */
  constructor(limits: Limits) {
    this.#limits = limits
    for (const signal of PASSED_ON) process.on(signal, this.#pass)
  }

  keep(child: ChildProcess): void {
    this.#child = child
    const { time, silence } = this.#limits
    if (this.#sent !== null) this.#send(this.#sent)
    if (time !== undefined) this.#timers.push(setTimeout(this.#isOver, time, 'time'))
    if (silence !== undefined) this.#silence = setTimeout(this.#isOver, silence, 'silence')
    if (this.#silence) this.#timers.push(this.#silence)
  }

  /** A sign of life. */
  heard(): void {
    if (this.#late === null) this.#silence?.refresh()
  }

  /** Ends it as if its time were over, for a reason of the caller's own. */
  end(): void {
    this.#send('SIGTERM')
    this.#timers.push(setTimeout(() => this.#send('SIGKILL'), this.#limits.grace))
  }

  readonly #isOver = (why: 'time' | 'silence'): void => {
    if (this.#late !== null) return
    this.#late = why
    this.end()
  }

  /** Who asks again gets a stronger one. */
  readonly #pass = (signal: NodeJS.Signals): void => {
    this.#asked += 1
    this.#send(this.#asked === 1 ? signal : this.#asked === 2 ? 'SIGTERM' : 'SIGKILL')
  }

  #send(signal: NodeJS.Signals): void {
    this.#sent = signal
    const child = this.#child
    if (child === null) return
    const { pid } = child
    try {
      if (process.platform === 'win32' || pid === undefined) child.kill(signal)
      else process.kill(-pid, signal)
    } catch {
      // It has ended already.
    }
  }

  judged({ code, signal }: Ending): Judged {
    const told = this.#sent !== null
    return {
      exit: told ? null : code,
      signal: signal ?? this.#sent,
      late: this.#late,
      interrupted: this.#asked > 0,
    }
  }

  /**
   * What ignored the first signal in its group goes with it.
   * @param whole so does what it left behind in its group when it ended by itself
   */
  release(whole = false): void {
    for (const timer of this.#timers) clearTimeout(timer)
    for (const signal of PASSED_ON) process.off(signal, this.#pass)
    if (this.#sent !== null || whole) this.#send('SIGKILL')
  }
}
