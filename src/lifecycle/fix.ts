/** How much a `fix` may change: spelling, punctuation, frontmatter. Source: lifecycle design, row `fix`. */
import { distance } from 'fastest-levenshtein'
import { FrontmatterError, readFrontmatter } from '../documents/frontmatter.ts'
import { redline, type Span } from '../documents/redline.ts'

const MOST_PLACES = 10
const MOST_CHARACTERS = 200
/** Words and figures that carry a requirement: to change one is to change what the text asks. */
const MEANING =
  /\d|\b(?:shall|must|may|should|will|can|not|no|never|none|only|all|any|each|every|except|unless|if|or|and)\b/i
/** Words that may come or go alone: a missing article is a slip of the pen. */
const SMALL = /^(?:a|an|the|of|to|that|is|are|be|been|has|have)$/i
const WORD = /[\p{L}\p{M}'’]+/gu

/** Why a change is too much for a fix, or null. Frontmatter may change freely; the body only in spelling. */
export const tooLargeForFix = (former: string, later: string): string | null => {
  const [a, b] = [body(former), body(later)]
  if (a === b) return former === later ? 'nothing changed' : null
  const hunks = redline(a, b)
  if (hunks.length > MOST_PLACES) return `${hunks.length} places changed, ${MOST_PLACES} at the most`
  const changed = hunks.flatMap((h) => h.spans).filter((s) => s.kind !== 'same')
  const size = changed.reduce((sum, s) => sum + s.text.length, 0)
  if (size > MOST_CHARACTERS) return `${size} characters changed, ${MOST_CHARACTERS} at the most`
  const weighty = hunks.map((h) => weightyWord(h.spans)).find((word) => word !== null)
  return weighty ? `"${weighty.slice(0, 40)}" carries meaning: open a revision` : null
}

/** An adopted text may have frontmatter that cannot be read: then all of it is body. */
const body = (text: string): string => {
  try {
    return text.slice(readFrontmatter(text).bodyStart)
  } catch (error) {
    if (error instanceof FrontmatterError) return text
    throw error
  }
}

/** A word whose change is more than spelling, or null: each removed word must be a misspelling of an added one. */
const weightyWord = (spans: readonly Span[]): string | null => {
  const said = (kind: Span['kind']): string =>
    spans.flatMap((s) => (s.kind === kind ? [s.text] : [])).join(' ')
  const [removed, added] = [said('removed'), said('added')]
  const meaning = MEANING.exec(`${removed} ${added}`)
  if (meaning) return meaning[0]
  const [gone, come] = [removed.match(WORD) ?? [], added.match(WORD) ?? []]
  const unmatched = gone.filter((word) => !take(come, word))
  return [...unmatched, ...come].find((word) => !SMALL.test(word)) ?? null
}

/** Takes the first word that this one may be a misspelling of out of the list. */
const take = (words: string[], word: string): boolean => {
  const at = words.findIndex((other) => isSpellingOf(word, other))
  if (at >= 0) words.splice(at, 1)
  return at >= 0
}

/** At most two letters apart, and neither is the other with something before it: `approved` is not `unapproved`. */
const isSpellingOf = (a: string, b: string): boolean => {
  const [x, y] = [a.toLowerCase(), b.toLowerCase()]
  if (x === y) return true
  return !x.endsWith(y) && !y.endsWith(x) && distance(x, y) <= 2
}
