/** A report as sections of tables and plots, once for all forms: Markdown and HTML only write them down. */
import { spoken } from './buckets.ts'
import { type Durations, lengthOf, type Report } from './numbers.ts'
import type { RoundTime } from './part.ts'
import type { Plot } from './plot.ts'

export type Value = string | number | null

export interface TableSection {
  readonly kind: 'table'
  readonly title: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly Value[])[]
}

export interface PlotSection {
  readonly kind: 'plot'
  readonly title: string
  readonly plot: Plot
}

export type Section = TableSection | PlotSection

const table = (title: string, head: readonly string[], rows: TableSection['rows']): TableSection => ({
  kind: 'table',
  title,
  head,
  rows,
})

const plot = (given: Plot): PlotSection => ({ kind: 'plot', title: given.title, plot: given })

const day = (ts: string): string => ts.slice(0, 16).replace('T', ' ')

/** What the numbers are of, and what they leave out. */
export const introduction = ({ period: { since, until }, asOf, adopted }: Report): string[] => {
  const from = since === null ? 'the beginning' : `${day(since)} UTC`
  const before = `What happened to ${adopted} adopted documents before their adoption is not counted; qms history shows it.`
  return [`From ${from} to ${day(until ?? asOf)} UTC.`, ...(adopted > 0 ? ['', before] : [])]
}

export const sectionsOf = (report: Report): readonly Section[] => [
  summary(report),
  ...timePlots(report),
  changed(report),
  rounds(report),
  stillOpen(report),
  notes(report),
  governing(report),
  open(report),
  people(report),
  findings(report),
]

const summary = (r: Report): Section =>
  table(
    'In numbers',
    ['What', 'Number'],
    [
      ['documents at the end', r.documents],
      ['documents created, installed or adopted', r.created],
      ['documents changed', r.changed.length],
      ['events', r.events],
      ['rounds opened', r.rounds.opened],
      ['rounds answered', r.rounds.answered],
      ['rounds rejected', r.rounds.rejected],
      ['rounds withdrawn', r.rounds.withdrawn],
      ['rounds open at the end', r.rounds.stillOpen.length],
      ['items passed', r.execution.passed],
      ['items failed', r.execution.failed],
      ['outcomes amended', r.execution.amended],
      ['runs captured', r.execution.runs],
      ['runs captured that failed', r.execution.failedRuns],
      ...r.byNote.map(({ label, count }) => [PLURALS[label] ?? label, count]),
      ['changes of users, namespaces, policy and settings', r.governing.length],
      ['documents open at the end', r.open.length],
    ],
  )

const PLURALS: Readonly<Record<string, string>> = {
  rejection: 'rejections',
  'request for updates': 'requests for updates',
  'assignee removed': 'assignees removed',
  'owner changed': 'owners changed',
  withdrawal: 'withdrawals',
  'gate waived': 'gates waived',
  escalation: 'escalations',
  decision: 'decisions on escalations',
  fix: 'fixes',
  'self-approval': 'self-approvals',
  retirement: 'retirements',
  abandonment: 'abandonments',
  cancellation: 'cancellations',
}

const UNITS = {
  day: 'day (UTC)',
  week: 'week from Monday (UTC)',
  month: 'month (UTC)',
  year: 'year (UTC)',
} as const

const timePlots = (r: Report): Section[] => [
  plot({
    title: 'Events over time',
    rows: UNITS[r.overTime.unit],
    counts: 'events (number)',
    buckets: r.overTime.buckets,
  }),
  durations('Reviews: how long they took', r.reviews),
  durations('Approvals: how long they took', r.approvals),
  plot({
    title: 'Open documents by status',
    rows: 'status',
    counts: 'documents (number)',
    buckets: r.openByStatus,
  }),
]

const durations = (title: string, { distribution, decided }: Durations): Section =>
  plot({
    title,
    rows: 'from routing to last answer',
    counts: 'rounds (number)',
    buckets: decided > 0 ? distribution : [],
  })

const changed = (r: Report): Section =>
  table(
    'Documents changed',
    ['Document', 'Title', 'Status', 'Version', 'Events'],
    r.changed.map((c) => [c.id, c.title, c.status, c.version, c.events]),
  )

const said = (length: number | null): Value => (length === null ? null : spoken(length))

const longestOf = (round: RoundTime | null): Value =>
  round && `${spoken(lengthOf(round))} (${round.document}, round ${round.round})`

const rounds = (r: Report): Section =>
  table(
    'How long rounds took, from the routing to the last answer',
    ['Kind', 'Decided', 'Median', 'Longest'],
    [
      ['reviews', r.reviews.decided, said(r.reviews.median), longestOf(r.reviews.longest)],
      ['approvals', r.approvals.decided, said(r.approvals.median), longestOf(r.approvals.longest)],
    ],
  )

const stillOpen = (r: Report): Section =>
  table(
    'Rounds open at the end',
    ['Document', 'Kind', 'Round', 'Since', 'For'],
    r.rounds.stillOpen.map((x) => [
      x.document,
      x.kind,
      x.round,
      `${day(x.from)} UTC`,
      spoken(lengthOf({ ...x, to: r.asOf })),
    ]),
  )

const notes = (r: Report): Section =>
  table(
    'Rejections, requests, overrides, fixes and endings',
    ['When', 'What', 'Document', 'Who', 'Words'],
    r.notes.map((n) => [`${day(n.ts)} UTC`, n.kind, n.document, n.user, n.words]),
  )

const governing = (r: Report): Section =>
  table(
    'Changes of users, namespaces, policy and settings',
    ['When', 'Who', 'Event', 'Of'],
    r.governing.map((e) => [
      `${day(e.ts)} UTC`,
      e.user,
      e.event,
      'name' in e ? e.name : 'key' in e ? e.key : null,
    ]),
  )

const open = (r: Report): Section =>
  table(
    'Open documents, the longest unmoved first',
    ['Document', 'Title', 'Status', 'Version', 'Owner', 'Days in status'],
    r.open.map((o) => [o.id, o.title, o.status, o.version, o.owner, o.days]),
  )

const people = (r: Report): Section =>
  table(
    'Who did how much',
    [
      'Who',
      'Group',
      'Kind',
      'Events',
      'Created',
      'Check-ins',
      'Routings',
      'Reviews',
      'Approvals',
      'Rejections',
    ],
    r.people.map((p) => [
      ...[p.name, p.group, p.kind, p.events, p.created, p.checkins],
      ...[p.routings, p.reviews, p.approvals, p.rejections],
    ]),
  )

const findings = ({ audit }: Report): Section =>
  table(
    audit === null ? 'Findings: no audit was made' : `Findings of the audit (${audit.verdict})`,
    ['Severity', 'Code', 'Document', 'Path', 'Expected', 'Found'],
    (audit?.findings ?? []).map((f) => [f.severity, f.code, f.document, f.path, f.expected, f.found]),
  )
