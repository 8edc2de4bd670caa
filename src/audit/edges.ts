/**
 * The ways of a long history, kept small: as columns of numbers and of object names, and made into objects again for one
 * document at a time. A hundred thousand commits change half a million files; as objects they would not fit beside the
 * rest of an audit.
 */
import type { Blob, Change, Edge } from './history.ts'

/** Whole numbers, in a buffer that grows. */
class Numbers {
  #held = new Int32Array(1024)
  length = 0

  push(value: number): number {
    if (this.length === this.#held.length) {
      const larger = new Int32Array(this.length * 2)
      larger.set(this.#held)
      this.#held = larger
    }
    this.#held[this.length] = value
    return this.length++
  }

  at(index: number): number {
    return this.#held[index]!
  }

  set(index: number, value: number): void {
    this.#held[index] = value
  }
}

/** Names in one block after the other. */
const BLOCK = 1 << 14
const encoder = new TextEncoder()
const decoder = new TextDecoder('latin1')

/** Names of objects, all of one length in ASCII. */
class Names {
  readonly #blocks: Uint8Array[] = []
  #width = 0
  length = 0

  push(name: string): number {
    this.#width ||= name.length
    const place = this.length % BLOCK
    if (place === 0) this.#blocks.push(new Uint8Array(BLOCK * this.#width))
    encoder.encodeInto(name, this.#blocks.at(-1)!.subarray(place * this.#width))
    return this.length++
  }

  at(index: number): string {
    const start = (index % BLOCK) * this.#width
    return decoder.decode(this.#blocks[Math.floor(index / BLOCK)]!.subarray(start, start + this.#width))
  }
}

/** Texts that come again and again, by number. */
class Words {
  readonly #numbers = new Map<string, number>()
  readonly #texts: string[] = []

  of(text: string): number {
    const known = this.#numbers.get(text)
    if (known !== undefined) return known
    this.#numbers.set(text, this.#texts.length)
    return this.#texts.push(text) - 1
  }

  at(number: number): string {
    return this.#texts[number]!
  }
}

const NONE = -1

/** What a path was last given: mostly what the next change finds there. */
interface Last {
  readonly oid: string
  readonly mode: string
  readonly blob: number
}

export class Edges {
  /** First and last edge of each key. */
  readonly #ends = new Map<string, { readonly first: number; last: number }>()
  readonly #next = new Numbers()
  readonly #commit = new Numbers()
  readonly #at = new Numbers()
  readonly #merge = new Numbers()
  readonly #changes = new Numbers()
  readonly #path = new Numbers()
  readonly #before = new Numbers()
  readonly #after = new Numbers()
  readonly #mode = new Numbers()
  readonly #oids = new Names()
  readonly #commits = new Names()
  readonly #paths = new Words()
  readonly #modes = new Words()
  readonly #last = new Map<number, Last>()
  #lastCommit = ''

  /** Oldest first: edges of one key are given back in the order in which they came. */
  add(key: string, { commit, at, merge, changes }: Edge): void {
    if (commit !== this.#lastCommit) this.#commits.push(commit)
    this.#lastCommit = commit
    const edge = this.#next.push(NONE)
    this.#commit.push(this.#commits.length - 1)
    this.#at.push(at)
    this.#merge.push(merge ? 1 : 0)
    this.#changes.push(this.#path.length)
    for (const change of changes) this.#addChange(change)
    const ends = this.#ends.get(key)
    if (!ends) this.#ends.set(key, { first: edge, last: edge })
    else {
      this.#next.set(ends.last, edge)
      ends.last = edge
    }
  }

  #addChange({ path, before, after }: Change): void {
    const number = this.#paths.of(path)
    this.#path.push(number)
    this.#before.push(this.#blobOf(before, this.#last.get(number)))
    const blob = this.#blobOf(after)
    this.#after.push(blob)
    if (after) this.#last.set(number, { oid: after.oid, mode: after.mode, blob })
  }

  #blobOf(blob: Blob | null, last?: Last): number {
    if (blob === null) return NONE
    if (last?.oid === blob.oid && last.mode === blob.mode) return last.blob
    this.#mode.push(this.#modes.of(blob.mode))
    return this.#oids.push(blob.oid)
  }

  has(key: string): boolean {
    return this.#ends.has(key)
  }

  keys(): IterableIterator<string> {
    return this.#ends.keys()
  }

  /** What was added under this key, made anew each time. */
  of(key: string): readonly Edge[] {
    const found: Edge[] = []
    for (let edge = this.#ends.get(key)?.first ?? NONE; edge !== NONE; edge = this.#next.at(edge))
      found.push(this.#edge(edge))
    return found
  }

  #edge(edge: number): Edge {
    const end = edge + 1 < this.#changes.length ? this.#changes.at(edge + 1) : this.#path.length
    const changes: Change[] = []
    for (let n = this.#changes.at(edge); n < end; n++)
      changes.push({
        path: this.#paths.at(this.#path.at(n)),
        before: this.#blob(this.#before.at(n)),
        after: this.#blob(this.#after.at(n)),
      })
    return {
      commit: this.#commits.at(this.#commit.at(edge)),
      at: this.#at.at(edge),
      merge: this.#merge.at(edge) === 1,
      changes,
    }
  }

  #blob(number: number): Blob | null {
    return number === NONE
      ? null
      : { mode: this.#modes.at(this.#mode.at(number)), oid: this.#oids.at(number) }
  }
}
