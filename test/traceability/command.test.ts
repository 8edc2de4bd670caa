/** `qms trace` as its users have it: a store, files of tests, reports, and the matrix that is drafted from them. */
import { existsSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { answerSchema } from '../../build/answer-schema.mjs'
import type { NamespaceTrace } from '../../src/app/trace.ts'
import { contentAt } from '../../src/app/trace-texts.ts'
import {
  addNamespace,
  answered,
  approved,
  checkin,
  checkout,
  claude,
  closed,
  create,
  drafted,
  executing,
  folder,
  initialised,
  interviewed,
  lead,
  type Project,
  type Said,
} from '../support/cli.ts'

const table = (rows: readonly string[]): string =>
  ['| ID | Requirement | Rationale | Verification |', '| --- | --- | --- | --- |', ...rows].join('\n')
const specification = (rows: readonly string[]): string =>
  `---\ntitle: 'API requirements'\n---\n\n# Requirements\n\n${table(rows)}\n`
const FIRST = [
  '| REQ-API-001 | It shall answer. | Use | Test |',
  '| REQ-API-002 | It shall refuse. | Use | Test |',
]
/** The form with these rows in its table of requirements. */
const stating = (form: string, rows: readonly string[]): string => {
  const [first, ...others] = answered(form).match(/^\| REQ-.*$/gm) ?? []
  const one = others.reduce((text, row) => text.replace(`${row}\n`, ''), answered(form))
  return one.replace(first ?? '', rows.join('\n'))
}
const matrix = (covers: string): string =>
  `---\ntitle: 'API traces'\n---\n\n# Matrix of \`everything\`\n\n- **Requirements traced:** SDLC-API-RS, version ${covers}\n\n| Requirement | Verification | Proof | Result |\n| --- | --- | --- | --- |\n| REQ-API-002 | Inspection |  src/code.txt: *refuses*  | Pass |\n\n<!-- kept | as it is -->\n\n| Other | table |\n| --- | --- |\n| REQ-API-001 | x |\n`
const TESTS = "// Verifies: REQ-API-001\nit('answers', () => {})\n"
const REPORT = '<testsuite><testcase file="test/a.test.ts" name="answers"/></testsuite>'

/** A specification in force, a matrix checked out by claude, one test. */
const traceable = async (): Promise<Project> => {
  const project = await initialised()
  await project.use(async (qms) => {
    await addNamespace(qms, lead, 'API')
    const text = (form: string) => stating(form, FIRST)
    const id = await drafted(project, qms, 'RS', { with: { namespace: 'API' }, text })
    await approved(qms, id)
    await create(qms, claude, { type: 'RTM', title: 'API traces', namespace: 'API' })
  })
  project.write(project.copy('claude', 'SDLC-API-RTM'), matrix('1.0'))
  project.write('test/a.test.ts', TESTS)
  return project
}

const gapsIn = (said: Said): string[] =>
  (JSON.parse(said.out).result.namespaces as NamespaceTrace[]).flatMap((one) =>
    one.gaps.map((g) => `${g.code} ${g.requirement}`),
  )

let project: Project
beforeAll(async () => {
  project = await traceable()
})

describe('qms trace', () => {
  it('shows requirements with their proof, gaps by kind, and ends with 6', async () => {
    await project.use((qms) => checkin(qms, claude, 'SDLC-API-RTM'))
    const { code, out, err } = await project.run('trace api')
    expect([code, err]).toEqual([6, ''])
    expect(out).toMatch(/^API {2}SDLC-API-RS 1\.0 EFFECTIVE, SDLC-API-RTM 0\.1 DRAFT$/m)
    expect(out).toMatch(/^REQ-API-001 {2}test\/a\.test\.ts:1 {2}answers {2,}unknown$/m)
    expect(out).toMatch(/^error {2}NOT_IN_MATRIX /m)
    expect(out).toMatch(/^warning {2}OTHER_KIND /m)
    expect(out).toContain('qms trace API --write -u NAME')
    await project.use((qms) => checkout(qms, claude, 'SDLC-API-RTM'))
  })

  it('answers in JSON as the schema says', async () => {
    project.write('report.xml', REPORT)
    const said = await project.run('trace API --report report.xml --json')
    const answer = JSON.parse(said.out)
    const valid = new Ajv2020({ strict: false }).compile(await answerSchema())
    expect(valid(answer), JSON.stringify(valid.errors?.slice(0, 3))).toBe(true)
    expect(answer.result).toMatchObject({
      verdict: 'gaps',
      reports: [{ file: 'report.xml', format: 'junit', commit: null, tests: 1 }],
      namespaces: [{ namespace: 'API', requirements: [{ result: 'pass' }, { result: 'pass' }] }],
    })
  })

  it('of no namespace says how to begin; of one that is not there is refused', async () => {
    const other = await initialised()
    expect(await other.ok('trace')).toContain('qms namespace add')
    await other.refused('trace NOPE', 'NO_NAMESPACE')
    await other.refused('trace no/pe', 'BAD_NAME')
    await other.use((qms) => addNamespace(qms, lead, 'NOPE'))
    await other.refused('trace NOPE', 'NO_DOCUMENT')
    expect(await other.ok('trace')).toContain('No namespace has')
  })

  it('refuses files that it cannot read, and writes nothing then', async () => {
    const before = project.everything()
    writeFileSync(project.path('.git/evil.xml'), '<!DOCTYPE a [<!ENTITY b "c">]><testsuite/>')
    await project.refused('trace API --report .git/evil.xml --out x.html', 'BAD_REPORT')
    await project.refused('trace API --report nowhere.xml', 'NO_FILE')
    writeFileSync(project.path('.git/large.xml'), ' '.repeat(32_000_001))
    const large = await project.refused('trace API --report .git/large.xml', 'BAD_REPORT')
    expect(large).toContain('32000001 bytes')
    expect(large).not.toContain('documentLimit')
    await project.refused('trace API --rs .git/index', 'TEXT_UNREADABLE')
    await project.refused('trace API --format text --out x.txt', 'USAGE')
    await project.refused('trace --rs report.xml', 'USAGE')
    expect(project.everything()).toEqual(before)
  })

  it('reads texts that are not in the store', async () => {
    project.write('.git/rs.md', specification(['| REQ-NEW-001 | It shall be new. | | Test |']))
    const said = await project.run('trace NEW --rs .git/rs.md --json')
    expect(said.code).toBe(6)
    expect(gapsIn(said)).toEqual(['NO_PROOF REQ-NEW-001', 'NO_MATRIX null'])
  })

  it('is written to a file by its name, and does not replace one unasked', async () => {
    for (const [file, begins] of [
      ['.git/t.md', '# Requirements'],
      ['.git/t.csv', 'Namespace,'],
      ['.git/t.html', '<!DOCTYPE html>'],
    ] as const) {
      expect((await project.run(`trace API --out ${file}`)).out).toContain('Trace written to')
      expect(project.read(file).startsWith(begins)).toBe(true)
    }
    await project.refused('trace API --out .git/t.md', 'ALREADY_EXISTS')
    expect((await project.run('trace API --output .git/t.md --force')).code).toBe(6)
  })
})

describe('the files that are searched', () => {
  it('are those that git knows or would take in, without links, binaries, the store and what is too large', async () => {
    const own = await traceable()
    await own.use((qms) => checkin(qms, claude, 'SDLC-API-RTM'))
    const marked = (id: string) => `// Verifies: ${id}\nit('x')\n`
    own.write('.gitignore', 'ignored/\n')
    own.write('ignored/a.ts', marked('REQ-API-901'))
    own.write('binary.ts', `\0${marked('REQ-API-902')}`)
    own.write('large.ts', marked('REQ-API-903').padEnd(2_000_001, ' '))
    own.write('prose.md', marked('REQ-API-904'))
    own.write('away/a.ts', marked('REQ-API-905'))
    own.write('QMS/stray.ts', marked('REQ-API-906'))
    own.write('new name é.ts', marked('REQ-API-907'))
    own.write('latin.ts', Buffer.from(`// caf\u00e9\n${marked('REQ-API-909')}`, 'latin1'))
    own.write('tracked.ts', marked('REQ-API-908'))
    own.git('add', 'tracked.ts', 'away')
    const outside = folder('outside')
    renameSync(own.path('away'), join(outside, 'away'))
    symlinkSync(join(outside, 'away'), own.path('away'))
    symlinkSync('/etc/passwd', own.path('link.ts'))
    const said = await own.run('trace API --json')
    expect(
      gapsIn(said)
        .filter((gap) => gap.startsWith('UNKNOWN'))
        .sort(),
    ).toEqual([
      'UNKNOWN_REQUIREMENT REQ-API-907',
      'UNKNOWN_REQUIREMENT REQ-API-908',
      'UNKNOWN_REQUIREMENT REQ-API-909',
    ])
    expect(JSON.parse(said.out).result.files.tooLarge).toEqual(['large.ts'])
  })

  it('may be ten thousand', async () => {
    const own = await traceable()
    for (let i = 0; i < 10_000; i++) own.write(`many/${i % 100}/${i}.ts`, `// line\n`.repeat(100))
    const said = await own.run('trace API --json')
    expect(JSON.parse(said.out).result.files.searched).toBeGreaterThan(10_000)
  })
})

describe('qms trace --write', () => {
  // Verifies: REQ-QMS-854
  it('drafts the rows in the copy of its author, and touches no other byte', async () => {
    const own = await traceable()
    own.write('report.xml', REPORT)
    const copy = own.copy('claude', 'SDLC-API-RTM')
    const before = own.everything()
    const tip = own.tip()
    const shown = await own.run('trace API --write --dry-run --report report.xml -u claude')
    expect(shown.out).toContain('Would write')
    expect(shown.out).toContain('report.xml: 1 test\n')
    expect(shown.out).toContain('\n  qms trace API --write -u claude\n')
    expect(shown.out).not.toContain('qms checkout')
    expect(own.everything()).toEqual(before)
    const said = await own.run('trace API --write --report report.xml -u claude --json')
    expect(JSON.parse(said.out).result.namespaces[0].written).toEqual({
      document: 'SDLC-API-RTM',
      path: copy,
      rows: 2,
      added: ['| REQ-API-001 | Test | `test/a.test.ts`: answers | Pass |'],
      removed: [],
      dryRun: false,
    })
    expect(gapsIn(said)).toEqual(['OTHER_KIND REQ-API-002'])
    expect(said.code).toBe(0)
    const row = '| REQ-API-002 | Inspection |  src/code.txt: *refuses*  | Pass |'
    expect((await own.run('trace API --write -u claude')).out).toContain(
      '\n  qms checkin SDLC-API-RTM -u claude\n',
    )
    expect(own.read(copy)).toBe(
      matrix('1.0').replace(row, `| REQ-API-001 | Test | \`test/a.test.ts\`: answers | Pass |\n${row}`),
    )
    expect(own.tip()).toBe(tip)
    const after = own.everything()
    expect((await own.run('trace API --write --report report.xml -u claude')).out).toContain(
      'Nothing to write',
    )
    expect(own.everything()).toEqual(after)
    expect((await own.run('trace API --strict --write -u claude')).code).toBe(6)
    await own.use((qms) => checkin(qms, claude, 'SDLC-API-RTM'))
    expect((await own.run('trace API')).code).toBe(0)
  })

  it('is for who has it checked out, and for a text with one matrix', async () => {
    const own = await traceable()
    await own.refused('trace API --write', 'USER_MISSING')
    await own.refused('trace API --write -u qa', 'CHECKED_OUT')
    own.edit('claude', 'SDLC-API-RTM', (text) => text.replace('| Requirement | Verification', '| What | How'))
    expect(await own.refused('trace API --write -u claude', 'NO_MATRIX')).toContain('qms template show RTM')
    await own.use((qms) => checkin(qms, claude, 'SDLC-API-RTM'))
    expect(await own.refused('trace API --write -u claude', 'NOT_CHECKED_OUT')).toContain(
      'qms checkout SDLC-API-RTM',
    )
    await own.refused('trace API --write --rtm x.md -u claude', 'USAGE')
    expect(existsSync(own.path('QMS/SDLC-API/SDLC-API-RTM-draft.md'))).toBe(true)
  })
})

/** Revises the specification, and leaves the matrix as it is. */
const revised = async (own: Project, rows: readonly string[]): Promise<void> =>
  own.use(async (qms) => {
    await checkout(qms, claude, 'SDLC-API-RS')
    own.edit('claude', 'SDLC-API-RS', (text) => stating(text, rows))
    await checkin(qms, claude, 'SDLC-API-RS')
    await approved(qms, 'SDLC-API-RS')
  })

// Verifies: REQ-QMS-853
describe('evidence of a requirement that changed', () => {
  const LATER = [...FIRST.slice(0, 1), '| REQ-API-002 | It shall refuse at once. | Use | Test |']

  it('is suspect: by the version that the matrix says it covers', async () => {
    const own = await traceable()
    await own.use((qms) => checkin(qms, claude, 'SDLC-API-RTM'))
    expect(gapsIn(await own.run('trace API --json'))).not.toContain('SUSPECT REQ-API-002')
    await revised(own, LATER)
    const gaps = gapsIn(await own.run('trace API --json'))
    expect(gaps).toContain('SUSPECT REQ-API-002')
    expect(gaps).toContain('MATRIX_BEHIND null')
    expect(gaps).not.toContain('SUSPECT REQ-API-001')
  })

  it('and by the age of its row, where the matrix names no version', async () => {
    const own = await traceable()
    own.edit('claude', 'SDLC-API-RTM', (text) => text.replace(', version 1.0', ''))
    await own.use((qms) => checkin(qms, claude, 'SDLC-API-RTM'))
    await revised(own, LATER)
    expect(gapsIn(await own.run('trace API --json'))).toContain('SUSPECT REQ-API-002')
    await own.use((qms) => checkout(qms, claude, 'SDLC-API-RTM'))
    own.edit('claude', 'SDLC-API-RTM', (text) => text.replace('*refuses*', '*refuses* at once'))
    await own.use((qms) => checkin(qms, claude, 'SDLC-API-RTM'))
    expect(gapsIn(await own.run('trace API --json'))).not.toContain('SUSPECT REQ-API-002')
  })

  it('is of the text that was in force then; before any was, of the draft', () => {
    const at = (n: number) => ({ ts: `2026-01-0${n}T00:00:00.000Z`, user: 'a' })
    const events = [
      { ...at(1), event: 'CREATE', content: 'a' },
      { ...at(2), event: 'CHECKIN', content: 'b' },
      { ...at(3), event: 'EFFECTIVE' },
      { ...at(4), event: 'CHECKIN', content: 'c' },
      { ...at(5), event: 'EFFECTIVE' },
      { ...at(6), event: 'FIX', content: 'd' },
    ] as unknown as Parameters<typeof contentAt>[0]
    const days = [0, 1, 2, 3, 4, 5, 6].map((n) => contentAt(events, `2026-01-0${n}T00:00:00.000Z`))
    expect(days).toEqual([null, 'a', 'b', 'b', 'b', 'c', 'd'])
  })
})

describe('a verification record', () => {
  it('that names a requirement proves it, once it is closed and passed', async () => {
    const own = await traceable()
    const proofs = async () =>
      JSON.parse((await own.run('trace API --json')).out).result.namespaces[0].requirements[1].proofs
    const proof = { kind: 'observation', name: 'CR-001-VR-001', file: null, line: null, from: 'record' }
    await own.use(async (qms) => {
      await checkin(qms, claude, 'SDLC-API-RTM')
      const parent = await executing(own, qms, 'CR')
      await create(qms, claude, { type: 'VR', title: 'REQ-API-002 was seen to hold', parent })
    })
    await interviewed(own, 'CR-001-VR-001')
    await own.use((qms) => checkin(qms, claude, 'CR-001-VR-001'))
    expect(await proofs()).toContainEqual({ ...proof, outcome: 'unknown' })
    await own.use((qms) => closed(own, qms, 'CR-001'))
    expect(await proofs()).toContainEqual({ ...proof, outcome: 'pass' })
  })
})
