/** Where a test, or a group of tests, begins, as far as one line of text tells it: a handful of forms, no parser. */

/** `describe('...'`, `it.each(rows)('...'`, `test "..." do`: the words, up to what is called. */
const CALLED =
  /^\s*(?:export\s+|await\s+)?(?:Deno\.test|\w+\.Run|testWidgets|test_that|describe|context|suite|it|test|specify|scenario)\b/

const NAMED: readonly RegExp[] = [
  /^\s*(?:async\s+)?def\s+(test\w*)/, // Python, Ruby
  /^\s*class\s+(\w*Tests?\w*|Test\w+|\w+Specs?)\b/, // Python, PHP, Java
  /^\s*func\s+(?:\([^)]*\)\s*)?(Test\w*|Fuzz\w*|test\w*)\s*\(/, // Go, Swift
  /^\s*(?:pub\s+)?(?:async\s+)?fn\s+(\w+)\s*\(/, // Rust, Zig
  /^\s*(?:@\w+(?:\([^()]*\))?\s+|\[\w+(?:\([^()]*\))?\]\s*)*(?:(?:public|protected|private|internal|static|final|async|override|suspend)\s+)*(?:void|Task)\s+(\w+)\s*\(/, // Java, C#
  /^\s*(?:\w+\s+)*fun\s+(?:`([^`]+)`|(\w+))\s*\(/, // Kotlin
  /^\s*(?:public\s+)?function\s+(test\w*)\s*\(/, // PHP, shells
  /^\s*(?:TEST|TEST_F|TEST_P|TYPED_TEST|TEST_CASE|SCENARIO|BOOST_AUTO_TEST_CASE)\s*\(\s*(?:\w+\s*,\s*)?["']?([^"',)]+)/, // C++
  /^\s*(?:Scenario(?: Outline)?|Rule|Feature):\s*(.+?)\s*$/, // Gherkin
  /^\s*@test\s+["'](.+?)["']/, // Bats
  /^\s*@Test\b(?:\([^()]*\))?.*?\bfunc\s+(?:`([^`]+)`|(\w+))\s*\(/, // Swift
  /^\s*@testset\s+"(.+?)"/, // Julia
  /^\s*\(deftest\s+([^\s()]+)/, // Clojure
]

/** A call with its rows above its name may go on for so many characters. */
const LONGEST_CALL = 20_000

/** The name of the test or group that begins in this line; null where none does. */
export const declarationAt = (lines: readonly string[], at: number): string | null => {
  const line = lines[at] ?? ''
  for (const form of NAMED) {
    const found = form.exec(line)
    if (found) return found[1] ?? found[2] ?? null
  }
  const called = CALLED.exec(line)
  if (!called) return null
  const from = line.slice(called[0].length)
  return (
    nameOfCall(from) ?? nameOfCall([from, ...lines.slice(at + 1, at + 200)].join('\n').slice(0, LONGEST_CALL))
  )
}

/** The first literal that is called with: behind `.each`, and behind brackets that hold something else. */
const nameOfCall = (text: string): string | null => {
  let at = 0
  for (;;) {
    at += /^(?:\s|\.\w+)*/.exec(text.slice(at))?.[0].length ?? 0
    const opened = text[at] === '('
    const inside = opened ? at + 1 + (/^\s*/.exec(text.slice(at + 1))?.[0].length ?? 0) : at
    const literal = literalAt(text, inside)
    if (literal !== null && (opened || text[at] !== '`')) return literal.value
    const end = opened ? closing(text, at) : literal !== null ? literal.end : -1
    if (end < 0) return null
    at = end
  }
}

const QUOTES = new Set(['"', "'", '`'])

const literalAt = (text: string, at: number): { value: string; end: number } | null => {
  const quote = text[at] ?? ''
  if (!QUOTES.has(quote)) return null
  for (let i = at + 1; i < text.length; i++) {
    if (text[i] === '\\') i++
    else if (text[i] === quote) return { value: unescaped(text.slice(at + 1, i)), end: i + 1 }
    else if (text[i] === '\n' && quote !== '`') return null
  }
  return null
}

const unescaped = (text: string): string => text.replace(/\\(.)/gs, '$1')

/** Behind the bracket that closes the one at `at`, literals stepped over; -1 where there is none. */
const closing = (text: string, at: number): number => {
  let depth = 0
  for (let i = at; i < text.length; i++) {
    const literal = literalAt(text, i)
    if (text[i] === '`' && literal === null) return -1
    if (literal) i = literal.end - 1
    else if ('([{'.includes(text[i] ?? '')) depth++
    else if (')]}'.includes(text[i] ?? '')) depth--
    if (depth === 0) return i + 1
  }
  return -1
}

/** Blank lines, comments, decorators and annotations: what may stand between a marker and its test. */
export const isPassedOver = (line: string): boolean =>
  /^\s*(?:$|\/\/|\/\*|\*|#|--|;|%|@|\[|<!--|-->|"""|''')/.test(line)
