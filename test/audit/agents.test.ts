/**
 * Sessions, calls of agents and incidents, as an audit judges them: nothing is found of what the program writes, and each
 * lie is, with its line, although chain, metadata and texts are as they must be.
 */
import { cpSync, rmSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { approval, PACKET, recommendation, Scene } from '../support/agents.ts'
import { audited, said } from '../support/audited.ts'
import {
  addUser,
  claude,
  drafted,
  folder,
  initialised,
  lead,
  Project,
  route,
  setPolicy,
} from '../support/cli.ts'

const SYSTEM = 'QMS/.audit/_system'
let root: string
let id: string

/** A procedure in review by qa and tu, both agents, and an open session of claude. */
beforeAll(async () => {
  const project = await initialised()
  id = await project.use(async (qms) => {
    await addUser(qms, lead, 'tu', 'reviewer', 'agent')
    await addUser(qms, lead, 'bo', 'initiator', 'human')
    const sop = await drafted(project, qms, 'SOP')
    await route(qms, claude, sop, { assign: ['qa', 'tu'] })
    return sop
  })
  new Scene(project).start()
  root = project.root
}, 60_000)

const scene = (): Scene => {
  const copy = folder('scene')
  cpSync(root, copy, { recursive: true, preserveTimestamps: true })
  return new Scene(new Project(copy))
}

const found = async ({ project }: Scene): Promise<string[]> => said((await audited(project)).findings)
const first = async ({ project }: Scene) => (await audited(project)).findings[0]

/** A session with everything in it: two reviewers, one resumed and then fresh by leave, an approval, and incidents. */
const whole = (s: Scene): Scene => {
  const one = s.call('qa', id)
  s.incident('claude', {
    event: 'IDENTITY_MISMATCH',
    claimed: 'qa',
    by: 'process',
    action: 'review',
    document: id,
    session: 'S-001',
    dispatch: one,
  })
  s.finish(one, { outcome: 'no_verdict' })
  s.served('qa', id, recommendation)
  s.served('tu', id, recommendation)
  s.incident('tu', { event: 'ATTEMPT', kind: 'write', done: 'refused', tool: 'Bash', session: 'S-001' })
  return s
}

describe('records of agents', () => {
  it('as the program writes them: nothing is found', async () => {
    const s = whole(scene())
    s.deed('claude', id, { action: 'route approval' })
    s.allow('qa', 'It had lost its way')
    const fresh = s.call('qa', id, { fresh: true })
    s.deed('qa', id, approval, { dispatch: fresh, packet: PACKET })
    s.finish(fresh, { instance: 'I-2' })
    s.end()
    expect(await found(s)).toEqual([])
  })

  it('and in the audits that go on from an earlier one, whatever moved in between', async () => {
    const s = scene()
    const again = async () => {
      const report = await audited(s.project, { incremental: true })
      return { found: said(report.findings), continued: report.continuedFrom !== null }
    }
    expect(await again()).toEqual({ found: [], continued: false })
    const one = s.call('qa', id)
    expect(await again()).toEqual({ found: [], continued: true })
    s.deed('qa', id, recommendation, { dispatch: one, packet: PACKET })
    expect(await again()).toEqual({ found: [], continued: true })
    s.finish(one)
    expect(await again()).toEqual({ found: [], continued: true })
    const line = s.write('dispatches', { ...s.dispatched('tu', id), round: 7 })
    expect(await again()).toEqual({
      found: [`ILLEGAL_EVENT ${SYSTEM}/dispatches.jsonl ${line}`],
      continued: true,
    })
  })

  it('a record that is gone, and none where there never was one', async () => {
    const s = scene()
    s.call('qa', id)
    for (const record of ['sessions', 'dispatches']) rmSync(s.project.path(`${SYSTEM}/${record}.jsonl`))
    s.project.git('commit', '-q', '-a', '-m', 'gone')
    const missing = (await found(s)).filter((line) => line.startsWith('TRAIL_MISSING'))
    expect(missing).toEqual([
      `TRAIL_MISSING ${SYSTEM}/sessions.jsonl`,
      `TRAIL_MISSING ${SYSTEM}/dispatches.jsonl`,
    ])
  })

  it('one line of a record changed: the chain is broken', async () => {
    const s = whole(scene())
    const path = `${SYSTEM}/dispatches.jsonl`
    s.project.write(path, s.project.read(path).replace('"agent":"qa"', '"agent":"tu"'))
    s.project.git('commit', '-q', '-a', '-m', 'by hand')
    expect(await first(s)).toMatchObject({ code: 'CHAIN_BROKEN', path, line: 2 })
  })
})

/** What is found on the last line of a record, after something was written that the rules do not allow. */
const LIES: readonly [string, 'sessions' | 'dispatches' | 'incidents', (s: Scene) => number, RegExp][] = [
  [
    'a second session of one orchestrator',
    'sessions',
    (s) =>
      s.write('sessions', { ...s.events('sessions')[0], ts: s.world.now, version: '2.0', session: 'S-002' }),
    /ALREADY_EXISTS/,
  ],
  [
    'a session of a reviewer',
    'sessions',
    (s) => s.start('bo', { user: 'tu', session: 'S-002' }),
    /initiator or administrator/,
  ],
  ['a session of nobody', 'sessions', (s) => s.start('bo', { user: 'mallory' }), /registry/],
  [
    'a session that skips a number',
    'sessions',
    (s) => s.start('bo', { session: 'S-009' }),
    /session "S-002"/,
  ],
  [
    'an end of a session by another initiator',
    'sessions',
    (s) => s.end('claude', { user: 'bo' }),
    /orchestrator/,
  ],
  [
    'an end of a session that never was',
    'sessions',
    (s) => s.end('claude', { session: 'S-007' }),
    /NO_SESSION/,
  ],
  [
    'a fresh agent allowed by the orchestrator',
    'sessions',
    (s) => s.allow('qa', 'why not', 'lead', { user: 'claude' }),
    /human administrator/,
  ],
  [
    'a fresh agent allowed without a reason',
    'sessions',
    (s) => s.allow('qa', 'why', 'lead', { reason: ' ' }),
    /reason/,
  ],
  [
    'a call by a reviewer',
    'dispatches',
    (s) => s.write('dispatches', { ...s.dispatched('qa', id), user: 'tu' }),
    /initiator or administrator/,
  ],
  [
    'a call in a session of somebody else',
    'dispatches',
    (s) => s.write('dispatches', { ...s.dispatched('qa', id), user: 'bo' }),
    /NO_SESSION/,
  ],
  [
    'a call of a person',
    'dispatches',
    (s) => s.write('dispatches', { ...s.dispatched('qa', id), agent: 'bo' }),
    /agent/,
  ],
  [
    'a call with a version that is not its place',
    'dispatches',
    (s) => s.write('dispatches', { ...s.dispatched('qa', id), version: '3.0' }),
    /version "1\.0"/,
  ],
  [
    'a fresh call that nobody allowed',
    'dispatches',
    (s) => s.write('dispatches', { ...s.dispatched('qa', id), fresh: true }),
    /Lead allows/,
  ],
  [
    'a call that resumes an agent that never served',
    'dispatches',
    (s) => s.write('dispatches', { ...s.dispatched('qa', id), instance: 'I-9' }),
    /instance absent/,
  ],
  [
    'a call after its session ended',
    'dispatches',
    (s) => {
      const call = s.dispatched('qa', id)
      s.end()
      return s.write('dispatches', { ...call, ts: s.world.now })
    },
    /NO_SESSION/,
  ],
  [
    'a call for another version',
    'dispatches',
    (s) => s.write('dispatches', { ...s.dispatched('qa', id), text_version: '0.9' }),
    /text_version 0\.1/,
  ],
  [
    'a call for another text',
    'dispatches',
    (s) => s.write('dispatches', { ...s.dispatched('qa', id), content: PACKET }),
    /content [0-9a-f]{64}/,
  ],
  [
    'a call for another round',
    'dispatches',
    (s) => s.write('dispatches', { ...s.dispatched('qa', id), round: 2 }),
    /round 1/,
  ],
  [
    'a call to approve what is in review',
    'dispatches',
    (s) => s.write('dispatches', { ...s.dispatched('qa', id), task: 'approval' }),
    /approval/,
  ],
  [
    'a call of who has answered',
    'dispatches',
    (s) => {
      const call = s.dispatched('qa', id)
      s.deed('qa', id, recommendation)
      return s.write('dispatches', { ...call, ts: s.world.now })
    },
    /asked of qa/,
  ],
  [
    'a call to a document that there is not',
    'dispatches',
    (s) => s.write('dispatches', { ...s.dispatched('qa', id), document: 'SOP-900' }),
    /SOP-900/,
  ],
  [
    'a call to what is no document',
    'dispatches',
    (s) => s.write('dispatches', { ...s.dispatched('qa', id), document: 'the plan' }),
    /the plan/,
  ],
  [
    'a call that is over before it begins',
    'dispatches',
    (s) => s.write('dispatches', { ...s.dispatched('qa', id), until: '2020-01-01T00:00:00.000Z' }),
    /until/,
  ],
  [
    'a call at no time',
    'dispatches',
    (s) => s.write('dispatches', { ...s.dispatched('qa', id), until: '2026-99-99T00:00:00.000Z' }),
    /until/,
  ],
  [
    'an end of a dispatch that never began',
    'dispatches',
    (s) => {
      s.call('qa', id)
      return s.finish('D-001', {}, { dispatch: 'D-009' })
    },
    /begun/,
  ],
  [
    'a dispatch that ends twice',
    'dispatches',
    (s) => {
      s.call('qa', id)
      s.finish('D-001')
      const [, end] = s.events('dispatches')
      return s.write('dispatches', { ...end, ts: s.world.now, version: '3.0' })
    },
    /under way/,
  ],
  [
    'a session in the record of dispatches',
    'dispatches',
    (s) => s.write('dispatches', { ...s.events('sessions')[0], version: '1.0' }),
    /this record/,
  ],
  [
    'an incident of nobody',
    'incidents',
    (s) => s.incident('mallory', { event: 'ATTEMPT', kind: 'spawn', done: 'refused', tool: 'Agent' }),
    /registry/,
  ],
  [
    'an incident in a session that never was',
    'incidents',
    (s) =>
      s.incident('claude', {
        event: 'ATTEMPT',
        kind: 'spawn',
        done: 'refused',
        tool: 'Agent',
        session: 'S-004',
      }),
    /S-004/,
  ],
  [
    'an incident of a dispatch that never was',
    'incidents',
    (s) =>
      s.incident('claude', {
        event: 'IDENTITY_MISMATCH',
        claimed: 'qa',
        by: 'token',
        action: 'review',
        dispatch: 'D-004',
      }),
    /D-004/,
  ],
  [
    'somebody who claimed to be who they are',
    'incidents',
    (s) =>
      s.incident('claude', { event: 'IDENTITY_MISMATCH', claimed: 'claude', by: 'token', action: 'review' }),
    /another name/,
  ],
]

describe('a lie in a record of agents', () => {
  it.each(LIES)('%s', async (_, record, lie, expected) => {
    const s = scene()
    const line = lie(s)
    const path = `${SYSTEM}/${record}.jsonl`
    const report = await audited(s.project)
    expect([...new Set(said(report.findings))]).toEqual([`ILLEGAL_EVENT ${path} ${line}`])
    expect(report.findings.map((f) => f.expected).join()).toMatch(expected)
  })
})

describe('a verdict of an agent', () => {
  const path = () => `QMS/.audit/SOP/${id}.jsonl`
  const misfits: readonly [string, (s: Scene) => Record<string, unknown>, RegExp][] = [
    ['of a dispatch that there is not', () => ({ dispatch: 'D-009', packet: PACKET }), /no such dispatch/],
    ['of a dispatch of another agent', (s) => ({ dispatch: s.call('tu', id), packet: PACKET }), /agent tu/],
    [
      'of a dispatch that was over',
      (s) => {
        const dispatch = s.call('qa', id)
        s.finish(dispatch, { outcome: 'timed_out' })
        return { dispatch, packet: PACKET }
      },
      /ended at/,
    ],
    [
      'of a dispatch whose time was over',
      (s) => {
        const dispatch = s.call('qa', id, {}, { until: new Date(Date.parse(s.world.now) + 1).toISOString() })
        s.later(120_000)
        return { dispatch, packet: PACKET }
      },
      /over at/,
    ],
  ]

  it.each(misfits)('%s', async (_, own, words) => {
    const s = scene()
    const line = s.deed('qa', id, recommendation, own(s))
    const report = await audited(s.project)
    expect(said(report.findings)).toEqual([`VERDICT_MISCALLED ${path()} ${line}`])
    expect(report.findings[0]?.found).toMatch(words)
  })

  it('before its dispatch was begun', async () => {
    const s = scene()
    const call = s.dispatched('qa', id)
    const line = s.deed('qa', id, recommendation, { dispatch: 'D-001', packet: PACKET })
    s.write('dispatches', { ...call, ts: s.world.now, until: s.later(600_000).now })
    expect(await found(s)).toContain(`VERDICT_MISCALLED ${path()} ${line}`)
  })

  it('without the packet that it was to be judged by', async () => {
    const s = scene()
    const line = s.deed('qa', id, recommendation, { dispatch: s.call('qa', id) })
    expect(await found(s)).toEqual([`VERDICT_WITHOUT_PACKET ${path()} ${line}`])
  })

  it('without a dispatch: unproven where identities are verified, and only there', async () => {
    const s = scene()
    s.deed('qa', id, recommendation)
    expect(await found(s)).toEqual([])
    await s.project.use((qms) => setPolicy(qms, lead, 'identity', 'verified'))
    expect(await found(s)).toEqual([])
    const line = s.deed('tu', id, recommendation)
    expect(await found(s)).toContain(`VERDICT_UNPROVEN ${path()} ${line}`)
  })
})
