/** `qms audit` as its users meet it: what it prints, its exit codes, and its forms for programs. */
import { execFileSync } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FINDINGS } from '../../src/audit/finding.ts'
import { folder, initialised, Project, ROOT } from '../support/cli.ts'
import { hasTerminal, terminal } from '../support/pty.ts'

const SOP = 'QMS/SOP/SOP-001.md'

const edited = async (commit: boolean): Promise<Project> => {
  const project = await initialised()
  appendFileSync(project.path(SOP), 'by hand\n')
  if (commit) project.git('commit', '-q', '-a', '-m', 'by hand')
  return project
}

const answer = async (project: Project, line: string) => {
  const { code, out } = await project.run(`${line} --json`)
  return { code, result: JSON.parse(out).result }
}

describe('qms audit', () => {
  it('exits with 0, 6, 7 or 9, and says which and why', async () => {
    const sound = await initialised()
    expect(await sound.ok('audit')).toContain('sound')
    expect(await answer(await edited(false), 'audit')).toMatchObject({
      code: 6,
      result: { verdict: 'findings' },
    })
    const damaged = await edited(true)
    const { code, out } = await damaged.run('audit')
    expect(code).toBe(7)
    for (const word of [
      'TEXT_CHANGED_BY_HAND',
      SOP,
      `commit ${damaged.tip().slice(0, 12)}`,
      'expected SHA-256',
      'damaged',
    ])
      expect(out).toContain(word)
    expect(out).toContain('qms audit --explain TEXT_CHANGED_BY_HAND')
    const shallow = folder('shallow')
    execFileSync('git', ['clone', '-q', '--depth', '1', `file://${(await edited(true)).root}`, shallow], {
      stdio: 'pipe',
    })
    expect(await answer(new Project(shallow), 'audit SOP-002')).toMatchObject({
      code: 9,
      result: { verdict: 'incomplete' },
    })
  })

  it('works where the configuration or the registry cannot be read', async () => {
    const project = await initialised()
    project.write('qms.config.json', '{')
    project.write('QMS/.audit/_system/registry.jsonl', 'nothing\n')
    project.git('commit', '-q', '-a', '-m', 'by hand')
    const { code, result } = await answer(project, 'audit')
    const codes = result.findings.map((f: { code: string }) => f.code)
    expect(code).toBe(7)
    expect(codes).toEqual(expect.arrayContaining(['NOT_JSON', 'CONFIGURATION_DIFFERS']))
  })

  it('takes several ids, and refuses what is none', async () => {
    const project = await edited(true)
    expect(await answer(project, 'audit SOP-002 SOP-003')).toMatchObject({
      code: 0,
      result: { scope: ['SOP-002', 'SOP-003'], checked: { documents: 2 }, findings: [] },
    })
    expect(await answer(project, 'audit sop-001')).toMatchObject({ code: 7, result: { scope: ['SOP-001'] } })
    await project.refused('audit SOP-099', 'NO_DOCUMENT')
    await project.refused('audit nothing', 'BAD_ID')
  })

  it('counts warnings where it is told to', async () => {
    const project = await initialised()
    project.write('QMS/SOP/SOP-001 (conflicted copy).md', 'x')
    expect(await answer(project, 'audit')).toMatchObject({ code: 0 })
    expect(await answer(project, 'audit --strict')).toMatchObject({
      code: 6,
      result: { findings: [{ code: 'UNKNOWN_IN_WORK_TREE', severity: 'warning' }] },
    })
  })

  it('prints the interchange format of code hosts', async () => {
    const { code, out } = await (await edited(true)).run('audit --sarif')
    const { version, runs } = JSON.parse(out)
    expect({ code, version }).toEqual({ code: 7, version: '2.1.0' })
    expect(runs[0].tool.driver.rules.map((r: { id: string }) => r.id)).toEqual(['TEXT_CHANGED_BY_HAND'])
    expect(runs[0].results).toMatchObject([
      {
        ruleId: 'TEXT_CHANGED_BY_HAND',
        ruleIndex: 0,
        level: 'error',
        locations: [{ physicalLocation: { artifactLocation: { uri: SOP } } }],
      },
    ])
  })

  it('explains each code, and refuses one that is none', async () => {
    const project = new Project(folder('nowhere'))
    const said = await project.ok('audit --explain chain_broken')
    for (const part of ['What it means', 'How it happens', 'What to do']) expect(said).toContain(part)
    const refusal = await project.refused('audit --explain BROKEN_CHAIN', 'BAD_VALUE')
    for (const code of Object.keys(FINDINGS).slice(0, 3)) expect(refusal).toContain(code)
  })

  it.skipIf(!hasTerminal)('shows how far it is where somebody watches, and wipes it away', async () => {
    const program = `const { Progress } = await import('${join(ROOT, 'dist/interfaces/cli/progress.js')}')
      const [shown, quiet] = [new Progress(true), new Progress(false)]
      await new Promise((done) => setTimeout(done, 600))
      shown.tell('documents', 1, 2)
      quiet.tell('nobody', 1, 2)
      shown.end()`
    const node = [process.execPath, '--input-type=module', '-e', program]
    const line = node.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')
    const { out, code } = await terminal(folder('watched'), line)
    expect({ code, out }).toEqual({
      code: 0,
      out: `\r\u001b[Kdocuments [${'#'.repeat(12)}${'.'.repeat(12)}] 1 of 2\r\u001b[K`,
    })
    const { err } = await (await initialised()).run('audit')
    expect(err).toBe('')
  })
})
