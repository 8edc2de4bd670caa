/** What git can do to a store, and what an audit says of it: each case with real commits, by the commands that people use. */
import { execFileSync } from 'node:child_process'
import { appendFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { digest } from '../../src/compose.ts'
import { appendEvents, scanDocumentTrail } from '../../src/documents/trail.ts'
import { audited, richStore, said } from '../support/audited.ts'
import {
  act,
  claude,
  create,
  drafted,
  folder,
  lead,
  Project,
  route,
  setConfiguration,
} from '../support/cli.ts'

const TRAIL = 'QMS/.audit/CR/CR-003.jsonl'

const clean = async (project: Project): Promise<void> => {
  const report = await audited(project)
  expect(said(report.findings)).toEqual([])
  expect(report.verdict).toBe('clean')
}

const clone = (project: Project, ...options: string[]): Project => {
  const root = folder('clone')
  execFileSync('git', ['clone', '-q', ...options, project.root, root], { stdio: 'pipe' })
  return new Project(root)
}

const commitAll = (project: Project, message: string): string => {
  project.git('add', '-A')
  project.git('commit', '-q', '-m', message)
  return project.tip()
}

/** A store with a draft CR-003, which nothing else depends on. */
const withDraft = async (): Promise<Project> => {
  const project = await richStore()
  await project.use((qms) => drafted(project, qms, 'CR'))
  expect(project.has(TRAIL)).toBe(true)
  return project
}

// Verifies: REQ-QMS-202
describe('nothing is found', () => {
  it('in a store that only qms has written, whole, document by document, and going on from the last time', async () => {
    const project = await richStore()
    const report = await audited(project)
    expect(said(report.findings)).toEqual([])
    expect(report).toMatchObject({ verdict: 'clean', scope: 'store', continuedFrom: null })
    expect(report.checked.documents).toBeGreaterThan(20)
    for (const id of [
      'SOP-008',
      'CR-001',
      'CR-001-VR-001',
      'CR-001-VAR-001',
      'CR-002',
      'INV-001',
      'SDLC-QMS-RS',
    ])
      expect(await audited(project, { ids: [id] })).toMatchObject({
        verdict: 'clean',
        scope: [id],
        findings: [],
      })
    const tip = project.tip()
    await project.use((qms) => drafted(project, qms, 'CR'))
    const again = await audited(project, { incremental: true })
    expect(again).toMatchObject({ verdict: 'clean', continuedFrom: tip, findings: [] })
    expect(again.checked).toMatchObject({ documents: 1, commits: 2 })
  })

  it('where the branch was rebased with its bytes kept, its messages changed, or its commits joined', async () => {
    const project = await withDraft()
    const before = project.tip()
    project.git('rebase', '-q', '--force-rebase', '--root')
    expect(project.tip()).not.toBe(before)
    await clean(project)
    project.git(
      'commit',
      '-q',
      '--amend',
      '-m',
      'another message',
      '--author',
      'Somebody <else@example.test>',
    )
    await clean(project)
    project.git('reset', '-q', '--soft', 'HEAD~9')
    project.git('commit', '-q', '-m', 'nine in one')
    await clean(project)
  })

  it('where branches of code are merged, in both ways', async () => {
    const project = await richStore()
    project.git('checkout', '-q', '-b', 'feature', 'HEAD~5')
    project.write('src/new.txt', 'new\n')
    commitAll(project, 'code')
    project.git('merge', '-q', '--no-edit', 'main')
    project.git('checkout', '-q', 'main')
    await project.use((qms) => drafted(project, qms, 'CR'))
    project.git('merge', '-q', '--no-ff', '--no-edit', 'feature')
    await clean(project)
  })
})

// Verifies: REQ-QMS-203
describe('found, and named rightly', () => {
  it('a transition that was reverted: its events are gone', async () => {
    const project = await withDraft()
    await project.use((qms) => route(qms, claude, 'CR-003', {}))
    project.git('revert', '--no-edit', 'HEAD')
    const { findings, verdict } = await audited(project)
    expect(findings).toMatchObject([
      { code: 'EVENTS_DROPPED', document: 'CR-003', path: TRAIL, line: 3, commit: project.tip() },
    ])
    expect(findings[0]?.found).toContain('ROUTE_REVIEW by claude')
    expect(verdict).toBe('findings')
    project.git('revert', '--no-edit', 'HEAD')
    expect(said((await audited(project)).findings)).toEqual([`EDITED_AND_PUT_BACK ${TRAIL} 3`])
  })

  it('a document that was reverted away, and one that was removed with all its files', async () => {
    const project = await withDraft()
    project.git('revert', '--no-edit', 'HEAD', 'HEAD~1')
    expect(await audited(project)).toMatchObject({
      verdict: 'damaged',
      findings: [{ code: 'TRAIL_MISSING', path: TRAIL, commit: project.tip() }],
    })
    project.git(
      'rm',
      '-q',
      '-r',
      'QMS/CR/CR-001',
      'QMS/.archive/CR/CR-001',
      'QMS/.audit/CR/CR-001.jsonl',
      'QMS/.meta/CR/CR-001.json',
    )
    const tip = commitAll(project, 'away')
    const { findings } = await audited(project)
    expect(said(findings)).toEqual(
      expect.arrayContaining([
        'TRAIL_MISSING QMS/.audit/CR/CR-001.jsonl',
        'PARENT_UNKNOWN QMS/.audit/VR/CR-001-VR-001.jsonl 1',
        'NUMBER_GAP CR-001',
      ]),
    )
    expect(findings.find((f) => f.document === 'CR-001')?.commit).toBe(tip)
  })

  it('two branches that took the same number, merged: one side is gone', async () => {
    const project = await richStore()
    const other = clone(project)
    await project.use((qms) => create(qms, claude, { type: 'CR', title: 'Ours' }))
    await other.use((qms) => create(qms, claude, { type: 'CR', title: 'Theirs' }))
    project.git('fetch', '-q', other.root, 'main:theirs')
    project.git('merge', '-q', '--no-edit', '-X', 'ours', 'theirs')
    const { findings } = await audited(project)
    expect(findings).toMatchObject([
      { code: 'HISTORIES_FORKED', document: 'CR-003', line: 1, commit: project.tip() },
    ])
    project.git('reset', '-q', '--hard', 'HEAD~1')
    project.git('merge', '-q', '--no-edit', '-s', 'ours', 'theirs')
    expect(said((await audited(project)).findings)).toEqual([`HISTORIES_FORKED ${TRAIL} 1`])
  })

  it('two branches that both went on with one document, merged as text', async () => {
    const project = await withDraft()
    const other = clone(project)
    await project.use((qms) => route(qms, claude, 'CR-003', {}))
    await other.use((qms) => act(qms, claude, 'CR-003', { action: 'cancel', reason: 'no', confirmed: true }))
    project.git('fetch', '-q', other.root, 'main:theirs')
    expect(() => project.git('merge', '-q', '--no-edit', 'theirs')).toThrow()
    project.git('add', '-A')
    project.git('commit', '-q', '--no-edit')
    const { findings, verdict } = await audited(project)
    expect(verdict).toBe('damaged')
    expect(findings).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ code: 'CONFLICT_MARKERS', path: TRAIL, line: 3, commit: project.tip() }),
      ]),
    )
  })

  it('an approval that was picked from another branch does not fit', async () => {
    const project = await withDraft()
    await project.use((qms) => route(qms, claude, 'CR-003', {}))
    project.git('branch', 'later')
    project.git('reset', '-q', '--hard', 'HEAD~1')
    project.git('reset', '-q', '--hard', 'HEAD~1')
    expect(() => project.git('cherry-pick', 'later')).toThrow()
    project.git('checkout', '-q', '--theirs', '--', 'QMS')
    const tip = commitAll(project, 'picked')
    const { findings } = await audited(project)
    expect(findings).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ document: 'CR-003', severity: 'error', commit: tip }),
      ]),
    )
  })

  it('a trail that was rewritten with a chain of its own', async () => {
    const project = await withDraft()
    await project.use((qms) => route(qms, claude, 'CR-003', {}))
    const bytes = new TextEncoder().encode(project.read(TRAIL))
    const { events } = scanDocumentTrail(bytes, digest)
    const forged = events.map(({ seq: _, prev: __, ...e }) =>
      e.event === 'CREATE' ? { ...e, title: 'Other' } : e,
    )
    project.write(TRAIL, appendEvents(null, forged, digest).bytes)
    const meta = project.read('QMS/.meta/CR/CR-003.json')
    project.write('QMS/.meta/CR/CR-003.json', meta.replace('"title": "About CR"', '"title": "Other"'))
    const tip = commitAll(project, 'nothing to see')
    expect((await audited(project)).findings).toMatchObject([
      { code: 'TRAIL_REWRITTEN', document: 'CR-003', path: TRAIL, line: 1, commit: tip },
    ])
  })

  it('a hand edit that rides along with a transition', async () => {
    const project = await withDraft()
    await project.use((qms) => route(qms, claude, 'CR-003', {}))
    appendFileSync(project.path('QMS/SOP/SOP-001.md'), 'by hand\n')
    project.git('add', '-A')
    project.git('commit', '-q', '--amend', '--no-edit')
    expect((await audited(project)).findings).toMatchObject([
      {
        code: 'TEXT_CHANGED_BY_HAND',
        document: 'SOP-001',
        path: 'QMS/SOP/SOP-001.md',
        commit: project.tip(),
      },
    ])
  })

  it('the configuration, by hand and as it should be done', async () => {
    const project = await richStore()
    project.write('qms.config.json', project.read('qms.config.json').replace('2000000', '9000000'))
    const tip = commitAll(project, 'more')
    expect((await audited(project)).findings).toMatchObject([
      { code: 'CONFIGURATION_DIFFERS', path: 'qms.config.json', commit: tip },
    ])
    await project.use((qms) => setConfiguration(qms, lead, 'documentLimit', '3000000'))
    expect(said((await audited(project)).findings)).toEqual(['EDITED_AND_PUT_BACK qms.config.json'])
    project.git('rm', '-q', '.gitattributes')
    project.git('commit', '-q', '-m', 'no attributes')
    expect(said((await audited(project)).findings)).toContain('ATTRIBUTES_MISSING .gitattributes')
  })

  it('a clock that runs backwards, or ahead: a warning, and the order stands', async () => {
    const project = await withDraft()
    await project.use((qms) => route({ ...qms, now: () => new Date('1999-01-01') }, claude, 'CR-003', {}))
    const { findings, verdict } = await audited(project)
    expect(verdict).toBe('clean')
    expect([...new Set(findings.map((f) => f.code))].sort()).toEqual(['TIME_BACKWARDS', 'TIME_IMPLAUSIBLE'])
  })
})

describe('what cannot be proven is said to be so', () => {
  // Verifies: REQ-QMS-204
  it('in a shallow clone, which is never called sound', async () => {
    const project = await richStore()
    const shallow = folder('shallow')
    execFileSync('git', ['clone', '-q', '--depth', '3', `file://${project.root}`, shallow], { stdio: 'pipe' })
    expect(await audited(new Project(shallow))).toMatchObject({
      verdict: 'incomplete',
      findings: [{ code: 'HISTORY_INCOMPLETE' }],
    })
  })

  it('replacements and grafts are named and not followed', async () => {
    const project = await withDraft()
    project.git('replace', 'HEAD', 'HEAD~1')
    writeFileSync(project.path('.git/info/grafts'), `${project.tip()}\n`)
    expect(said((await audited(project)).findings)).toEqual(['REPLACED_OBJECTS', 'REPLACED_OBJECTS'])
  })

  it('objects that are borrowed are named', async () => {
    const project = clone(await richStore(), '--shared')
    const { findings, verdict } = await audited(project)
    expect(said(findings)).toEqual(['FOREIGN_OBJECTS'])
    expect(verdict).toBe('clean')
  })

  it('an object that is gone or damaged is named with its file', async () => {
    const project = await withDraft()
    const oid = project.git('rev-parse', 'HEAD:QMS/CR/CR-003/CR-003-draft.md')
    const file = project.path('.git/objects', oid.slice(0, 2), oid.slice(2))
    execFileSync('rm', ['-f', file])
    expect(await audited(project)).toMatchObject({
      verdict: 'damaged',
      findings: [{ code: 'OBJECT_UNREADABLE', path: 'QMS/CR/CR-003/CR-003-draft.md' }],
    })
    writeFileSync(file, 'not an object')
    expect(said((await audited(project)).findings)).toEqual([
      'OBJECT_UNREADABLE QMS/CR/CR-003/CR-003-draft.md',
    ])
  })

  it('a folder of history that is gone is named, not taken for nothing', async () => {
    const project = await withDraft()
    project.git('repack', '-q', '-a', '-d')
    const oid = project.git('rev-parse', 'HEAD:QMS/.audit/CR')
    const packs = project.path('.git/objects/pack')
    const pack = readdirSync(packs).find((name) => name.endsWith('.pack')) ?? ''
    execFileSync('sh', ['-c', `mv "${packs}" .git/aside && git unpack-objects -q < ".git/aside/${pack}"`], {
      cwd: project.root,
    })
    execFileSync('rm', ['-f', join(project.root, '.git/objects', oid.slice(0, 2), oid.slice(2))])
    expect(await audited(project)).toMatchObject({
      verdict: 'damaged',
      findings: [{ code: 'OBJECT_UNREADABLE' }],
    })
  })
})
