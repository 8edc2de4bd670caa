/** What the Lead is told of the orchestration of agents, from sessions, calls and verdicts as records would have them. */
import { describe, expect, it } from 'vitest'
import type { Dispatch, DispatchEnd, Session } from '../../src/agents/sessions.ts'
import { orchestrationFindings } from '../../src/audit/orchestrated.ts'
import { type Material, orchestrationOf, type VerdictSeen } from '../../src/audit/orchestration.ts'
import { sha256 } from '../support/given.ts'

/** Minutes after midnight. */
const at = (minutes: number): string => new Date(Date.UTC(2026, 0, 5) + minutes * 60_000).toISOString()
const DAY = 24 * 60

const session = (id: string, own: Partial<Session> = {}): Session => ({
  id,
  orchestrator: 'claude',
  started: at(0),
  ended: null,
  allowed: [],
  ...own,
})

const end = (own: Partial<DispatchEnd> = {}): DispatchEnd => ({
  at: at(20),
  outcome: 'verdict',
  problem: null,
  instance: null,
  tool: null,
  duration: null,
  turns: null,
  tokens: null,
  cost: null,
  denied: [],
  ...own,
})

const call = (id: string, own: Partial<Dispatch> = {}): Dispatch => ({
  id,
  session: 'S-001',
  by: 'claude',
  at: at(10),
  agent: 'qa',
  document: 'CR-001',
  version: '0.1',
  status: 'IN_PRE_REVIEW',
  task: 'review',
  round: 1,
  content: 'c'.repeat(64),
  told: `You are qa (${id}).`,
  template: 'b'.repeat(64),
  backend: 'claude',
  resumed: null,
  fresh: false,
  until: at(40),
  end: end(),
  ...own,
})

const verdict = (own: Partial<VerdictSeen> = {}): VerdictSeen => ({
  document: 'CR-001',
  path: 'QMS/.audit/CR/CR-001.jsonl',
  line: 5,
  event: 'REVIEW',
  outcome: 'RECOMMEND',
  user: 'qa',
  kind: 'agent',
  at: at(15),
  round: 1,
  dispatch: null,
  asked: at(5),
  words: 100,
  ...own,
})

const byId = <T extends { readonly id: string }>(all: readonly T[]) => new Map(all.map((x) => [x.id, x]))

interface Told {
  readonly sessions?: readonly Session[]
  readonly calls?: readonly Dispatch[]
  readonly verdicts?: readonly VerdictSeen[]
  readonly now?: string
}

const material = ({
  sessions = [session('S-001')],
  calls = [],
  verdicts = [],
  now = at(30),
}: Told): Material => ({
  now,
  sessions: byId(sessions),
  dispatches: byId(calls),
  events: { sessions: [], dispatches: [], incidents: [] },
  verdicts,
  escalations: [],
  digest: sha256,
})

const codes = (told: Told): string[] => orchestrationFindings(material(told)).map((f) => f.code)
const told = (of: Told) => orchestrationOf(material(of))

describe('a verdict without a call', () => {
  const ended = session('S-001', { ended: { at: at(12), by: 'claude', reason: null } })

  it('is in the name of who serves, while the session is open in which they do', () => {
    const calls = [call('D-001')]
    expect(codes({ calls, verdicts: [verdict()] })).toEqual(['VERDICT_OF_ORCHESTRATOR'])
    expect(codes({ calls, verdicts: [verdict()], sessions: [ended] })).toEqual(['VERDICT_UNCALLED'])
    expect(codes({ calls, verdicts: [verdict({ at: at(11) })], sessions: [ended] })).toEqual([
      'VERDICT_OF_ORCHESTRATOR',
    ])
  })

  it('is nobody else’s before they were called, or before the session', () => {
    const early = [verdict({ at: at(9) })]
    expect(codes({ calls: [call('D-001')], verdicts: early })).toEqual(['VERDICT_UNCALLED'])
    const later = [session('S-001', { started: at(11) })]
    expect(codes({ calls: [call('D-001', { at: at(8) })], verdicts: early, sessions: later })).toEqual([
      'VERDICT_UNCALLED',
    ])
  })

  it('is none of that by which somebody was called', () => {
    expect(codes({ calls: [call('D-001')], verdicts: [verdict({ dispatch: 'D-001' })] })).toEqual([])
  })

  it('is no matter of persons', () => {
    expect(codes({ verdicts: [verdict({ kind: 'human' })] })).toEqual([])
  })
})

describe('a verdict of an orchestrator', () => {
  const own = verdict({ user: 'claude', kind: 'human' })

  it('is named where reviewers were called to the same document, in the same round, before it', () => {
    expect(codes({ calls: [call('D-001')], verdicts: [own] })).toEqual(['VERDICT_OF_ORCHESTRATOR'])
    for (const other of [{ document: 'CR-002' }, { round: 2 }, { at: at(16) }, { session: 'S-002' }])
      expect({ other, codes: codes({ calls: [call('D-001', other)], verdicts: [own] }) }).toEqual({
        other,
        codes: [],
      })
  })
})

describe('what was left open', () => {
  it('is a call past its time that has no end', () => {
    expect(codes({ calls: [call('D-001', { end: null })], now: at(40) })).toEqual([])
    expect(codes({ calls: [call('D-001', { end: null })], now: at(41) })).toEqual(['DISPATCH_LEFT_OPEN'])
    expect(codes({ calls: [call('D-001')], now: at(41) })).toEqual([])
  })

  it('is a session a day after the last call in it', () => {
    const calls = [call('D-001', { at: at(60) }), call('D-002', { at: at(50) })]
    expect(codes({ calls, now: at(DAY + 60) })).toEqual([])
    expect(codes({ calls, now: at(DAY + 61) })).toEqual(['SESSION_LEFT_OPEN'])
    const elsewhere = [call('D-001', { at: at(60), session: 'S-002' })]
    expect(codes({ calls: elsewhere, now: at(DAY + 1) })).toEqual(['SESSION_LEFT_OPEN'])
  })
})

describe('the report', () => {
  it('says of each call how it came by its agent, and who allowed a fresh one', () => {
    const allowed = ['qa', 'tu', 'qa'].map((agent, i) => ({
      agent,
      reason: `reason ${i}`,
      by: 'lead',
      at: at(i),
    }))
    const calls = [
      call('D-001', { end: end({ instance: 'one' }) }),
      call('D-002', { resumed: 'one', end: null }),
      call('D-003', { fresh: true }),
      call('D-004', { fresh: true, agent: 'tu' }),
      call('D-005', { fresh: true }),
    ]
    const { dispatches, totals } = told({ sessions: [session('S-001', { allowed })], calls })
    expect(dispatches.map(({ mode, instance, allowed }) => [mode, instance, allowed?.reason])).toEqual([
      ['new', 'one', undefined],
      ['resumed', 'one', undefined],
      ['fresh', null, 'reason 0'],
      ['fresh', null, 'reason 1'],
      ['fresh', null, 'reason 2'],
    ])
    expect(totals).toMatchObject({ dispatches: 5, fresh: 3, cost: null })
  })

  it('has what was told by its digest, and how and when each ended', () => {
    const failed = end({ outcome: 'failed', problem: 'NO_ANSWER', cost: 0.1 })
    const calls = [call('D-001', { end: failed }), call('D-002', { end: end({ cost: 0.2 }) })]
    const { dispatches, sessions, totals } = told({
      sessions: [session('S-001', { ended: { at: at(25), by: 'claude', reason: null } })],
      calls,
    })
    expect(dispatches[0]).toMatchObject({
      prompt: sha256('You are qa (D-001).'),
      template: 'b'.repeat(64),
      until: at(40),
      ended: at(20),
      outcome: 'failed',
      problem: 'NO_ANSWER',
    })
    expect(sessions).toMatchObject([
      { ended: at(25), agents: [{ agent: 'qa', dispatches: 2, instances: [] }] },
    ])
    expect(totals.cost).toBe(0.3)
  })

  it('counts the time of a verdict from its call, else from the routing, and never below nothing', () => {
    const verdicts = [
      verdict({ dispatch: 'D-001' }),
      verdict(),
      verdict({ at: at(4) }),
      verdict({ kind: 'human' }),
    ]
    const { verdicts: seen, totals } = told({ calls: [call('D-001')], verdicts })
    expect(seen.map(({ seconds }) => seconds)).toEqual([300, 600, 0, 600])
    expect(totals).toMatchObject({ verdicts: 4, uncalled: 2 })
  })
})
