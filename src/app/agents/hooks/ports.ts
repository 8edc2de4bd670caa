/** What the hooks of agent tools need, and what they answer. */
import type { AgentTask } from '../../../documents/event.ts'
import type { QmsError } from '../../../errors.ts'
import type { Surroundings } from '../../../project/surroundings.ts'
import type { Grants } from '../../../store/local.ts'
import type { Qms } from '../../qms.ts'

export interface HookPorts {
  readonly qms: Qms
  readonly around: Surroundings
  /** Name of the control branch. */
  readonly branch: string
  readonly grants: Grants
  template(task: AgentTask): Promise<{ readonly text: string; readonly digest: string }>
  /** Who the environment says is acting on the main thread. */
  readonly user: string | undefined
}

export type Decision =
  /** Nothing is said: the tool's own rules hold. */
  | { readonly do: 'pass' }
  | { readonly do: 'deny'; readonly because: string | QmsError; readonly next: readonly string[] }
  /** The call is made with other input. */
  | { readonly do: 'replace'; readonly input: Readonly<Record<string, unknown>>; readonly because: string }

export const PASS: Decision = { do: 'pass' }

export const deny = (because: string | QmsError, ...next: readonly string[]): Decision => ({
  do: 'deny',
  because,
  next,
})

/** By this name dispatches of agents inside an agent tool are known: no program of ours is run for them. */
export const SUBAGENT = 'claude-subagent'
