/** Sessions of orchestrators and calls of agents as the records tell them, by the moment at which each held. */
import { foldSessions, type Session } from '../agents/sessions.ts'
import type { SystemEvent } from '../documents/event.ts'
import { type Instant, notAfter, type Placed } from './positions.ts'

export type Dispatched = Extract<SystemEvent, { event: 'DISPATCH' }>

/** One dispatch, where it stands in the order of all, and when it ended, as far as anybody said so. */
export interface Call extends Instant {
  readonly event: Dispatched
  readonly ended: Instant | null
  /** In an earlier audit. */
  readonly judged: boolean
}

export interface AgentEvents {
  readonly sessions: readonly Placed<SystemEvent>[]
  readonly dispatches: readonly Placed<SystemEvent>[]
}

const instantOf = ({ at, event }: Placed<SystemEvent>): Instant => ({ at, ts: event.ts })

export class Calls {
  /** Whether both records could be read to their ends: what is not in them was never there. */
  readonly whole: boolean
  readonly #sessions = new Map<string, Placed<SystemEvent>[]>()
  readonly #named = new Map<string, Call>()
  readonly #byDocument = new Map<string, Call[]>()

  /** @param judged how many events of the dispatches an earlier audit has judged */
  constructor(events: AgentEvents, whole: boolean, judged: number) {
    this.whole = whole
    for (const placed of events.sessions)
      if ('session' in placed.event && placed.event.session)
        listIn(this.#sessions, placed.event.session).push(placed)
    const ends = endsOf(events.dispatches)
    events.dispatches.forEach(({ event, at }, i) => {
      if (event.event !== 'DISPATCH' || this.#named.has(event.dispatch)) return
      const ended = ends.get(event.dispatch) ?? null
      const call = { event, at, ts: event.ts, ended, judged: i < judged }
      this.#named.set(event.dispatch, call)
      listIn(this.#byDocument, event.document).push(call)
    })
  }

  named(dispatch: string): Call | undefined {
    return this.#named.get(dispatch)
  }

  of(document: string): readonly Call[] {
    return this.#byDocument.get(document) ?? []
  }

  /** Ids of documents to which agents were called since an earlier audit. */
  unjudged(): string[] {
    return [...this.#byDocument].flatMap(([id, calls]) => (calls.some((c) => !c.judged) ? [id] : []))
  }

  /** A session as it was; undefined where it had not begun. */
  sessionAt(id: string, when: Instant): Session | undefined {
    const until = (this.#sessions.get(id) ?? []).filter((placed) => notAfter(instantOf(placed), when))
    return foldSessions(until.map(({ event }) => event)).get(id)
  }
}

/** Its first end counts: a dispatch ends once. */
const endsOf = (dispatches: readonly Placed<SystemEvent>[]): ReadonlyMap<string, Instant> => {
  const ends = new Map<string, Instant>()
  for (const placed of dispatches) {
    const { event } = placed
    if (event.event === 'DISPATCH_END' && !ends.has(event.dispatch))
      ends.set(event.dispatch, instantOf(placed))
  }
  return ends
}

export const listIn = <V>(map: Map<string, V[]>, key: string): V[] => {
  const list = map.get(key) ?? []
  map.set(key, list)
  return list
}
