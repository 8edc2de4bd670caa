/** The workflow: every action of the tables that only moves a document. */

import type { Document } from '../documents/document.ts'
import { fold } from '../documents/evolve.ts'
import { refuse } from '../errors.ts'
import type { Action, Command } from '../lifecycle/command.ts'
import { decide } from '../lifecycle/decide.ts'
import { decideEscalate, decideResolve } from '../lifecycle/escalation.ts'
import { rowsFor } from '../lifecycle/tables.ts'
import { circumstances, type Needs, needsOf } from './circumstances.ts'
import { type NextStep, nextSteps } from './next.ts'
import { type Ask, type Qms, timestamp } from './qms.ts'
import type { Loaded, Records } from './records.ts'
import { type Done, type Move, type Plan, type Receipt, type Replay, replayOf, transact } from './transact.ts'
import { redlineOf } from './versions.ts'

/** A receipt, with what may be done next and what local files came or went. */
export interface Result extends Receipt {
  readonly next: readonly NextStep[]
  /** Status before and after, where the status moved. */
  readonly moved: { readonly from: string; readonly to: string } | null
  /** The workspace copy, as a path from the main worktree. */
  readonly copy?: string | null
}

/** The event by which a request for an action is known again. */
export const MARK: Readonly<Record<Action, string>> = {
  checkout: 'CHECKOUT',
  checkin: 'CHECKIN',
  discard: 'CHECKIN',
  ei: 'EI',
  note: 'NOTE',
  summarise: 'SUMMARY',
  'route review': 'ROUTE_REVIEW',
  'route approval': 'ROUTE_APPROVAL',
  assign: 'ASSIGN',
  review: 'REVIEW',
  approve: 'APPROVE',
  reject: 'REJECT',
  withdraw: 'WITHDRAW',
  release: 'RELEASE',
  revert: 'REVERT',
  close: 'CLOSE',
  cancel: 'CANCEL',
  fix: 'FIX',
}

export const replayDocument = (ask: Ask, mark: string, { d, events }: Loaded): Replay | null =>
  replayOf(ask, mark, events, (until) =>
    fold(
      d.id,
      events.filter((e) => e.seq <= until),
    ),
  )

/** Decides one action on one document and lays out what it changes. */
export const planAction = async (
  qms: Qms,
  ask: Ask,
  records: Records,
  loaded: Loaded,
  command: Command,
  texts?: ReadonlyMap<string, Uint8Array>,
): Promise<Plan> => {
  const actor = records.actor(ask.user, command.action)
  const c = await circumstances(qms, ask, records, actor, loaded.d, needsOf(command.action))
  const decision = await decideWithRedline(records, loaded, () => decide(loaded.d, command, c))
  const others = await Promise.all(
    decision.others.map(
      async (o): Promise<Move> => ({
        before: await records.find(o.before.id),
        after: o.after,
        events: o.events,
      }),
    ),
  )
  const move: Move = {
    before: loaded,
    after: decision.after,
    events: decision.events,
    ...(texts ? { texts } : {}),
  }
  return {
    moves: [move, ...others],
    subject: subjectOf(loaded.d, decision.after, command.action),
    actor: actor.name,
    warnings: decision.warnings,
  }
}

/** `CR-001: route review, DRAFT -> IN_PRE_REVIEW` */
export const subjectOf = (before: Document, after: Document, action: string): string => {
  const moved = before.status === after.status ? after.status : `${before.status} -> ${after.status}`
  return `${after.id.id}: ${action}, ${moved}`
}

/** A verdict on a text that has changed is refused with what changed. */
const decideWithRedline = async <T>(records: Records, { d }: Loaded, work: () => T): Promise<T> => {
  try {
    return work()
  } catch (error) {
    const stale = error as { code?: string; facts?: { id: string; user: string; shown: string; now: string } }
    if (stale.code !== 'TEXT_CHANGED' || !stale.facts) throw error
    const redline = await redlineOf(records, d, stale.facts.shown, stale.facts.now)
    throw refuse('TEXT_CHANGED', { ...stale.facts, ...(redline ? { redline } : {}) })
  }
}

/** Any action of the tables that needs no text: route, assign, review, approve, … */
export const act = async (
  qms: Qms,
  ask: Ask,
  id: string,
  command: Command | ((d: Document, records: Records) => Promise<Command>),
): Promise<Result> => {
  const done = await transact(qms, ask, async (records) => {
    const loaded = await records.load(id)
    const asked = typeof command === 'function' ? await command(loaded.d, records) : command
    return replayDocument(ask, MARK[asked.action], loaded) ?? planAction(qms, ask, records, loaded, asked)
  })
  return resultOf(qms, ask, done)
}

export interface RouteAsk {
  /** Absent: where the state allows. */
  readonly to?: 'review' | 'approval' | undefined
  readonly assign?: readonly string[] | undefined
  readonly purpose?: 'retire' | 'abandon' | undefined
  readonly reason?: string | undefined
}

/** Sends a document to its reviewers, or, once they recommend, to its approvers. */
export const route = (qms: Qms, ask: Ask, id: string, { to, ...asked }: RouteAsk): Promise<Result> =>
  act(qms, ask, id, async (d) => ({ ...asked, action: to ? `route ${to}` : routeFrom(d) }))

/** After a round that stands and in which everyone recommends: approval. Else review. */
const routeFrom = (d: Document): Action => {
  const approvable = rowsFor(d.id.type.machine, d.status, 'route approval').length > 0
  const stands = d.round !== null && !d.round.void && d.round.reviews.every((r) => r.outcome === 'RECOMMEND')
  return approvable && stands ? 'route approval' : 'route review'
}

/** `--text`: the verdict names the text that it judges, by the first characters of its digest. */
export const verdict = async (
  qms: Qms,
  ask: Ask,
  id: string,
  command: Command,
  text: string | undefined,
): Promise<Result> => {
  const done = await transact(qms, ask, async (records) => {
    const loaded = await records.load(id)
    const replay = replayDocument(ask, MARK[command.action], loaded)
    if (replay) return replay
    const named = text === undefined ? qms : naming(qms, loaded.d, text)
    return planAction(named, ask, records, loaded, command)
  })
  return resultOf(qms, ask, done)
}

const naming = (qms: Qms, d: Document, text: string): Qms => {
  if (!/^[0-9a-f]{8,64}$/.test(text))
    throw refuse('BAD_VALUE', {
      name: '--text',
      found: text,
      expected: 'the first 8 or more characters of a digest, in hex',
    })
  const round = d.round
  const content = round?.content.startsWith(text) ? round.content : text
  const seen = async () => ({ content, round: round?.number ?? 0 })
  return { ...qms, local: Object.assign(Object.create(qms.local), { seen }) }
}

export const resultOf = async (qms: Qms, ask: Ask, done: Done): Promise<Result> => {
  const after = done.plan?.moves[0]?.after
  const before = done.plan?.moves[0]?.before?.d
  const moved =
    after && before && before.status !== after.status ? { from: before.status, to: after.status } : null
  return { ...done.receipt, moved, next: after ? await nextAfter(qms, ask, done, after) : [] }
}

/** What is open is told if it can be read. What was done is done, and no refusal may say otherwise. */
const nextAfter = async (qms: Qms, ask: Ask, done: Done, after: Document): Promise<readonly NextStep[]> => {
  try {
    return await nextOf(qms, ask, done.records, after)
  } catch (error) {
    if (done.receipt.commit === null) throw error
    return []
  }
}

/** @param needs costly facts that were read anyway; what is not known stands in the way of nothing */
export const nextOf = async (
  qms: Qms,
  ask: Ask,
  records: Records,
  d: Document,
  needs: Needs = {},
): Promise<readonly NextStep[]> => {
  const actor = ask.user ? records.system.registry.get(ask.user) : undefined
  const anyone = actor ?? {
    name: '',
    group: 'reviewer' as const,
    kind: 'human' as const,
    enabled: true,
    since: '',
  }
  return nextSteps(d, await circumstances(qms, ask, records, anyone, d, { ...needs, family: true }))
}

export const escalate = (qms: Qms, ask: Ask, id: string, reason: string): Promise<Result> =>
  remark(qms, ask, id, 'ESCALATE', 'escalate', (d, c) => decideEscalate(d, reason, c))

export const resolve = (qms: Qms, ask: Ask, id: string, decision: string): Promise<Result> =>
  remark(qms, ask, id, 'RESOLVE', 'resolve', (d, c) => decideResolve(d, decision, c))

const remark = async (
  qms: Qms,
  ask: Ask,
  id: string,
  mark: string,
  verb: string,
  decideOne: (d: Document, c: Parameters<typeof decideEscalate>[2]) => ReturnType<typeof decideEscalate>,
): Promise<Result> => {
  const done = await transact(qms, ask, async (records) => {
    const loaded = await records.load(id)
    const replay = replayDocument(ask, mark, loaded)
    if (replay) return replay
    const actor = records.actor(ask.user, verb)
    const c = { actor, now: timestamp(qms), request: ask.request, registry: records.system.registry }
    const event = decideOne(loaded.d, c)
    const after = fold(loaded.d.id, [event], loaded.d)
    return {
      moves: [{ before: loaded, after, events: [event] }],
      subject: subjectOf(loaded.d, after, verb),
      actor: actor.name,
    }
  })
  return resultOf(qms, ask, done)
}

export type { Command }
