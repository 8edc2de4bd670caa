/**
 * The port to the programs that run agents. A backend says how its program is called and reads what it writes; it
 * starts nothing itself, so that time limits, retries and endings are the same for all of them.
 */

export interface BackendAsk {
  /** Name of the agent, and of its definition file. */
  readonly agent: string
  /** All that it is told. */
  readonly prompt: string
  /** Top of the project, absolute. */
  readonly folder: string
  /** Path of the agent's definition file, from the top of the project; null where it has none. */
  readonly definition: string | null
  /** The agent that goes on, as the backend calls it; null where a new one begins. */
  readonly instance: string | null
  /** A UUID that a new agent may be given as its name. */
  readonly fresh: string
  /** What this agent had used before, all its earlier runs together: some tools count on. Null where that is not known. */
  readonly before: Spent | null
  /** Folders outside of the project's files that `qms` itself writes in, absolute: git's own, and this user's state. */
  readonly writes: readonly string[]
}

export interface Spent {
  readonly tokens: number | null
  /** US dollars. */
  readonly cost: number | null
}

/** How a program is called: words, without a shell. */
export interface Invocation {
  readonly command: readonly [program: string, ...words: string[]]
  /** Standard input, closed behind it; empty where it reads none. */
  readonly input: string
  /** What its environment has besides that of this program; null takes a variable away. Never a secret. */
  readonly env: Readonly<Record<string, string | null>>
}

/** What kept an agent from coming to its end. */
export const TROUBLES = [
  'NO_SUCH_SESSION',
  'SESSION_IN_USE',
  'UNTRUSTED_FOLDER',
  'DENIED',
  'NO_ANSWER',
  'UNREADABLE_ANSWER',
  'LIMIT',
  'NOT_AUTHENTICATED',
  'OVERLOADED',
  'API',
  'USAGE',
  'TIMEOUT',
  'SILENT',
  'KILLED',
  'UNKNOWN',
] as const
export type TroubleCode = (typeof TROUBLES)[number]

export interface Trouble {
  readonly code: TroubleCode
  /** The program's own words, shortened; of what they show nothing is ever followed. */
  readonly words: string
  /** Whether the same call may well succeed a little later. */
  readonly transient: boolean
}

/** What is to be known when the program has ended. */
export interface AgentEnd {
  /** Null where the program came to its end as it should: what the agent did is for the trail to say. */
  readonly trouble: Trouble | null
  /** What the agent is resumed by; null where it was not told. */
  readonly instance: string | null
  /** The program and its version, such as `claude 2.1.329`; null where it did not say. */
  readonly tool: string | null
  readonly turns: number | null
  readonly tokens: number | null
  /** US dollars. */
  readonly cost: number | null
  /** Names of tools that were denied. */
  readonly denied: readonly string[]
  /** The last words of the agent; null where it had none. */
  readonly said: string | null
}

/** How the program ended. */
export interface ProgramEnd {
  readonly exit: number | null
  readonly signal: string | null
  /** It was ended because its time was over, or because it had been silent for too long. */
  readonly late: 'time' | 'silence' | null
}

/** Reads what one run of the program writes. */
export interface Listener {
  /** What the agent is resumed by, as far as it was told by now. */
  readonly instance: string | null
  /** One line, without its end; gives what a person may be shown of it, or null. */
  hear(from: 'stdout' | 'stderr', line: string): string | null
  /** Whether the line says only that the program waits for its service: no sign of life of the agent. */
  waits(from: 'stdout' | 'stderr', line: string): boolean
  end(ended: ProgramEnd): AgentEnd
}

/** Words of a call; those that are `{agent}`, `{instance}`, `{fresh}` or `{folder}`, whole, are replaced. */
export interface CommandWords {
  readonly start: readonly [program: string, ...words: string[]]
  /** For an agent that goes on; absent: as `start`. */
  readonly resume?: readonly [program: string, ...words: string[]] | undefined
}

export interface Backend {
  readonly name: string
  /** Its program. */
  readonly program: string
  /** Words that make the program tell its version; null where it has none, or tells it itself. */
  readonly versionWords: readonly string[] | null
  invocation(ask: BackendAsk): Invocation
  listener(ask: BackendAsk): Listener
}
