/**
 * The records of sessions, dispatches and incidents: each event is decided again, as those of documents are. Whether a
 * document asked for what an agent was called to is judged where its trail is (`called.ts`).
 */
import {
  decideAllowFresh,
  decideDispatch,
  decideDispatchEnd,
  decideSessionEnd,
  decideSessionStart,
  type Ending,
  type Sitting,
} from '../agents/dispatching.ts'
import { type Dispatch, foldDispatches, foldSessions, type Session } from '../agents/sessions.ts'
import type { Document } from '../documents/document.ts'
import type { SystemEvent } from '../documents/event.ts'
import { refuse } from '../errors.ts'
import { type AgentRecord, systemPath } from '../store/layout.ts'
import { type Calls, type Dispatched, listIn } from './calls.ts'
import { objectionTo, type Said } from './decided.ts'
import { type Finding, finding } from './finding.ts'
import { type Instant, notAfter, type Placed, type World } from './positions.ts'
import { toldFindings } from './told.ts'

interface Around extends Pick<World, 'registryAt'> {
  readonly calls: Calls
}

/** What was known when an event was written, of the record that it is in and of the others. */
interface Known extends Sitting {
  readonly calls: Calls
  readonly when: Instant
}

/** A record as it grows: how an event of it is decided, and what it adds. */
interface Growing {
  /** The event as it must be; null where it has no place in this record. @throws QmsError where it is refused */
  decide(e: SystemEvent, c: Known): object | null
  add(e: SystemEvent): void
}

const RECORDS: Readonly<Record<AgentRecord, () => Growing>> = {
  sessions: () => new Sessions(),
  dispatches: () => new Dispatches(),
  incidents: () => ({ decide: incident, add: () => undefined }),
}

/** @param judged events before this index were judged in an earlier audit */
export const agentFindings = (
  record: AgentRecord,
  events: readonly Placed<SystemEvent>[],
  around: Around,
  judged: number,
): Finding[] => {
  const growing = RECORDS[record]()
  return events.flatMap(({ event, at }, i) => {
    const said = i < judged ? null : objection(growing, event, { at, ts: event.ts }, i, around)
    growing.add(event)
    const where = { document: record, path: systemPath(record), line: i + 1 }
    if (said) return [finding('ILLEGAL_EVENT', where, ...said)]
    return event.event === 'DISPATCH' && i >= judged ? toldFindings(event) : []
  })
}

const NONE = new Map<string, never>()

const objection = (
  growing: Growing,
  e: SystemEvent,
  when: Instant,
  recorded: number,
  { registryAt, calls }: Around,
): Said | null => {
  if (Number.isNaN(Date.parse(e.ts))) return ['a time', `${e.event} at ${e.ts}`]
  const registry = registryAt(when.at, when.ts)
  const actor = registry.get(e.user)
  if (!actor) return ['an actor of the registry', `${e.event} by ${e.user}, who was not registered then`]
  const own = { actor, now: e.ts, request: e.request, registry, recorded }
  return objectionTo(e, () => growing.decide(e, { ...own, sessions: NONE, dispatches: NONE, calls, when }))
}

/** One orchestrator, one session: the events of each are folded apart, so that many cost no more than few. */
class Sessions implements Growing {
  readonly #sessions = new Map<string, Session>()
  readonly #events = new Map<string, SystemEvent[]>()

  decide(e: SystemEvent, c: Known): object | null {
    const sitting = { ...c, sessions: this.#sessions }
    if (e.event === 'SESSION_START') return decideSessionStart(sitting)
    if (e.event === 'SESSION_END') return decideSessionEnd(e.session, e.reason, sitting)
    return e.event === 'SESSION_ALLOW_FRESH' ? decideAllowFresh(e.agent, e.reason, e.session, sitting) : null
  }

  add(e: SystemEvent): void {
    if (!('session' in e) || !e.session) return
    const events = listIn(this.#events, e.session)
    events.push(e)
    const session = foldSessions(events).get(e.session)
    if (session) this.#sessions.set(e.session, session)
  }
}

/** Dispatches of one agent in one session are folded apart from all others, which do not concern them. */
class Dispatches implements Growing {
  readonly #groups = new Map<string, SystemEvent[]>()
  readonly #groupOf = new Map<string, string>()
  #last: Dispatch | undefined

  decide(e: SystemEvent, c: Known): object | null {
    if (e.event === 'DISPATCH') return this.#begun(e, c)
    if (e.event !== 'DISPATCH_END') return null
    const open = this.#folded(this.#groupOf.get(e.dispatch)).get(e.dispatch)
    if (!open) throw unlike('dispatch', e.dispatch, 'a dispatch that was begun')
    return decideDispatchEnd(open, endingOf(e), c)
  }

  /** Processes that were gone are not on record: an earlier call that nobody ended is taken for gone. */
  #begun(e: Dispatched, c: Known): object {
    const own = this.#folded(keyOf(e))
    // The last one of all tells the next number; it must not take its place among this agent's own.
    const last = this.#last && !own.has(this.#last.id) ? [[this.#last.id, this.#last] as const] : []
    const dispatches = new Map([...last, ...own])
    const session = c.calls.sessionAt(e.session, c.when)
    const sessions = new Map(session ? [[session.id, session] as const] : [])
    const sitting = { ...c, sessions, dispatches }
    const decided = decideDispatch(asClaimed(e), askedBy(e), sitting, new Set(dispatches.keys()))
    return { ...decided, told: e.told }
  }

  #folded(key: string | undefined): ReadonlyMap<string, Dispatch> {
    return foldDispatches(this.#groups.get(key ?? '') ?? [])
  }

  add(e: SystemEvent): void {
    if (e.event === 'DISPATCH') {
      const key = keyOf(e)
      if (!this.#groupOf.has(e.dispatch)) this.#groupOf.set(e.dispatch, key)
      listIn(this.#groups, key).push(e)
      this.#last = foldDispatches([e]).get(e.dispatch)
    } else if (e.event === 'DISPATCH_END') listIn(this.#groups, this.#groupOf.get(e.dispatch) ?? '').push(e)
  }
}

const keyOf = (e: Dispatched): string => `${e.session} ${e.agent}`

/** The document as the event itself says it was. */
const asClaimed = (e: Dispatched): Document =>
  ({
    id: { id: e.document },
    version: e.text_version,
    status: e.status,
    round: { number: e.round, content: e.content, pending: [e.agent] },
    draft: null,
    live: null,
  }) as unknown as Document

const askedBy = (e: Dispatched) => ({
  agent: e.agent,
  task: e.task,
  fresh: e.fresh ?? false,
  backend: e.backend,
  template: { text: '', digest: e.template },
  limit: limitOf(e),
})

/** Milliseconds; what is no time after the beginning is told by the decision, which has another. */
const limitOf = ({ ts, until }: Dispatched): number => {
  const limit = Date.parse(until) - Date.parse(ts)
  return limit > 0 ? limit : 1
}

const HEAD: ReadonlySet<string> = new Set(['ts', 'user', 'version', 'request', 'seq', 'prev', 'dispatch'])

const endingOf = (e: SystemEvent): Ending =>
  Object.fromEntries(Object.entries(e).filter(([key]) => !HEAD.has(key) && key !== 'event')) as Ending

const unlike = (name: string, found: string, expected: string) =>
  refuse('BAD_VALUE', { name, found, expected })

/** Whoever is registered may have tried something; what it was tried in must have been there. */
const incident = (e: SystemEvent, { calls, when, recorded }: Known): object | null => {
  if (e.event !== 'IDENTITY_MISMATCH' && e.event !== 'ATTEMPT') return null
  if (e.event === 'IDENTITY_MISMATCH' && e.claimed === e.user)
    throw unlike('claimed', e.claimed, `another name than ${e.user}`)
  if (e.session && !calls.sessionAt(e.session, when))
    throw unlike('session', e.session, `${e.session}, begun before`)
  const dispatch = e.event === 'IDENTITY_MISMATCH' ? e.dispatch : undefined
  const call = dispatch === undefined ? undefined : calls.named(dispatch)
  if (dispatch && !(call && notAfter(call, when)))
    throw unlike('dispatch', dispatch, `${dispatch}, begun before`)
  return { ...e, version: `${recorded + 1}.0` }
}
