/** Which backend runs an agent, and whether this user agreed to its program. */
import type { Backend, CommandWords } from '../../agents/backend.ts'
import type { Digest } from '../../documents/trail.ts'
import { refuse } from '../../errors.ts'
import type { AgentRuns } from '../../project/agent-runs.ts'
import type { Trust } from '../../store/local.ts'
import { type BackendSettings, BUILT_IN_BACKENDS, backendNameFor } from '../backend-settings.ts'

/** What agents are called with. */
export interface AgentTools {
  readonly runs: AgentRuns
  readonly trust: Trust
  /** A built-in backend, or that of a command. */
  readonly make: (name: string, command: CommandWords | null) => Backend
  /** Top of the work tree where the caller stands. */
  readonly folder: string
  /** Folders outside of the project's files that `qms` writes in, absolute. */
  readonly writes: readonly string[]
  /** File for what the program of a dispatch writes; null where there is no place for it. */
  readonly logOf: (dispatch: string) => string | null
}

/** @throws BAD_VALUE, UNTRUSTED_COMMAND */
export const backendFor = (
  settings: BackendSettings,
  agent: string,
  tools: Pick<AgentTools, 'trust' | 'make'>,
  digest: Digest,
): Backend => backendNamed(settings, backendNameFor(settings, agent), tools, digest)

/** @throws as `backendFor` */
export const backendNamed = (
  settings: BackendSettings,
  name: string,
  { trust, make }: Pick<AgentTools, 'trust' | 'make'>,
  digest: Digest,
): Backend => {
  if ((BUILT_IN_BACKENDS as readonly string[]).includes(name)) return make(name, null)
  const command = commandOf(settings, name)
  if (!isTrusted(trust, name, command, digest))
    throw refuse('UNTRUSTED_COMMAND', { backend: name, command: JSON.stringify(command) })
  return make(name, command)
}

/** @throws BAD_VALUE where the project names no such command */
export const commandOf = ({ commands }: BackendSettings, name: string): CommandWords => {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (command) return command
  const known = [...BUILT_IN_BACKENDS, ...Object.keys(commands)].join(', ')
  throw refuse('BAD_VALUE', { name: 'backend', found: name, expected: known })
}

/** SHA-256 of all its words: whoever changes one has to be trusted anew. */
export const digestOfWords = ({ start, resume }: CommandWords, digest: Digest): string =>
  digest(new TextEncoder().encode(JSON.stringify([start, resume ?? null])))

export const isTrusted = (trust: Trust, name: string, command: CommandWords, digest: Digest): boolean =>
  trust.list().some((t) => t.name === name && t.digest === digestOfWords(command, digest))
