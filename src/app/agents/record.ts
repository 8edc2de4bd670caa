/** One event of the records about agents: decided on all of them at one tip, written in one commit. */
import type { Sitting } from '../../agents/dispatching.ts'
import type { NewSystemEvent } from '../../documents/event.ts'
import type { AgentRecord } from '../../store/layout.ts'
import { type Ask, type Qms, timestamp } from '../qms.ts'
import type { Records } from '../records.ts'
import { type Done, replayOf, transact } from '../transact.ts'

/** What a decision about agents may depend on. @throws USER_MISSING, NO_USER, DAMAGED */
export const sittingOf = async (
  qms: Qms,
  ask: Ask,
  records: Records,
  record: AgentRecord,
  verb: string,
): Promise<Sitting> => {
  const { sessions, dispatches, events } = await records.agents()
  return {
    actor: records.actor(ask.user, verb),
    now: timestamp(qms),
    request: ask.request,
    registry: records.system.registry,
    recorded: events[record].length,
    sessions,
    dispatches,
  }
}

export interface Deciding {
  readonly record: AgentRecord
  /** The event that a repeated request is known by. */
  readonly mark: NewSystemEvent['event']
  readonly verb: string
  decide(c: Sitting, records: Records): Promise<readonly NewSystemEvent[]>
}

/** @throws CONFLICT, and what is refused */
export const record = (qms: Qms, ask: Ask, what: Deciding): Promise<Done> =>
  transact(qms, ask, async (records) => {
    const { events } = await records.agents()
    const replay = replayOf(ask, what.mark, events[what.record], () => null)
    if (replay) return replay
    const c = await sittingOf(qms, ask, records, what.record, what.verb)
    const decided = await what.decide(c, records)
    return {
      moves: [],
      system: [{ record: what.record, events: decided }],
      subject: decided.map(subjectOf).join(', '),
      actor: c.actor.name,
    }
  })

const subjectOf = (e: NewSystemEvent): string => {
  const words = e.event.toLowerCase().replaceAll('_', ' ')
  if (e.event === 'DISPATCH') return `${words} ${e.dispatch} of ${e.agent} for ${e.document}`
  if ('dispatch' in e && e.dispatch) return `${words} ${e.dispatch}`
  return 'session' in e && e.session ? `${words} ${e.session}` : words
}
