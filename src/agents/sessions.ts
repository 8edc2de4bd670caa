/** Sessions of orchestrators and the agents that were called in them, as folds of their events. Source: SOP-007 section 4.4. */
import type { AgentTask, DispatchOutcome, SystemEvent, Unlinked } from '../documents/event.ts'

type Event = Unlinked<SystemEvent>

/** A new agent in the place of one that is there, as the Lead allowed it. */
export interface Allowance {
  readonly agent: string
  readonly reason: string
  readonly by: string
  readonly at: string
}

export interface Session {
  readonly id: string
  readonly orchestrator: string
  readonly started: string
  readonly ended: { readonly at: string; readonly by: string; readonly reason: string | null } | null
  readonly allowed: readonly Allowance[]
}

export interface DispatchEnd {
  readonly at: string
  readonly outcome: DispatchOutcome
  readonly problem: string | null
  readonly instance: string | null
  readonly tool: string | null
  /** Milliseconds, turns, tokens, US dollars: as far as they are known. */
  readonly duration: number | null
  readonly turns: number | null
  readonly tokens: number | null
  readonly cost: number | null
  readonly denied: readonly string[]
}

export interface Dispatch {
  readonly id: string
  readonly session: string
  /** Who called. */
  readonly by: string
  readonly at: string
  readonly agent: string
  readonly document: string
  readonly version: string
  readonly status: string
  readonly task: AgentTask
  readonly round: number
  readonly content: string
  readonly told: string
  readonly template: string
  readonly backend: string
  /** Of the agent that went on; null where a new one began. */
  readonly resumed: string | null
  readonly fresh: boolean
  readonly until: string
  readonly end: DispatchEnd | null
}

export const foldSessions = (events: readonly Event[]): ReadonlyMap<string, Session> => {
  const sessions = new Map<string, Session>()
  for (const e of events) {
    if (e.event === 'SESSION_START')
      sessions.set(e.session, {
        id: e.session,
        orchestrator: e.user,
        started: e.ts,
        ended: null,
        allowed: [],
      })
    const session = 'session' in e && e.session ? sessions.get(e.session) : undefined
    if (session && e.event === 'SESSION_ALLOW_FRESH') {
      const allowance = { agent: e.agent, reason: e.reason, by: e.user, at: e.ts }
      sessions.set(session.id, { ...session, allowed: [...session.allowed, allowance] })
    }
    if (session && e.event === 'SESSION_END')
      sessions.set(session.id, { ...session, ended: { at: e.ts, by: e.user, reason: e.reason ?? null } })
  }
  return sessions
}

/** @param before what was folded of the events before these */
export const foldDispatches = (
  events: readonly Event[],
  before: ReadonlyMap<string, Dispatch> = new Map(),
): ReadonlyMap<string, Dispatch> => {
  const dispatches = new Map(before)
  for (const e of events) {
    if (e.event === 'DISPATCH') dispatches.set(e.dispatch, begun(e))
    const open = e.event === 'DISPATCH_END' ? dispatches.get(e.dispatch) : undefined
    if (open && e.event === 'DISPATCH_END') dispatches.set(open.id, { ...open, end: ended(e) })
  }
  return dispatches
}

const begun = (e: Extract<Event, { event: 'DISPATCH' }>): Dispatch => ({
  id: e.dispatch,
  session: e.session,
  by: e.user,
  at: e.ts,
  agent: e.agent,
  document: e.document,
  version: e.text_version,
  status: e.status,
  task: e.task,
  round: e.round,
  content: e.content,
  told: e.told,
  template: e.template,
  backend: e.backend,
  resumed: e.instance ?? null,
  fresh: e.fresh ?? false,
  until: e.until,
  end: null,
})

const ended = (e: Extract<Event, { event: 'DISPATCH_END' }>): DispatchEnd => ({
  at: e.ts,
  outcome: e.outcome,
  problem: e.problem ?? null,
  instance: e.instance ?? null,
  tool: e.tool ?? null,
  duration: e.duration ?? null,
  turns: e.turns ?? null,
  tokens: e.tokens ?? null,
  cost: e.cost ?? null,
  denied: e.denied ?? [],
})

/** The open session of an orchestrator, if there is one: nobody has two. */
export const openSessionOf = (
  sessions: ReadonlyMap<string, Session>,
  orchestrator: string,
): Session | undefined =>
  [...sessions.values()].find((s) => s.ended === null && s.orchestrator === orchestrator)

const inSession = (dispatches: ReadonlyMap<string, Dispatch>, session: string, agent: string): Dispatch[] =>
  [...dispatches.values()].filter((d) => d.session === session && d.agent === agent)

/** Whether an agent can be resumed by this name: it fits the record, and no program takes it for an option of its own. */
export const isInstance = (name: string | null | undefined): name is string =>
  typeof name === 'string' && name.length <= 200 && /^[^-\p{C}][^\p{C}]*$/u.test(name)

/** The agent that serves in a session, as its backend calls it; null where none does yet. */
export const servingIn = (
  dispatches: ReadonlyMap<string, Dispatch>,
  session: string,
  agent: string,
): { readonly instance: string; readonly backend: string } | null => {
  const last = inSession(dispatches, session, agent).findLast((d) => isInstance(d.end?.instance))
  return last?.end?.instance ? { instance: last.end.instance, backend: last.backend } : null
}

/** Of what the Lead allowed in a session for one agent, what has not been used: each is good for one. */
export const allowancesLeft = (
  session: Session,
  dispatches: ReadonlyMap<string, Dispatch>,
  agent: string,
): number =>
  session.allowed.filter((a) => a.agent === agent).length -
  inSession(dispatches, session.id, agent).filter((d) => d.fresh).length

/** A dispatch that is under way, as far as the records tell: nobody has said that it ended, and its time is not over. */
export const isUnderWay = (d: Dispatch, now: string): boolean => d.end === null && now < d.until

/** The next number of a series: `S-001`, `D-001`. */
export const nextNumber = (letter: 'S' | 'D', ids: Iterable<string>): string => {
  const highest = Math.max(0, ...[...ids].map((id) => Number(id.slice(2))))
  return `${letter}-${String(highest + 1).padStart(3, '0')}`
}
