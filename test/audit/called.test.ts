/** Verdicts of agents, judged from the record alone: by this program, and by the second verifier. */
import { beforeAll, describe, expect, it } from 'vitest'
import type { Document } from '../../src/documents/document.ts'
import type { NewEvent, NewSystemEvent } from '../../src/documents/event.ts'
import { appendEvents, readSystemTrail } from '../../src/documents/trail.ts'
import { systemPath } from '../../src/store/layout.ts'
import { audited, said } from '../support/audited.ts'
import { callEnded, called, sitting } from '../support/callers.ts'
import {
  claude,
  drafted,
  inbox,
  initialised,
  lead,
  type Project,
  qa,
  recommend,
  route,
  setPolicy,
  verdict,
} from '../support/cli.ts'
import { retold, trailOf, type World, worldOf } from '../support/forging.ts'
import { sha256 } from '../support/given.ts'
import { type Files, storeFiles } from '../support/tampering.ts'
import { hasPython, verify } from '../verifier/verifying.ts'

const PATH = 'QMS/.audit/CR/CR-001.jsonl'

let project: Project
let w: World
let cr: Document
let trail: readonly NewEvent[]

/** CR-001 reviewed by qa, which was called for it, and approved by qa and a person, where both are asked for. */
beforeAll(async () => {
  project = await initialised()
  await project.use(async (qms) => {
    await drafted(project, qms, 'CR')
    await setPolicy(qms, lead, 'humanApproval', '["CR"]')
    await route(qms, claude, 'CR-001', { assign: ['lead'] })
    await inbox(qms, lead)
    await verdict(qms, lead, 'CR-001', recommend, undefined)
    await setPolicy(qms, lead, 'identity', 'verified')
  })
  const session = await sitting(project)
  const give = async (line: string): Promise<void> => {
    const agent = await called(project, qa.user, 'CR-001')
    await project.ok('packet CR-001', agent.how)
    await project.ok(line, agent.how)
    await callEnded(project, agent.id)
  }
  await give('review CR-001 --recommend --comment "Read it"')
  await project.ok('route CR-001', session.how)
  await project.use(async (qms) => {
    await inbox(qms, lead)
    await verdict(qms, lead, 'CR-001', { action: 'approve' }, undefined)
  })
  await give('approve CR-001')
  w = worldOf(storeFiles(project.root))
  cr = w.documents.find((d) => d.id.id === 'CR-001') as Document
  trail = trailOf(w, cr)
}, 120_000)

const lineOf = (fits: (e: NewEvent) => boolean): number => trail.findIndex(fits) + 1
const isOf = (kind: string, user: string) => (e: NewEvent) => e.event === kind && e.user === user

/** The same store, but for some events of CR-001. */
const told = (fits: (e: NewEvent) => boolean, change: (e: NewEvent) => object): Files =>
  retold(w, cr, { event: (e) => (fits(e) ? (JSON.parse(JSON.stringify(change(e))) as NewEvent) : e) })

const found = async (files: Files): Promise<string[]> => {
  for (const [path, bytes] of files) project.write(path, bytes)
  project.git('checkout', '-q', '--orphan', 'told')
  project.git('add', '-A')
  project.git('commit', '-q', '-m', 'told anew')
  project.git('branch', '-q', '-M', 'told', 'main')
  const { findings } = await audited(project)
  return said(findings.filter((f) => f.document === 'CR-001' && f.severity === 'error'))
}

const verified = async (files: Files): Promise<string[]> =>
  (await verify(files)).findings
    .filter((f) => f.document === 'CR-001' && f.severity === 'error')
    .map((f) => `${f.code} ${f.path} ${f.line}`)

/** The person who approved was an agent from the beginning, and was called. */
const agentsAlone = (): Files => {
  const path = systemPath('registry')
  const events = readSystemTrail(path, w.files.get(path) as Uint8Array, sha256)
  const others = events.map(({ seq: _, prev: __, ...e }) =>
    e.event === 'USER_ADD' && e.name === 'lead' ? { ...e, kind: 'agent' as const } : e,
  )
  const registry = appendEvents(null, others as NewSystemEvent[], sha256).bytes
  const lied = told(isOf('APPROVE', 'lead'), (e) => ({ ...e, dispatch: 'D-009' }))
  return new Map(lied).set(path, registry)
}

/** The last approval, for want of a person, and the one that names a call that there was not. */
const alone = (): string[] => [
  `ILLEGAL_EVENT ${PATH} ${lineOf(isOf('APPROVE', 'qa'))}`,
  `VERDICT_MISCALLED ${PATH} ${lineOf(isOf('APPROVE', 'lead'))}`,
]

const noDispatch = (e: NewEvent): object => ({ ...e, dispatch: undefined })
const LIES: readonly (readonly [string, (e: NewEvent) => boolean, (e: NewEvent) => object])[] = [
  ['a review of an agent that names no dispatch', isOf('REVIEW', 'qa'), noDispatch],
  ['an approval of an agent that names no dispatch', isOf('APPROVE', 'qa'), noDispatch],
]

describe('verdicts of agents on record', () => {
  it('are sound as they were given', async () => {
    expect(await found(w.files)).toEqual([])
    expect(trail.filter((e) => 'dispatch' in e).map((e) => e.event)).toEqual(['REVIEW', 'APPROVE'])
  })

  it.each(LIES)('%s is found', async (_, fits, change) => {
    const place = `${PATH} ${lineOf(fits)}`
    expect(await found(told(fits, change))).toEqual([`ILLEGAL_EVENT ${place}`, `VERDICT_UNPROVEN ${place}`])
  })

  it('an approval by agents alone is found, where a person must approve', async () => {
    expect((await found(agentsAlone())).sort()).toEqual(alone())
  })
})

describe.skipIf(!hasPython)('the second verifier', () => {
  it('finds them sound as they were given', async () => expect(await verified(w.files)).toEqual([]))

  it('an approval by agents alone is found, where a person must approve', async () =>
    expect((await verified(agentsAlone())).sort()).toEqual(alone()))

  it.each(LIES)('%s is found', async (_, fits, change) =>
    expect(await verified(told(fits, change))).toContain(`ILLEGAL_EVENT ${PATH} ${lineOf(fits)}`),
  )
})
