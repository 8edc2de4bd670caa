/** Sessions: begun, told, ended, and what the Lead allows in them. Source: SOP-007 section 4.4. */
import {
  decideAllowFresh,
  decideSessionEnd,
  decideSessionStart,
  sessionFor,
} from '../../agents/dispatching.ts'
import { type Dispatch, openSessionOf, type Session, servingIn } from '../../agents/sessions.ts'
import { taskOf } from '../../agents/task.ts'
import type { AgentTask } from '../../documents/event.ts'
import type { Metadata } from '../../documents/placement.ts'
import type { Grants } from '../../store/local.ts'
import { listing } from '../listing.ts'
import { type Ask, type Qms, timestamp } from '../qms.ts'
import { openRecords, type Records } from '../records.ts'
import type { Receipt } from '../transact.ts'
import { type CallPorts, type CallSeen, callsOf } from './calls.ts'
import { revokeSession } from './identity.ts'
import { record } from './record.ts'

export interface SessionReceipt extends Receipt {
  readonly session: string
}

const sessionIn = (receipt: Receipt): string =>
  receipt.events.flatMap((e) => ('session' in e ? [String(e.session)] : []))[0] ?? ''

/** @throws ALREADY_EXISTS where one is open; NOT_ALLOWED, USER_DISABLED */
export const startSession = async (qms: Qms, ask: Ask): Promise<SessionReceipt> => {
  const { receipt } = await record(qms, ask, {
    record: 'sessions',
    mark: 'SESSION_START',
    verb: 'session start',
    decide: async (c) => [decideSessionStart(c)],
  })
  return { ...receipt, session: sessionIn(receipt) }
}

/** How long an orchestrator's token is good at the most; milliseconds. */
const LONGEST_SESSION = 7 * 24 * 3_600_000

/** What an orchestrator acts with in its session: its token. @throws NO_SESSION, IO */
export const sessionToken = async (
  qms: Qms,
  grants: Grants,
  orchestrator: string,
  session: string,
): Promise<string> => {
  const expires = new Date(qms.now().getTime() + LONGEST_SESSION).toISOString()
  const none = { dispatch: null, document: null, task: null, bound: null }
  const { token } = await grants.issue({ kind: 'session', actor: orchestrator, session, expires, ...none })
  return token
}

/** Tokens of the session are good no more, once it has ended. @throws NO_SESSION, NOT_ALLOWED, GATE */
export const endSession = async (
  qms: Qms,
  ask: Ask,
  grants: Grants,
  id: string | undefined,
  reason: string | undefined,
): Promise<SessionReceipt> => {
  const { receipt } = await record(qms, ask, {
    record: 'sessions',
    mark: 'SESSION_END',
    verb: 'session end',
    decide: async (c) => [decideSessionEnd(id, reason, c)],
  })
  const session = sessionIn(receipt)
  if (!receipt.dryRun) await revokeSession(grants, session)
  return { ...receipt, session }
}

/** Ends the session unless somebody has done so already. */
export const leaveSession = async (qms: Qms, ask: Ask, grants: Grants, id: string): Promise<void> => {
  const { sessions } = await (await openRecords(qms)).agents()
  if (sessions.get(id)?.ended === null) await endSession(qms, ask, grants, id, undefined)
}

/** @throws NOT_ALLOWED, NO_SESSION, NO_USER, GATE */
export const allowFresh = async (
  qms: Qms,
  ask: Ask,
  agent: string,
  reason: string,
  id: string | undefined,
): Promise<SessionReceipt> => {
  const { receipt } = await record(qms, ask, {
    record: 'sessions',
    mark: 'SESSION_ALLOW_FRESH',
    verb: 'session allow-fresh',
    decide: async (c) => [decideAllowFresh(agent, reason, id, c)],
  })
  return { ...receipt, session: sessionIn(receipt) }
}

/** An agent as it serves in a session. */
export interface Serving {
  readonly agent: string
  readonly backend: string
  /** What it is resumed by; null where its backend has not told yet. */
  readonly instance: string | null
  readonly dispatches: number
  readonly last: string
}

/** What is asked of agents now. */
export interface Awaited {
  readonly document: string
  readonly agent: string
  readonly task: AgentTask
  readonly status: string
  /** The dispatch that is under way for it; null where nobody was called. */
  readonly dispatch: string | null
}

export interface SessionStanding {
  readonly session: Session | null
  readonly agents: readonly Serving[]
  readonly dispatches: readonly Dispatch[]
  /** Those that nobody has said the end of, and that may still come to one by themselves. */
  readonly open: readonly string[]
  /** Those that nobody has said the end of, and that nobody is at work for or waits for any more: the next call ends them. */
  readonly gone: readonly string[]
  readonly awaited: readonly Awaited[]
  /** Documents of the orchestrator that are not at their end. */
  readonly own: readonly { readonly document: string; readonly title: string; readonly status: string }[]
  /** Every session, newest first. */
  readonly sessions: readonly Session[]
}

/** All that an orchestrator needs to go on, whatever it has forgotten. @throws NO_SESSION for an id that is none */
export const showSession = async (
  qms: Qms,
  ask: Ask,
  ports: CallPorts,
  id: string | undefined,
): Promise<SessionStanding> => {
  const records = await openRecords(qms)
  const { sessions, dispatches } = await records.agents()
  const session = chosen(records, ask, sessions, id)
  const inIt = [...dispatches.values()].filter((d) => d.session === session?.id)
  const all = await listing(qms, records)
  const calls = (await callsOf({ dispatches, now: timestamp(qms) }, ports)).filter((x) => inIt.includes(x.of))
  const open = calls.filter((x) => !x.gone).map((x) => x.of)
  return {
    session,
    agents: session ? servingAll(session, inIt, dispatches, calls) : [],
    dispatches: inIt,
    open: open.map((d) => d.id),
    gone: calls.filter((x) => x.gone).map((x) => x.of.id),
    awaited: await awaitedBy(records, all, open),
    own: all
      .filter((m) => session && m.responsible_user === session.orchestrator)
      .map((m) => ({ document: m.doc_id, title: m.title, status: m.status })),
    sessions: [...sessions.values()].reverse(),
  }
}

/** The one that is named, else the reader's open one, else the only open one. */
const chosen = (
  records: Records,
  ask: Ask,
  sessions: ReadonlyMap<string, Session>,
  id: string | undefined,
): Session | null => {
  const reader = records.reader(ask.user)
  if (id !== undefined) {
    const actor = reader ?? { name: '', group: 'reviewer', kind: 'human', enabled: true, since: '' }
    return sessionFor({ actor, sessions }, id)
  }
  const open = [...sessions.values()].filter((s) => s.ended === null)
  return (reader && openSessionOf(sessions, reader.name)) ?? (open.length === 1 ? (open[0] ?? null) : null)
}

const servingAll = (
  session: Session,
  inIt: readonly Dispatch[],
  dispatches: ReadonlyMap<string, Dispatch>,
  calls: readonly CallSeen[],
): Serving[] =>
  [...new Set(inIt.map((d) => d.agent))].map((agent) => {
    const own = inIt.filter((d) => d.agent === agent)
    const last = own.at(-1) as Dispatch
    const serving = servingIn(dispatches, session.id, agent)
    return {
      agent,
      backend: serving?.backend ?? last.backend,
      instance: calls.findLast((x) => x.of.agent === agent)?.instance ?? serving?.instance ?? null,
      dispatches: own.length,
      last: last.id,
    }
  })

const awaitedBy = async (
  records: Records,
  all: readonly Metadata[],
  underWay: readonly Dispatch[],
): Promise<Awaited[]> => {
  const asking = all.filter((m) => m.pending_assignees.length > 0)
  const found = asking.map(async (m) => {
    const { d } = await records.load(m.doc_id)
    const task = taskOf(d)
    const agents = m.pending_assignees.filter((n) => records.system.registry.get(n)?.kind === 'agent')
    return agents.flatMap((agent) =>
      task === null
        ? []
        : {
            document: m.doc_id,
            agent,
            task,
            status: m.status,
            dispatch: underWay.find((x) => x.document === m.doc_id && x.agent === agent)?.id ?? null,
          },
    )
  })
  return (await Promise.all(found)).flat()
}
