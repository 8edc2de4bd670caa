/** Sessions, dispatches and what an agent is told, decided without any store. Source: SOP-007 sections 4.4 and 5. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  type DispatchAsk,
  decideAllowFresh,
  decideDispatch,
  decideDispatchEnd,
  decideSessionEnd,
  decideSessionStart,
  type Ending,
  type Sitting,
} from '../../src/agents/dispatching.ts'
import {
  allowancesLeft,
  foldDispatches,
  foldSessions,
  isUnderWay,
  servingIn,
} from '../../src/agents/sessions.ts'
import { MOST_WORDS, spawnPrompt, wordsIn } from '../../src/agents/spawn-prompt.ts'
import { sumsOf } from '../../src/agents/stats.ts'
import type { Document } from '../../src/documents/document.ts'
import { type NewSystemEvent, systemEvent } from '../../src/documents/event.ts'
import { refusal } from '../documents/refusal.ts'
import { at, checkedIn, created, given, people, REGISTRY, routed, sha256 } from '../support/given.ts'
import fc from '../support/property.ts'

const ROOT = join(import.meta.dirname, '../..')
const textOf = (task: string): string => readFileSync(join(ROOT, `templates/prompts/${task}.md`), 'utf8')
const TEMPLATES = { review: textOf('review'), approval: textOf('approval') }

/** Events of both records, as they would be written one after the other. */
class Story {
  readonly sessions: NewSystemEvent[] = []
  readonly dispatches: NewSystemEvent[] = []
  tick = 10

  sitting(name: string, record: 'sessions' | 'dispatches', registry = REGISTRY): Sitting {
    this.tick += 1
    return {
      actor: registry.get(name)!,
      now: at(this.tick),
      registry,
      recorded: this[record].length,
      sessions: foldSessions(this.sessions),
      dispatches: foldDispatches(this.dispatches),
    }
  }

  add(record: 'sessions' | 'dispatches', event: NewSystemEvent): NewSystemEvent {
    expect(systemEvent.safeParse({ ...event, seq: 1, prev: '0'.repeat(64) }).error?.issues ?? []).toEqual([])
    this[record].push(event)
    return event
  }

  start(by = 'ann') {
    return this.add('sessions', decideSessionStart(this.sitting(by, 'sessions')))
  }

  call(d: Document, ask: Partial<DispatchAsk> = {}, by = 'ann', gone?: ReadonlySet<string>) {
    const template = { text: TEMPLATES.review, digest: sha256(TEMPLATES.review) }
    const whole = { agent: 'qa', fresh: false, backend: 'claude', template, limit: 60_000, ...ask }
    return this.add('dispatches', decideDispatch(d, whole, this.sitting(by, 'dispatches'), gone))
  }

  end(dispatch: string, ending: Ending, by = 'ann') {
    const open = foldDispatches(this.dispatches).get(dispatch)!
    return this.add('dispatches', decideDispatchEnd(open, ending, this.sitting(by, 'dispatches')))
  }
}

const REVIEWING = given(
  created({ owner: 'ann' }),
  checkedIn('ann', 'one'),
  routed('review', ['qa', 'tu']),
).doc
const DRAFT = given(created({ owner: 'ann' })).doc

describe('a session', () => {
  it('is one at a time for each orchestrator, numbered in order', () => {
    const story = new Story()
    expect(story.start()).toMatchObject({
      event: 'SESSION_START',
      session: 'S-001',
      user: 'ann',
      version: '1.0',
    })
    expect(refusal(() => story.start())).toMatchObject({ code: 'ALREADY_EXISTS', facts: { name: 'S-001' } })
    expect(story.start('ben')).toMatchObject({ session: 'S-002', version: '2.0' })
    story.add('sessions', decideSessionEnd(undefined, undefined, story.sitting('ann', 'sessions')))
    expect(story.start()).toMatchObject({ session: 'S-003' })
  })

  it('is begun by who may own documents, and ended by them or an administrator', () => {
    const story = new Story()
    for (const name of ['qa', 'tu'])
      expect(refusal(() => story.start(name))).toMatchObject({ code: 'NOT_ALLOWED' })
    expect(refusal(() => story.start('gone')).code).toBe('USER_DISABLED')
    story.start()
    const end = (by: string, id?: string) => decideSessionEnd(id, 'over', story.sitting(by, 'sessions'))
    expect(refusal(() => end('ben', 'S-001'))).toMatchObject({ code: 'NOT_ALLOWED' })
    expect(refusal(() => end('ben'))).toMatchObject({ code: 'NO_SESSION', facts: { user: 'ben' } })
    expect(refusal(() => end('ann', 'S-009')).code).toBe('NO_SESSION')
    expect(end('lead', 'S-001')).toMatchObject({ session: 'S-001', reason: 'over' })
    story.add('sessions', end('ann'))
    expect(refusal(() => end('ann', 'S-001'))).toMatchObject({
      facts: { unmet: [{ gate: 'sessionOpen' }] },
    })
  })
})

// Verifies: REQ-QMS-951, REQ-QMS-953
describe('a dispatch', () => {
  it('tells the document, its state and the task, in a session', () => {
    const story = new Story()
    expect(refusal(() => story.call(REVIEWING)).code).toBe('NO_SESSION')
    story.start()
    const event = story.call(REVIEWING)
    expect(event).toMatchObject({
      event: 'DISPATCH',
      dispatch: 'D-001',
      session: 'S-001',
      agent: 'qa',
      document: REVIEWING.id.id,
      text_version: REVIEWING.version,
      status: REVIEWING.status,
      task: 'review',
      round: 1,
      content: REVIEWING.round?.content,
      backend: 'claude',
    })
    expect(event).not.toHaveProperty('instance')
    const { told } = event as { told: string }
    for (const fact of ['qa', REVIEWING.id.id, REVIEWING.version, REVIEWING.status, 'review'])
      expect(told).toContain(fact)
  })

  it('is refused where the document asks nothing like it of that agent', () => {
    const story = new Story()
    story.start()
    const found = (work: () => unknown): string => {
      const { code, facts } = refusal(work) as { code: string; facts: unknown }
      expect(code).toBe('GATE')
      return (facts as { unmet: { gate: string; found: string }[] }).unmet
        .map((u) => `${u.gate}: ${u.found}`)
        .join()
    }
    expect(found(() => story.call(DRAFT))).toMatch(/^asked: .*nobody is asked/)
    expect(found(() => story.call(REVIEWING, { agent: 'qb' }))).toBe('asked: asked are qa, tu')
    expect(found(() => story.call(REVIEWING, { task: 'approval' }))).toMatch(/^asked: .* asks for a review/)
    expect(found(() => story.call(REVIEWING, { agent: 'lead' }))).toMatch(/^isAgent: lead is a person/)
    expect(refusal(() => story.call(REVIEWING, { agent: 'gone' })).code).toBe('USER_DISABLED')
    expect(refusal(() => story.call(REVIEWING, { agent: 'nobody' })).code).toBe('NO_USER')
    expect(refusal(() => story.call(REVIEWING, {}, 'qa')).code).toBe('NOT_ALLOWED')
  })

  it('is one at a time for each agent, unless it is over or known to be gone', () => {
    const story = new Story()
    story.start()
    story.call(REVIEWING)
    expect(refusal(() => story.call(REVIEWING))).toMatchObject({
      facts: { unmet: [{ gate: 'oneAtATime' }] },
    })
    expect(story.call(REVIEWING, { agent: 'tu' })).toMatchObject({ dispatch: 'D-002' })
    expect(story.call(REVIEWING, {}, 'ann', new Set(['D-001']))).toMatchObject({ dispatch: 'D-003' })
    story.tick += 3600
    expect(story.call(REVIEWING)).toMatchObject({ dispatch: 'D-004' })
  })

  it('goes on with the agent of the session, on its backend, whatever is configured since', () => {
    const story = new Story()
    story.start()
    story.call(REVIEWING)
    story.end('D-001', { outcome: 'verdict', instance: 'abc' })
    expect(story.call(REVIEWING, { backend: 'codex' })).toMatchObject({ instance: 'abc', backend: 'claude' })
    story.end('D-002', { outcome: 'failed' })
    expect(servingIn(foldDispatches(story.dispatches), 'S-001', 'qa')).toEqual({
      instance: 'abc',
      backend: 'claude',
    })
    story.add('sessions', decideSessionEnd(undefined, undefined, story.sitting('ann', 'sessions')))
    story.start()
    expect(story.call(REVIEWING)).not.toHaveProperty('instance')
  })

  it('is with a fresh agent only as the Lead allowed it, and once', () => {
    const story = new Story()
    story.start()
    story.call(REVIEWING)
    story.end('D-001', { outcome: 'verdict', instance: 'abc' })
    const allow = (by: string, reason = 'worn out', agent = 'qa') =>
      decideAllowFresh(agent, reason, undefined, story.sitting(by, 'sessions'))
    const refused = { code: 'GATE', facts: { unmet: [{ gate: 'freshAllowed' }] } }
    expect(refusal(() => story.call(REVIEWING, { fresh: true }))).toMatchObject(refused)
    for (const name of ['ann', 'qa']) expect(refusal(() => allow(name)).code).toBe('NOT_ALLOWED')
    expect(refusal(() => allow('lead', ' ')).facts).toMatchObject({ unmet: [{ gate: 'reasoned' }] })
    expect(refusal(() => allow('lead', 'why', 'lead')).facts).toMatchObject({ unmet: [{ gate: 'isAgent' }] })
    story.add('sessions', allow('lead', 'worn out', 'tu'))
    expect(refusal(() => story.call(REVIEWING, { fresh: true }))).toMatchObject(refused)
    story.add('sessions', allow('lead'))
    const session = foldSessions(story.sessions).get('S-001')!
    expect(allowancesLeft(session, foldDispatches(story.dispatches), 'qa')).toBe(1)
    const fresh = story.call(REVIEWING, { fresh: true, backend: 'codex' })
    expect(fresh).toMatchObject({ fresh: true, backend: 'codex' })
    expect(fresh).not.toHaveProperty('instance')
    story.end('D-002', { outcome: 'verdict', instance: 'def' })
    expect(refusal(() => story.call(REVIEWING, { fresh: true }))).toMatchObject(refused)
    expect(story.call(REVIEWING)).toMatchObject({ instance: 'def', backend: 'codex' })
  })

  it('ends once, with what is known of it', () => {
    const story = new Story()
    story.start()
    story.call(REVIEWING)
    const open = foldDispatches(story.dispatches).get('D-001')!
    expect([isUnderWay(open, at(20)), isUnderWay(open, at(200))]).toEqual([true, false])
    story.end('D-001', {
      outcome: 'denied',
      problem: 'p',
      tool: 'claude 2',
      duration: 5,
      denied: ['Bash'],
      exit: 0,
    })
    const { end } = foldDispatches(story.dispatches).get('D-001')!
    expect(end).toMatchObject({ outcome: 'denied', problem: 'p', denied: ['Bash'], cost: null, turns: null })
    expect(refusal(() => story.end('D-001', { outcome: 'verdict' }))).toMatchObject({
      facts: { unmet: [{ gate: 'dispatchOpen' }] },
    })
  })

  it('needs an enabled orchestrator', () => {
    const story = new Story()
    story.start()
    const off = people({ ann: { enabled: false } })
    expect(
      refusal(() => decideSessionEnd(undefined, undefined, story.sitting('ann', 'sessions', off))).code,
    ).toBe('USER_DISABLED')
  })
})

// Verifies: REQ-QMS-952
describe('what an agent is told', () => {
  it('has no place for anything else, and is short', () => {
    const record = fc.record({
      agent: fc.stringMatching(/^[a-z][a-z0-9_]{0,20}$/),
      document: fc.constantFrom('CR-001', 'SDLC-QMS-RTM', 'CR-036-VAR-005-ADD-001'),
      version: fc.constantFrom('0.1', '12.34'),
      status: fc.constantFrom('IN_REVIEW', 'IN_POST_APPROVAL'),
      task: fc.constantFrom('review' as const, 'approval' as const),
    })
    fc.assert(
      fc.property(record, (r) => {
        const prompt = spawnPrompt(TEMPLATES[r.task], r)
        expect(wordsIn(prompt)).toBeLessThanOrEqual(MOST_WORDS)
        expect(prompt).not.toMatch(/[{}]/)
        expect(spawnPrompt(TEMPLATES[r.task], { ...r, comment: 'be quick' } as never)).toBe(prompt)
      }),
    )
  })

  it('is never made of a template that asks for more, or says too much', () => {
    const r = {
      agent: 'qa',
      document: 'CR-001',
      version: '0.1',
      status: 'IN_REVIEW',
      task: 'review',
    } as const
    for (const wrong of ['{{summary}}', '{{constructor}}', 'word '.repeat(MOST_WORDS + 1)])
      expect(() => spawnPrompt(wrong, r)).toThrow()
  })
})

describe('sums', () => {
  it('add up what was reported, by agent and backend, and say nothing of what was not', () => {
    const story = new Story()
    story.start()
    story.call(REVIEWING)
    story.end('D-001', { outcome: 'verdict', instance: 'a', cost: 0.1, turns: 3, duration: 100 })
    story.call(REVIEWING)
    story.end('D-002', { outcome: 'no_verdict', cost: 0.2, duration: 50 })
    story.call(REVIEWING, { agent: 'tu' })
    const { rows, all } = sumsOf([...foldDispatches(story.dispatches).values()])
    expect(rows.map((r) => [r.agent, r.dispatches, r.resumed, r.open, r.cost, r.turns, r.duration])).toEqual([
      ['qa', 2, 1, 0, 0.3, 3, 150],
      ['tu', 1, 0, 1, null, null, null],
    ])
    expect(rows[0]?.outcomes).toEqual({ verdict: 1, no_verdict: 1 })
    expect(all).toMatchObject({ agent: 'all', dispatches: 3, cost: 0.3, tokens: null })
  })
})
