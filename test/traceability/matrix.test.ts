import { describe, expect, it } from 'vitest'
import { draftOf, withRows } from '../../src/traceability/draft.ts'
import { markersIn } from '../../src/traceability/markers.ts'
import { Runs } from '../../src/traceability/matching.ts'
import { type Basis, type Traced, traced } from '../../src/traceability/matrix.ts'
import type { ProofRecord } from '../../src/traceability/proofs.ts'
import { rendered, type Whole } from '../../src/traceability/render.ts'
import type { TestReport } from '../../src/traceability/reported.ts'
import { readReport } from '../../src/traceability/reports.ts'
import { requirementsOf } from '../../src/traceability/requirements.ts'
import { matrixOf } from '../../src/traceability/rtm.ts'
import fc from '../support/property.ts'

const HEAD = '| ID | Requirement | Verification |\n| --- | --- | --- |'
const MATRIX_HEAD = '| Requirement | Verification | Proof | Result |\n| --- | --- | --- | --- |'
const ROWS = '| REQ-X-001 | It shall stop. | Test |\n| REQ-X-002 | It shall start. | Test |'

interface Given {
  readonly specification?: string
  readonly matrix?: string
  readonly tests?: Readonly<Record<string, string>>
  readonly reports?: readonly TestReport[]
  readonly records?: readonly ProofRecord[]
  readonly basis?: Readonly<Record<string, Basis>>
}

const MARKED = "// Verifies: REQ-X-001\nit('stops', f)\n// Verifies: REQ-X-002\nit('starts', f)\n"

const ask = (given: Given): Traced => {
  const tests = given.tests ?? { 'a.test.ts': MARKED }
  const reports = given.reports ?? []
  return traced({
    namespace: 'X',
    names: { specification: 'RS', matrix: 'RTM' },
    specification: requirementsOf(`${HEAD}\n${given.specification ?? ROWS}\n`),
    matrix: given.matrix === undefined ? null : matrixOf(`${MATRIX_HEAD}\n${given.matrix}\n`, 'RS'),
    evidence: {
      markers: Object.entries(tests).flatMap(([file, text]) => markersIn(file, text).markers),
      reports,
      runs: new Runs(reports),
      records: given.records ?? [],
      has: (path) => path in tests || path === 'src/x.ts',
    },
    basis: (id) => given.basis?.[id],
    behind: null,
  })
}

const ran = (outcomes: Readonly<Record<string, string>>, file = 'a.test.ts'): Promise<TestReport> => {
  const assertionResults = Object.entries(outcomes).map(([title, status]) => ({ title, status }))
  return readReport(
    'r.json',
    new TextEncoder().encode(JSON.stringify({ testResults: [{ name: file, assertionResults }] })),
  )
}

const gapsOf = (made: Traced) => made.gaps.map((g) => [g.code, g.severity, g.requirement, g.file, g.line])
const results = (made: Traced) => made.requirements.map((r) => r.result)
const GOOD =
  '| REQ-X-001 | Test | `a.test.ts`: stops | Pass |\n| REQ-X-002 | Test | `a.test.ts`: starts | Pass |'

// Verifies: REQ-QMS-851
describe('requirements and tests', () => {
  it('that name each other leave no gap', async () => {
    const made = ask({ matrix: GOOD, reports: [await ran({ stops: 'passed', starts: 'passed' })] })
    expect(made.gaps).toEqual([])
    expect(results(made)).toEqual(['pass', 'pass'])
  })

  it('without a report, nothing tells whether they passed', () => {
    expect(results(ask({ matrix: GOOD }))).toEqual(['unknown', 'unknown'])
    expect(ask({ matrix: GOOD }).gaps).toEqual([])
  })

  it('leave a gap where a requirement has no proof', () => {
    const made = ask({ matrix: GOOD, tests: { 'a.test.ts': "// Verifies: REQ-X-001\nit('stops', f)" } })
    expect(results(made)).toEqual(['unknown', 'pass'])
    expect(gapsOf(made)).toEqual([['UNMARKED_PROOF', 'warning', 'REQ-X-002', 'a.test.ts', 4]])
    const gone = ask({ matrix: GOOD.replaceAll('a.test.ts', 'gone.ts'), tests: {} })
    expect(gapsOf(gone)).toEqual([
      ['NO_PROOF', 'error', 'REQ-X-001', 'RS', 3],
      ['NO_PROOF', 'error', 'REQ-X-002', 'RS', 4],
    ])
    expect(results(gone)).toEqual(['none', 'none'])
  })

  it('and where a marker or a row names one that is unknown or withdrawn', () => {
    const specification = `${ROWS}\n\n## Withdrawn\n\n${HEAD.replace('Requirement', 'Withdrawn In Version')}\n| REQ-X-003 | 2.0 | |`
    const tests = { 'a.test.ts': `${MARKED}// Verifies: REQ-X-003, REQ-X-009, REQ-Y-001\nit('x')` }
    const matrix = `${GOOD}\n| REQ-X-003 | Inspection | none | Pass |\n| REQ-X-008 | Inspection | none | Pass |\n| REQ-X | Test | | |`
    expect(gapsOf(ask({ specification, tests, matrix }))).toEqual([
      ['WITHDRAWN_REQUIREMENT', 'error', 'REQ-X-003', 'a.test.ts', 5],
      ['UNKNOWN_REQUIREMENT', 'error', 'REQ-X-009', 'a.test.ts', 5],
      ['WITHDRAWN_REQUIREMENT', 'error', 'REQ-X-003', 'RTM', 5],
      ['UNKNOWN_REQUIREMENT', 'error', 'REQ-X-008', 'RTM', 6],
      ['BAD_REQUIREMENT_ID', 'error', null, 'RTM', 7],
    ])
  })

  it('and where the matrix has no row, or there is none', () => {
    const [first = ''] = GOOD.split('\n')
    expect(gapsOf(ask({ matrix: first }))).toEqual([['NOT_IN_MATRIX', 'error', 'REQ-X-002', 'RTM', null]])
    expect(gapsOf(ask({}))).toEqual([['NO_MATRIX', 'warning', null, 'RTM', null]])
  })
})

// Verifies: REQ-QMS-852
describe('a report', () => {
  it('fails a requirement by one failure, whatever else passes', async () => {
    const made = ask({
      matrix: GOOD,
      tests: { 'a.test.ts': MARKED, 'b.test.ts': "// Verifies: REQ-X-001\nit('stops too')" },
      reports: [
        await ran({ stops: 'failed', starts: 'passed' }),
        await ran({ 'stops too': 'passed' }, 'b.test.ts'),
      ],
    })
    expect(gapsOf(made)).toEqual([['PROOF_FAILED', 'error', 'REQ-X-001', 'a.test.ts', 1]])
    expect(results(made)).toEqual(['fail', 'pass'])
  })

  it('without a marked test, or with one that was skipped, leaves a gap', async () => {
    const made = ask({ matrix: GOOD, reports: [await ran({ stops: 'skipped' })] })
    expect(gapsOf(made)).toEqual([
      ['PROOF_SKIPPED', 'error', 'REQ-X-001', 'a.test.ts', 1],
      ['NOT_IN_REPORT', 'error', 'REQ-X-002', 'a.test.ts', 3],
    ])
    expect(results(made)).toEqual(['skip', 'not run'])
  })

  it('which weighs less where another proof passes', async () => {
    const tests = { 'a.test.ts': MARKED, 'b.test.ts': "// Verifies: REQ-X-001\nit('stops too')" }
    const made = ask({ matrix: GOOD, tests, reports: [await ran({ stops: 'passed', starts: 'passed' })] })
    expect(gapsOf(made)).toEqual([['NOT_IN_REPORT', 'warning', 'REQ-X-001', 'b.test.ts', 1]])
  })

  it('proves by itself what its tests name', async () => {
    const made = ask({
      matrix: GOOD,
      tests: {},
      reports: [
        await ran({ 'a [REQ-X-001]': 'passed', 'b [REQ-X-002]': 'passed', 'c [REQ-X-007]': 'passed' }),
      ],
    })
    expect(results(made)).toEqual(['pass', 'pass'])
    expect(made.requirements[0]?.proofs).toMatchObject([
      { from: 'report', name: 'a [REQ-X-001]', outcome: 'pass' },
    ])
    expect(gapsOf(made)).toEqual([['UNKNOWN_REQUIREMENT', 'error', 'REQ-X-007', 'r.json', 1]])
  })

  it('of another commit than the qualified one says so', async () => {
    const commit = `| Repository | Commit |\n| --- | --- |\n| x | \`${'a'.repeat(40)}\` |\n\n`
    const matrix = matrixOf(`${commit}${MATRIX_HEAD}\n${GOOD}\n`, 'RS')
    const report = await ran({ stops: 'passed', starts: 'passed' })
    const of = (said: string | null) => {
      const reports = [{ ...report, commit: said }]
      const evidence = { markers: [], reports, runs: new Runs(reports), records: [], has: () => true }
      const question = {
        namespace: 'X',
        names: { specification: 'RS', matrix: 'RTM' },
        specification: requirementsOf(`${HEAD}\n${ROWS}`),
        matrix,
        evidence,
        basis: () => undefined,
        behind: null,
      }
      return traced(question).gaps.filter((g) => g.code === 'OTHER_COMMIT').length
    }
    expect([null, 'a'.repeat(40), 'a'.repeat(7), 'b'.repeat(40)].map(of)).toEqual([0, 0, 0, 1])
  })
})

describe('other proof', () => {
  it('is an inspection in the matrix, of a kind that was not asked for', () => {
    const matrix = GOOD.replace(/.*stops.*/, '| REQ-X-001 | Inspection | src/x.ts: stops | Pass |')
    const made = ask({ matrix, tests: { 'a.test.ts': "// Verifies: REQ-X-002\nit('starts')" } })
    expect(results(made)).toEqual(['pass', 'unknown'])
    expect(gapsOf(made)).toEqual([['OTHER_KIND', 'warning', 'REQ-X-001', 'RS', 3]])
  })

  it('is a test that only the matrix names', async () => {
    const matrix =
      '| REQ-X-001 | Test | `src/x.ts`: stops | Pass |\n| REQ-X-002 | Test | `src/x.ts`: starts | Fail |'
    const made = ask({ matrix, tests: {} })
    expect(results(made)).toEqual(['pass', 'fail'])
    expect(gapsOf(made).map(([code]) => code)).toEqual([
      'UNMARKED_PROOF',
      'UNMARKED_PROOF',
      'PROOF_FAILED',
      'PROOF_FAILED',
    ])
  })

  it('is a record that names it, or that the matrix names', () => {
    const specification = ROWS.replaceAll('Test', 'Observation')
    const record = (id: string, status: string, result: 'pass' | null, requirements: string[] = []) => ({
      id,
      status,
      result,
      requirements,
    })
    const matrix =
      '| REQ-X-001 | Observation | CR-001-VR-001 | Pass |\n| REQ-X-002 | Observation | CR-001-VR-009 | Pass |'
    const records = [
      record('CR-001-VR-001', 'CLOSED', 'pass', ['REQ-X-001']),
      record('CR-001-VR-002', 'CLOSED', 'pass', ['REQ-X-002']),
    ]
    const made = ask({ specification, matrix, tests: {}, records })
    expect(made.requirements.map((r) => r.proofs.map((p) => p.name))).toEqual([
      ['CR-001-VR-001'],
      ['CR-001-VR-009', 'CR-001-VR-002'],
    ])
    expect(gapsOf(made)).toEqual([['NO_RECORD', 'error', 'REQ-X-002', 'RTM', 4]])
    const cancelled = ask({
      specification,
      tests: {},
      records: [record('CR-001-VR-001', 'CANCELLED', null, ['REQ-X-001'])],
    })
    expect(results(cancelled)).toEqual(['none', 'none'])
  })

  it('is suspect where the requirement said something else when it was made', () => {
    const basis = {
      'REQ-X-001': { version: '1.0', text: 'It shall wait.' },
      'REQ-X-002': { version: '1.0', text: 'It shall start.' },
    }
    const made = ask({ matrix: GOOD, basis })
    expect(gapsOf(made)).toEqual([['SUSPECT', 'error', 'REQ-X-001', 'RS', 3]])
    expect(made.gaps[0]?.found).toContain('It shall wait.')
  })
})

describe('a drafted matrix', () => {
  const text = (rows: string) =>
    `# RTM\r\n\r\nWords | of its author.\r\n\r\n${`${MATRIX_HEAD}\n${rows}`.replaceAll('\n', '\r\n')}\r\n\r\n<!-- kept -->\r\nEnd`
  const drafted = (rows: string, given: Given = {}) => {
    const whole = text(rows)
    const matrix = matrixOf(whole, 'RS')
    const draft = draftOf(ask({ ...given, matrix: rows }).requirements, matrix)
    return { whole, after: withRows(whole, matrix, draft.rows), ...draft }
  }

  it('changes nothing where nothing is new', () => {
    const { whole, after, added, removed } = drafted(GOOD)
    expect(after).toBe(whole)
    expect([added, removed]).toEqual([[], []])
  })

  it('has new rows, without those of unknown requirements and blanks of the form; inspections stay byte for byte', () => {
    const inspection = '|REQ-X-002|  Inspection |src/x.ts:  *none* | Pass|'
    const { after } = drafted(
      `| REQ-X-001 | {{KIND}} | {{PROOF}} | {{RESULT}} |\n${inspection}\n| REQ-X-007 | Test | x | Pass |`,
    )
    const rows = `| REQ-X-001 | Test | \`a.test.ts\`: stops | Not run |\n| REQ-X-002 | Test | \`a.test.ts\`: starts | Not run |\n${inspection}`
    expect(after).toBe(text(rows))
  })

  it('has results where a report tells them, and keeps those that none tells', async () => {
    const reports = [await ran({ stops: 'failed' })]
    expect(drafted(GOOD, { reports }).after).toBe(text(GOOD.replace('stops | Pass', 'stops | Fail')))
  })

  it('says what nothing proves', () => {
    const { after, rows } = drafted(GOOD.replaceAll('a.test.ts', 'gone.ts'), { tests: {} })
    expect(rows).toEqual(GOOD.replaceAll('a.test.ts', 'gone.ts').split('\n'))
    expect(after).not.toBeNull()
    const unproven = drafted('', { tests: {} }).rows
    expect(unproven[0]).toBe('| REQ-X-001 | Test | No proof found | Fail |')
    expect(gapsOf(ask({ matrix: unproven.join('\n'), tests: {} })).map(([code]) => code)).toEqual([
      'NO_PROOF',
      'NO_PROOF',
    ])
    expect(drafted(unproven.join('\n')).rows).toEqual(GOOD.replaceAll('Pass', 'Not run').split('\n'))
  })

  it('does not prove by such a row what only a person can see', () => {
    const specification =
      '| REQ-X-001 | It shall be readable. | Inspection |\n| REQ-X-002 | It shall blink. | Observation |'
    const { rows } = drafted('', { specification, tests: {} })
    expect(rows[0]).toBe('| REQ-X-001 | Inspection | No proof found | Fail |')
    const made = ask({ specification, matrix: rows.join('\n'), tests: {} })
    expect(results(made)).toEqual(['none', 'none'])
    expect(made.gaps.map((g) => [g.code, g.requirement, g.found])).toEqual([
      ['NO_PROOF', 'REQ-X-001', 'nothing'],
      ['NO_PROOF', 'REQ-X-002', 'nothing'],
    ])
  })

  it('is put into a table that had no rows', () => {
    expect(drafted('').after).toContain('| --- |\r\n| REQ-X-001 | Test | `a.test.ts`: stops | Not run |\r\n')
  })

  it('is not put where there is no one table for it', () => {
    for (const other of [
      '# RTM',
      `${MATRIX_HEAD}\n\n${MATRIX_HEAD}\n`,
      `- ${MATRIX_HEAD.replace('\n', '\n  ')}`,
    ]) {
      expect(withRows(other, matrixOf(other, 'RS'), ['| a |'])).toBeNull()
    }
  })

  // Verifies: REQ-QMS-854
  it('leaves every byte before and behind its rows, and reads back what was written, whatever a test is called', () => {
    const name = fc
      .string({ unit: 'grapheme', maxLength: 30 })
      .filter((s) => !/['\\\n\r\u2028\u2029]/.test(s) && !s.includes('REQ-'))
    fc.assert(
      fc.property(name, name, (around, title) => {
        const before = `${around}\n\n${MATRIX_HEAD}\n`
        const whole = `${before}| REQ-X-001 | Test | y | z |\n\n${around}`
        const matrix = matrixOf(whole, 'RS')
        fc.pre(matrix.tables.length === 1)
        const tests = { 'a.test.ts': `// Verifies: REQ-X-001\nit('${title}', f)` }
        const { rows } = draftOf(ask({ tests }).requirements, matrix)
        const after = withRows(whole, matrix, rows) ?? ''
        expect(after.startsWith(before)).toBe(true)
        expect(after.endsWith(`\n\n${around}`)).toBe(true)
        const read = matrixOf(after, 'RS').rows
        expect(read.map((row) => [row.requirements, row.verification])).toEqual([
          [['REQ-X-001'], 'Test'],
          [['REQ-X-002'], 'Test'],
        ])
      }),
    )
  })
})

describe('a trace as a file', () => {
  const evil = '=HYPERLINK("http://x","<img src=x onerror=alert(1)>")'
  const whole = (name: string): Whole => ({
    namespaces: [
      {
        namespace: 'X',
        specification: { id: name, version: null, digest: 'd' },
        matrix: null,
        withdrawn: [{ id: 'REQ-X-009', version: '1.0', reason: name }],
        gaps: [
          {
            code: 'NO_PROOF',
            severity: 'error',
            requirement: 'REQ-X-001',
            file: name,
            line: 3,
            expected: name,
            found: name,
          },
        ],
        requirements: [
          {
            id: 'REQ-X-001',
            text: name,
            verification: name,
            line: 1,
            result: 'pass',
            proofs: [{ kind: 'test', name, file: name, line: 1, outcome: 'pass', from: 'comment' }],
          },
          {
            id: 'REQ-X-002',
            text: 'It shall | stop',
            verification: null,
            line: 2,
            result: 'none',
            proofs: [],
          },
        ],
      },
    ],
    reports: [{ file: name, commit: null, tests: 1 }],
    gaps: [],
  })

  it('holds no markup and no formula of what it shows', () => {
    expect(rendered(whole(evil), 'html')).not.toMatch(/<img|<script/)
    expect(rendered(whole(evil), 'html')).toContain('&lt;img')
    expect(rendered(whole(evil), 'markdown')).not.toMatch(/(?<!\\)<img/)
    expect(rendered(whole('\u202etxt'), 'markdown')).toContain('u202etxt')
    for (const start of ['=1', '+1', '-1', '@x', '\t=1', ' =1'])
      for (const row of rendered(whole(start), 'csv').split('\r\n').slice(1, 2)) expect(row).toContain('"\'')
  })

  it('as a table for spreadsheets has one row for each proof, and no cell that begins a formula', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        const rows = cellsOf(rendered(whole(name), 'csv'))
        expect(rows.map((row) => row.length)).toEqual([10, 10, 10])
        for (const cell of rows.flat()) expect(cell).not.toMatch(/^\s*[=+\-@]/)
      }),
    )
  })

  it('as Markdown keeps every cell in its column', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        const lines = rendered(whole(name), 'markdown').split('\n')
        const row = lines.find((line) => line.startsWith('| REQ-X-001 | '))
        expect(row?.split(/(?<!\\)(?:\\\\)*\|/).length).toBe(11)
      }),
    )
  })
})

/** Cells of RFC 4180, read by the letter. */
const cellsOf = (csv: string): string[][] =>
  [...csv.matchAll(/(?:(?:"(?:[^"]|"")*"|[^",\r\n]*)(?:,|\r\n))+?(?<=\r\n)/g)].map(([row]) =>
    [...row.matchAll(/("(?:[^"]|"")*"|[^",\r\n]*)(?:,|\r\n)/g)].map(([, cell = '']) =>
      cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell,
    ),
  )
