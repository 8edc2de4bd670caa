/**
 * Execution in a store of which everything fits together, but which nobody wrote with the program: chain, metadata and
 * texts are made anew around one lie. Only who reads the texts, or knows the rules, can tell.
 */
import { rmSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Document } from '../../src/documents/document.ts'
import type { NewEvent } from '../../src/documents/event.ts'
import type { Evidence } from '../../src/documents/evidence.ts'
import { audited, richStore, said } from '../support/audited.ts'
import type { Project } from '../support/cli.ts'
import { failedRun, type Retelling, retold, trailOf, type World, worldOf } from '../support/forging.ts'
import { storeFiles } from '../support/tampering.ts'

const PATH = 'QMS/.audit/CR/CR-001.jsonl'

let project: Project
let w: World
let cr: Document
let trail: readonly NewEvent[]

beforeAll(async () => {
  project = await richStore()
  w = worldOf(storeFiles(project.root))
  cr = w.documents.find((d) => d.id.id === 'CR-001') as Document
  trail = trailOf(w, cr)
}, 180_000)

/** Line of the nth event that fits, from 1. */
const lineOf = (fits: (e: NewEvent) => boolean): number => trail.findIndex(fits) + 1

const isEntry = (item: string, action: string) => (e: NewEvent) =>
  e.event === 'EI' && e.item === item && e.action === action

const passing = isEntry('EI-2', 'record')
const reasoned = (e: NewEvent): boolean => e.event === 'EI' && e.reason !== undefined
/** The last check-in: the record as it was completed by hand. */
const lastCheckin = (): NewEvent => trail.findLast((e) => e.event === 'CHECKIN') as NewEvent

const contentOf = (e: NewEvent | undefined): string => (e as { content: string }).content

/** The text of an event with something changed in it. */
const textsWith = (e: NewEvent | undefined, from: string | RegExp, to: string): Retelling => {
  const digest = contentOf(e)
  const all = [cr.draft, cr.live, ...cr.archive].flatMap((t) => (t?.content === digest ? [t.version] : []))
  const place = [...w.files].find(([path]) => path.endsWith(`CR-001-v${all[0]}.md`))
  const bytes = place?.[1] ?? w.files.get('QMS/CR/CR-001/CR-001.md')
  const now = new TextDecoder().decode(bytes)
  const then = now.replace(from, to)
  expect(then).not.toBe(now)
  return { texts: new Map([[digest, new TextEncoder().encode(then)]]) }
}

const onEvent = (fits: (e: NewEvent) => boolean, own: object): Retelling => ({
  event: (e) => (fits(e) ? (JSON.parse(JSON.stringify({ ...e, ...own })) as NewEvent) : e),
})

/** What is found of CR-001 in a repository whose only commit is the store as it is told now. */
const found = async (told: Retelling): Promise<string[]> => {
  const files = retold(w, cr, told)
  for (const path of w.files.keys()) if (!files.has(path)) rmSync(project.path(path))
  for (const [path, bytes] of files) project.write(path, bytes)
  project.git('checkout', '-q', '--orphan', 'told')
  project.git('add', '-A')
  project.git('commit', '-q', '-m', 'told anew')
  project.git('branch', '-q', '-M', 'told', 'main')
  return said((await audited(project)).findings)
}

describe('a past told anew', () => {
  it('is clean where nothing is changed', async () => {
    expect(await found({})).toEqual([])
  })

  it('a byte of a sealed section, in the text of a check-in', async () => {
    const told = textsWith(
      lastCheckin(),
      'Change Description\n\nas agreed',
      'Change Description\n\nas agreeD',
    )
    const line = lineOf((e) => e === lastCheckin())
    expect(await found(told)).toEqual([`SEALED_TEXT_CHANGED ${PATH} ${line}`])
    const { findings } = await audited(project)
    expect(findings[0]).toMatchObject({
      document: 'CR-001',
      severity: 'error',
      expected: 'what was approved as 1.0, but for what is open to execution',
      found: expect.stringMatching(/^version 1\.\d+: changes in 5\. Change Description$/),
    })
  })

  it('the same where the approval was given by the tables of edition 1: a warning', async () => {
    const old = onEvent((e) => e.event === 'STATUS_CHANGE', { edition: 1 })
    const told = textsWith(
      lastCheckin(),
      'Change Description\n\nas agreed',
      'Change Description\n\nas agreeD',
    )
    const lines = await found({ ...told, ...old })
    expect(lines).toContain(`APPROVED_TEXT_CHANGED ${PATH} ${lineOf((e) => e === lastCheckin())}`)
    const others = lines.filter((line) => !line.startsWith('APPROVED_TEXT_CHANGED'))
    expect([...new Set(others.map((line) => line.split(' ')[0]))]).toEqual(['EARLIER_RULES'])
  })

  it('a planned cell of the item itself', async () => {
    const told = textsWith(trail.find(passing), '| EI-2 | as agreed |', '| EI-2 | as it came |')
    expect(await found(told)).toEqual(
      expect.arrayContaining([
        `SEALED_TEXT_CHANGED ${PATH} ${lineOf(passing)}`,
        `RECORDING_DISAGREES ${PATH} ${lineOf(passing)}`,
      ]),
    )
  })

  it('another item, written into by the recording of this one', async () => {
    const told = textsWith(trail.find(passing), 'Done and read', 'Done, and read')
    expect(await found(told)).toEqual([
      `RECORDING_DISAGREES ${PATH} ${lineOf(passing)}`,
      `RECORDING_DISAGREES ${PATH} ${lineOf(passing) + 1}`,
    ])
  })

  it('an outcome that the text has otherwise, and one that a check-in changed', async () => {
    const carried = { outcome: 'Fail', carried: ['CR-001-VAR-001'] }
    expect(await found(onEvent(passing, carried))).toContain(`RECORDING_DISAGREES ${PATH} ${lineOf(passing)}`)
    const told = textsWith(lastCheckin(), /(\| EI-2 .*)\| Pass \|/, '$1| Fail |')
    expect(await found(told)).toEqual([`RECORDING_DISAGREES ${PATH} ${lineOf((e) => e === lastCheckin())}`])
  })

  it('an outcome by somebody whom its item does not name', async () => {
    const told = onEvent(isEntry('EI-1', 'start'), { user: 'tu_store' })
    expect(await found(told)).toEqual([`RECORDING_DISAGREES ${PATH} ${lineOf(isEntry('EI-1', 'start'))}`])
  })

  it('an outcome amended without a reason, a summary, too, and evidence set aside that is gone', async () => {
    expect(await found(onEvent(reasoned, { reason: undefined }))).toEqual([
      `ILLEGAL_EVENT ${PATH} ${lineOf(reasoned)}`,
    ])
    expect(await found(onEvent((e) => e.event === 'SUMMARY', { reason: undefined }))).toEqual([
      `RECORDING_DISAGREES ${PATH} ${trail.findLastIndex((e) => e.event === 'SUMMARY') + 1}`,
    ])
    const gone = onEvent((e) => e.event === 'EI' && e.item === 'EI-1', { evidence: undefined })
    expect(await found(gone)).toEqual([`ILLEGAL_EVENT ${PATH} ${lineOf(reasoned)}`])
  })

  it('a pass on a run that failed; the next one set it aside', async () => {
    const run: Evidence = failedRun(w)
    // The output that the lie names is not there either.
    const missing = expect.stringMatching(/^EVIDENCE_MISSING /)
    const both = (line: number) => expect.arrayContaining([`ILLEGAL_EVENT ${PATH} ${line}`, missing])
    const onPass = await found(onEvent(passing, { evidence: [run] }))
    expect(onPass).toEqual(both(lineOf(passing)))
    const before = await found(onEvent(isEntry('EI-1', 'start'), { evidence: [run] }))
    expect(before).toEqual(both(lineOf(isEntry('EI-1', 'record'))))
    expect([...onPass, ...before]).toHaveLength(4)
  })

  it('a failure handed to nobody, or to a variance that there was not', async () => {
    const failing = isEntry('EI-3', 'record')
    expect(await found(onEvent(failing, { carried: undefined }))).toEqual([
      `ILLEGAL_EVENT ${PATH} ${lineOf(failing)}`,
    ])
    expect(await found(onEvent(failing, { carried: ['CR-001-VAR-007'] }))).toEqual([
      `FAMILY_GATE ${PATH} ${lineOf(failing)}`,
    ])
  })
})
