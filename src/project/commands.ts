/** The port to commands of the user: run as they are given, without a shell, heard while they run. */

/** What was seen of an output: all of it in `head`, or its beginning and its end. */
export interface Seen {
  readonly head: Uint8Array
  readonly tail: Uint8Array | null
  /** Of the whole output. */
  readonly bytes: number
}

/** A command that came to an end. */
export interface Ran extends Seen {
  /** Null where a signal ended it, it ran out of time, or it was interrupted. */
  readonly exit: number | null
  /** Which signal did, or was sent. */
  readonly signal: string | null
  /** It was ended because its time was over. */
  readonly late: boolean
  /** Milliseconds. */
  readonly duration: number
}

export interface RunAsk {
  readonly command: readonly string[]
  /** Absolute. */
  readonly folder: string
  /** Seconds after which it is ended; absent: as long as it takes. */
  readonly timeout?: number | undefined
  /** Bytes of either end of its output that are given back. */
  readonly each: number
  /** Hears what it writes, as it comes; a promise is waited for before more is read. */
  readonly hear: (from: 'stdout' | 'stderr', chunk: Uint8Array) => Promise<void> | undefined
}

export interface Commands {
  /** What a command is given as its environment. */
  readonly environment: Readonly<Record<string, string>>
  /** @throws NOT_STARTED */
  run(ask: RunAsk): Promise<Ran>
}
