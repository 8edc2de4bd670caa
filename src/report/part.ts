/** What one document contributed to a period: counted from its events, by stepping through its life once. */
import { type Document, isApproving, isOpen } from '../documents/document.ts'
import type { DocumentEvent } from '../documents/event.ts'
import { evolve } from '../documents/evolve.ts'
import type { DocId } from '../documents/id.ts'
import { FINAL, type Status } from '../documents/types.ts'
import { type Execution, executionOf } from './execution.ts'
import { isWithin, type Period } from './period.ts'

export type NoteKind =
  | 'rejection'
  | 'request for updates'
  | 'assignee removed'
  | 'owner changed'
  | 'withdrawal'
  | 'gate waived'
  | 'escalation'
  | 'decision'
  | 'fix'
  | 'self-approval'
  | 'retirement'
  | 'abandonment'
  | 'cancellation'

/** Something that the Lead should see by itself, not only as a number. */
export interface Note {
  readonly kind: NoteKind
  readonly ts: string
  readonly document: string
  readonly user: string
  readonly words: string
}

/** A round of review or approval, from its routing to its end. */
export interface RoundTime {
  readonly kind: 'review' | 'approval'
  readonly document: string
  readonly round: number
  readonly from: string
  /** Null while it is open. */
  readonly to: string | null
  readonly end: 'answered' | 'rejected' | 'withdrawn' | null
}

export interface Deeds {
  readonly events: number
  readonly created: number
  readonly checkins: number
  readonly routings: number
  readonly reviews: number
  readonly approvals: number
  readonly rejections: number
}

/** As little of an event as is counted. */
export type Act = Pick<DocumentEvent, 'ts' | 'user' | 'event'>

export interface Part {
  readonly id: string
  readonly title: string
  /** At the end of the period. */
  readonly status: Status
  readonly version: string
  readonly owner: string | null
  /** When it came into this status. */
  readonly statusSince: string
  readonly isOpen: boolean
  readonly adopted: boolean
  /** Of the period, as everything below. */
  readonly events: readonly Act[]
  readonly opened: number
  readonly execution: Execution
  /** Ended in the period, or still open at its end. */
  readonly rounds: readonly RoundTime[]
  readonly notes: readonly Note[]
}

interface Walk {
  d: Document | null
  statusSince: string
  round: RoundTime | null
  verdict: string
  readonly rounds: RoundTime[]
  readonly notes: Note[]
  opened: number
}

/** @param events the whole trail, oldest first; null where the document did not exist yet at the end of the period */
export const partOf = (id: DocId, events: readonly DocumentEvent[], period: Period): Part | null => {
  const until = { since: null, until: period.until }
  const walk: Walk = { d: null, statusSince: '', round: null, verdict: '', rounds: [], notes: [], opened: 0 }
  for (const e of events.filter(({ ts }) => isWithin(until, ts))) step(id, walk, e, period)
  const { d, round } = walk
  if (!d) return null
  return {
    id: id.id,
    title: d.title,
    status: d.status,
    version: d.version,
    owner: d.owner,
    statusSince: walk.statusSince,
    isOpen: d.status !== 'EFFECTIVE' && !FINAL.has(d.status),
    adopted: d.adopted !== null,
    events: events.flatMap(({ ts, user, event }) => (isWithin(period, ts) ? [{ ts, user, event }] : [])),
    opened: walk.opened,
    execution: executionOf(events, period),
    rounds: round ? [...walk.rounds, round] : walk.rounds,
    notes: walk.notes,
  }
}

const step = (id: DocId, walk: Walk, e: DocumentEvent, period: Period): void => {
  const before = walk.d
  const within = isWithin(period, e.ts)
  if (within) walk.notes.push(...notesOf(id.id, before, e))
  follow(id.id, walk, e, within)
  walk.d = evolve(id, before, e)
  if (before?.status !== walk.d.status || before === null) walk.statusSince = e.ts
  if (e.event === 'ADOPT' && isOpen(walk.d.status)) walk.round = inherited(walk.d)
}

const ENDING: ReadonlySet<string> = new Set(['REVIEW', 'APPROVE', 'REJECT', 'WITHDRAW', 'ASSIGN'])

const follow = (document: string, walk: Walk, e: DocumentEvent, within: boolean): void => {
  if (ENDING.has(e.event)) walk.verdict = e.event
  if (e.event === 'ROUTE_REVIEW' || e.event === 'ROUTE_APPROVAL') {
    const kind = e.event === 'ROUTE_REVIEW' ? 'review' : 'approval'
    walk.round = { kind, document, round: e.round, from: e.ts, to: null, end: null }
    if (within) walk.opened += 1
  }
  if (e.event !== 'STATUS_CHANGE' || !isOpen(e.from_status) || !walk.round) return
  const end = walk.verdict === 'WITHDRAW' ? 'withdrawn' : walk.verdict === 'REJECT' ? 'rejected' : 'answered'
  if (within) walk.rounds.push({ ...walk.round, to: e.ts, end })
  walk.round = null
}

/** A round that was open when the document was adopted. */
const inherited = ({ id, status, round }: Document): RoundTime | null =>
  round && {
    kind: isApproving(status) ? 'approval' : 'review',
    document: id.id,
    round: round.number,
    from: round.openedAt,
    to: null,
    end: null,
  }

type Said = readonly (readonly [NoteKind, string])[]

const notesOf = (document: string, before: Document | null, e: DocumentEvent): Note[] =>
  [...saidBy(e), ...waivedBy(e), ...selfJudged(before, e)].map(([kind, words]) => ({
    kind,
    ts: e.ts,
    document,
    user: e.user,
    words,
  }))

const saidBy = (e: DocumentEvent): Said => {
  switch (e.event) {
    case 'REVIEW':
      return e.outcome === 'UPDATES_REQUIRED' ? [['request for updates', e.comment]] : []
    case 'REJECT':
      return [['rejection', e.comment]]
    case 'ASSIGN':
      return [
        ...(e.removed?.length ? [['assignee removed', e.removed.join(', ')] as const] : []),
        ...(e.owner ? [['owner changed', `to ${e.owner}`] as const] : []),
      ]
    case 'WITHDRAW':
      return [['withdrawal', e.reason ?? '']]
    case 'ESCALATE':
      return [['escalation', e.reason]]
    case 'RESOLVE':
      return [['decision', e.decision]]
    case 'FIX':
      return [['fix', e.reason]]
    case 'RETIRE':
      return [['retirement', e.reason ?? '']]
    case 'CLOSE':
      return e.outcome === 'abandoned' ? [['abandonment', '']] : []
    case 'CANCEL':
      return [['cancellation', e.reason]]
    default:
      return []
  }
}

const waivedBy = (e: DocumentEvent): Said => {
  const waived = 'waived' in e ? e.waived : undefined
  return waived?.length ? [['gate waived', waived.join(', ')]] : []
}

/** A verdict of somebody who owned the text, or had checked it in since its last approval. */
const selfJudged = (before: Document | null, e: DocumentEvent): Said => {
  if (e.event !== 'REVIEW' && e.event !== 'APPROVE') return []
  const own = before?.owner === e.user || before?.authors.includes(e.user)
  return own
    ? [['self-approval', e.event === 'REVIEW' ? 'reviewed the own text' : 'approved the own text']]
    : []
}
