/**
 * What a text may not do to those who read it as a tree. Parsers of Markdown take time that grows with the square of
 * the signs in one paragraph, and call themselves for each container: a small text could keep them busy for minutes.
 */

/** Signs that could open or close something. */
const SIGNS = /[*_~`[\]<!&\\]/g
/** A paragraph with fewer signs costs no more than its length. */
const FEW = 500
/** Sum of squares over the others: a second or so of parsing. */
const MOST = 40_000_000
/** Quotes and lists inside one another, and columns to the right of which a list stands inside too many others. */
const DEEPEST = 20
const FAR = 100
const MARKER = '(?:>[ \\t]*|(?:[-+*]|\\d{1,9}[.)])[ \\t]+)'
const CONTAINERS = new RegExp(`^[ \\t]*${MARKER}{${DEEPEST + 1}}`, 'm')
const FAR_LIST = new RegExp(`^[ \\t]{${FAR},}(?:[-+*]|\\d{1,9}[.)])[ \\t]`, 'm')

/** Why a text cannot be read as a tree in a sensible time, with the offset of the place; null where it can. */
export const markdownProblem = (text: string): { problem: string; offset: number } | null => {
  const deep = CONTAINERS.exec(text) ?? FAR_LIST.exec(text)
  if (deep) return { problem: 'its quotes or lists are nested too deeply', offset: deep.index }
  let cost = 0
  for (const [start, end] of paragraphs(text)) {
    const signs = end - start > FEW ? (text.slice(start, end).match(SIGNS)?.length ?? 0) : 0
    if (signs > FEW) cost += signs * signs
    if (cost > MOST) return { problem: 'its paragraphs hold too many signs of Markdown', offset: start }
  }
  return null
}

/** Where runs of lines that are not blank begin and end. */
function* paragraphs(text: string): Generator<[number, number]> {
  let start = 0
  for (let at = 0; at < text.length; ) {
    const found = text.indexOf('\n', at)
    const end = found < 0 ? text.length : found + 1
    if (text.slice(at, end).trim() === '') {
      if (at > start) yield [start, at]
      start = end
    }
    at = end
  }
  if (start < text.length) yield [start, text.length]
}
