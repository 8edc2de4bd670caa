/** The report of a period, as the Lead asks for it. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { setPolicy } from '../../src/app/govern.ts'
import {
  agreed,
  claude,
  drafted,
  effective,
  folder,
  inbox,
  initialised,
  lead,
  type Project,
  route,
  verdict,
} from '../support/cli.ts'
import { liveParts, wordsOf } from '../support/html.ts'

let project: Project
beforeAll(async () => {
  project = await initialised()
  project.git('tag', 'v1')
  await project.use(async (qms) => {
    await effective(project, qms, 'SOP')
    await drafted(project, qms, 'CR')
    await route(qms, claude, 'CR-001', {})
    await inbox(qms, { user: 'qa' })
    await verdict(
      qms,
      { user: 'qa' },
      'CR-001',
      { action: 'review', outcome: 'UPDATES_REQUIRED', comment: 'Say why.' },
      undefined,
    )
  })
})

describe('qms audit report', () => {
  it('counts what happened, in words and as data', async () => {
    const { result } = await project.json('audit report')
    const lines = project.git('grep', '-c', '', 'main', '--', 'QMS/.audit').split('\n')
    const events = lines.reduce((sum, line) => sum + Number(line.split(':').at(-1)), 0)
    expect(result.events).toBe(events)
    expect(result.rounds).toMatchObject({ opened: 3, answered: 3, rejected: 0, withdrawn: 0, stillOpen: [] })
    expect(result.notes).toMatchObject([
      { kind: 'request for updates', document: 'CR-001', user: 'qa', words: 'Say why.' },
    ])
    expect(result.audit).toMatchObject({ verdict: 'clean' })
    const words = await project.ok('audit report')
    expect(words).toMatch(/^\| events +\| +\d+ \|$/m)
    expect(words).toContain('## Findings of the audit (clean)')
    expect(words).toMatch(/request for updates +\| CR-001 +\| qa +\| Say why\./)
  })

  it('takes days, times, tags and commits; a tag stands for the time of its commit', async () => {
    const seconds = Number(project.git('show', '-s', '--format=%ct', 'v1^{commit}'))
    const at = new Date(seconds * 1000).toISOString()
    const since = async (when: string) =>
      (await project.json(`audit report --no-audit --since ${when}`)).result.period.since
    expect(await since('v1')).toBe(at)
    expect(await since(project.tip().slice(0, 12))).not.toBeNull()
    expect(await since('2026-02-03')).toBe('2026-02-03T00:00:00.000Z')
    expect(await since('2026-02-03T10:00+02:00')).toBe('2026-02-03T08:00:00.000Z')
    const { result } = await project.json('audit report --no-audit --since 2001-02-03 --until 2001-02-03')
    expect(result.period.until).toBe('2001-02-03T23:59:59.999Z')
    expect([result.documents, result.events, result.audit]).toEqual([0, 0, null])
    for (const when of ['yesterday', '2026-02-30', '2026-13-01', 'no-such-tag', '--output=x', 'HEAD:src'])
      await project.refused(['audit', 'report', `--since=${when}`], 'BAD_VALUE')
    await project.refused('audit report --since 2026-02-03 --until 2026-02-02', 'BAD_VALUE')
    expect(project.has('x')).toBe(false)
  })

  it('is written to a file, whole, and over one that is there only where that is asked for', async () => {
    const out = join(folder(), 'report.html')
    await project.ok(['audit', 'report', '--format', 'html', '--out', out])
    const html = (await import('node:fs')).readFileSync(out, 'utf8')
    expect(liveParts(html)).toEqual([])
    expect(wordsOf(html)).toContain('Say why.')
    await project.refused(['audit', 'report', '--out', out], 'ALREADY_EXISTS')
    await project.ok(['audit', 'report', '--out', out, '--force'])
    await project.refused(['audit', 'report', '--out', join(out, 'below')], 'NO_FILE')
    expect(existsSync(`${out}.md`)).toBe(false)
  })

  it('names who judged the own text, where the policy allows it', async () => {
    const own = await initialised()
    await own.use(async (qms) => {
      await setPolicy(qms, lead, 'selfApproval', 'allowed')
      await drafted(own, qms, 'SOP')
      await route(qms, claude, 'SOP-008', { assign: ['claude'] })
      await agreed(qms, 'SOP-008')
    })
    const { result } = await own.json('audit report')
    const kinds = result.notes.map((n: { kind: string; user: string }) => [n.kind, n.user])
    expect(kinds).toEqual([['self-approval', 'claude']])
    expect(result.governing.at(-1)).toMatchObject({ event: 'POLICY_SET', key: 'selfApproval' })
  })

  it('makes no numbers of a damaged record', async () => {
    const damaged = await initialised()
    const path = 'QMS/.audit/SOP/SOP-001.jsonl'
    damaged.write(path, damaged.read(path).replace('"1.0"', '"2.0"').trimEnd())
    damaged.git('commit', '-qam', 'by hand')
    expect(await damaged.refused('audit report', 'DAMAGED')).toContain(path)
  })
})
