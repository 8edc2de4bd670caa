/** What the words of a command come to, as far as that can be known without running it. */
import type { ParameterExpansionPart, Word, WordPart } from 'unbash'
import { ONE, SPLIT, STAR, UNKNOWN } from './path.ts'

export interface Values {
  /** Of a variable; undefined where it is not known. */
  variable(name: string): string | undefined
  /** What a command writes to its output, where that is known. */
  output(text: string): string | undefined
  readonly home: string | null
}

type Part = WordPart

/** Words that one word of a command may come to; more are not told one by one. */
const MOST = 64
/** Characters of a word, with what its variables hold. */
const LONGEST = 1_000_000

/** Everything that the word may come to: several where braces stand in it, or what a variable holds is divided. */
export const valuesOf = (word: Word, v: Values): string[] =>
  allOf(word, v).flatMap((value) => (value.includes(SPLIT) ? value.split(SPLIT).filter(Boolean) : [value]))

/** The one value of a word, undivided; what is not known of it stands as a mark. */
export const oneValueOf = (word: Word, v: Values): string => (allOf(word, v)[0] ?? '').replaceAll(SPLIT, ' ')

const allOf = (word: Word, v: Values): string[] => {
  const parts: readonly Part[] = word.parts ?? []
  if (parts.length === 0) return [fromHome(word.value, word.text, v)]
  const first = parts[0]
  const all = combined(parts.map((part) => partValues(part, v)))
  return first?.type === 'Literal' ? all.map((value) => fromHome(value, first.text, v)) : all
}

/** Each beginning with each end; too many, or too long, are not known. */
const combined = (parts: readonly (readonly string[])[]): string[] => {
  let found = ['']
  for (const next of parts) {
    if (found.length * next.length > MOST) return [UNKNOWN]
    found = found.flatMap((before) => next.map((value) => before + value))
    if (found.some((value) => value.length > LONGEST)) return [UNKNOWN]
  }
  return found
}

const fromHome = (value: string, text: string, v: Values): string => {
  if (!text.startsWith('~')) return value
  const end = value.indexOf('/')
  const user = value.slice(1, end < 0 ? undefined : end)
  const rest = end < 0 ? '' : value.slice(end)
  return (user === '' && v.home !== null ? v.home : UNKNOWN) + rest
}

const partValues = (part: Part, v: Values): string[] => {
  switch (part.type) {
    case 'Literal':
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      return [part.value]
    case 'DoubleQuoted':
    case 'LocaleString':
      return combined(part.parts.map((child) => heldBy(child, v) ?? partValues(child, v)))
    case 'Glob':
      return [part.kind === 'star' ? STAR : ONE]
    case 'ExtendedGlob':
      return [STAR]
    case 'BraceExpansion':
      return braces(part.text)
    default:
      return heldBy(part, v)?.map(divided) ?? [UNKNOWN]
  }
}

/** What stands in for a variable or a command, as it is between quotes; null for any other part. */
const heldBy = (part: Part, v: Values): string[] | null => {
  switch (part.type) {
    case 'SimpleExpansion':
      return [v.variable(part.text.slice(1)) ?? UNKNOWN]
    case 'ParameterExpansion':
      return expanded(part, v)
    case 'CommandExpansion':
      return [v.output(part.text) ?? UNKNOWN]
    default:
      return null
  }
}

/** Outside of quotes a shell divides it into words, and reads patterns in it. */
const divided = (value: string): string =>
  value === '' ? SPLIT : value.replaceAll(/\s+/g, SPLIT).replaceAll('*', STAR).replaceAll('?', ONE)

/** `${NAME}` is known where the variable is; of `${NAME:-word}` the word may stand in where it is not. */
const expanded = (part: ParameterExpansionPart, v: Values): string[] => {
  if (part.prefix || part.index) return [UNKNOWN]
  const held = v.variable(part.parameter)
  if (!part.operation) return [held ?? UNKNOWN]
  if (part.operation.type !== 'Default' || !/^:?[-=]$/.test(part.operation.operator)) return [UNKNOWN]
  return held ? [held] : [oneValueOf(part.operation.operand, v), UNKNOWN]
}

/** `{a,b}`; what nests or counts is not known. */
const braces = (text: string): string[] => {
  const inner = text.slice(1, -1)
  return inner.includes(',') && !/[{}$`'"\\*?[]/.test(inner) ? inner.split(',') : [UNKNOWN]
}
