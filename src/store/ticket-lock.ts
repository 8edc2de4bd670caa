/**
 * A lock between processes that serves in order of arrival. Each waiter puts down a ticket whose number must be
 * higher than all others present once it lies there (else it is drawn again); the lowest ticket of a living owner
 * holds. Names hold the owner and are never reused, so removing a dead owner's ticket cannot hit a living one.
 */
import { mkdirSync, type Stats, unlinkSync, utimes, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { refuse } from '../errors.ts'
import { look, namesIn, removeIfThere } from './disk.ts'
import { errno, guarded } from './git-faults.ts'
import { isGone, liveness, newOwnerId, OWNER_PATTERN } from './owner.ts'

interface Ticket {
  readonly name: string
  readonly number: number
  readonly owner: string
}

const HEARTBEAT_MS = 10_000
const TICKET = new RegExp(`^[a-z]+\\.\\d+\\.(${OWNER_PATTERN})$`)
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export class TicketLock {
  readonly #folder: string
  readonly #name: string
  readonly #waitMs: number
  /** Callers of one process queue here, so that they need one ticket at a time. */
  #last: Promise<unknown> = Promise.resolve()

  /** @param waitMs how long a caller waits for other processes before LOCKED. */
  constructor(folder: string, name: string, waitMs: number) {
    this.#folder = folder
    this.#name = name
    this.#waitMs = waitMs
  }

  /** @throws LOCKED, IO; whatever `work` throws. */
  hold<T>(work: () => Promise<T>): Promise<T> {
    const run = () => this.#run(work)
    const mine = this.#last.then(run, run)
    this.#last = mine.catch(() => undefined)
    return mine
  }

  async #run<T>(work: () => Promise<T>): Promise<T> {
    const ticket = await guarded('lock', this.#folder, () => this.#draw())
    const file = join(this.#folder, ticket.name)
    const release = releaseOnExit(file)
    const beat = setInterval(() => utimes(file, new Date(), new Date(), () => undefined), HEARTBEAT_MS)
    beat.unref()
    try {
      await this.#awaitTurn(ticket)
      return await work()
    } finally {
      clearInterval(beat)
      release()
      await removeIfThere(file).catch(() => undefined)
    }
  }

  async #draw(): Promise<Ticket> {
    for (;;) {
      const number = 1 + Math.max(0, ...(await this.#tickets()).map((ticket) => ticket.number))
      const mine = this.#ticket(number)
      this.#put(join(this.#folder, mine.name))
      const others = (await this.#tickets()).filter((ticket) => ticket.name !== mine.name)
      if (others.every((ticket) => ticket.number < number)) return mine
      await removeIfThere(join(this.#folder, mine.name))
      await sleep(Math.random() * 5)
    }
  }

  #ticket(number: number): Ticket {
    const owner = newOwnerId()
    return { name: `${this.#name}.${number}.${owner}`, number, owner }
  }

  #put(file: string): void {
    try {
      writeFileSync(file, '', { flag: 'wx' })
    } catch (error) {
      if (errno(error) !== 'ENOENT') throw error
      mkdirSync(this.#folder, { recursive: true })
      writeFileSync(file, '', { flag: 'wx' })
    }
  }

  async #awaitTurn(mine: Ticket): Promise<void> {
    const start = Date.now()
    for (;;) {
      const ahead = (await this.#tickets()).filter((ticket) => ticket.number < mine.number)
      const first = await this.#firstLiving(ahead)
      if (first === null) return
      const waitedMs = Date.now() - start
      if (waitedMs > this.#waitMs) throw this.#refusal(first, waitedMs)
      await sleep(Math.min(100, 3 + 8 * (ahead.length - 1)) * (0.7 + 0.6 * Math.random()))
    }
  }

  #refusal(first: Ticket, waitedMs: number) {
    const path = join(this.#folder, first.name)
    return refuse('LOCKED', { path, waitedMs, holder: `process ${first.owner.split('-')[0]}` })
  }

  /** Only that one is looked at: fifty who wait would else look at one another all the time. */
  async #firstLiving(tickets: readonly Ticket[]): Promise<Ticket | null> {
    for (const ticket of [...tickets].sort((a, b) => a.number - b.number)) {
      const file = join(this.#folder, ticket.name)
      if (!(await ownerGone(file, ticket.owner))) return ticket
      await removeIfThere(file)
    }
    return null
  }

  async #tickets(): Promise<Ticket[]> {
    const names = await namesIn(this.#folder)
    return names.filter((name) => name.startsWith(`${this.#name}.`)).map(parseTicket)
  }
}

function parseTicket(name: string): Ticket {
  const [, number, owner] = name.split('.')
  return { name, number: Number(number) || 0, owner: owner ?? '' }
}

/** Clears away tickets of processes that are gone, whatever lock they are for. Never fails: whoever waits does the same. */
export async function dropDeadTickets(folder: string): Promise<void> {
  for (const name of await namesIn(folder).catch(() => [])) {
    const owner = TICKET.exec(name)?.[1]
    const file = join(folder, name)
    if (owner && (await ownerGone(file, owner))) await removeIfThere(file).catch(() => undefined)
  }
}

/** Whether whoever made `file` is gone; a file that vanished meanwhile has no owner either. */
export async function ownerGone(file: string, owner: string): Promise<boolean> {
  const state = liveness(owner)
  if (state !== 'unknown') return state === 'dead'
  const stats = lookOrNull(file)
  return stats === null || isGone(owner, Date.now() - stats.mtimeMs)
}

const lookOrNull = (file: string): Stats | null => {
  try {
    return look(file)
  } catch {
    return null
  }
}

/** Takes the ticket away when the program ends early; the next waiter would find out anyway, but later. */
function releaseOnExit(file: string): () => void {
  const drop = () => {
    try {
      unlinkSync(file)
    } catch {
      // Gone already, or the disk refuses: the next waiter sees that the owner is dead.
    }
  }
  const onSignal = (signal: NodeJS.Signals) => {
    drop()
    undo()
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal)
  }
  const undo = () => {
    process.removeListener('exit', drop)
    for (const signal of SIGNALS) process.removeListener(signal, onSignal)
  }
  process.on('exit', drop)
  for (const signal of SIGNALS) process.on(signal, onSignal)
  return undo
}
