/** The port to programs that run agents: told what to do on standard input, heard line by line, ended when they are late. */

export interface AgentRunAsk {
  /** A name to be found on PATH, or an absolute path; neither may lead into `folder`. Without a shell. */
  readonly command: readonly [program: string, ...words: string[]]
  /** Top of the project, absolute. */
  readonly folder: string
  /** Standard input, closed behind it. */
  readonly input: string
  /** What its environment has besides that of this program; null takes a variable away. */
  readonly env: Readonly<Record<string, string | null>>
  /** The same, for values that must appear nowhere: each is taken out of all that the program writes. */
  readonly secrets: Readonly<Record<string, string>>
  /** Milliseconds that it may take. */
  readonly time: number
  /** Milliseconds that it may be silent. */
  readonly idle: number
  /** A file that all it writes is appended to, for this user alone; null for none. */
  readonly log: string | null
  /** Told when the process is there; it is given nothing to read before this is done. */
  readonly started?: ((pid: number) => Promise<void> | undefined) | undefined
  /** Hears one line without its end; false where the line is no sign of life. */
  readonly hear: (from: 'stdout' | 'stderr', line: string) => boolean
}

/** How it ended. */
export interface AgentRan {
  /** Null where a signal ended it, or it was ended. */
  readonly exit: number | null
  readonly signal: string | null
  /** It was ended because its time was over, or because it had been silent for too long. */
  readonly late: 'time' | 'silence' | null
  /** Somebody ended this program, and the agent with it. */
  readonly interrupted: boolean
  /** Milliseconds. */
  readonly duration: number
}

export interface AgentRuns {
  /** @throws NOT_STARTED, IO; what `started` throws, when the program has been ended */
  run(ask: AgentRunAsk): Promise<AgentRan>
  /** Absolute path of the program that a name stands for. @throws NOT_STARTED */
  find(program: string, folder: string): string
}
