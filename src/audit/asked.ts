/** What was asked for when an event was written, and in which circumstances, as far as the records tell. */
import { type Document, textInHand } from '../documents/document.ts'
import type { DocumentEvent } from '../documents/event.ts'
import type { Actor } from '../documents/registry.ts'
import type { Action, Circumstances, Command } from '../lifecycle/command.ts'
import type { Position, World } from './positions.ts'
import { recordingOf, unobtrusive } from './recordings.ts'

const ACTION_OF: Partial<Record<DocumentEvent['event'], Action>> = {
  CHECKOUT: 'checkout',
  ROUTE_REVIEW: 'route review',
  ROUTE_APPROVAL: 'route approval',
  ASSIGN: 'assign',
  REVIEW: 'review',
  APPROVE: 'approve',
  REJECT: 'reject',
  WITHDRAW: 'withdraw',
  RELEASE: 'release',
  REVERT: 'revert',
  CLOSE: 'close',
  CANCEL: 'cancel',
  EI: 'ei',
  NOTE: 'note',
  SUMMARY: 'summarise',
  FIX: 'fix',
}

export const actionOf = (e: DocumentEvent): Action | null =>
  e.event === 'CHECKIN' ? (e.discarded ? 'discard' : 'checkin') : (ACTION_OF[e.event] ?? null)

export const circumstancesOf = (
  d: Document,
  e: DocumentEvent,
  actor: Actor,
  at: Position,
  world: World,
): Circumstances => ({
  actor,
  now: e.ts,
  registry: world.registryAt(at, e.ts),
  policy: world.policyAt(at, e.ts),
  request: e.request,
  parent: unobtrusive(d, d.id),
  children: [],
  complete: new Set(),
  linked: [],
  shortfalls: null,
  text: { digest: textInHand(d)?.content ?? '', problem: null, title: d.title, empty: false, blanks: [] },
  shown: null,
  ...calledBy(d, e),
})

/** By which dispatch a verdict was given: what that was for is judged with the record of dispatches. */
const calledBy = (d: Document, e: DocumentEvent): Pick<Circumstances, 'dispatch' | 'packet'> => {
  if (e.event !== 'REVIEW' && e.event !== 'APPROVE' && e.event !== 'REJECT') return {}
  const task = e.event === 'REVIEW' ? 'review' : 'approval'
  return { dispatch: e.dispatch ? { id: e.dispatch, document: d.id.id, task } : undefined, packet: e.packet }
}

type Fields = Readonly<Record<string, unknown>>

/** What was asked for, read back from the event that it led to. @param past the events before it */
export const commandOf = (
  d: Document,
  action: Action,
  e: DocumentEvent,
  past: readonly DocumentEvent[],
  world: World,
): Command => {
  const own = e as unknown as Fields
  const string = (key: string): string | undefined => own[key] as string | undefined
  return {
    action,
    reason: string('reason'),
    comment: string('comment'),
    outcome: e.event === 'REVIEW' ? e.outcome : undefined,
    assign: action === 'assign' || action === 'route review' ? (own.assignees as string[]) : undefined,
    remove: own.removed as string[] | undefined,
    owner: string('owner'),
    purpose: own.retire ? 'retire' : own.abandon ? 'abandon' : undefined,
    under: underOf(d, string('under'), world),
    text: textOf(d, own),
    base: string('base'),
    record: string('record'),
    diff: string('diff'),
    tooLarge: null,
    confirmed: true,
    recording: recordingOf(d, e, past, world),
  }
}

const textOf = (d: Document, own: Fields): Command['text'] =>
  own.content === undefined
    ? undefined
    : {
        digest: own.content as string,
        problem: null,
        title: (own.title as string | undefined) ?? d.title,
        empty: false,
        blanks: [],
      }

const underOf = (d: Document, id: string | undefined, world: World): Document | undefined => {
  const type = world.types.find((t) => t.name === 'CR')
  return id && type ? unobtrusive(d, { ...d.id, id, type }) : undefined
}
