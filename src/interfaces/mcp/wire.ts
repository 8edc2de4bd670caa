/** Standard input and output as the protocol needs them: nothing else is written to the one or read from the other. */
import { PassThrough, type Readable, Writable } from 'node:stream'
import { setImmediate as tick } from 'node:timers/promises'
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio'
import type { Queue } from './queue.ts'

/**
 * Takes standard output for itself: whatever else this process writes there from now on goes to standard error. A
 * reader who left is met by the transport, and no more by the command line, which would end at once.
 */
const claimedOutput = (): Writable => {
  const { stdout, stderr } = process
  const write = stdout.write.bind(stdout)
  stdout.write = stderr.write.bind(stderr) as typeof stdout.write
  for (const stream of [stdout, stderr]) {
    stream.removeAllListeners('error')
    stream.on('error', () => undefined)
  }
  return new Writable({
    decodeStrings: false,
    write: (chunk: string | Uint8Array, encoding, done) => write(chunk, encoding, done),
  })
}

/** Ends when standard input does, and all that was asked before has been answered: a transport that ends answers no more. */
const patientInput = (queue: Queue): Readable => {
  const input = new PassThrough()
  const end = async (): Promise<void> => {
    do {
      await tick()
      await queue.idle()
      await tick()
    } while (!queue.isIdle)
    input.end()
  }
  process.stdin.on('data', (chunk) => input.write(chunk))
  process.stdin.once('end', end)
  process.stdin.once('error', end)
  return input
}

export class Wire extends StdioServerTransport {
  /** When the other side has left. */
  readonly closed: Promise<void>
  readonly #left: () => void

  constructor(queue: Queue) {
    super(patientInput(queue), claimedOutput())
    const { promise, resolve } = deferred()
    this.closed = promise
    this.#left = resolve
  }

  /** Standard input is let go: a process that still waits for it does not end. */
  override async close(): Promise<void> {
    await super.close()
    process.stdin.destroy()
    this.#left()
  }
}

const deferred = (): { promise: Promise<void>; resolve: () => void } => {
  let resolve: () => void = () => undefined
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve }
}
