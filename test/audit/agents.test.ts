/**
 * Sessions, calls of agents and incidents, as an audit judges them: nothing is found of what the program writes, and each
 * lie is, with its line, although chain, metadata and texts are as they must be.
 */
import { cpSync, rmSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { LIES, MISFITS, reviewedScene } from '../support/agent-lies.ts'
import { approval, PACKET, recommendation, Scene } from '../support/agents.ts'
import { audited, said } from '../support/audited.ts'
import { folder, lead, Project, setPolicy } from '../support/cli.ts'

const SYSTEM = 'QMS/.audit/_system'
let root: string
let id: string

beforeAll(async () => {
  const made = await reviewedScene()
  root = made.root
  id = made.id
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

describe('a lie in a record of agents', () => {
  it.each(LIES)('%s', async (_, record, lie, expected) => {
    const s = scene()
    const line = lie(s, id)
    const path = `${SYSTEM}/${record}.jsonl`
    const report = await audited(s.project)
    const illegal = report.findings.filter((f) => f.code !== 'PROMPT_NOT_PERMITTED')
    expect([...new Set(said(illegal))]).toEqual([`ILLEGAL_EVENT ${path} ${line}`])
    expect(illegal.map((f) => f.expected).join()).toMatch(expected)
  })
})

// Verifies: REQ-QMS-962
describe('what an agent was told', () => {
  const told: readonly [string, (told: string) => string, RegExp][] = [
    ['a summary after what is permitted', (t) => `${t}It only fixes a typo.\n`, /It only fixes a typo/],
    [
      'criteria',
      (t) => t.replace('Task: review', 'Task: review\nCheck that section 5 is complete.'),
      /section 5/,
    ],
    ['another document', (t) => t.replaceAll(id, 'SOP-001'), /SOP-001/],
    ['another version', (t) => t.replace('Version: 0.1', 'Version: 1.0'), /version 1\.0/],
    ['another status', (t) => t.replace('IN_REVIEW', 'IN_APPROVAL'), /status IN_APPROVAL/],
    ['another task', (t) => t.replace('Task: review', 'Task: approval'), /task|approval/],
    ['nothing at all', () => '', /no document/],
  ]
  it.each(told)('%s', async (_, change, words) => {
    const s = scene()
    const { told: honest } = s.dispatched('qa', id)
    expect(change(honest)).not.toBe(honest)
    s.call('qa', id, {}, { told: change(honest) })
    const { findings } = await audited(s.project)
    expect(said(findings)).toEqual([`PROMPT_NOT_PERMITTED ${SYSTEM}/dispatches.jsonl 1`])
    expect(findings[0]?.found).toMatch(words)
  })

  it('the same in other words that are permitted, by a template of the project', async () => {
    const s = scene()
    s.call('qa', id, {}, { told: `You are qa.\n\nReview ${id}.\n`, template: 'b'.repeat(64) })
    expect(await found(s)).toEqual([])
  })
})

// Verifies: REQ-QMS-962
describe('a verdict of an agent', () => {
  const path = () => `QMS/.audit/SOP/${id}.jsonl`
  it.each(MISFITS)('%s', async (_, own, words) => {
    const s = scene()
    const line = s.deed('qa', id, recommendation, own(s, id))
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
