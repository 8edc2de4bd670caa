/** What was asked for when an event was written, and in which circumstances, as far as the records tell. */
import { type Document, textInHand } from '../documents/document.ts'
import type { DocumentEvent } from '../documents/event.ts'
import { type DocId, parseId } from '../documents/id.ts'
import type { Actor } from '../documents/registry.ts'
import type { Action, Circumstances, Command, ItemEntry } from '../lifecycle/command.ts'
import type { Position, World } from './positions.ts'

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

/** A document of which nothing is known but that it does not stand in the way: `families.ts` judges the real one. */
const unobtrusive = (d: Document, id: DocId): Document => ({ ...d, id, status: 'IN_EXECUTION' })

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
})

type EntryOf = Extract<DocumentEvent, { event: 'EI' }>
type Fields = Readonly<Record<string, unknown>>

/** What was asked for, read back from the event that it led to. */
export const commandOf = (d: Document, action: Action, e: DocumentEvent, world: World): Command => {
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
    recording: recordingOf(d, e, world),
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

/** What was recorded of the execution. Whom the item named is read from the text; it is taken as fulfilled here. */
const recordingOf = (d: Document, e: DocumentEvent, world: World): Command['recording'] => {
  if (e.event !== 'EI' && e.event !== 'NOTE' && e.event !== 'SUMMARY') return undefined
  const own = e as unknown as Fields
  const carried = (own.carried as string[] | undefined)?.map((text) => {
    const id = parseId(text, world.types)
    return { id: text, document: id && unobtrusive(d, id) }
  })
  return {
    carried,
    named: e.user,
    text: own.text as string | undefined,
    reason: own.reason as string | undefined,
    item: e.event === 'EI' ? entryOf(e) : undefined,
  }
}

const entryOf = ({ item, action, outcome, task, summary, evidence, aside }: EntryOf): ItemEntry => ({
  item,
  action,
  outcome,
  task,
  summary,
  evidence,
  aside,
})

const underOf = (d: Document, id: string | undefined, world: World): Document | undefined => {
  const type = world.types.find((t) => t.name === 'CR')
  return id && type ? unobtrusive(d, { ...d.id, id, type }) : undefined
}
