/**
 * Trails as this process read them last: of one that has grown only what was added is read. What is kept is never taken
 * for what stands in the store: its bytes are compared.
 */
import type { DocumentEvent, SystemEvent } from '../documents/event.ts'
import type { KnownTrail } from '../documents/trail.ts'

/** A few, since a process that looks at all documents looks at each once. */
const MOST = 32
/** Bytes. */
const LARGEST = 1_000_000

class KnownTrails<E> {
  readonly #trails = new Map<string, KnownTrail<E>>()

  of(path: string): KnownTrail<E> | undefined {
    return this.#trails.get(path)
  }

  /** @param trail found sound */
  keep(path: string, trail: KnownTrail<E>): void {
    this.#trails.delete(path)
    if (trail.bytes.length > LARGEST) return
    this.#trails.set(path, trail)
    const [oldest] = this.#trails.keys()
    if (this.#trails.size > MOST && oldest !== undefined) this.#trails.delete(oldest)
  }
}

export const documentTrails = new KnownTrails<DocumentEvent>()
export const systemTrails = new KnownTrails<SystemEvent>()
