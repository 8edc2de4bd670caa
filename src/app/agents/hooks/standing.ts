/** Who acts in an agent tool, in which session, and by which dispatch. */

import { type Dispatch, isUnderWay, type Session } from '../../../agents/sessions.ts'
import type { HookInput } from '../../../agents/tool-call.ts'
import type { Actor } from '../../../documents/registry.ts'
import { INITIATING } from '../../../lifecycle/roles.ts'
import { readConfiguration } from '../../configuration.ts'
import { timestamp } from '../../qms.ts'
import { type AgentRecords, openRecords, type Records } from '../../records.ts'
import type { HookPorts } from './ports.ts'

export interface Standing {
  readonly records: Records
  readonly agents: AgentRecords
  readonly now: string
  /** The open session that the tool works in; null where there is none, or where several are and none is told. */
  readonly session: Session | null
  /** Who acts: the registered agent, or the orchestrator; null where that is not known. */
  readonly actor: string | null
  /** The dispatch of the agent that acts. */
  readonly dispatch: Dispatch | null
}

/** What is remembered of an agent inside of a tool, by its id there; `stopped`: its end was held back once. */
export interface Remembered {
  readonly dispatch: string
}

const named = (kind: 'agent' | 'session', id: string): string =>
  `tool-${kind}-${id.replaceAll(/[^A-Za-z0-9_-]/g, '_').slice(0, 80)}.json`

const recall = async (p: HookPorts, name: string): Promise<Record<string, unknown> | null> => {
  const bytes = await p.qms.local.recall(name)
  try {
    return bytes === null ? null : (JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>)
  } catch {
    return null
  }
}

const keep = (p: HookPorts, name: string, value: object): Promise<void> =>
  p.qms.local.keep(name, new TextEncoder().encode(JSON.stringify(value)))

export const rememberAgent = (p: HookPorts, id: string, what: Remembered): Promise<void> =>
  keep(p, named('agent', id), what)

export const rememberSession = (p: HookPorts, id: string, session: string): Promise<void> =>
  keep(p, named('session', id), { session })

/** The dispatch that an agent inside of a tool was called by; null where it was called by none. */
export const dispatchOf = async (
  p: HookPorts,
  agents: AgentRecords,
  id: string,
): Promise<Dispatch | null> => {
  const kept = await recall(p, named('agent', id))
  return agents.dispatches.get(String(kept?.dispatch)) ?? null
}

/** @throws NOT_INITIALISED, DAMAGED */
export const standingOf = async (p: HookPorts, input: HookInput): Promise<Standing> => {
  const records = await openRecords(p.qms)
  const agents = await records.agents()
  const now = timestamp(p.qms)
  const session = await sessionOf(p, input, agents)
  const base = { records, agents, now, session }
  const { inside } = input
  const own = inside && records.system.registry.get(inside.type)
  if (!inside || own?.kind !== 'agent')
    return { ...base, actor: session?.orchestrator ?? orchestratorNamed(p, records), dispatch: null }
  return { ...base, actor: own.name, dispatch: await openDispatch(p, agents, own.name, inside.id, now) }
}

const orchestratorNamed = (p: HookPorts, { system }: Records): string | null => {
  const actor = p.user === undefined ? undefined : system.registry.get(p.user)
  return actor?.enabled && INITIATING.has(actor.group) ? actor.name : null
}

const sessionOf = async (p: HookPorts, input: HookInput, agents: AgentRecords): Promise<Session | null> => {
  const open = [...agents.sessions.values()].filter((s) => s.ended === null)
  const kept = input.session === null ? null : await recall(p, named('session', input.session))
  const bound = open.find((s) => s.id === kept?.session)
  const own = p.user === undefined ? undefined : open.find((s) => s.orchestrator === p.user)
  return bound ?? own ?? (open.length === 1 ? (open[0] ?? null) : null)
}

/** By its id in the tool, else the one that is under way for an agent of this name and that no other has taken. */
const openDispatch = async (
  p: HookPorts,
  agents: AgentRecords,
  agent: string,
  id: string,
  now: string,
): Promise<Dispatch | null> => {
  const own = await dispatchOf(p, agents, id)
  return own?.agent === agent && own.end === null && isUnderWay(own, now) ? own : null
}

/** Agents of the registry that judge, and do not lead. */
export const isReviewer = (actor: Actor | undefined): boolean =>
  actor !== undefined && actor.kind === 'agent' && !INITIATING.has(actor.group)

/** Whose workspace copies are edited by who acts: where nobody is named, those of every agent that leads. */
export const workspacesOf = async (p: HookPorts, { records, actor }: Standing): Promise<string[]> => {
  const leading = [...records.system.registry.values()].filter(
    (a) => a.enabled && a.kind === 'agent' && INITIATING.has(a.group),
  )
  const { workspace } = await readConfiguration(records.snapshot)
  const folder = workspace.includes('<user>') ? workspace : `${workspace.replace(/\/$/, '')}/<user>`
  const users = actor === null ? leading.map((a) => a.name) : [actor]
  return users.map((user) => `${p.around.mainTop}/${folder.replaceAll('<user>', user)}`)
}
