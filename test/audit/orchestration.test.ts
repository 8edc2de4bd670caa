/** `qms audit --sop SOP-007`: what it lists, and each thing that the Lead is told to look at: where it is, and only there. */
import { cpSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { type AuditReport, audit } from '../../src/app/audit/audit.ts'
import { type SopReport, sopAudit } from '../../src/app/audit/sop.ts'
import { FINDINGS } from '../../src/audit/finding.ts'
import { peekQms } from '../../src/compose.ts'
import { approval, PACKET, recommendation, Scene } from '../support/agents.ts'
import { said } from '../support/audited.ts'
import {
  addUser,
  answered,
  claude,
  drafted,
  folder,
  initialised,
  lead,
  Project,
  route,
  setPolicy,
} from '../support/cli.ts'

const DAY = 86_400_000
const SYSTEM = 'QMS/.audit/_system'
const AGENTS: ReadonlySet<string> = new Set(
  Object.entries(FINDINGS).flatMap(([code, { proof }]) => (proof === 'agents' ? [code] : [])),
)
let root: string
let id: string
let words: number

/** A procedure of a few hundred words in review by qa and tu, both agents, and by bo, a person; claude sits. */
beforeAll(async () => {
  const project = await initialised()
  id = await project.use(async (qms) => {
    await addUser(qms, lead, 'tu', 'reviewer', 'agent')
    await addUser(qms, lead, 'bo', 'reviewer', 'human')
    const text = (form: string) => `${answered(form)}\n${'word '.repeat(3000)}\n`
    const sop = await drafted(project, qms, 'SOP', { text })
    await route(qms, claude, sop, { assign: ['qa', 'tu', 'bo'] })
    return sop
  })
  words = project.read(`QMS/SOP/${id}-draft.md`).split(/\s+/).filter(Boolean).length
  new Scene(project).start()
  root = project.root
}, 60_000)

const scene = (): Scene => {
  const copy = folder('scene')
  cpSync(root, copy, { recursive: true, preserveTimestamps: true })
  return new Scene(new Project(copy))
}

/** As the command makes it; `now` is a while after the last event. */
const report = async (s: Scene, ms = 1000, ids: readonly string[] = []): Promise<SopReport> => {
  const now = new Date(Date.parse(s.world.now) - 1000 + ms)
  const opened = await peekQms(s.project.root)
  try {
    await opened.qms.store.refresh()
    const qms = { ...opened.qms, now: () => now }
    const found: AuditReport = await audit(qms, await opened.evidence(), { ids })
    return await sopAudit(qms, found)
  } finally {
    await opened.close()
  }
}

const found = async (s: Scene, ms?: number): Promise<string[]> => said((await report(s, ms)).findings)

const trail = () => `QMS/.audit/SOP/${id}.jsonl`
const MINUTE = 60_000

/** Called, and done after a minute: nothing to be said of it. */
const served = (s: Scene, agent: string, call: Record<string, unknown> = {}): string => {
  const dispatch = s.call(agent, id, {}, call)
  s.later(MINUTE).deed(agent, id, recommendation, { dispatch, packet: PACKET })
  s.finish(dispatch, {
    instance: `${agent}-1`,
    tool: 'claude 2.1.3',
    duration: 58_000,
    turns: 7,
    tokens: 9000,
    cost: 0.25,
  })
  return dispatch
}

// Verifies: REQ-QMS-962
describe('audit --sop SOP-007', () => {
  it('tells who was called for what, what each was told, and what came of it', async () => {
    const s = scene()
    served(s, 'qa')
    served(s, 'tu')
    s.later(10 * MINUTE).deed('bo', id, recommendation)
    s.deed('claude', id, { action: 'route approval' })
    s.allow('qa', 'it had gone astray')
    const fresh = s.call('qa', id, { fresh: true })
    s.deed('qa', id, approval, { dispatch: fresh, packet: PACKET })
    s.finish(fresh, { instance: 'qa-2', cost: 0.5 })
    s.end()
    const { orchestration: o, findings, verdict } = await report(s)
    expect({ findings, verdict }).toEqual({ findings: [], verdict: 'clean' })
    expect(
      o?.dispatches.map((d) => [
        d.dispatch,
        d.by,
        d.agent,
        d.task,
        d.round,
        d.mode,
        d.outcome,
        d.verdict?.event,
      ]),
    ).toEqual([
      ['D-001', 'claude', 'qa', 'review', 1, 'new', 'verdict', 'REVIEW'],
      ['D-002', 'claude', 'tu', 'review', 1, 'new', 'verdict', 'REVIEW'],
      ['D-003', 'claude', 'qa', 'approval', 1, 'fresh', 'verdict', 'APPROVE'],
    ])
    expect(o?.dispatches[0]).toMatchObject({
      document: id,
      version: '0.1',
      backend: 'claude',
      tool: 'claude 2.1.3',
      instance: 'qa-1',
      duration: 58_000,
      turns: 7,
      tokens: 9000,
      words: expect.any(Number),
      told: expect.stringContaining(`qms packet ${id}`),
      prompt: expect.stringMatching(/^[0-9a-f]{64}$/),
      allowed: null,
    })
    expect(o?.dispatches[2]?.allowed).toMatchObject({ by: 'lead', reason: 'it had gone astray' })
    expect(o?.sessions).toMatchObject([
      {
        session: 'S-001',
        orchestrator: 'claude',
        agents: [{ agent: 'qa', dispatches: 2, instances: ['qa-1', 'qa-2'] }, { agent: 'tu' }],
      },
    ])
    expect(o?.totals).toEqual({ dispatches: 3, verdicts: 4, uncalled: 0, fresh: 1, mismatches: 0, cost: 1 })
    expect(o?.verdicts[0]).toMatchObject({ user: 'qa', seconds: 60, words })
    expect(o?.verdicts.at(-1)).toMatchObject({ user: 'qa', event: 'APPROVE', words: 0 })
  })

  it('of one document: only what concerns it', async () => {
    const s = scene()
    served(s, 'qa')
    const of = async (ids: readonly string[]) => (await report(s, 1000, ids)).orchestration
    expect((await of([id]))?.dispatches).toHaveLength(1)
    const other = await of(['SOP-001'])
    expect([other?.dispatches, other?.verdicts]).toEqual([[], []])
  })

  it('says nothing of agents where their records are damaged, and that they are', async () => {
    const s = scene()
    served(s, 'qa')
    s.project.write(`${SYSTEM}/dispatches.jsonl`, 'nothing\n')
    s.project.git('commit', '-q', '-a', '-m', 'by hand')
    const { orchestration, verdict } = await report(s)
    expect({ orchestration, verdict }).toEqual({ orchestration: null, verdict: 'damaged' })
  })

  it('a verdict of an agent that nobody called, in a store without any session', async () => {
    const s = scene()
    s.end()
    const line = s.later(10 * MINUTE).deed('qa', id, recommendation)
    expect(await found(s)).toEqual([`VERDICT_UNCALLED ${trail()} ${line}`])
  })

  it('a verdict in the name of an agent that serves, and one of the orchestrator itself', async () => {
    const s = scene()
    served(s, 'qa')
    served(s, 'tu')
    s.later(10 * MINUTE).deed('bo', id, recommendation)
    s.deed('claude', id, { action: 'route approval' })
    const line = s.later(MINUTE).deed('qa', id, approval)
    expect(await found(s)).toEqual([`VERDICT_OF_ORCHESTRATOR ${trail()} ${line}`])
    expect((await report(s)).findings[0]?.found).toContain('S-001 of claude was open, in which qa serves')
  })

  it('an orchestrator among the reviewers whom it calls', async () => {
    const s = scene()
    s.end()
    await s.project.use((qms) => addUser(qms, lead, 'eve', 'initiator', 'human'))
    s.start('eve')
    const dispatch = s.call('qa', id, { user: 'eve' })
    s.finish(dispatch, { outcome: 'no_verdict' })
    s.deed('claude', id, { action: 'assign', assign: ['eve'] })
    const line = s.later(10 * MINUTE).deed('eve', id, recommendation)
    expect(await found(s)).toContain(`VERDICT_OF_ORCHESTRATOR ${trail()} ${line}`)
  })

  it('names an unproven verdict once, as an error, where identities are verified', async () => {
    const s = scene()
    await s.project.use((qms) => setPolicy(qms, lead, 'identity', 'verified'))
    s.later(10 * MINUTE).deed('qa', id, recommendation)
    const { findings, verdict } = await report(s)
    const codes = findings.map((f) => f.code).filter((code) => AGENTS.has(code))
    expect({ codes, verdict }).toEqual({ codes: ['VERDICT_UNPROVEN'], verdict: 'findings' })
  })

  it('a verdict faster than the text can be read: by its reader, from its call', async () => {
    const needs = (perMinute: number) => Math.ceil((words * 60_000) / perMinute)
    for (const [user, perMinute] of [
      ['qa', 15_000],
      ['bo', 1_500],
    ] as const)
      for (const [ms, fast] of [
        [needs(perMinute) - 1000, true],
        [needs(perMinute) + 1, false],
      ] as const) {
        const s = scene()
        const called = user === 'qa' ? { dispatch: s.call(user, id), packet: PACKET } : {}
        const routed = Date.parse(s.world.documents.find((d) => d.id.id === id)?.round?.openedAt ?? '')
        s.now = user === 'qa' ? s.later(ms).now : new Date(routed + ms).toISOString()
        const line = s.deed(user, id, recommendation, called)
        const lines = (await found(s)).filter((l) => l.startsWith('VERDICT_TOO_FAST'))
        expect({ user, ms, lines }).toEqual({
          user,
          ms,
          lines: fast ? [`VERDICT_TOO_FAST ${trail()} ${line}`] : [],
        })
      }
  })

  it('two agents of one name in a session, but for one that was allowed', async () => {
    const s = scene()
    s.finish(s.call('qa', id), { instance: 'one', outcome: 'no_verdict' })
    s.finish(s.call('qa', id), { instance: 'one', outcome: 'no_verdict' })
    expect(await found(s)).toEqual([])
    s.allow('qa', 'astray')
    s.finish(s.call('qa', id, { fresh: true }), { instance: 'two', outcome: 'no_verdict' })
    expect(await found(s)).toEqual([])
    const line = s.finish(s.call('qa', id), {
      instance: 'three',
      outcome: 'no_verdict',
    })
    expect(await found(s)).toEqual([`AGENT_TWICE ${SYSTEM}/dispatches.jsonl ${line - 1}`])
  })

  it('a dispatch without an end past its time, and not before', async () => {
    const s = scene()
    s.call('qa', id)
    expect(await found(s, 9 * MINUTE)).toEqual([])
    expect(await found(s, 11 * MINUTE)).toEqual([`DISPATCH_LEFT_OPEN ${SYSTEM}/dispatches.jsonl 1`])
  })

  it('a session in which nothing happened for a day', async () => {
    const s = scene()
    expect(await found(s, DAY - MINUTE)).toEqual([])
    expect(await found(s, DAY + MINUTE)).toEqual([`SESSION_LEFT_OPEN ${SYSTEM}/sessions.jsonl 1`])
    s.end()
    expect(await found(s, DAY + MINUTE)).toEqual([])
  })

  it('an escalation that nobody answered', async () => {
    const s = scene()
    await s.project.ok(`escalate ${id} --reason "We disagree" -u claude`)
    const [line] = await found(s)
    expect(line).toMatch(new RegExp(`^ESCALATION_UNANSWERED ${trail()} \\d+$`))
    await s.project.ok(`resolve ${id} --decision "So be it" -u lead`)
    expect(await found(s)).toEqual([])
  })

  it('identity mismatches and attempts by kind', async () => {
    const s = scene()
    s.incident('claude', {
      event: 'IDENTITY_MISMATCH',
      claimed: 'qa',
      by: 'token',
      action: 'review',
      document: id,
      session: 'S-001',
    })
    for (const kind of ['prompt', 'second_agent', 'write', 'spawn', 'write'])
      s.incident('claude', {
        event: 'ATTEMPT',
        kind,
        done: 'refused',
        tool: 'Agent',
        agent: 'qa',
        session: 'S-001',
        classes: ['criteria'],
      })
    const { orchestration: o, findings, verdict } = await report(s)
    expect(said(findings)).toEqual([
      `IDENTITY_MISMATCHED ${SYSTEM}/incidents.jsonl 1`,
      ...[2, 3, 4, 5, 6].map((line) => `ATTEMPT_PAST_RULES ${SYSTEM}/incidents.jsonl ${line}`),
    ])
    expect(verdict).toBe('clean')
    expect(o?.attempts).toEqual({ prompt: 1, second_agent: 1, write: 2, spawn: 1 })
    expect(o?.incidents[0]).toMatchObject({ user: 'claude', claimed: 'qa', what: 'review', document: id })
    expect(o?.incidents[1]).toMatchObject({ kind: 'prompt', classes: ['criteria'], done: 'refused' })
  })

  it('on the command line: lists for people, one object for programs, SARIF for code hosts; strict counts warnings', async () => {
    const s = scene()
    served(s, 'qa')
    s.incident('claude', {
      event: 'ATTEMPT',
      kind: 'prompt',
      done: 'replaced',
      tool: 'Agent',
      agent: 'qa',
      session: 'S-001',
    })
    const out = await s.project.ok('audit --sop SOP-007')
    for (const word of [
      'D-001',
      'claude called qa for the review',
      'claude 2.1.3',
      '$0.25',
      'ATTEMPT_PAST_RULES',
      'attempts: 1 prompt, 0 second agents',
    ])
      expect(out).toContain(word)
    expect(out).not.toContain('| You are qa')
    expect(await s.project.ok('audit --sop SOP-007 --all')).toContain('| You are qa, called under SOP-007.')
    const { result } = await s.project.json('audit --sop SOP-007')
    expect(result.orchestration.totals.dispatches).toBe(1)
    expect((await s.project.run('audit --sop SOP-007 --strict')).code).toBe(6)
    expect((await s.project.run('audit --strict')).code).toBe(0)
    const sarif = JSON.parse(await s.project.ok('audit --sop SOP-007 --sarif'))
    expect(sarif.runs[0].results.map((r: { ruleId: string }) => r.ruleId)).toContain('ATTEMPT_PAST_RULES')
    expect((await s.project.run('audit --sop SOP-001')).code).toBe(2)
  }, 60_000)
})
