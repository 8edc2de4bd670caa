/** The judge of races is judged: each kind of falsehood, planted into a true log, is noticed; the true one passes. */
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type Bytes, type Logged, problemsIn } from './checker.ts'

const GENESIS = '0'.repeat(64)
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

type Event = { readonly event: string; readonly [key: string]: unknown }

/** Events as a trail: chained, one after the other. */
const chained = (events: readonly Event[]): string => {
  let prev = GENESIS
  return events
    .map(({ event, ...own }, i) => {
      const { ts = `2026-01-01T00:00:0${i}.000Z`, user = 'claude', version = '0.1', ...rest } = own
      const line = JSON.stringify({ ts, event, user, version, ...rest, seq: i + 1, prev })
      prev = sha256(line)
      return `${line}\n`
    })
    .join('')
}

const CREATED: Event = { event: 'CREATE', status: 'DRAFT', request: 'r1', ts: 't1' }
const CHECKED_IN: Event = { event: 'CHECKIN', request: 'r2', ts: 't2' }
const ROUTED: Event[] = [
  { event: 'ROUTE_REVIEW', request: 'r3', ts: 't3' },
  { event: 'STATUS_CHANGE', from_status: 'DRAFT', to_status: 'IN_REVIEW', request: 'r3', ts: 't3' },
]
const WHOLE: readonly Event[] = [CREATED, CHECKED_IN, ...ROUTED]
const SHIPPED = chained([{ event: 'INSTALL', user: 'lead' }])

const called = (request: string, line: string, seqs: readonly number[], at: number): Logged => ({
  request,
  user: 'claude',
  line,
  start: at,
  end: at + 5,
  code: 0,
  answer: {
    result: {
      replayed: false,
      document: { doc_id: 'SOP-008' },
      events: seqs.map((seq) => ({ document: 'SOP-008', event: '', seq, prev: '' })),
    },
  },
})

const REFUSED: Logged = {
  request: 'r4',
  user: 'ann',
  line: 'checkout SOP-008',
  start: 5,
  end: 6,
  code: 5,
  answer: { error: { code: 'CONFLICT' } },
}

const CREATE = called('r1', 'create SOP', [1], 10)
const CHECKIN = called('r2', 'checkin SOP-008', [2], 20)
const ROUTE = called('r3', 'route SOP-008', [3, 4], 30)
const LOG = [CREATE, CHECKIN, ROUTE, REFUSED]

const judged = (events: readonly Event[], calls: readonly Logged[], more: Bytes = {}): string[] =>
  problemsIn({ 'SOP-001': SHIPPED }, { 'SOP-001': SHIPPED, 'SOP-008': chained(events), ...more }, calls)

describe('the offline checker', () => {
  it('finds nothing in a true log', () => expect(judged(WHOLE, LOG)).toEqual([]))

  it('takes a repeated call for one', () => {
    const replayed = {
      ...CREATE,
      start: 40,
      end: 41,
      answer: { result: { ...CREATE.answer?.result, replayed: true } },
    }
    expect(judged(WHOLE, [...LOG, replayed])).toEqual([])
  })

  it('takes a call that was stopped unheard for done or not', () => {
    const unheard: Logged = { ...CHECKIN, code: null, answer: null }
    expect(judged(WHOLE, [CREATE, unheard, ROUTE])).toEqual([])
    expect(judged([CREATED], [CREATE, unheard])).toEqual([])
  })

  const cases: readonly (readonly [string, readonly Event[], readonly Logged[], RegExp])[] = [
    ['a lost success', WHOLE.slice(0, 2), LOG, /^r3: answered with success, and is lost/],
    [
      'a doubled effect',
      [CREATED, CHECKED_IN, { ...CHECKED_IN, ts: 't2b' }, ...ROUTED],
      [CREATE, CHECKIN, called('r3', 'route', [4, 5], 30)],
      /^r2: answered as SOP-008 2, and is in the record as SOP-008 2, SOP-008 3/,
    ],
    ['a call that was done twice', WHOLE, [...LOG, { ...CHECKIN, start: 26, end: 27 }], /^r2: done 2 times/],
    [
      'half of an effect',
      WHOLE.slice(0, 3),
      LOG,
      /^r3: answered as SOP-008 3, SOP-008 4, and is in the record as SOP-008 3/,
    ],
    [
      'an effect of a refused call',
      [CREATED, { event: 'CHECKOUT', user: 'ann', request: 'r4' }],
      [CREATE, REFUSED],
      /^r4: refused \(CONFLICT\), and is in SOP-008 2/,
    ],
    ['an effect that nobody asked for', WHOLE, [CREATE, ROUTE], /SOP-008 2: an effect that nobody asked for/],
    [
      'a mixed-up actor',
      [CREATED, { ...CHECKED_IN, user: 'ben' }],
      [CREATE, CHECKIN],
      /SOP-008 2: by ben, asked for by claude/,
    ],
    [
      'a number given twice',
      WHOLE,
      [...LOG, { ...CREATE, request: 'r9', start: 40, end: 41 }],
      /^SOP-008: given twice/,
    ],
    [
      'a document created twice',
      [CREATED, { ...CREATED, request: 'r2', ts: 't2' }],
      [CREATE, CHECKIN],
      /^SOP-008: created more than once/,
    ],
    [
      'a way that the tables do not have',
      [CREATED, { event: 'APPROVE', request: 'r2' }],
      [CREATE, CHECKIN],
      /^SOP-008 2: APPROVE in DRAFT to DRAFT/,
    ],
    [
      'a change from another status',
      [CREATED, CHECKED_IN, ROUTED[0]!, { ...ROUTED[1]!, from_status: 'REVIEWED' }],
      LOG,
      /^SOP-008 4: from REVIEWED, and it was DRAFT/,
    ],
    [
      'an order that time forbids',
      [CREATED, CHECKED_IN, ...ROUTED],
      [CREATE, { ...CHECKIN, start: 50, end: 55 }, ROUTE],
      /SOP-008 3: ended before what stands in front of it began/,
    ],
  ]
  it.each(cases)('notices %s', (_, events, calls, expected) => {
    const problems = judged(events, calls)
    expect(
      problems.some((problem) => expected.test(problem)),
      problems.join('\n'),
    ).toBe(true)
  })

  it('notices a broken chain', () => {
    const broken = chained(WHOLE).replace('"event":"CHECKIN"', '"event":"CHECKIN","title":"x"')
    expect(judged(WHOLE, LOG, { 'SOP-008': broken })).toEqual([
      'SOP-008, line 3: prev is not the line before',
    ])
    const skipped = chained(WHOLE)
      .split('\n')
      .filter((_, i) => i !== 1)
      .join('\n')
    expect(judged(WHOLE, LOG, { 'SOP-008': skipped }).join('\n')).toMatch(/SOP-008, line 2: seq is 3/)
  })

  it('notices that what was there before was changed or taken away', () => {
    const found = /^SOP-001: what was there before is not there as it was/
    const changed = SHIPPED.replace('lead', 'load')
    expect(judged(WHOLE, LOG, { 'SOP-001': changed })[0]).toMatch(found)
    expect(problemsIn({ 'SOP-001': SHIPPED }, {}, [])[0]).toMatch(found)
  })
})
