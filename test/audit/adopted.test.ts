/** Audits of stores that another program kept before: what was amiss is told once, and nothing else. */
import { cpSync, existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FINDINGS } from '../../src/audit/finding.ts'
import { audited, said } from '../support/audited.ts'
import { act, checkin, checkout, folder, Project, ROOT } from '../support/cli.ts'

const SAMPLE = resolve(ROOT, '../shared/corpus/sample-store')

const adopted = async (fill: (project: Project) => void): Promise<Project> => {
  const project = new Project(folder('adopted'))
  fill(project)
  project.git('init', '-q')
  await project.ok('init --adopt --lead anna -q')
  return project
}

describe('an adopted store', () => {
  it('with a text in another place than its own keeps it when it is checked in as it was', async () => {
    const text = "---\ntitle: 'Elsewhere'\n---\n\n# SOP-001\n\nText.\n"
    const project = await adopted((p) => {
      p.write('QMS/SOP/SOP-001/SOP-001-draft.md', text)
      p.write(
        'QMS/.audit/SOP/SOP-001.jsonl',
        '{"ts":"2026-01-01T00:00:00Z","event":"CREATE","user":"ann","version":"0.1"}\n',
      )
    })
    expect((await audited(project)).verdict).toBe('clean')
    const anna = { user: 'anna' }
    await project.use(async (qms) => {
      await act(qms, anna, 'SOP-001', { action: 'assign', owner: 'anna' })
      await checkout(qms, anna, 'SOP-001')
      await checkin(qms, anna, 'SOP-001')
    })
    expect(project.read('QMS/SOP/SOP-001-draft.md')).toBe(text)
    expect(project.has('QMS/SOP/SOP-001/SOP-001-draft.md')).toBe(false)
    expect((await audited(project)).verdict).toBe('clean')
  })

  it('with metadata that the adoption made is asked for it', async () => {
    const project = await adopted((p) => p.write('QMS/SOP/SOP-001.md', '# SOP-001\n'))
    project.git('rm', '-q', 'QMS/.meta/SOP/SOP-001.json')
    project.git('commit', '-q', '-m', 'by hand')
    expect(said((await audited(project)).findings)).toContain('METADATA_MISSING QMS/.meta/SOP/SOP-001.json')
  })

  it('whose old lines are changed is damaged', async () => {
    const project = await adopted((p) => {
      p.write('QMS/SOP/SOP-001.md', '# SOP-001\n')
      p.write(
        'QMS/.audit/SOP/SOP-001.jsonl',
        '{"ts":"2026-01-01T00:00:00Z","event":"CREATE","user":"ann","version":"0.1"}\n',
      )
    })
    const path = 'QMS/.audit/SOP/SOP-001.jsonl'
    project.write(path, project.read(path).replace('"user":"ann"', '"user":"bob"'))
    project.git('commit', '-q', '-a', '-m', 'by hand')
    expect(await audited(project)).toMatchObject({
      verdict: 'damaged',
      findings: [{ code: 'ADOPTED_LINES_CHANGED', path, commit: project.tip() }],
    })
  })
})

describe.skipIf(!existsSync(SAMPLE))('the sample store (skipped where there is no ../shared)', () => {
  it('is sound, and what its records hold is told once, by kind', async () => {
    const project = await adopted((p) => cpSync(SAMPLE, p.root, { recursive: true }))
    const report = await audited(project)
    expect(report.verdict).toBe('clean')
    expect(report.checked.documents).toBe(67)
    const byCode: Record<string, number> = {}
    for (const { code } of report.findings) byCode[code] = (byCode[code] ?? 0) + 1
    expect(byCode).toEqual({
      ADOPTED_DISAGREEMENT: 15,
      ADOPTED_MISSING: 43,
      ADOPTED_OPEN_CHILD: 2,
      ADOPTED_OLD_RULE: 19,
      ADOPTED_STRAY: 2,
      APPROVED_TEXT_CHANGED: 1,
    })
    const lines = report.findings.map((f) => [f.code, f.path, f.line, f.found].join(' '))
    expect(new Set(lines).size).toBe(lines.length)
    const others = report.findings.filter((f) => FINDINGS[f.code].proof !== 'adoption')
    expect(others).toMatchObject([{ code: 'APPROVED_TEXT_CHANGED', document: 'INV-002' }])
    const children = report.findings.filter((f) => f.code === 'ADOPTED_OPEN_CHILD').map((f) => f.document)
    expect(children).toEqual(['CR-036-VAR-002', 'CR-036-VAR-004'])
  }, 120_000)
})
