import { describe, expect, it } from 'vitest'
import { markersIn } from '../../src/traceability/markers.ts'
import { withEffort } from '../support/effort.ts'
import fc from '../support/property.ts'

const found = (text: string) =>
  markersIn('t', text).markers.map(({ line, ids, form, test }) => [line, ids, form, test])
const A = ['REQ-X-001']
/** Written so that this file itself holds no marker that is none. */
const WORD = ['Verifies', ''].join(':')

describe('a marker above a test names it', () => {
  const languages: readonly [string, string, string | null][] = [
    ['TypeScript', "// Verifies: REQ-X-001\nit('stops', () => {})", 'stops'],
    ['a group', "/** Verifies: REQ-X-001 */\ndescribe('a pump', () => {", 'a pump'],
    [
      'a table of rows',
      "// Verifies: REQ-X-001\nit.each([\n  ['a)', 1],\n])('stops at %s', (x) => {",
      'stops at %s',
    ],
    ['a condition', "// Verifies: REQ-X-001\ndescribe.skipIf(!on('x'))('on x', () => {", 'on x'],
    ['a name in the next line', "// Verifies: REQ-X-001\ntest(\n  'stops',\n  () => {},\n)", 'stops'],
    ['a quote in the name', "// Verifies: REQ-X-001\nit('doesn\\'t stop', () => {})", "doesn't stop"],
    ['Python', '# Verifies: REQ-X-001\n@pytest.mark.slow\ndef test_stops(pump):', 'test_stops'],
    [
      'a docstring',
      'class TestPump:\n    def test_stops(self):\n        """Stops.\n\n        Verifies: REQ-X-001\n        """\n        assert 1',
      'test_stops',
    ],
    ['Go', '// Verifies: REQ-X-001\nfunc TestStops(t *testing.T) {', 'TestStops'],
    ['Rust', '// Verifies: REQ-X-001\n#[test]\nfn stops() {', 'stops'],
    ['Java', '/* Verifies: REQ-X-001 */\n@Test\npublic void stops() {', 'stops'],
    [
      'Java, annotated in its line',
      '// Verifies: REQ-X-001\n  @Test @Timeout(5) public void stops() {',
      'stops',
    ],
    ['C#', '// Verifies: REQ-X-001\n[Fact] public async Task Stops() {', 'Stops'],
    [
      'Go, a part of a test',
      '// Verifies: REQ-X-001\n\tt.Run("stops at once", func(t *testing.T) {',
      'stops at once',
    ],
    ['Swift', '// Verifies: REQ-X-001\n@Test func stops() {', 'stops'],
    ['Deno', "// Verifies: REQ-X-001\nDeno.test('stops', () => {})", 'stops'],
    ['Dart', "// Verifies: REQ-X-001\ntestWidgets('stops', (t) async {});", 'stops'],
    ['R', '# Verifies: REQ-X-001\ntest_that("it stops", {', 'it stops'],
    ['Julia', '# Verifies: REQ-X-001\n@testset "it stops" begin', 'it stops'],
    ['Clojure', ';; Verifies: REQ-X-001\n(deftest it-stops', 'it-stops'],
    ['Boost', '// Verifies: REQ-X-001\nBOOST_AUTO_TEST_CASE(stops) {', 'stops'],
    ['Kotlin', '// Verifies: REQ-X-001\n@Test\nfun `stops at once`() {', 'stops at once'],
    ['Ruby', '# Verifies: REQ-X-001\nit "stops" do', 'stops'],
    ['C++', '// Verifies: REQ-X-001\nTEST(Pump, Stops) {', 'Stops'],
    ['Gherkin', '# Verifies: REQ-X-001\n@slow\nScenario: It stops', 'It stops'],
    ['SQL', '-- Verifies: REQ-X-001\nSELECT 1;', null],
    ['nothing that is known', '% Verifies: REQ-X-001\nstops(1).', null],
  ]

  it.each(languages)('%s', (_, text, test) => {
    const [marker] = markersIn('t', text).markers
    expect(marker).toMatchObject({ ids: A, form: 'comment', test })
  })

  it('with several ids, over lines that end with a comma', () => {
    expect(found('// Verifies: REQ-X-001, REQ-X-002,\n//   REQ-Y-001\nit("stops")')).toEqual([
      [1, ['REQ-X-001', 'REQ-X-002', 'REQ-Y-001'], 'comment', 'stops'],
    ])
    expect(found('Verifies: REQ-X-001 REQ-X-002 */')).toEqual([
      [1, ['REQ-X-001', 'REQ-X-002'], 'comment', null],
    ])
  })

  it('and not one that stands behind other code', () => {
    expect(found("// Verifies: REQ-X-001\nconst x = 1\nit('stops')")).toEqual([[1, A, 'comment', null]])
  })
})

describe('a name of a test', () => {
  it('names ids in square brackets', () => {
    expect(found("it('stops [REQ-X-001, REQ-X-002]', f)")).toEqual([
      [1, ['REQ-X-001', 'REQ-X-002'], 'name', 'stops [REQ-X-001, REQ-X-002]'],
    ])
  })

  it('does not with other words in them, or outside of a literal', () => {
    expect(found("it('stops [not REQ-X-001]', f)\n// see [REQ-X-001]\n// doesn't [REQ-X-001]")).toEqual([])
  })
})

describe('what is no marker', () => {
  it.each(['REQ-X-001', 'verifies REQ-X-001', 'Verifies: nothing', 'Verifies:', 'xVerifies: REQ-X-001'])(
    '%s',
    (text) => {
      expect(markersIn('t', text)).toEqual({ markers: [], bad: [] })
    },
  )

  it('but looks like one is named', () => {
    expect(markersIn('t', `\n# ${WORD} REQ-X-1`).bad).toEqual([{ file: 't', line: 2, text: 'REQ-X-1' }])
    expect(markersIn('t', `# ${WORD} REQ-X-001 and REQ-X-002`)).toMatchObject({
      markers: [{ ids: A }],
      bad: [{ text: 'REQ-X-002' }],
    })
  })
})

describe('any text', () => {
  it('is searched without an error, and quickly', () => {
    const bits = [
      'Verifies: ',
      'REQ-X-001',
      ', ',
      '\n',
      "it('",
      "'",
      '`',
      '(',
      '[',
      ']',
      '// ',
      'def test_a(',
      '    ',
      '\\',
    ]
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...bits), { maxLength: 80 }), (parts) => {
        for (const { ids, line } of markersIn('t', parts.join('')).markers) {
          expect(ids.length).toBeGreaterThan(0)
          expect(line).toBeGreaterThan(0)
        }
      }),
    )
  })

  it.each([
    ['quotes that never end', `// Verifies: REQ-X-001\nit(${'`\\`'.repeat(600_000)}`],
    ['brackets that never end', `// Verifies: REQ-X-001\nit.each(${'(['.repeat(900_000)}`],
    ['one line', `'[REQ-X-001${', REQ-X-001'.repeat(150_000)}`],
    ['many markers', '// Verifies: REQ-X-001\nit.each(`\n'.repeat(40_000)],
    ['many names', "it('a [REQ-X-001] '\n".repeat(90_000)],
  ])('that is hostile: %s', async (_, text) => {
    await withEffort(() => markersIn('t', text))
  })
})
