/** Files of evidence: those that a trail names are no strangers, and whatever is done to one is found. */
import { copyFileSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { dirname } from 'node:path'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { recordItem } from '../../src/app/execute.ts'
import { digest } from '../../src/compose.ts'
import type { Evidence } from '../../src/documents/evidence.ts'
import { audited, said } from '../support/audited.ts'
import { claude, drafted, executing, initialised, type Project } from '../support/cli.ts'

const FOLDER = 'QMS/.evidence/CR/CR-001'
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

/** Records an output of these words. Gives the path of its file. */
const captured = async (project: Project, words: string): Promise<string> => {
  const bytes = bytesOf(words)
  const output = digest(bytes)
  const run: Evidence = {
    kind: 'run',
    command: ['echo', words],
    exit: 0,
    started: '2026-01-02T03:04:05.678Z',
    duration: 1,
    commit: null,
    clean: true,
    output,
    bytes: bytes.length,
  }
  const capture = async () => ({ evidence: [run], files: new Map([[output, bytes]]) })
  await project.use((qms) => recordItem(qms, claude, 'CR-001', { action: 'evidence', item: 'EI-1' }, capture))
  return `${FOLDER}/${output}`
}

let project: Project
let head: string
let first: string
let second: string

beforeAll(async () => {
  project = await initialised()
  await project.use(async (qms) => {
    await executing(project, qms, 'CR')
    await drafted(project, qms, 'CR')
  })
  first = await captured(project, 'first\n')
  second = await captured(project, 'second\n')
  await captured(project, 'first\n')
  head = project.tip()
})

afterEach(() => {
  project.git('reset', '-q', '--hard', head)
  project.git('clean', '-q', '-f', '-d', 'QMS')
})

const byHand = (change: () => void): void => {
  change()
  project.git('add', '-A')
  project.git('commit', '-q', '-m', 'by hand')
}

const found = async (): Promise<string[]> => said((await audited(project)).findings)

describe('evidence that a trail names', () => {
  it('is sound, in the whole store, of one document, and from one audit to the next', async () => {
    expect(await found()).toEqual([])
    expect(said((await audited(project, { ids: ['CR-001'] })).findings)).toEqual([])
    await audited(project, { incremental: true })
    await captured(project, 'third\n')
    head = project.tip()
    expect(said((await audited(project, { incremental: true })).findings)).toEqual([])
  })

  it.each([
    ['changed', () => project.write(first, 'other\n'), () => [`EVIDENCE_CHANGED ${first}`]],
    ['emptied', () => project.write(first, ''), () => [`EVIDENCE_CHANGED ${first}`]],
    ['removed', () => rmSync(project.path(first)), () => [`EVIDENCE_MISSING ${first}`]],
    [
      'swapped with another',
      () => copyFileSync(project.path(second), project.path(first)),
      () => [`EVIDENCE_CHANGED ${first}`],
    ],
    [
      'made a link',
      () => {
        rmSync(project.path(first))
        symlinkSync(project.path(second), project.path(first))
      },
      () => [`NOT_A_FILE ${first}`],
    ],
    [
      'given to another document',
      () => {
        mkdirSync(dirname(project.path(first).replaceAll('CR-001', 'CR-002')), { recursive: true })
        renameSync(project.path(first), project.path(first).replaceAll('CR-001', 'CR-002'))
      },
      () => [`EVIDENCE_MISSING ${first}`, `UNKNOWN_FILE ${first.replaceAll('CR-001', 'CR-002')}`],
    ],
    [
      'put below another type',
      () => {
        mkdirSync(dirname(project.path(first).replace('/CR/', '/SOP/')), { recursive: true })
        copyFileSync(project.path(first), project.path(first).replace('/CR/', '/SOP/'))
      },
      () => [`UNKNOWN_FILE ${first.replace('/CR/', '/SOP/')}`],
    ],
    [
      'joined by one that nobody captured',
      () => project.write(`${FOLDER}/${'0'.repeat(64)}`, 'planted\n'),
      () => [`UNKNOWN_FILE ${FOLDER}/${'0'.repeat(64)}`],
    ],
    [
      'joined by a file of another name',
      () => project.write(`${FOLDER}/notes.txt`, 'planted\n'),
      () => [`UNKNOWN_FILE ${FOLDER}/notes.txt`],
    ],
    [
      'of a document that there is not',
      () => project.write(`QMS/.evidence/CR/CR-099/${'0'.repeat(64)}`, 'planted\n'),
      () => [`UNKNOWN_FILE QMS/.evidence/CR/CR-099/${'0'.repeat(64)}`],
    ],
  ])('is missed or refound where it is %s', async (_, change, expected) => {
    byHand(change)
    expect((await found()).sort()).toEqual(expected().sort())
    const one = (await audited(project, { ids: ['CR-001'] })).findings
    expect(said(one).sort()).toEqual(
      expected()
        .filter((f) => f.includes(FOLDER))
        .sort(),
    )
  })

  it('is seen to have been changed and put back', async () => {
    byHand(() => project.write(first, 'other\n'))
    project.git('revert', '--no-edit', 'HEAD')
    expect(await found()).toEqual([`EDITED_AND_PUT_BACK ${first}`])
  })

  it('is seen to be edited in the work tree', async () => {
    project.write(first, 'other\n')
    expect(await found()).toEqual([`EDITED_IN_WORK_TREE ${first}`])
  })

  it('is no stranger to doctor, and one that nobody captured is told of there, too', async () => {
    const { result } = await project.json('doctor')
    expect(result.verdict).toBe('well')
    byHand(() => {
      project.write(`QMS/.evidence/CR/CR-099/${'0'.repeat(64)}`, 'planted\n')
      project.write(`${FOLDER}/notes.txt`, 'planted\n')
    })
    const told = await project.ok('doctor')
    expect(told).toContain('store-files: QMS/.evidence/CR/CR-099')
    expect(told).toContain(`store-files: ${FOLDER}/notes.txt`)
  })

  it('is not searched as if it were a text', async () => {
    expect(await project.ok('search second')).not.toContain('.evidence')
  })
})
