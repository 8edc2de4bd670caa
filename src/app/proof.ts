/**
 * What may be committed by whom, besides what the rules of documents say: names that prove nothing, agents that were
 * called for something else, and more commits than an agent may make. Source: SOP-007 sections 4.1 and 6.1.
 */
import type { Policy } from '../documents/policy.ts'
import type { Registry } from '../documents/registry.ts'
import { QmsError, refuse } from '../errors.ts'
import type { Ask, Qms } from './qms.ts'

/** What of a plan is asked here. */
interface Planned {
  readonly system?: readonly {
    readonly record: string
    readonly events: readonly { readonly event: string }[]
  }[]
  readonly moves: readonly unknown[]
  readonly actor: string
}

/** What was done already, and is only told again. */
interface Replayed {
  readonly replayed: { readonly events: readonly { readonly event: string }[] }
}

interface Governed {
  readonly registry: Registry
  readonly policy: Policy
}

/**
 * What `decide` plans, where who asks may be believed. Where not, only what needs no proof goes through: the first
 * session of an orchestrator, which is how it comes to hold one, and the record of what somebody tried.
 * @throws IDENTITY_UNPROVEN
 */
export const believed = async <P extends Planned | Replayed>(
  ask: Ask,
  governed: Governed,
  decide: () => Promise<P>,
): Promise<P> => {
  const doubt = doubtOf(ask, governed)
  if (doubt === null) return decide()
  const plan = await decide().catch((error) => {
    throw error instanceof QmsError ? doubt : error
  })
  if (needsNoProof(plan)) return plan
  throw doubt
}

const doubtOf = ({ user, caller, tool, verb }: Ask, { registry, policy }: Governed): QmsError | null => {
  const kind = registry.get(user ?? '')?.kind
  if (policy.identity === 'declared' || caller !== undefined || kind === undefined) return null
  if (kind === 'human' && tool === undefined) return null
  const facts = { user: user ?? '', action: verb ?? 'this', ...(kind === 'human' && tool ? { tool } : {}) }
  return refuse('IDENTITY_UNPROVEN', facts)
}

const needsNoProof = (plan: Planned | Replayed): boolean => {
  const isStart = ({ event }: { event: string }) => event === 'SESSION_START'
  if ('replayed' in plan) return plan.replayed.events.every(isStart)
  const { moves, system = [] } = plan
  return (
    moves.length === 0 &&
    system.length > 0 &&
    system.every(({ record, events }) => record === 'incidents' || events.every(isStart))
  )
}

/** Whoever was called for one document records nothing about who there is and who is called. @throws NOT_ALLOWED */
export const refuseSystemEvents = ({ caller, verb }: Ask, { system = [], actor }: Planned): void => {
  const governed = system.find(({ record }) => record !== 'incidents')
  if (!governed || !caller?.dispatch) return
  throw refuse('NOT_ALLOWED', {
    user: actor,
    action: verb ?? governed.record,
    needs: 'a person, or the orchestrator of a session: not an agent that was called in it',
    who: [],
  })
}

const HOUR = 3_600_000

/** An agent that runs away fills the record with what nobody can read. @throws QUOTA */
export const refuseFlood = async (
  { store, now }: Qms,
  actor: string,
  { registry, policy }: Governed,
): Promise<void> => {
  if (registry.get(actor)?.kind !== 'agent') return
  const quota = Number(policy.agentQuota)
  const since = new Date(now().getTime() - HOUR).toISOString()
  const first = await store.nthBy(actor, since, quota)
  if (first === null) return
  const until = new Date(Date.parse(first) + HOUR).toISOString()
  throw refuse('QUOTA', { user: actor, quota, until })
}
