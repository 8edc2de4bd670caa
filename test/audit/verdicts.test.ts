/** Verdicts of agents against the calls that they name, moment by moment, without any store. */
import { describe, expect, it } from 'vitest'
import { callFindings, type Judges, verdictFindings } from '../../src/audit/called.ts'
import { Calls, type Dispatched } from '../../src/audit/calls.ts'
import type { World } from '../../src/audit/positions.ts'
import type { Step } from '../../src/audit/replay.ts'
import type { DocumentEvent, SystemEvent } from '../../src/documents/event.ts'
import { DEFAULT_POLICY } from '../../src/documents/policy.ts'
import { checkedIn, created, given, REGISTRY, routed } from '../support/given.ts'

/** Seconds after midnight. */
const at = (seconds: number): string => new Date(Date.UTC(2026, 0, 5) + seconds * 1000).toISOString()
const CONTENT = 'c'.repeat(64)

const dispatch = (own: Partial<Dispatched> = {}): SystemEvent =>
  ({
    event: 'DISPATCH',
    ts: at(10),
    dispatch: 'D-001',
    agent: 'qa',
    document: 'SOP-001',
    task: 'review',
    round: 1,
    content: CONTENT,
    until: at(100),
    seq: 1,
    ...own,
  }) as SystemEvent
const end = (ts: string, id = 'D-001'): SystemEvent =>
  ({ event: 'DISPATCH_END', ts, dispatch: id, seq: 2 }) as SystemEvent

const review = (own: object = {}): DocumentEvent =>
  ({
    event: 'REVIEW',
    ts: at(50),
    user: 'qa',
    round: 1,
    content: CONTENT,
    dispatch: 'D-001',
    packet: 'p'.repeat(64),
    ...own,
  }) as unknown as DocumentEvent

const callsOf = (events: readonly SystemEvent[], whole = true): Calls =>
  new Calls(
    { sessions: [], dispatches: events.map((event) => ({ event, at: Date.parse(event.ts) })) },
    whole,
    0,
  )

const world = (identity: 'declared' | 'verified'): World =>
  ({ registryAt: () => REGISTRY, policyAt: () => ({ ...DEFAULT_POLICY, identity }) }) as unknown as World

const judged = (
  event: DocumentEvent,
  dispatches: readonly SystemEvent[] = [dispatch()],
  own: Partial<Judges> & { identity?: 'declared' | 'verified' } = {},
) => {
  const steps = [{ from: 0, at: Date.parse(event.ts) }] as unknown as Step[]
  const where = { document: 'SOP-001', path: 'p', before: 7 }
  const judges = {
    world: world(own.identity ?? 'declared'),
    calls: callsOf(dispatches),
    where,
    from: 0,
    ...own,
  }
  return verdictFindings(steps, [event], judges).map((f) => `${f.code} ${f.line}: ${f.found}`)
}

const miscalled = (found: string) => [`VERDICT_MISCALLED 8: D-001: ${found}`]

describe('a verdict by a call', () => {
  it('is sound by the call for it, while that lasts, and a minute more for two clocks', () => {
    expect(judged(review())).toEqual([])
    expect(judged(review({ ts: at(160) }))).toEqual([])
    expect(judged(review({ ts: at(161) }))).toEqual(miscalled(`over at ${at(100)}`))
    expect(judged(review({ ts: at(9) }))).toEqual(miscalled(`begun at ${at(10)}, after the verdict`))
  })

  it('is by no call that had ended: its first end counts', () => {
    expect(judged(review(), [dispatch(), end(at(50))])).toEqual([])
    expect(judged(review(), [dispatch(), end(at(49))])).toEqual(
      miscalled(`ended at ${at(49)}, before the verdict`),
    )
    expect(judged(review(), [dispatch(), end(at(49)), end(at(90))])).toHaveLength(1)
    expect(judged(review(), [dispatch(), end(at(20), 'D-002')])).toEqual([])
  })

  it.each([
    ['agent tu', { agent: 'tu' }],
    ['document CR-001', { document: 'CR-001' }],
    ['task approval', { task: 'approval' as const }],
    ['round 2', { round: 2 }],
    [`content ${'d'.repeat(64)}`, { content: 'd'.repeat(64) }],
  ])('is by no call for another %s', (found, own) =>
    expect(judged(review(), [dispatch(own)])).toEqual(miscalled(found)),
  )

  it('is by the first of that name', () => {
    expect(judged(review(), [dispatch(), dispatch({ agent: 'tu', ts: at(11) })])).toEqual([])
  })

  it('is not doubted where the record of calls cannot be read to its end', () => {
    expect(judged(review(), [])).toEqual(miscalled('no such dispatch'))
    expect(judged(review(), [], { calls: callsOf([], false) })).toEqual([])
  })

  it('names its packet, and is judged once', () => {
    const bare = review({ packet: undefined })
    expect(judged(bare)).toEqual(['VERDICT_WITHOUT_PACKET 8: REVIEW by qa, D-001, without'])
    expect(judged(bare, [dispatch()], { from: 1 })).toEqual([])
  })

  it.each(['APPROVE', 'REJECT'])('of approval may be %s', (event) => {
    expect(judged(review({ event }), [dispatch({ task: 'approval' })])).toEqual([])
    expect(judged(review({ event }))).toEqual(miscalled('task review'))
  })
})

describe('a verdict without a call', () => {
  it('proves nothing of an agent, where that is asked for', () => {
    const bare = review({ dispatch: undefined })
    expect(judged(bare, [], { identity: 'verified' })).toEqual(['VERDICT_UNPROVEN 8: REVIEW without'])
    expect(judged(bare, [])).toEqual([])
    expect(judged(review({ dispatch: undefined, user: 'lead' }), [], { identity: 'verified' })).toEqual([])
  })
})

describe('a call to a document', () => {
  const { doc } = given(created({ owner: 'ann' }), checkedIn('ann', 'one'), routed('review', ['qa']))
  const asked = {
    document: doc.id.id,
    text_version: doc.version,
    status: doc.status,
    content: doc.round?.content ?? '',
  }
  const said = (own: Partial<Dispatched>) => {
    const calls = callsOf([dispatch({ ...asked, ...own })])
    const steps = [{ from: 0, at: 0, after: doc }] as unknown as Step[]
    return callFindings(steps, [review()], calls.of(doc.id.id)).map((f) => `${f.expected}; ${f.found}`)
  }

  it('that asks for it, of that agent, with that text, is sound', () => {
    expect(said({})).toEqual([])
    expect(said({ agent: 'tu' })).toEqual([expect.stringContaining('asked of tu; IN_REVIEW; asked were qa')])
    expect(said({ task: 'approval' })).toHaveLength(1)
  })

  it.each<Partial<Dispatched>>([
    { text_version: '7.0' },
    { status: 'DRAFT' },
    { round: 7 },
    { content: 'e'.repeat(64) },
  ])('is found where it says %j', (own) => {
    const [name = '', value] = Object.entries(own)[0] ?? []
    const is = { ...asked, round: 1 }[name as keyof typeof asked]
    expect(said(own)).toEqual([`${name} ${is}; ${name} ${value}`])
  })

  it('that was not there then is found, once', () => {
    const found = (judgedBefore: number) => {
      const dispatches = [{ event: dispatch(), at: 5 }]
      const calls = new Calls({ sessions: [], dispatches }, true, judgedBefore)
      const later = [{ from: 0, at: 6 }] as unknown as Step[]
      return callFindings(later, [review()], calls.of('SOP-001')).map(
        (f) => `${f.code} ${f.line}: ${f.found}`,
      )
    }
    expect(found(0)).toEqual(['ILLEGAL_EVENT 1: no such document then'])
    expect(found(1)).toEqual([])
    const one = new Calls({ sessions: [], dispatches: [{ event: dispatch(), at: 5 }] }, true, 0)
    expect([one.unjudged(), one.of('CR-001')]).toEqual([['SOP-001'], []])
  })
})
