import { describe, expect, it } from 'vitest'
import { QmsError } from '../../src/errors.ts'
import type { Marker } from '../../src/traceability/markers.ts'
import { Runs } from '../../src/traceability/matching.ts'
import type { TestReport } from '../../src/traceability/reported.ts'
import { readReport } from '../../src/traceability/reports.ts'
import { withEffort } from '../support/effort.ts'
import fc from '../support/property.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const read = (text: string): Promise<TestReport> => readReport('report', bytes(text))
const why = async (text: string | Uint8Array): Promise<string> => {
  const error = await readReport('report', typeof text === 'string' ? bytes(text) : text).then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof QmsError) || error.code !== 'BAD_REPORT') throw error ?? new Error('it was read')
  return (error.facts as { problem: string }).problem
}

const JUNIT = `<?xml version="1.0" encoding="UTF-8"?>
<!-- made by a runner -->
<testsuites name="all">
  <properties><property name="git.commit" value="0123456789abcdef0123456789abcdef01234567"/></properties>
  <testsuite name="test/pump.test.ts">
    <testcase classname="test/pump.test.ts" name="a pump &gt; stops &#38; &quot;waits&quot;" time="0.1"/>
    <testcase classname="test/pump.test.ts" name="a pump &gt; fails"><failure message="no">&lt;x&gt;</failure></testcase>
    <testcase classname="test/pump.test.ts" name="a pump &gt; later"><skipped/></testcase>
  </testsuite>
  <testsuite name="pytest">
    <testcase classname="tests.test_pump.TestPump" name="test_stops[1]">
      <properties><property name="requirement" value="REQ-X-001, REQ-X-002"/></properties>
      <system-out><![CDATA[<!DOCTYPE html> <testcase name="not one"/>]]></system-out>
    </testcase>
    <testcase classname="tests.test_pump" name="test_error"><error>x</error></testcase>
  </testsuite>
</testsuites>`

const VITEST = JSON.stringify({
  testResults: [
    {
      name: '/home/me/app/test/pump.test.ts',
      status: 'failed',
      assertionResults: [
        {
          ancestorTitles: ['a pump'],
          title: 'stops [REQ-X-001]',
          fullName: 'a pump stops [REQ-X-001]',
          status: 'passed',
        },
        { ancestorTitles: ['a pump'], title: 'fails', fullName: 'a pump fails', status: 'failed' },
        { ancestorTitles: ['a pump'], title: 'later', fullName: 'a pump later', status: 'pending' },
      ],
    },
    { name: '/home/me/app/test/broken.test.ts', status: 'failed', assertionResults: [] },
  ],
})

const PYTEST = JSON.stringify({
  environment: { commit: 'ABCDEF0123' },
  tests: [
    {
      nodeid: 'tests/test_pump.py::TestPump::test_stops[1-2]',
      outcome: 'passed',
      user_properties: [{ req: 'REQ-X-001' }],
    },
    { nodeid: 'tests/test_pump.py::test_x', outcome: 'xfailed' },
    { nodeid: 'tests/test_pump.py::test_y', outcome: 'skipped' },
  ],
  collectors: [
    { nodeid: '', outcome: 'passed' },
    { nodeid: 'tests/test_bad.py', outcome: 'failed' },
  ],
})

describe('a report', () => {
  it('is JUnit XML', async () => {
    const report = await read(JUNIT)
    expect(report).toMatchObject({ format: 'junit', commit: '0123456789abcdef0123456789abcdef01234567' })
    expect(report.tests.map((t) => [t.titles, t.file, t.outcome])).toEqual([
      [['a pump', 'stops & "waits"'], 'test/pump.test.ts', 'pass'],
      [['a pump', 'fails'], 'test/pump.test.ts', 'fail'],
      [['a pump', 'later'], 'test/pump.test.ts', 'skip'],
      [['test_stops'], null, 'pass'],
      [['test_error'], null, 'fail'],
    ])
    expect(report.tests[3]?.requirements).toEqual(['REQ-X-001', 'REQ-X-002'])
  })

  it('is the JSON of vitest or jest, with files that could not be run', async () => {
    const report = await read(`\ufeff${VITEST}`)
    expect(report.tests.map((t) => [t.titles.at(-1) ?? null, t.outcome, t.requirements])).toEqual([
      ['stops [REQ-X-001]', 'pass', ['REQ-X-001']],
      ['fails', 'fail', []],
      ['later', 'skip', []],
      [null, 'fail', []],
    ])
  })

  it('fails a file in which something failed beside its tests', async () => {
    const suite = (status: string) => ({
      testResults: [{ name: 'a.test.ts', status, assertionResults: [{ title: 'stops', status: 'passed' }] }],
    })
    const outcome = async (status: string) =>
      new Runs([await read(JSON.stringify(suite(status)))]).of({ file: 'a.test.ts', test: 'stops' }).outcome
    expect(await outcome('failed')).toBe('fail')
    expect(await outcome('passed')).toBe('pass')
  })

  it.each([['status="notrun"'], ['result="suppressed"'], ['status="run" result="skipped"']])(
    'tells a test that was switched off from one that passed: %s',
    async (said) => {
      const report = await read(`<testsuite><testcase name="a" ${said}/><testcase name="b"/></testsuite>`)
      expect(report.tests.map((test) => test.outcome)).toEqual(['skip', 'pass'])
    },
  )

  it('is that of pytest-json-report', async () => {
    const report = await read(PYTEST)
    expect(report).toMatchObject({ format: 'pytest', commit: 'abcdef0123' })
    expect(report.tests.map((t) => [t.titles, t.outcome, t.requirements])).toEqual([
      [['TestPump', 'test_stops'], 'pass', ['REQ-X-001']],
      [['test_x'], 'fail', []],
      [['test_y'], 'skip', []],
      [[], 'fail', []],
    ])
  })
})

describe('a marker finds its tests', () => {
  const ran = async (text: string, marker: Pick<Marker, 'file' | 'test'>) =>
    new Runs([await read(text)]).of(marker).outcome
  const pump = 'test/pump.test.ts'

  it.each([
    ['by file and name', VITEST, pump, 'stops [REQ-X-001]', 'pass'],
    ['by its group: one failure fails it', VITEST, pump, 'a pump', 'fail'],
    ['by its file', VITEST, pump, null, 'fail'],
    ['in the whole file, which could not be run', VITEST, 'test/broken.test.ts', 'anything', 'fail'],
    ['not in another file', VITEST, 'test/other.test.ts', 'stops [REQ-X-001]', null],
    ['not by a part of its name', VITEST, pump, 'stops', null],
    ['in JUnit', JUNIT, pump, 'stops & "waits"', 'pass'],
    ['that was skipped', JUNIT, pump, 'later', 'skip'],
    ['by class', JUNIT, 'tests/test_pump.py', 'test_stops', 'pass'],
    ['by class, a group', JUNIT, 'tests/test_pump.py', 'TestPump', 'pass'],
    ['in pytest', PYTEST, 'tests/test_pump.py', 'test_stops', 'pass'],
  ] as const)('%s', async (_, text, file, test, outcome) => {
    expect(await ran(text, { file, test })).toBe(outcome)
  })

  it.each([
    ['longer before it', 'never adds'],
    ['longer behind it', 'adds nothing'],
  ])('and no other one of a name that is %s, where groups and names are told apart', async (_, title) => {
    const cases = [{ title, fullName: title, ancestorTitles: [], status: 'passed' }]
    const json = JSON.stringify({ testResults: [{ name: pump, assertionResults: cases }] })
    expect(await ran(json, { file: pump, test: 'adds' })).toBeNull()
    const nodes = JSON.stringify({ tests: [{ nodeid: `${pump}::${title}`, outcome: 'passed' }] })
    expect(await ran(nodes, { file: pump, test: 'adds' })).toBeNull()
  })

  it('by a part of its name only in JUnit, and only where no test bears it whole', async () => {
    const cases = (names: readonly string[]) =>
      `<testsuite>${names.map((name) => `<testcase file="${pump}" name="${name}"/>`).join('')}</testsuite>`
    const found = async (names: readonly string[]) => {
      const report = await read(cases(names))
      return [...new Runs([report]).of({ file: pump, test: 'adds' }).tests].map((test) => test.name)
    }
    expect(await found(['sums adds', 'adds up'])).toEqual(['sums adds', 'adds up'])
    expect(await found(['sums adds', 'adds'])).toEqual(['adds'])
  })

  it('whose name holds places for the values of a row', async () => {
    const cases = [
      'stops at 3 of 4 bar',
      'stops at  of  bar',
      'stops at 3 bar',
      'it stops at 1 of 2 bar',
      'stops at 1 of 2 bars',
    ]
    const text = JSON.stringify({
      testResults: [{ name: pump, assertionResults: cases.map((title) => ({ title, status: 'passed' })) }],
    })
    const found = (name: string) =>
      read(text).then((r) => new Runs([r]).of({ file: pump, test: name }).tests.size)
    expect(await found('stops at %s of %d bar')).toBe(2)
    expect(await found(`stops at $${'{x}'} of $y.z bar`)).toBe(2)
    expect(await found('stops at %s')).toBe(4)
  })
})

// Verifies: REQ-QMS-855
describe('what is no report is refused', () => {
  it.each([
    ['nothing', '', /neither XML nor JSON/],
    ['words', 'passed', /neither XML nor JSON/],
    ['other JSON', '{"tests": 3}', /JSON of another kind/],
    ['other XML', '<html></html>', /XML of another kind/],
    ['XML that breaks off', '<testsuite><testcase name="a">', /well-formed/],
    [
      'an external entity',
      '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><testsuite>&x;</testsuite>',
      /entities/,
    ],
    ['a document type behind a comment', '<!-- a --><!doctype r><testsuite/>', /entities/],
    [
      'entities that grow',
      `<!DOCTYPE z [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><testsuite name="&b;"/>`,
      /entities/,
    ],
    ['XML that is too deep', `${'<testsuite>'.repeat(5000)}${'</testsuite>'.repeat(5000)}`, /XML/],
  ])('%s', async (_, text, problem) => {
    expect(await why(text)).toMatch(problem)
  })

  it('bytes that are no UTF-8, and files without end', async () => {
    expect(await why(Uint8Array.of(0x3c, 0xff, 0xfe))).toMatch(/UTF-8/)
    expect(await why(new Uint8Array(32_000_001).fill(32))).toMatch(/32000001 bytes/)
  })

  it('and an entity that nobody declared stays words', async () => {
    const { tests } = await read('<testsuite><testcase name="a &x; &amp;lt;"/></testsuite>')
    expect(tests[0]?.name).toBe('a &x; &lt;')
  })
})

describe('any XML', () => {
  const escapes: Readonly<Record<string, string>> = { '<': '&lt;', '&': '&amp;', '"': '&quot;', '>': '&gt;' }
  const name = fc.string({ unit: 'grapheme' }).filter((s) => !/[\u0000-\u001f\u007f\ufffe\uffff]/.test(s))

  it('gives back the names that were put into it', async () => {
    await fc.assert(
      fc.asyncProperty(name, async (text) => {
        const attribute = text.replace(/[<&">]/g, (c) => escapes[c] ?? c)
        const { tests } = await read(`<testsuite><testcase name="${attribute}"/></testsuite>`)
        expect(tests.map((t) => t.name)).toEqual([text])
      }),
    )
  })

  it('is read or refused, whatever it is', async () => {
    const bits = [
      '<testsuite',
      '<testcase',
      '>',
      '/>',
      '</testsuite>',
      ' name="',
      '"',
      '<![CDATA[',
      ']]>',
      '<!--',
      '-->',
      '&',
      '<',
      '=',
      '__proto__',
      '<constructor/>',
    ]
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...bits), { maxLength: 40 }), async (parts) => {
        const text = `<testsuite>${parts.join('')}`
        const outcome = await read(text).catch((error: unknown) => error)
        expect(outcome instanceof QmsError ? outcome.code : 'read').toMatch(/^(?:BAD_REPORT|read)$/)
        expect(({} as Record<string, unknown>).name).toBeUndefined()
      }),
    )
  })

  it.each([
    ['one long name', `<testsuite><testcase name="${'a'.repeat(5_000_000)}"/></testsuite>`],
    ['attributes that never end', `<testsuite><testcase ${'a="'.repeat(300_000)}`],
    ['brackets', '<'.repeat(1_000_000)],
    ['many tests', `<testsuite>${'<testcase name="a"/>'.repeat(50_000)}</testsuite>`],
    ['comments that never end', '<testsuite>'.concat('<!--'.repeat(500_000))],
  ])('that is hostile does not keep the program busy: %s', async (_, text) => {
    await withEffort(() => read(text).catch(() => undefined))
  })
})
