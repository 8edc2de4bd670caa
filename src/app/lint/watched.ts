/** Tells afterwards which documents a rule asked about: what was found depends on their statuses, and on no others. */
import type { Known } from '../../lint/subject.ts'

export class Watched implements ReadonlyMap<string, Known> {
  readonly #known: ReadonlyMap<string, Known>
  /** Status by id; null for what is not there. */
  readonly asked = new Map<string, string | null>()
  /** A rule went through all of them. */
  all = false

  constructor(known: ReadonlyMap<string, Known>) {
    this.#known = known
  }

  get(id: string): Known | undefined {
    const found = this.#known.get(id)
    this.asked.set(id, found?.status ?? null)
    return found
  }

  has(id: string): boolean {
    return this.get(id) !== undefined
  }

  get size(): number {
    return this.#every().size
  }

  forEach(work: (value: Known, key: string, map: ReadonlyMap<string, Known>) => void): void {
    this.#every().forEach((value, key) => {
      work(value, key, this)
    })
  }

  entries(): MapIterator<[string, Known]> {
    return this.#every().entries()
  }

  keys(): MapIterator<string> {
    return this.#every().keys()
  }

  values(): MapIterator<Known> {
    return this.#every().values()
  }

  [Symbol.iterator](): MapIterator<[string, Known]> {
    return this.entries()
  }

  #every(): ReadonlyMap<string, Known> {
    this.all = true
    return this.#known
  }
}
