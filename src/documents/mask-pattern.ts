/** Patterns by which a project masks what nobody may keep: checked before they are believed, since they run on any output. */

export const MOST_PATTERNS = 50
export const LONGEST_PATTERN = 200

/** Quantifiers that can match any number of times; with each more, the time taken grows by the length of a line. */
const MOST_OPEN = 3
const MOST_VARIABLE = 10
/** From so many repetitions on, a bound is as good as none. */
const NEARLY_OPEN = 65

interface Group {
  /** Can match in more ways than one: repeating that takes time that doubles with each character. */
  varies: boolean
}

interface Reading {
  readonly groups: Group[]
  /** The group that ended just now, and so is what a quantifier would repeat. */
  ended: Group | null
  open: number
  variable: number
}

const TOKEN =
  /(?<class>\[(?:\\.|[^\]\\])*\])|(?<back>\\[1-9k])|(?<look>\(\?(?:<?[=!]))|(?<start>\((?:\?(?::|<\w+>))?)|(?<end>\))|(?<or>\|)|(?<times>(?:[*+?]|\{\d+(?:,\d*)?\})\??)|\\.|./gsu

/** Why a pattern is not to be used, or null. */
export const patternProblem = (source: string): string | null =>
  formProblem(source) ??
  costProblem(source) ??
  (matchesNothing(source) ? 'it matches where nothing is' : null)

const formProblem = (source: string): string | null => {
  if (source.length === 0 || source.length > LONGEST_PATTERN) return `${source.length} characters`
  if (!/^[\x20-\x7e]+$/.test(source)) return 'characters beyond ASCII: write \\u{00e4}'
  try {
    new RegExp(source, 'gu')
    return null
  } catch (error) {
    return (error as Error).message
  }
}

const matchesNothing = (source: string): boolean => new RegExp(source, 'u').test('')

const costProblem = (source: string): string | null => {
  const reading: Reading = { groups: [], ended: null, open: 0, variable: 0 }
  for (const { groups = {} } of source.matchAll(TOKEN)) {
    const problem = refused(groups) ?? (groups.times ? repeated(reading, groups.times) : null)
    if (problem) return problem
    follow(reading, groups)
  }
  if (reading.open > MOST_OPEN) return `${reading.open} quantifiers without a bound`
  return reading.variable > MOST_VARIABLE ? `${reading.variable} quantifiers and choices` : null
}

const refused = ({ back, look }: Record<string, string | undefined>): string | null =>
  back ? 'a reference back' : look ? 'a look ahead or behind' : null

const follow = (reading: Reading, { start, end, or }: Record<string, string | undefined>): void => {
  reading.ended = null
  if (start) reading.groups.push({ varies: false })
  if (or) vary(reading)
  if (end) reading.ended = reading.groups.pop() ?? null
}

/** One more place at which a match may go either way. */
const vary = (reading: Reading): void => {
  reading.variable += 1
  for (const group of reading.groups) group.varies = true
}

/** Most repetitions of a quantifier. */
const mostOf = (times: string): number => {
  const [, bound] = /^\{\d+(?:,(\d*))?\}/.exec(times) ?? []
  if (/^[*+]|^\{\d+,\}/.test(times)) return Number.POSITIVE_INFINITY
  return times.startsWith('?') ? 1 : Number(bound ?? /\d+/.exec(times)?.[0])
}

const repeated = (reading: Reading, times: string): string | null => {
  const most = mostOf(times)
  if (reading.ended?.varies && most > 1) return 'a repeated group that holds a quantifier or a choice'
  if (/^\{\d+\}/.test(times)) return null
  vary(reading)
  if (most >= NEARLY_OPEN) reading.open += 1
  return null
}
