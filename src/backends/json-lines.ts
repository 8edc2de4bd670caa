/** What programs have in common that write one JSON object a line: an object is an event, anything else is a complaint. */
import type { AgentEnd, Listener, ProgramEnd } from '../agents/backend.ts'
import { objectIn, shortened, Tail } from './words.ts'

export type Fields = Readonly<Record<string, unknown>>

export abstract class JsonLines implements Listener {
  /** The last of what it complained of. */
  protected readonly errors = new Tail()
  /** What it waits for, where it said so last: a service that does not answer. */
  protected waited: string | null = null
  /** The last line on standard output that is no object. */
  protected unreadable: string | null = null

  hear(from: 'stdout' | 'stderr', line: string): string | null {
    const event = from === 'stdout' ? objectIn(line) : null
    if (event) return this.event(event)
    if (line.trim() === '') return null
    if (from === 'stdout') this.unreadable = line
    else this.complaint(line)
    return shortened(line)
  }

  abstract get instance(): string | null
  abstract waits(from: 'stdout' | 'stderr', line: string): boolean
  abstract end(ended: ProgramEnd): AgentEnd

  /** @returns what of it to show, in one line */
  protected abstract event(event: Fields): string | null

  /** A line on standard error. */
  protected complaint(line: string): void {
    this.errors.add(line)
  }
}
