/** What a captured command writes, passed on as it comes; a reader who leaves does not end the capture. */
import { once } from 'node:events'

type Stream = NodeJS.WriteStream
const LINE_FEED = 10

type Listener = (error: Error) => void

export class Echo {
  readonly #asJson: boolean
  readonly #gone = new Set<Stream>()
  /** Outputs in which a line is begun and not ended. */
  readonly #begun = new Set<Stream>()
  readonly #before = new Map<Stream, Listener[]>()

  /** @param asJson standard output belongs to the answer: everything goes to standard error */
  constructor(asJson: boolean) {
    this.#asJson = asJson
  }

  /** Until `close`, an output that cannot be written to is merely left alone. */
  open(): void {
    for (const stream of [process.stdout, process.stderr]) {
      this.#before.set(stream, stream.listeners('error') as Listener[])
      stream.removeAllListeners('error')
      stream.on('error', () => this.#gone.add(stream))
    }
  }

  readonly hear = (from: 'stdout' | 'stderr', chunk: Uint8Array): Promise<void> | undefined => {
    const stream = this.#asJson ? process.stderr : process[from]
    if (chunk.at(-1) === LINE_FEED) this.#begun.delete(stream)
    else if (chunk.length > 0) this.#begun.add(stream)
    if (this.#gone.has(stream) || stream.destroyed || stream.write(chunk)) return undefined
    return drained(stream)
  }

  /** Whether the answer has a reader still, who finds it on a line of its own. */
  close(): boolean {
    const heard = !this.#gone.has(process.stdout) && !process.stdout.destroyed
    if (!heard) return false
    if (!this.#asJson) for (const stream of this.#begun) if (!this.#gone.has(stream)) stream.write('\n')
    for (const [stream, listeners] of this.#before) {
      stream.removeAllListeners('error')
      for (const listener of listeners) stream.on('error', listener)
    }
    return true
  }
}

const drained = async (stream: Stream): Promise<void> => {
  const given = new AbortController()
  const { signal } = given
  await Promise.race([once(stream, 'drain', { signal }), once(stream, 'close', { signal })]).catch(
    () => undefined,
  )
  given.abort()
}
