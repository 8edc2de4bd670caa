/**
 * Who calls, where a grant says so, and that nobody acts under another's name. Loaded only where there is a grant.
 * Source: SOP-007 sections 4.1 and 6.1.
 */
import type { NewSystemEvent } from '../../documents/event.ts'
import { parseId } from '../../documents/id.ts'
import { refuse } from '../../errors.ts'
import { systemHead } from '../../lifecycle/govern.ts'
import type { Grants } from '../../store/local.ts'
import { type Ask, type Caller, type Qms, timestamp } from '../qms.ts'
import { openRecords, type Records } from '../records.ts'
import { transact } from '../transact.ts'
import { isOrchestrators } from './callers.ts'

/** What a call shows of itself. */
export interface Calling {
  /** QMS_TOKEN, where it is set. */
  readonly token?: string | undefined
  /** Such as `agent spawn`. */
  readonly action: string
  /** The words behind it: a document may be named among them. */
  readonly words: readonly string[]
}

/**
 * The request as that of who really calls; unchanged where nothing says who that is.
 * @throws BAD_TOKEN, USER_DISABLED, IDENTITY_MISMATCH, NOT_ALLOWED
 */
export const identified = async (qms: Qms, grants: Grants, ask: Ask, calling: Calling): Promise<Ask> => {
  const held = await heldBy(grants, calling.token, timestamp(qms))
  if (held === null) return ask
  const records = await openRecords(qms)
  await stillGood(records, held.caller)
  const known = { ...ask, user: held.caller.actor, caller: held.caller }
  const claims = held.other ?? claimOf(ask, held.caller)
  if (claims !== null) {
    await noteMismatch(qms, known, records, claims, calling)
    const { actor, by } = held.caller
    throw refuse('IDENTITY_MISMATCH', { claimed: claims, actual: actor, by, action: calling.action })
  }
  await refuseOrchestrating(qms, known, records, calling)
  return known
}

interface Held {
  readonly caller: Caller
  /** Whose token this process holds, where it is not its own. */
  readonly other: string | null
}

/**
 * A token is narrower than the process that holds it, such as one that is good for one call of a subagent. But what was
 * called for one dispatch acts for no other, whatever tokens it has found.
 */
const heldBy = async (grants: Grants, token: string | undefined, now: string): Promise<Held | null> => {
  const process = await grants.ofProcess(now)
  const ofProcess = process && { caller: { ...process, by: 'process' as const }, other: null }
  if (token === undefined) return ofProcess
  const redeemed = await grants.redeem(token, now)
  const foreign = process?.kind === 'dispatch' && redeemed.actor !== process.actor
  if (ofProcess && foreign) return { ...ofProcess, other: redeemed.actor }
  return { caller: { ...redeemed, by: 'token' }, other: null }
}

const claimOf = ({ user }: Ask, { actor }: Caller): string | null =>
  user !== undefined && user !== actor ? user : null

/** A grant outlives neither its session, nor its dispatch, nor its actor. @throws BAD_TOKEN, USER_DISABLED */
const stillGood = async (records: Records, caller: Caller): Promise<void> => {
  const actor = records.system.registry.get(caller.actor)
  if (!actor) throw refuse('BAD_TOKEN', { problem: `it is for ${caller.actor}, who is not registered` })
  if (!actor.enabled) throw refuse('USER_DISABLED', { name: actor.name })
  const { sessions, dispatches } = await records.agents()
  const problems = [
    caller.session && over('session', caller.session, sessions.get(caller.session)?.ended),
    caller.dispatch && over('dispatch', caller.dispatch, dispatches.get(caller.dispatch)?.end),
  ]
  const problem = problems.find((found) => found)
  if (problem) throw refuse('BAD_TOKEN', { problem })
}

const over = (what: string, id: string, end: { readonly at: string } | null | undefined): string | null => {
  if (end === undefined) return `its ${what} ${id} is not on record`
  return end && `its ${what} ${id} ended at ${end.at}`
}

/** What an agent that was called may not do, whatever its group allows: it would call others, or rule over them. */
const refuseOrchestrating = async (qms: Qms, ask: Ask, records: Records, calling: Calling): Promise<void> => {
  const { caller } = ask
  if (!caller || !isOrchestrators(calling.action, calling.words)) return
  const { sessions } = await records.agents()
  const orchestrator = caller.session === null ? undefined : sessions.get(caller.session)?.orchestrator
  const isItself = caller.dispatch === null && (orchestrator ?? caller.actor) === caller.actor
  if (isItself) return
  await noteAttempt(qms, ask, records, calling)
  throw notOrchestrating(caller.actor, calling.action, orchestrator)
}

const notOrchestrating = (user: string, action: string, orchestrator: string | undefined) =>
  refuse('NOT_ALLOWED', {
    user,
    action,
    needs: 'a person, or the orchestrator of the session: not an agent that was called in it',
    who: orchestrator === undefined ? [] : [orchestrator],
  })

type Mismatch = Extract<NewSystemEvent, { event: 'IDENTITY_MISMATCH' }>
type Attempt = Extract<NewSystemEvent, { event: 'ATTEMPT' }>
type Own<E> = E extends unknown ? Omit<E, 'ts' | 'user' | 'version' | 'request'> : never

/** As long as a name in an event may be. */
const shortened = (text: string): string => text.slice(0, 64) || '?'

const noteMismatch = (qms: Qms, ask: Ask, records: Records, claimed: string, calling: Calling) =>
  noteIncident(qms, ask, {
    event: 'IDENTITY_MISMATCH',
    claimed: shortened(claimed),
    by: ask.caller?.by ?? 'process',
    action: calling.action,
    ...concerned(records, ask.caller, calling),
    ...(ask.caller?.dispatch ? { dispatch: ask.caller.dispatch } : {}),
  })

const noteAttempt = (qms: Qms, ask: Ask, records: Records, calling: Calling) =>
  noteIncident(qms, ask, {
    event: 'ATTEMPT',
    kind: 'spawn',
    done: 'refused',
    tool: shortened(`qms ${calling.action}`),
    ...concerned(records, ask.caller, calling),
  })

const concerned = ({ system }: Records, caller: Caller | undefined, { words }: Calling) => {
  const named = words.find((word) => parseId(word, system.types) !== null)
  return {
    ...(named === undefined ? {} : { document: named }),
    ...(caller?.session ? { session: caller.session } : {}),
  }
}

/**
 * Puts on record what somebody tried past the rules, under the name of who is known to have tried. Best effort: the
 * attempt is refused whether or not it can be recorded. A dry run records nothing.
 */
export const noteIncident = async (
  qms: Qms,
  ask: Pick<Ask, 'user' | 'caller' | 'dryRun'>,
  own: Own<Mismatch> | Own<Attempt>,
): Promise<void> => {
  const { user, caller } = ask
  if (ask.dryRun || user === undefined) return
  await transact(qms, { user, caller }, async (records) => {
    const { incidents } = (await records.agents()).events
    const c = { actor: { name: user }, now: timestamp(qms), recorded: incidents.length }
    const event = systemHead(c, own)
    const subject = `incidents: ${event.event.toLowerCase().replace('_', ' ')}`
    return { moves: [], system: [{ record: 'incidents', events: [event] }], subject, actor: user }
  }).catch(() => undefined)
}

/** What was given in a session goes with it, once its end is on record. Gives the number of grants taken back. */
export const revokeSession = (grants: Grants, session: string): Promise<number> =>
  grants.revoke((grant) => grant.session === session)
