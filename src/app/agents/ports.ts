/** What calling agents needs of the world. */
import type { AgentEnd, Backend, BackendAsk } from '../../agents/backend.ts'
import type { AgentTask } from '../../documents/event.ts'
import type { Calls, Grants } from '../../store/local.ts'

/** One run of an agent's program, repeated where its trouble passes. */
export interface AgentRun {
  readonly backend: Backend
  readonly ask: BackendAsk
  /** Its token: for its environment, and for nothing else. */
  readonly token: string
  /** Name of the dispatch, for the file of its output. */
  readonly name: string
  /** Milliseconds that it may take, repetitions included. */
  readonly limit: number
  /** Whether it has done what it was called for: then it is not called again. */
  isDone(): Promise<boolean>
  /** The process is there. */
  started(pid: number): Promise<void>
  /** What it is resumed by, as soon as that is known. */
  met(instance: string): void
  /** What a person may be shown of it while it works. */
  tell(line: string): void
}

export interface AgentRan {
  readonly end: AgentEnd
  readonly exit: number | null
  /** Somebody ended this program, and the agent with it. */
  readonly interrupted: boolean
  /** Milliseconds. */
  readonly duration: number
  /** Where its output is; null where it is not kept. */
  readonly log: string | null
}

export interface AgentPorts {
  readonly grants: Grants
  readonly calls: Calls
  /** Top of the project. */
  readonly folder: string
  /** Folders outside of its files that this program writes in. */
  readonly writes: readonly string[]
  /** Name of the backend of a new agent, as configured. */
  backendOf(agent: string): Promise<string>
  /** @throws UNTRUSTED_COMMAND, BAD_VALUE */
  backend(name: string): Promise<Backend>
  /** Milliseconds that an agent may take, repetitions included. */
  limit(): Promise<number>
  template(task: AgentTask): Promise<{ readonly text: string; readonly digest: string }>
  /** Path of an agent's definition file from the top of the project; null where it has none. */
  definition(agent: string): Promise<string | null>
  uuid(): string
  run(what: AgentRun): Promise<AgentRan>
}
