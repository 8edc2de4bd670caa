/**
 * Tests that name what they prove. Two forms, found by text in files of any language:
 *
 *     // Verifies: REQ-APP-001, REQ-APP-002      in a comment above a test, or above a group of tests
 *     it('refuses a second owner [REQ-APP-003]')  in the name of a test
 *
 * Whether a line is a comment, a string or code is not decided: no parser knows every language. A line that looks like a
 * marker is one.
 */
import { declarationAt, isPassedOver } from './declarations.ts'
import { ID_START, idAtStart, idsIn } from './ids.ts'

export interface Marker {
  /** Path in the project, with `/`. */
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly ids: readonly string[]
  readonly form: 'comment' | 'name'
  /** Name of the test, or of the group of tests; null where none was recognised: then all tests of the file. */
  readonly test: string | null
}

/** A marker that names something that is no id. */
export interface BadMarker {
  readonly file: string
  readonly line: number
  readonly text: string
}

export interface Marked {
  readonly markers: readonly Marker[]
  readonly bad: readonly BadMarker[]
}

/** Made by a program, and nothing that a person marked. */
const LONGEST_LINE = 2000

export const markersIn = (file: string, text: string): Marked => {
  if (!text.includes(ID_START)) return { markers: [], bad: [] }
  const lines = text.split(/\r\n|\n|\r/)
  const found = lines.flatMap((line, i) => {
    if (!line.includes(ID_START) || line.length > LONGEST_LINE) return []
    return [...commentAt(file, lines, i), ...nameAt(file, lines, i)]
  })
  return {
    markers: found.filter((one): one is Marker => 'ids' in one),
    bad: found.filter((one): one is BadMarker => !('ids' in one)),
  }
}

/** What stands where an id should, or behind another word than a comma. */
const NO_ID = /^(?:(?:and|or|&|\+|;)\s*)?(REQ-[\w-]*)/i

const WORD = /\bVerifies:[ \t]*(.*)$/

const commentAt = (file: string, lines: readonly string[], at: number): (Marker | BadMarker)[] => {
  const said = WORD.exec(lines[at] ?? '')?.[1]
  if (said === undefined) return []
  const { ids, rest, last } = listed(said, lines, at)
  const bad = NO_ID.exec(rest)?.[1]
  const found: (Marker | BadMarker)[] = bad ? [{ file, line: at + 1, text: bad.slice(0, 60) }] : []
  if (ids.length > 0)
    found.push({ file, line: at + 1, ids, form: 'comment', test: testBelow(lines, last + 1) })
  return found
}

/** A list that ends with a comma goes on in the next line, behind what makes that one a comment. */
const listed = (
  said: string,
  lines: readonly string[],
  at: number,
): { ids: string[]; rest: string; last: number } => {
  const ids: string[] = []
  let [rest, last] = [said.trim(), at]
  for (;;) {
    const id = idAtStart(rest)
    if (id !== null) {
      ids.push(id)
      const separator = /^[ \t]*,?[ \t]*/.exec(rest.slice(id.length))?.[0] ?? ''
      rest = rest.slice(id.length + separator.length)
      if (rest !== '' || !separator.includes(',')) continue
    }
    const next = ids.length > 0 && rest === '' ? (lines[last + 1] ?? '').replace(/^[\s/*#;%'"-]*/, '') : ''
    if (id === null || idAtStart(next) === null) return { ids: [...new Set(ids)], rest, last }
    rest = next.trimEnd()
    last += 1
  }
}

/** So far above its test a marker may stand, comments between them. */
const MOST_BETWEEN = 30

/** The test below a marker; where the marker stands in its body (a Python docstring), the one it is in. */
const testBelow = (lines: readonly string[], from: number): string | null => {
  for (let i = from; i < Math.min(lines.length, from + MOST_BETWEEN); i++) {
    const declared = declarationAt(lines, i)
    if (declared !== null) return declared
    if (!isPassedOver(lines[i] ?? '')) break
  }
  return testAround(lines, from - 1)
}

const indentOf = (line: string): number => line.length - line.trimStart().length

/** The nearest declaration above that stands further to the left. */
const testAround = (lines: readonly string[], at: number): string | null => {
  const inside = indentOf(lines[at] ?? '')
  for (let i = at - 1; i >= Math.max(0, at - MOST_BETWEEN); i--) {
    const line = lines[i] ?? ''
    if (line.trim() === '' || indentOf(line) >= inside) continue
    return declarationAt(lines, i)
  }
  return null
}

/** A literal with ids in square brackets; what is in it is the name of the test. */
const NAME = /(["'`])((?:(?!\1).){0,400}?\[(REQ-[A-Z0-9, -]{1,400})\](?:(?!\1).){0,400})\1/g

const nameAt = (file: string, lines: readonly string[], at: number): Marker[] =>
  [...(lines[at] ?? '').matchAll(NAME)].flatMap(([, , name = '', inside = '']) => {
    const ids = idsIn(inside)
    const only = inside.replaceAll(/REQ-[A-Z0-9-]+|[,\s]/g, '') === ''
    return ids.length > 0 && only ? [{ file, line: at + 1, ids, form: 'name' as const, test: name }] : []
  })
