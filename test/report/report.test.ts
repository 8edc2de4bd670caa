/** Numbers of a period, on trails whose numbers were counted by hand; and the forms in which they are written. */

import { describe, expect, it } from 'vitest'
import type { DocumentEvent, SystemEvent } from '../../src/documents/event.ts'
import { requireId } from '../../src/documents/id.ts'
import { bucketsOf, distribution, spoken } from '../../src/report/buckets.ts'
import { reportHtml } from '../../src/report/html.ts'
import { reportMarkdown } from '../../src/report/markdown.ts'
import { type Report, reportOf } from '../../src/report/numbers.ts'
import { type Part, partOf } from '../../src/report/part.ts'
import type { Period } from '../../src/report/period.ts'
import { liveParts, tagsOf, wordsOf } from '../support/html.ts'
import fc from '../support/property.ts'

const text = 'a'.repeat(64)
const other = 'b'.repeat(64)

/** `04 10:30` is that minute of a day of March 2026. */
const at = (when: string): string => `2026-03-${when.replace(' ', 'T')}:00.000Z`

type Own = Record<string, unknown>
const line = (when: string, user: string, event: string, own: Own = {}, version = '0.1'): DocumentEvent =>
  ({ ts: at(when), event, user, version, ...own, seq: 1, prev: text }) as unknown as DocumentEvent

const moved = (when: string, user: string, from: string, to: string, version = '0.1'): DocumentEvent =>
  line(when, user, 'STATUS_CHANGE', { from_status: from, to_status: to, edition: 1 }, version)

const created = (when: string, user: string, type: string): DocumentEvent =>
  line(when, user, 'CREATE', { title: `About ${type}`, type, status: 'DRAFT', content: text })

const routed = (when: string, round: number, assignees: string[], kind = 'REVIEW'): DocumentEvent =>
  line(when, 'ann', `ROUTE_${kind}`, {
    assignees,
    [`${kind.toLowerCase()}_type`]: kind,
    round,
    content: text,
  })

const reviewed = (when: string, user: string, round: number, outcome = 'RECOMMEND'): DocumentEvent =>
  line(when, user, 'REVIEW', { outcome, comment: `by ${user}`, content: text, round })

/** One that is sent back once, rejected once, and approved: reviews of 30 and of 10 minutes, approvals of 2 h and of 1 h. */
const SOP: readonly DocumentEvent[] = [
  created('02 09:00', 'ann', 'SOP'),
  line('02 09:30', 'ann', 'CHECKIN', { content: text, base: text, changed: true }),
  routed('02 10:00', 1, ['qa', 'ben']),
  moved('02 10:00', 'ann', 'DRAFT', 'IN_REVIEW'),
  reviewed('02 10:10', 'qa', 1, 'UPDATES_REQUIRED'),
  reviewed('02 10:30', 'ben', 1),
  moved('02 10:30', 'ben', 'IN_REVIEW', 'REVIEWED'),
  routed('03 10:00', 2, ['qa']),
  moved('03 10:00', 'ann', 'REVIEWED', 'IN_REVIEW'),
  reviewed('03 10:10', 'qa', 2),
  moved('03 10:10', 'qa', 'IN_REVIEW', 'REVIEWED'),
  routed('03 11:00', 2, ['qa'], 'APPROVAL'),
  moved('03 11:00', 'ann', 'REVIEWED', 'IN_APPROVAL'),
  line('03 13:00', 'qa', 'REJECT', { comment: 'Not yet.', content: text, round: 2 }),
  moved('03 13:00', 'qa', 'IN_APPROVAL', 'REVIEWED'),
  routed('04 08:00', 3, ['qa']),
  moved('04 08:00', 'ann', 'REVIEWED', 'IN_REVIEW'),
  line('04 08:05', 'ann', 'WITHDRAW', { reason: 'Too early.' }),
  moved('04 08:05', 'ann', 'IN_REVIEW', 'DRAFT'),
  routed('05 08:00', 4, ['qa']),
  moved('05 08:00', 'ann', 'DRAFT', 'IN_REVIEW'),
  reviewed('05 08:10', 'qa', 4),
  moved('05 08:10', 'qa', 'IN_REVIEW', 'REVIEWED'),
  routed('05 09:00', 4, ['qa'], 'APPROVAL'),
  moved('05 09:00', 'ann', 'REVIEWED', 'IN_APPROVAL'),
  line('05 10:00', 'qa', 'APPROVE', { content: text, round: 4 }),
  moved('05 10:00', 'qa', 'IN_APPROVAL', 'EFFECTIVE', '1.0'),
  line('05 10:00', 'qa', 'EFFECTIVE', { from_version: '0.1' }, '1.0'),
  line('06 10:00', 'lead', 'FIX', { reason: 'A word.', content: other, base: text, diff: '-a\n+b' }, '1.1'),
]

/** One that its owner judges herself, whose reviewer is taken off, and that waits from the 7th on. */
const CR: readonly DocumentEvent[] = [
  created('06 09:00', 'ann', 'CR'),
  line('06 09:05', 'ann', 'CHECKIN', { content: text, base: text, changed: false }),
  routed('07 09:00', 1, ['qa', 'ben', 'ann']),
  moved('07 09:00', 'ann', 'DRAFT', 'IN_PRE_REVIEW'),
  reviewed('07 09:20', 'ann', 1),
  line('07 09:30', 'lead', 'ASSIGN', { assignees: [], removed: ['ben'] }),
  line('07 09:40', 'qa', 'ESCALATE', { reason: 'Unclear.' }),
  line('08 09:00', 'lead', 'RESOLVE', { decision: 'Go on.' }),
]

const DOCUMENTS = { 'SOP-001': SOP, 'CR-001': CR }
const ALL: Period = { since: null, until: null }

const SYSTEM = [
  { ts: at('01 08:00'), event: 'USER_ADD', user: 'lead', version: '1.0', name: 'lead' },
  { ts: at('07 10:00'), event: 'POLICY_SET', user: 'lead', version: '1.0', key: 'selfApproval' },
] as unknown as readonly SystemEvent[]

const PEOPLE = [
  { name: 'lead', group: 'administrator', kind: 'human' },
  { name: 'ann', group: 'initiator', kind: 'agent' },
]

const reported = (period: Period = ALL, asOf = at('17 09:00'), documents = DOCUMENTS): Report =>
  reportOf({
    period,
    asOf,
    parts: Object.entries(documents).flatMap(([id, events]) => partOf(requireId(id), events, period) ?? []),
    system: SYSTEM,
    people: PEOPLE,
    audit: null,
  })

const MINUTES = 60_000
const HOURS = 60 * MINUTES
const countsOf = (buckets: readonly { label: string; count: number }[]) =>
  Object.fromEntries(buckets.filter((b) => b.count > 0).map((b) => [b.label, b.count]))

describe('the numbers of everything', () => {
  it('are what was counted by hand', () => {
    const r = reported()
    expect([r.documents, r.created, r.changed.length, r.events]).toEqual([2, 2, 2, 29 + 8 + 2])
    expect(r.rounds).toMatchObject({ opened: 7, answered: 4, rejected: 1, withdrawn: 1 })
    expect(r.rounds.stillOpen).toEqual([
      { kind: 'review', document: 'CR-001', round: 1, from: at('07 09:00'), to: null, end: null },
    ])
    expect([r.reviews.decided, r.reviews.median]).toEqual([3, 10 * MINUTES])
    expect(r.reviews.longest).toMatchObject({ round: 1, from: at('02 10:00'), to: at('02 10:30') })
    expect([r.approvals.decided, r.approvals.median]).toEqual([2, 1.5 * HOURS])
    expect(r.approvals.longest).toMatchObject({ round: 2, end: 'rejected' })
    expect(countsOf(r.reviews.distribution)).toEqual({ '10 to 60 min': 3 })
    expect(countsOf(r.approvals.distribution)).toEqual({ '1 to 8 h': 2 })
  })

  it('name what the Lead should see, with who, when and the words', () => {
    const r = reported()
    expect(countsOf(r.byNote)).toEqual({
      'request for updates': 1,
      rejection: 1,
      withdrawal: 1,
      'assignee removed': 1,
      escalation: 1,
      decision: 1,
      fix: 1,
      'self-approval': 1,
    })
    expect(r.notes.map((n) => [n.kind, n.document, n.user, n.words])).toEqual([
      ['request for updates', 'SOP-001', 'qa', 'by qa'],
      ['rejection', 'SOP-001', 'qa', 'Not yet.'],
      ['withdrawal', 'SOP-001', 'ann', 'Too early.'],
      ['fix', 'SOP-001', 'lead', 'A word.'],
      ['self-approval', 'CR-001', 'ann', 'reviewed the own text'],
      ['assignee removed', 'CR-001', 'lead', 'ben'],
      ['escalation', 'CR-001', 'qa', 'Unclear.'],
      ['decision', 'CR-001', 'lead', 'Go on.'],
    ])
  })

  it('show what is open and since when, and who did how much', () => {
    const r = reported()
    expect(r.open).toEqual([
      { id: 'CR-001', title: 'About CR', status: 'IN_PRE_REVIEW', version: '0.1', owner: 'ann', days: 10 },
    ])
    expect(r.openByStatus).toEqual([{ label: 'IN_PRE_REVIEW', count: 1 }])
    expect(r.people.map((p) => [p.name, p.group, p.events])).toEqual([
      ['ann', 'initiator', 21],
      ['qa', 'not registered', 11],
      ['lead', 'administrator', 5],
      ['ben', 'not registered', 2],
    ])
    expect(r.people[1]).toMatchObject({ reviews: 3, approvals: 1, rejections: 1, created: 0 })
    expect(r.people[0]).toMatchObject({ created: 2, checkins: 2, routings: 7, reviews: 1 })
    expect(r.governing.map((e) => e.event)).toEqual(['USER_ADD', 'POLICY_SET'])
  })
})

describe('the numbers of a period', () => {
  it('are those of its events alone; a round belongs to the period in which it ended', () => {
    const r = reported({ since: at('03 00:00'), until: at('04 08:00') }, at('04 08:00'))
    expect([r.documents, r.events, r.created]).toEqual([1, 10, 0])
    expect(r.rounds).toMatchObject({ opened: 3, answered: 1, rejected: 1, withdrawn: 0 })
    expect(r.rounds.stillOpen.map((x) => [x.document, x.round])).toEqual([['SOP-001', 3]])
    expect(r.open).toMatchObject([{ id: 'SOP-001', status: 'IN_REVIEW', days: 0 }])
    expect(r.overTime).toEqual({
      unit: 'day',
      buckets: [
        { label: '2026-03-03', count: 8 },
        { label: '2026-03-04', count: 2 },
      ],
    })
  })

  it('know nothing of what did not exist yet', () => {
    const r = reported({ since: null, until: at('01 23:59') }, at('01 23:59'))
    expect([r.documents, r.events, r.open.length, r.rounds.opened]).toEqual([0, 1, 0, 0])
    expect(r.reviews).toMatchObject({ decided: 0, median: null, longest: null })
  })

  it('add up, whatever the period', () => {
    const minute = fc.integer({ min: 0, max: 20 * 24 * 60 })
    const time = minute.map((m) => new Date(Date.parse(at('01 00:00')) + m * MINUTES).toISOString())
    fc.assert(
      fc.property(fc.option(time), fc.option(time), (a, b) => {
        const [since, until] = a && b && a > b ? [b, a] : [a, b]
        const r = reported({ since, until }, until ?? at('21 00:00'))
        const sum = (buckets: readonly { count: number }[]) => buckets.reduce((n, x) => n + x.count, 0)
        expect(sum(r.byEvent)).toBe(r.events)
        expect(sum(r.overTime.buckets)).toBe(r.events)
        expect(r.people.reduce((n, p) => n + p.events, 0)).toBe(r.events)
        expect(r.changed.reduce((n, c) => n + c.events, 0) + r.governing.length).toBe(r.events)
        expect(sum(r.openByStatus)).toBe(r.open.length)
        expect(sum(r.byNote)).toBe(r.notes.length)
        expect(sum(r.reviews.distribution)).toBe(r.reviews.decided)
        expect(sum(r.approvals.distribution)).toBe(r.approvals.decided)
        expect(r.reviews.decided + r.approvals.decided).toBe(r.rounds.answered + r.rounds.rejected)
        if (since !== null) return
        const ended = r.rounds.answered + r.rounds.rejected + r.rounds.withdrawn
        expect(r.rounds.opened).toBe(ended + r.rounds.stillOpen.length)
      }),
    )
  })

  it('add up over periods that lie side by side', () => {
    const cut = at('04 12:00')
    const [whole, first, second] = [
      reported({ since: null, until: at('20 00:00') }),
      reported({ since: null, until: cut }),
      reported({ since: new Date(Date.parse(cut) + 1).toISOString(), until: at('20 00:00') }),
    ]
    expect(first.events + second.events).toBe(whole.events)
    expect(first.notes.length + second.notes.length).toBe(whole.notes.length)
    expect(first.rounds.answered + second.rounds.answered).toBe(whole.rounds.answered)
    expect(first.rounds.opened + second.rounds.opened).toBe(whole.rounds.opened)
  })
})

describe('time in a report', () => {
  it('is counted in days, weeks from Monday, months or years, with the empty ones', () => {
    const week = bucketsOf([at('02 09:00'), at('29 09:00')], at('01 00:00'), '2026-04-20T00:00:00.000Z')
    expect(week.unit).toBe('week')
    expect(week.buckets[0]).toEqual({ label: '2026-02-23', count: 0 })
    expect(countsOf(week.buckets)).toEqual({ '2026-03-02': 1, '2026-03-23': 1 })
    expect(week.buckets.length).toBe(9)
    expect(bucketsOf([], '2025-01-01T00:00:00.000Z', at('01 00:00'))).toMatchObject({ unit: 'month' })
    expect(bucketsOf([], '2001-01-01T00:00:00.000Z', at('01 00:00')).buckets.length).toBe(26)
    expect(bucketsOf([], null, at('01 00:00')).buckets).toEqual([{ label: '2026-03-01', count: 0 }])
  })

  it('has classes without gaps, and words with units', () => {
    const lengths = [0, MINUTES - 1, MINUTES, 8 * HOURS, 24 * HOURS, 7 * 24 * HOURS, 900 * HOURS]
    expect(distribution(lengths).map((b) => b.count)).toEqual([2, 1, 0, 0, 1, 1, 0, 2])
    expect([45_000, 12 * MINUTES, 3.5 * HOURS, 50 * HOURS].map(spoken)).toEqual([
      '45 s',
      '12 min',
      '3.5 h',
      '2.1 days',
    ])
  })
})

const HOSTILE =
  '<img src=x onerror=alert(1)> [a](javascript:alert(1)) | `x` *b* https://evil.example \u202e\n# head'
const hostile = (): Part => {
  const [first, ...rest] = CR
  const events = [{ ...first, title: HOSTILE } as DocumentEvent, ...rest]
  return partOf(requireId('CR-001'), events, ALL) as Part
}
const written = (audit: Report['audit'] = null): Report =>
  reportOf({ period: ALL, asOf: at('17 09:00'), parts: [hostile()], system: SYSTEM, people: PEOPLE, audit })

describe('a report as HTML', () => {
  it('is one file that needs nothing else, whatever the documents say', () => {
    const html = reportHtml(written())
    expect(liveParts(html)).toEqual([])
    expect(wordsOf(html)).toContain('<img src=x onerror=alert(1)> [a](javascript:alert(1))')
    expect(html).not.toContain('\u202e')
  })

  it('draws bars in proportion, named, with axes, and each beside a table of the same numbers', () => {
    const r = reported()
    const html = reportHtml(r)
    const sections = html.split('<section>').slice(1)
    const plots = [r.overTime.buckets, r.reviews.distribution, r.approvals.distribution, r.openByStatus]
    expect(sections.length).toBe(plots.length)
    for (const [i, buckets] of plots.entries()) {
      const svg = /<svg.*?<\/svg>/s.exec(sections[i] ?? '')?.[0] ?? ''
      const tags = tagsOf(svg)
      const widths = tags.filter((t) => t.name === 'rect').map((t) => Number(t.attributes.width))
      const most = Math.max(...buckets.map((b) => b.count))
      expect(widths).toEqual(buckets.map((b) => Math.round((b.count / most) * 430)))
      expect(tags[0]?.attributes['aria-labelledby']).toBe(tags[1]?.attributes.id)
      expect(wordsOf(svg)).toMatch(/\(number\), up to \d+/)
      const rows = [...(sections[i] ?? '').matchAll(/<tr><td>([^<]*)<\/td><td class="n">(\d+)<\/td><\/tr>/g)]
      expect(rows.map(([, label, count]) => ({ label, count: Number(count) }))).toEqual(buckets)
    }
  })

  it('lists what an audit found', () => {
    const found = {
      code: 'CHAIN_BROKEN',
      severity: 'error',
      document: 'CR-001',
      path: 'p',
      line: 3,
      commit: null,
      expected: 'e',
      found: 'f',
    }
    const html = reportHtml(written({ verdict: 'damaged', findings: [found] }))
    expect(html).toContain('Findings of the audit (damaged)')
    expect(html).toContain('<td>CHAIN_BROKEN</td>')
    expect(reportHtml(written())).toContain('no audit was made')
  })
})

describe('a report as Markdown', () => {
  it('keeps its tables whole and makes no markup of the words of documents', () => {
    const markdown = reportMarkdown(written())
    const line = markdown.split('\n').find((l) => l.startsWith('| CR-001')) ?? ''
    expect(line).toContain(
      '\\<img src=x onerror=alert(1)\\> \\[a\\](javascript:alert(1)) \\| \\`x\\` \\*b\\* https\\://evil',
    )
    expect(line).toContain('\\u202e # head')
    expect(line.replace(/\\\|/g, '').split('|').length - 2).toBe(5)
  })

  it('shows the same numbers as bars of signs', () => {
    const markdown = reportMarkdown(reported())
    expect(markdown).toContain('From the beginning to 2026-03-17 09:00 UTC.')
    expect(markdown).toMatch(/^IN_PRE_REVIEW {2}1 {2}#{40}$/m)
    expect(markdown).toMatch(/^2026-03-02 +7 {2}#+$/m)
    expect(markdown).toMatch(/^\| reviews +\| +3 \| 10 min +\| 30 min \(SOP-001, round 1\)/m)
  })
})
