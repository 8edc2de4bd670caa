/** Keeps the beginning and the end of what streams by, and counts the rest: never more than four times either end. */
import type { Seen } from './commands.ts'

/** So many small pieces are put together at a time. */
const PIECES = 4096

export class Collector {
  readonly #each: number
  readonly #head: Uint8Array[] = []
  #headSize = 0
  #tail: Uint8Array[] = []
  #tailSize = 0
  #bytes = 0

  /** @param each bytes of either end */
  constructor(each: number) {
    this.#each = each
  }

  add(chunk: Uint8Array): void {
    this.#bytes += chunk.length
    const first = chunk.subarray(0, this.#each - this.#headSize)
    // Copies: what a stream gives may be a part of something much larger.
    if (first.length > 0) this.#head.push(Uint8Array.from(first))
    this.#headSize += first.length
    const rest = chunk.subarray(first.length)
    if (rest.length > 0) this.#push(Uint8Array.from(rest.subarray(-this.#each)))
  }

  #push(chunk: Uint8Array): void {
    this.#tail.push(chunk)
    this.#tailSize += chunk.length
    if (this.#tailSize < 2 * this.#each && this.#tail.length < PIECES) return
    this.#tail = [this.#last()]
    this.#tailSize = this.#tail[0]?.length ?? 0
  }

  #last(): Uint8Array {
    return Uint8Array.from(Buffer.concat(this.#tail).subarray(-this.#each))
  }

  seen(): Seen {
    const head = Buffer.concat(this.#head)
    const tail = this.#last()
    const whole = this.#bytes === head.length + tail.length
    if (whole) return { head: Buffer.concat([head, tail]), tail: null, bytes: this.#bytes }
    return { head, tail, bytes: this.#bytes }
  }
}
