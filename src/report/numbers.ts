/** A period in numbers: the parts of all documents put together. Every number is a count of events that are on record. */
import type { SystemEvent } from '../documents/event.ts'
import { STATUSES } from '../documents/types.ts'
import type { Finding } from '../package/record.ts'
import { type Bucket, bucketsOf, distribution } from './buckets.ts'
import { type Execution, together } from './execution.ts'
import type { Deeds, Note, NoteKind, Part, RoundTime } from './part.ts'
import { isWithin, type Period } from './period.ts'

export interface Person {
  readonly name: string
  readonly group: string
  readonly kind: string
}

export interface Durations {
  readonly decided: number
  /** Milliseconds; null where none was decided. */
  readonly median: number | null
  readonly longest: RoundTime | null
  readonly distribution: readonly Bucket[]
}

export interface OpenDocument {
  readonly id: string
  readonly title: string
  readonly status: string
  readonly version: string
  readonly owner: string | null
  /** Whole days in this status at the end of the period. */
  readonly days: number
}

export interface Audited {
  readonly verdict: string
  readonly findings: readonly Finding[]
}

export interface Report {
  readonly period: Period
  /** The end of the period, or now: ages are counted to it. */
  readonly asOf: string
  readonly documents: number
  /** Of these, taken over from another program. */
  readonly adopted: number
  readonly changed: readonly { id: string; title: string; status: string; version: string; events: number }[]
  readonly created: number
  readonly events: number
  /** By name of event, most frequent first. */
  readonly byEvent: readonly Bucket[]
  readonly overTime: { readonly unit: 'day' | 'week' | 'month' | 'year'; readonly buckets: readonly Bucket[] }
  readonly rounds: {
    readonly opened: number
    readonly answered: number
    readonly rejected: number
    readonly withdrawn: number
    readonly stillOpen: readonly RoundTime[]
  }
  readonly execution: Execution
  readonly reviews: Durations
  readonly approvals: Durations
  readonly notes: readonly Note[]
  readonly byNote: readonly Bucket[]
  readonly governing: readonly SystemEvent[]
  readonly open: readonly OpenDocument[]
  readonly openByStatus: readonly Bucket[]
  readonly people: readonly (Person & Deeds)[]
  readonly audit: Audited | null
}

export interface Given {
  readonly period: Period
  readonly asOf: string
  readonly parts: readonly Part[]
  readonly system: readonly SystemEvent[]
  readonly people: readonly Person[]
  readonly audit: Audited | null
}

const NOTE_KINDS: readonly NoteKind[] = [
  'rejection',
  'request for updates',
  'assignee removed',
  'owner changed',
  'withdrawal',
  'gate waived',
  'escalation',
  'decision',
  'fix',
  'self-approval',
  'retirement',
  'abandonment',
  'cancellation',
]

export const reportOf = (given: Given): Report => {
  const { period, asOf, parts, audit } = given
  const governing = given.system.filter(({ ts }) => isWithin(period, ts))
  const all = [...parts.flatMap((part) => part.events), ...governing]
  const rounds = parts.flatMap((part) => part.rounds)
  const notes = parts.flatMap((part) => part.notes).sort(byTime)
  const open = parts.filter((part) => part.isOpen)
  const ended = (end: RoundTime['end']) => rounds.filter((round) => round.end === end)
  return {
    period,
    asOf,
    documents: parts.length,
    adopted: parts.filter((part) => part.adopted).length,
    changed: parts.filter((part) => part.events.length > 0).map(changeOf),
    created: all.filter((e) => BIRTHS.has(e.event)).length,
    events: all.length,
    byEvent: mostFirst(counted(all.map((e) => e.event))),
    overTime: bucketsOf(
      all.map((e) => e.ts),
      period.since,
      asOf,
    ),
    rounds: {
      opened: parts.reduce((sum, part) => sum + part.opened, 0),
      answered: ended('answered').length,
      rejected: ended('rejected').length,
      withdrawn: ended('withdrawn').length,
      stillOpen: ended(null),
    },
    execution: together(parts.map((part) => part.execution)),
    reviews: durationsOf(rounds.filter((round) => round.kind === 'review')),
    approvals: durationsOf(rounds.filter((round) => round.kind === 'approval')),
    notes,
    byNote: NOTE_KINDS.map((kind) => ({ label: kind, count: notes.filter((n) => n.kind === kind).length })),
    governing,
    open: open.map((part) => openOf(part, asOf)).sort((a, b) => b.days - a.days),
    openByStatus: STATUSES.map((s) => ({
      label: s,
      count: open.filter((p) => p.status === s).length,
    })).filter(({ count }) => count > 0),
    people: peopleOf(given.people, all),
    audit,
  }
}

const byTime = (a: Note, b: Note): number => (a.ts < b.ts ? -1 : a.ts > b.ts ? 1 : 0)

const BIRTHS: ReadonlySet<string> = new Set(['CREATE', 'INSTALL', 'ADOPT'])

const changeOf = ({ id, title, status, version, events }: Part): Report['changed'][number] => ({
  id,
  title,
  status,
  version,
  events: events.length,
})

const DAY = 86_400_000

const openOf = ({ id, title, status, version, owner, statusSince }: Part, asOf: string): OpenDocument => ({
  id,
  title,
  status,
  version,
  owner,
  days: Math.max(0, Math.floor((Date.parse(asOf) - Date.parse(statusSince)) / DAY)),
})

const counted = (names: readonly string[]): Bucket[] => {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].map(([label, count]) => ({ label, count }))
}

const mostFirst = (buckets: readonly Bucket[]): Bucket[] =>
  [...buckets].sort((a, b) => b.count - a.count || (a.label < b.label ? -1 : 1))

/** Milliseconds from the routing to the last answer; clocks that ran backwards count as none. */
export const lengthOf = ({ from, to }: RoundTime): number =>
  to === null ? 0 : Math.max(0, Date.parse(to) - Date.parse(from))

const durationsOf = (rounds: readonly RoundTime[]): Durations => {
  const decided = rounds.filter((r) => r.end === 'answered' || r.end === 'rejected')
  const sorted = [...decided].sort((a, b) => lengthOf(a) - lengthOf(b))
  const lengths = sorted.map(lengthOf)
  return {
    decided: decided.length,
    median: medianOf(lengths),
    longest: sorted.at(-1) ?? null,
    distribution: distribution(lengths),
  }
}

const medianOf = (sorted: readonly number[]): number | null => {
  if (sorted.length === 0) return null
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2
}

const DEEDS = {
  created: new Set(['CREATE']),
  checkins: new Set(['CHECKIN']),
  routings: new Set(['ROUTE_REVIEW', 'ROUTE_APPROVAL']),
  reviews: new Set(['REVIEW']),
  approvals: new Set(['APPROVE']),
  rejections: new Set(['REJECT']),
} as const satisfies Record<Exclude<keyof Deeds, 'events'>, ReadonlySet<string>>

/** Everyone who acted, most active first. An actor whom the registry does not know is named all the same. */
const peopleOf = (
  known: readonly Person[],
  all: readonly { readonly user: string; readonly event: string }[],
): Report['people'] => {
  const acts = new Map<string, string[]>()
  for (const { user, event } of all) {
    const own = acts.get(user)
    if (own) own.push(event)
    else acts.set(user, [event])
  }
  const people = [...acts].map(([name, events]) => {
    const person = known.find((p) => p.name === name) ?? { name, group: 'not registered', kind: '-' }
    const { group, kind } = person
    const of = (names: ReadonlySet<string>): number => events.filter((e) => names.has(e)).length
    const [created, checkins, routings] = [of(DEEDS.created), of(DEEDS.checkins), of(DEEDS.routings)]
    const [reviews, approvals, rejections] = [of(DEEDS.reviews), of(DEEDS.approvals), of(DEEDS.rejections)]
    return {
      name,
      group,
      kind,
      events: events.length,
      created,
      checkins,
      routings,
      reviews,
      approvals,
      rejections,
    }
  })
  return people.sort((a, b) => b.events - a.events || (a.name < b.name ? -1 : 1))
}
