/** Sessions, calls of agents and incidents: the second verifier finds nothing in what the program writes, and each lie. */
import { cpSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { LIES, MISFITS, reviewedScene } from '../support/agent-lies.ts'
import { approval, PACKET, recommendation, Scene } from '../support/agents.ts'
import { folder, lead, Project, setPolicy } from '../support/cli.ts'
import { expectClean, hasPython, verifyFolder } from './verifying.ts'

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

const found = async ({ project }: Scene): Promise<string[]> => {
  const { findings } = await verifyFolder(project.root)
  return [...new Set(findings.map((f) => `${f.code} ${f.path}:${f.line}`))]
}

describe.skipIf(!hasPython)('the second verifier, of records of agents', () => {
  const trail = () => `QMS/.audit/SOP/${id}.jsonl`

  it('finds nothing in what the program writes', async () => {
    const s = scene()
    const one = s.call('qa', id)
    const claim = { claimed: 'qa', by: 'process', action: 'review', session: 'S-001', dispatch: one }
    s.incident('claude', { event: 'IDENTITY_MISMATCH', ...claim })
    s.finish(one, { outcome: 'no_verdict', cost: 0.125, duration: 1000 })
    s.served('qa', id, recommendation)
    s.served('tu', id, recommendation)
    s.incident('tu', { event: 'ATTEMPT', kind: 'write', done: 'refused', tool: 'Bash', session: 'S-001' })
    s.deed('claude', id, { action: 'route approval' })
    s.allow('qa', 'It had lost its way')
    const fresh = s.call('qa', id, { fresh: true })
    s.deed('qa', id, approval, { dispatch: fresh, packet: PACKET })
    s.finish(fresh, { instance: 'I-2' })
    s.end()
    expectClean(await verifyFolder(s.project.root))
  })

  it('takes a call for what it found, where the clock of another ran ahead', async () => {
    const s = scene()
    const start = Date.parse(s.world.now)
    const at = (seconds: number): Scene => {
      s.now = new Date(start + seconds * 1000).toISOString()
      return s
    }
    at(60).deed('tu', id, recommendation)
    at(1).deed('qa', id, recommendation)
    at(2).deed('claude', id, { action: 'route approval' })
    const dispatch = at(3).call('qa', id)
    at(4).deed('qa', id, approval, { dispatch, packet: PACKET })
    expect(await found(s)).toEqual([])
  })

  it.each(LIES)('%s', async (_, record, lie) => {
    const s = scene()
    const line = lie(s, id)
    expect(await found(s)).toEqual([`ILLEGAL_EVENT QMS/.audit/_system/${record}.jsonl:${line}`])
  })

  it.each(MISFITS)('a verdict %s', async (_, own) => {
    const s = scene()
    const line = s.deed('qa', id, recommendation, own(s, id))
    expect(await found(s)).toEqual([`VERDICT_MISCALLED ${trail()}:${line}`])
  })

  it('a verdict without its packet, and one that nobody called where identities are verified', async () => {
    const s = scene()
    const bare = s.deed('qa', id, recommendation, { dispatch: s.call('qa', id) })
    await s.project.use((qms) => setPolicy(qms, lead, 'identity', 'verified'))
    const uncalled = s.later(60_000).deed('tu', id, recommendation)
    expect(await found(s)).toEqual(
      expect.arrayContaining([
        `VERDICT_WITHOUT_PACKET ${trail()}:${bare}`,
        `VERDICT_UNPROVEN ${trail()}:${uncalled}`,
      ]),
    )
  })

  it('names more than an event may hold', async () => {
    const s = scene()
    s.call('qa', id)
    expect(() => s.finish('D-001', {}, { denied: Array(21).fill('Bash') })).toThrow('DAMAGED')
    expect(await found(s)).toContain('EVENT_UNKNOWN QMS/.audit/_system/dispatches.jsonl:2')
  })
})
