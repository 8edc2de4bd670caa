/** `qms lint` as its users have it, and what its errors mean for a review. */
import { chmodSync, lstatSync, readdirSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  checkin,
  checkout,
  claude,
  create,
  drafted,
  executing,
  folder,
  type How,
  initialised,
  lead,
  next,
  Project,
  ROOT,
  route,
  setPolicy,
  words,
} from '../support/cli.ts'

const ROW = '| EI-2 | as agreed | [SUMMARY] |'
/** A row that lost two cells, and no line feed at the end. */
const spoiled = (text: string): string => text.replace(/^\| EI-2 .*$/m, ROW).trimEnd()

interface Told {
  path: string
  line: number
  column: number
  severity: string
  rule: string
  found: string
  fixable: boolean
}

/** The answer to a line that ends with 0 or, for errors, 6. */
const answer = async (project: Project, line: string | readonly string[], how: How = {}) => {
  const said = await project.run([...(typeof line === 'string' ? words(line) : line), '--json'], how)
  const { result } = JSON.parse(said.out)
  expect({ line, err: said.err, code: said.code }).toEqual({ line, err: '', code: result.errors > 0 ? 6 : 0 })
  return result as { findings: Told[]; texts: number; errors: number; fixed: object[] }
}

const lineOf = (text: string, part: string): number => text.slice(0, text.indexOf(part)).split('\n').length

/** A store with one draft, checked out by its author, whose copy is not as it should be. */
const spoiledCopy = async (): Promise<Project> => {
  const project = await initialised()
  await project.use(async (qms) => {
    await drafted(project, qms, 'CR')
    await checkout(qms, claude, 'CR-001')
  })
  project.edit('claude', 'CR-001', spoiled)
  return project
}

describe('qms lint', () => {
  let project: Project
  const copy = '.qms/workspace/claude/CR-001.md'
  beforeAll(async () => {
    project = await spoiledCopy()
  })

  it('finds nothing in what a new store brings along, nor in a form that was answered', async () => {
    const result = await answer(project, 'lint')
    expect(result).toMatchObject({ texts: 18, findings: [], errors: 0, warnings: 0 })
  })

  // Verifies: REQ-QMS-751
  it('looks at the copy of who asks, and says where and what in one line that editors follow', async () => {
    const said = await project.run('lint CR-001 -u claude')
    const line = lineOf(project.read(copy), ROW)
    expect(said).toMatchObject({ code: 6, err: '' })
    expect(said.out.split('\n')[0]).toBe(
      `${copy}:${line}:1  error    a row with 3 cells; expected 5 cells, as the heading of the table has  table-shape`,
    )
    expect(said.out).toContain('1 text looked at: 1 error, 1 warning; --fix mends 2')
    expect(said.out).toContain('qms lint CR-001 --fix --dry-run -u claude')
  })

  it('judges the text in hand for everybody else', async () => {
    const result = await answer(project, 'lint CR-001 -u lead')
    expect(result).toMatchObject({ texts: 1, errors: 0, findings: [] })
  })

  it('gives the same a second time, from what was kept, and sees what changed since', async () => {
    const again = await spoiledCopy()
    const first = await answer(again, 'lint -u claude')
    expect(again.has('.qms/cache/lint.json')).toBe(true)
    const kept = JSON.parse(again.read('.qms/cache/lint.json'))
    for (const row of Object.values(kept.rows) as [unknown, { found: string }[]][])
      for (const finding of row[1]) finding.found += ' (kept)'
    again.write('.qms/cache/lint.json', JSON.stringify(kept))
    const second = await answer(again, 'lint -u claude')
    expect(second.findings.map((f: Told) => f.found)).toEqual(
      first.findings.map((f: Told) => `${f.found} (kept)`),
    )
    again.edit('claude', 'CR-001', (text) => `${text}\n`)
    const third = await answer(again, 'lint -u claude')
    expect(third.findings.map((f: Told) => [f.rule, f.found])).toEqual([
      ['table-shape', 'a row with 3 cells'],
    ])
    again.write('.qms/cache/lint.json', '{"format":1,"key":1}')
    expect((await answer(again, 'lint -u claude')).findings).toHaveLength(1)
  })

  it('mends a copy only when asked, and shows before what it would change', async () => {
    const own = await spoiledCopy()
    const before = own.read(copy)
    const dry = await own.run('lint CR-001 --fix --dry-run -u claude')
    expect(dry.code).toBe(6)
    expect(dry.out).toContain(`-${ROW}\n+${ROW}  |  |`)
    expect(own.read(copy)).toBe(before)
    const result = await answer(own, 'lint CR-001 --fix -u claude')
    expect(result).toMatchObject({ findings: [], errors: 0, fixed: [{ path: copy, fixes: 2, diff: null }] })
    expect(own.read(copy)).toBe(`${before.replace(ROW, `${ROW}  |  |`)}\n`)
    await own.ok('checkin CR-001 -u claude')
  })

  it('never changes a text of the store', async () => {
    const own = await initialised()
    await own.use((qms) =>
      drafted(own, qms, 'CR', { text: (form) => spoiled(form.replaceAll(/\{\{[^{}\n]*\}\}/g, 'x')) }),
    )
    own.git('checkout', '-q', '--', '.')
    const before = own.everything()
    const result = await answer(own, 'lint CR-001 --fix')
    expect(result).toMatchObject({ errors: 1, fixed: [] })
    expect(result.findings.every((f: Told) => !f.fixable)).toBe(true)
    const named = await answer(own, 'lint QMS/CR/CR-001/CR-001-draft.md --fix')
    expect(named).toMatchObject({ errors: 1, fixed: [] })
    const { '.qms/cache/lint.json': _, ...files } = own.everything().files
    expect(files).toEqual(before.files)
  })

  it('judges the text that follows from answers, not the copy that is for reading', async () => {
    const own = await initialised()
    const id = 'CR-001-VR-001'
    const read = own.copy('claude', id)
    await own.use(async (qms) => {
      await create(qms, claude, { type: 'VR', title: 'It is seen', parent: await executing(own, qms, 'CR') })
    })
    await own.ok(['interact', id, '-u', 'claude', '--respond', 'EI-1 \u202e and more'])
    const before = own.read(read)
    const told = await answer(own, `lint ${id} -u claude --fix`)
    const lines = (await own.ok(`interact ${id} --show -u claude`)).split('\n')
    expect(told).toMatchObject({ errors: 1, fixed: [] })
    expect(told.findings).toMatchObject([
      { rule: 'hidden-characters', path: `QMS/CR/CR-001/${id}-draft.md`, fixable: false },
    ])
    expect(lines[(told.findings[0]?.line ?? 0) - 1]).toContain('| CR-001 | EI-1 ')
    expect(own.read(read)).toBe(before)
    expect((await own.run(`lint ${id} -u claude`)).out).toContain(`  qms interact ${id} --show -u claude`)
    const reason = ['--goto', 'items_verified', '--reason', 'slip', '--respond', 'EI-1']
    await own.ok(['interact', id, '-u', 'claude', ...reason])
    expect(await own.ok(`lint ${id} -u claude`)).toContain(`  qms checkin ${id} -u claude`)
    expect(await answer(own, `lint ${id} -u lead`)).toMatchObject({ texts: 1, findings: [] })
  })

  it('refuses a document that is not there, and a file that is not', async () => {
    await project.refused('lint CR-099', 'NO_DOCUMENT')
    await project.refused('lint notes/none.md', 'NO_FILE')
    await project.refused('lint --as NOPE -', 'BAD_TYPE', { input: '# x\n' })
    await project.refused('lint - --fix', 'USAGE', { input: '# x\n' })
  })
})

describe('qms lint of files', () => {
  const outside = new Project(folder('outside'))
  const text =
    "---\ntitle: 'Cache'\n---\n\n# CR-008: Cache\n\n## 1. Purpose\n\n{{SCOPE - where}}\n\n**END OF DOCUMENT**\n"

  it('works without a store, by the forms that come with the program', async () => {
    outside.write('docs/CR-008-draft.md', text)
    const result = await answer(outside, 'lint docs/CR-008-draft.md')
    expect(result.findings.map((f: Told) => `${f.path}:${f.line} ${f.rule} ${f.severity}`)).toContain(
      'docs/CR-008-draft.md:11 required-sections error',
    )
    await outside.refused('lint CR-008', 'NO_REPOSITORY')
    await outside.refused('lint', 'NO_REPOSITORY')
  })

  it('takes a type for what does not tell it, and standard input', async () => {
    const rules = async (line: string, input: string) =>
      (await answer(outside, line, { input })).findings.map((f: Told) => f.rule)
    expect(await rules('lint -', text)).toEqual(['blanks'])
    expect(await rules('lint - --as cr', text)).toContain('required-sections')
    expect(await rules('lint -', text.replace('title:', 'doc_id: SOP-009\ntitle:'))).toEqual([
      'frontmatter-keys',
      'required-sections',
    ])
  })

  it('says of a file that is no text only that', async () => {
    outside.write('SOP-009.md', Buffer.from([0x23, 0x20, 0xff, 0x0a]))
    const said = await outside.run('lint SOP-009.md')
    expect({ code: said.code, first: said.out.split('\n')[0] }).toEqual({
      code: 6,
      first: 'SOP-009.md:1:1  error    it is not valid UTF-8; expected a controlled text  readable-text',
    })
  })

  it('takes a file that is named twice once, and does not offer to mend what was piped in', async () => {
    outside.write('end.md', 'End.')
    expect(await answer(outside, 'lint end.md end.md')).toMatchObject({ texts: 1, findings: [{}] })
    const said = await outside.run('lint -', { input: 'End.' })
    expect(said.out).toContain('-:1:5  warning')
    expect(said.out).not.toContain('--fix')
  })

  it('mends a file in place, its byte order mark and line ends kept', async () => {
    outside.write('notes.md', '\ufeff| A | B |\r\n| --- | --- |\r\n| 1 |\r\n\r\nEnd.')
    await outside.ok('lint notes.md --fix')
    expect(outside.read('notes.md')).toBe('\ufeff| A | B |\r\n| --- | --- |\r\n| 1 |  |\r\n\r\nEnd.\r\n')
  })

  it('mends where a link leads, and what is for its user alone stays so', async () => {
    outside.write('held/own.md', '| A | B |\n| --- | --- |\n| 1 |\n')
    chmodSync(outside.path('held/own.md'), 0o600)
    symlinkSync('held/own.md', outside.path('link.md'))
    await outside.ok('lint link.md --fix')
    expect(outside.read('held/own.md')).toContain('| 1 |  |')
    expect(statSync(outside.path('held/own.md')).mode & 0o777).toBe(0o600)
    expect(lstatSync(outside.path('link.md')).isSymbolicLink()).toBe(true)
  })

  it('tells code hosts where, and what the rule is for', async () => {
    outside.write('a b.md', '| A | B |\n| --- | --- |\n| 1 |\n')
    const said = await outside.run(['lint', 'a b.md', '--sarif'])
    const [run] = JSON.parse(said.out).runs
    expect(said.code).toBe(6)
    expect(run.results[0]).toMatchObject({
      ruleId: 'table-shape',
      ruleIndex: 0,
      level: 'error',
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'a%20b.md' },
            region: { startLine: 3, startColumn: 1, endLine: 3, endColumn: 6 },
          },
        },
      ],
    })
    expect(run.tool.driver.rules.map((r: { id: string }) => r.id)).toEqual(['table-shape'])
  })

  it('names files to them as addresses, whatever signs are in their names', async () => {
    const uri = async (path: string, ...args: readonly string[]) => {
      const [run] = JSON.parse((await outside.run(['lint', path, '--sarif', ...args])).out).runs
      return run.results[0].locations[0].physicalLocation.artifactLocation
    }
    outside.write('d/a#b?c%d.md', 'End.')
    outside.write('x:y.md', 'End.')
    expect(await uri('d/a#b?c%d.md')).toEqual({ uri: 'd/a%23b%3Fc%25d.md', uriBaseId: '%SRCROOT%' })
    expect(await uri('x:y.md')).toEqual({ uri: 'x%3Ay.md', uriBaseId: '%SRCROOT%' })
    const whole = join(outside.root, 'x:y.md')
    expect(await uri(whole)).toEqual({ uri: `file://${whole.replace('x:y', 'x%3Ay')}` })
  })

  it('explains each rule, and suggests the one that was meant', async () => {
    expect(await outside.ok('lint --explain table-shape')).toContain('3:1  a row with 2 cells')
    expect(await outside.refused('lint --explain tabel-shape', 'BAD_VALUE')).toContain('table-shape')
    expect(await outside.ok('lint --rules')).toMatch(/^required-sections +error \*/m)
  })

  it('counts warnings as findings with --strict only', async () => {
    outside.write('end.md', 'End.')
    expect((await outside.run('lint end.md')).code).toBe(0)
    expect((await outside.run('lint end.md --strict')).code).toBe(6)
  })
})

describe('what the project makes of the rules', () => {
  it('counts for every text, and unknown names are refused', async () => {
    const project = await initialised()
    const found = async () =>
      (await answer(project, 'lint note.md')).findings.map((f: Told) => `${f.rule} ${f.severity}`)
    project.write('note.md', '| A | B |\n| --- | --- |\n| 1 |\n\nTBD')
    expect(await found()).toEqual(['table-shape error', 'unfinished warning', 'final-newline warning'])
    const levels = '{"table-shape":"warning","unfinished":"error","final-newline":"off"}'
    await project.use((qms) => setPolicy(qms, lead, 'lint', levels))
    expect(await found()).toEqual(['table-shape warning', 'unfinished error'])
    const error = await project.denied('BAD_VALUE', (qms) =>
      setPolicy(qms, lead, 'lint', '{"unfinishd":"off"}'),
    )
    expect(error.facts).toMatchObject({ found: 'unfinishd', expected: expect.stringContaining('unfinished') })
  })
})

describe('an error of the linter', () => {
  const broken = (form: string): string => spoiled(form.replaceAll(/\{\{[^{}\n]*\}\}/g, 'as agreed'))

  // Verifies: REQ-QMS-752
  it('stands in the way of a review, is foreseen, and goes with the fault', async () => {
    const project = await initialised()
    await project.use(async (qms) => {
      await drafted(project, qms, 'CR', { text: broken })
      const line = lineOf(project.read('QMS/CR/CR-001/CR-001-draft.md'), ROW)
      const found = `line ${line} a row with 3 cells (table-shape)`
      const foresight = await next(qms, claude, 'CR-001', 'route')
      const gate = foresight.prospects.flatMap((p) => p.gates).find((g) => g.gate === 'contentReady')
      expect(gate).toMatchObject({ holds: false, found })
    })
    const error = await project.denied('GATE', (qms) => route(qms, claude, 'CR-001', {}))
    expect(error.facts).toMatchObject({ unmet: [{ gate: 'contentReady' }] })
    await project.use(async (qms) => {
      await setPolicy(qms, lead, 'lint', '{"table-shape":"warning"}')
      const routed = await route(qms, claude, 'CR-001', {})
      expect(routed.document?.status).toBe('IN_PRE_REVIEW')
    })
  })

  it('is a warning that the project made one, of references to other documents too', async () => {
    const project = await initialised()
    await project.use(async (qms) => {
      await setPolicy(qms, lead, 'lint', '{"dangling-references":"error"}')
      await drafted(project, qms, 'CR', {
        text: (form) => form.replaceAll(/\{\{[^{}\n]*\}\}/g, 'by SOP-001 and SOP-099'),
      })
    })
    const error = await project.denied('GATE', (qms) => route(qms, claude, 'CR-001', {}))
    expect(error.facts).toMatchObject({
      unmet: [{ found: expect.stringContaining('SOP-099, which is not in the store') }],
    })
    project.git('status')
    await project.use(async (qms) => {
      await checkout(qms, claude, 'CR-001')
      project.edit('claude', 'CR-001', (text) => text.replaceAll('SOP-099', 'SOP-002'))
      await checkin(qms, claude, 'CR-001')
      await route(qms, claude, 'CR-001', {})
    })
  })
})

describe('the texts that come with the program', () => {
  it('pass every rule', async () => {
    const outside = new Project(folder('shipped'))
    const files = ['documents', 'sops'].flatMap((name) =>
      readdirSync(join(ROOT, 'templates', name)).map((file) => join(ROOT, 'templates', name, file)),
    )
    const demo = join(ROOT, 'templates/demo/change-record.md')
    const result = await answer(outside, ['lint', ...files])
    expect(result).toMatchObject({ texts: files.length, findings: [] })
    expect((await answer(outside, ['lint', demo, '--as', 'CR'])).findings).toEqual([])
  })
})
