/** Calls without an end on record, as this machine sees them: at work, waited for, or gone. */
import type { Sitting } from '../../agents/dispatching.ts'
import { type Dispatch, isUnderWay } from '../../agents/sessions.ts'
import type { Calls, Grant, Grants } from '../../store/local.ts'

/** What tells whether anybody is still there. */
export interface CallPorts {
  readonly grants: Grants
  readonly calls: Calls
}

export interface CallSeen {
  readonly of: Dispatch
  /** Neither its agent nor who waited for it is there any more, or its time is over. */
  readonly gone: boolean
  /** What the agent is resumed by, as far as it was told; null where nobody here knows. */
  readonly instance: string | null
}

/** Those that nobody has said the end of, in order; of one agent where it is named. */
export const callsOf = async (
  { dispatches, now }: Pick<Sitting, 'dispatches' | 'now'>,
  ports: CallPorts,
  agent?: string,
): Promise<CallSeen[]> => {
  const open = [...dispatches.values()].filter(
    (d) => d.end === null && (agent === undefined || d.agent === agent),
  )
  if (open.length === 0) return []
  const given = await ports.grants.list(now)
  return Promise.all(open.map((of) => seen(of, given, now, ports)))
}

/**
 * An agent at work is never gone before its time; nor is a call that somebody waits for, who may be about to try again
 * or to say how it ended.
 */
const seen = async (
  of: Dispatch,
  given: readonly Grant[],
  now: string,
  { grants, calls }: CallPorts,
): Promise<CallSeen> => {
  const known = calls.known(of.id)
  const grant = given.find((g) => g.dispatch === of.id)
  const lives = grant ? await grants.lives(grant.id) : null
  const left = known ? !known.waits && lives !== true : lives === false
  return { of, gone: left || !isUnderWay(of, now), instance: known?.instance ?? null }
}
