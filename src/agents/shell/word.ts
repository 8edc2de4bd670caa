/** What the words of a command come to, as far as that can be known without running it. */
import type { ParameterExpansionPart, Word, WordPart } from 'unbash'
import { ONE, STAR, UNKNOWN } from './path.ts'

export interface Values {
  /** Of a variable; undefined where it is not known. */
  variable(name: string): string | undefined
  /** What a command writes to its output, where that is known. */
  output(text: string): string | undefined
  readonly home: string | null
}

type Part = WordPart

/** Everything that the word may come to: several where braces stand in it. */
export const valuesOf = (word: Word, v: Values): string[] => {
  const parts: readonly Part[] = word.parts ?? []
  if (parts.length === 0) return [fromHome(word.value, word.text, v)]
  const first = parts[0]
  const all = parts.reduce<string[]>(
    (found, part) => {
      const next = partValues(part, v)
      return found.flatMap((before) => next.map((value) => before + value)).slice(0, MOST)
    },
    [''],
  )
  return first?.type === 'Literal' ? all.map((value) => fromHome(value, first.text, v)) : all
}

const MOST = 64

/** The one value of a word; what is not known of it stands as a mark. */
export const oneValueOf = (word: Word, v: Values): string => valuesOf(word, v)[0] ?? ''

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
      return [part.parts.map((child) => partValues(child, v)[0] ?? '').join('')]
    case 'Glob':
      return [part.kind === 'star' ? STAR : ONE]
    case 'ExtendedGlob':
      return [STAR]
    case 'SimpleExpansion':
      return [v.variable(part.text.slice(1)) ?? UNKNOWN]
    case 'ParameterExpansion':
      return [expanded(part, v)]
    case 'CommandExpansion':
      return [v.output(part.text) ?? UNKNOWN]
    case 'BraceExpansion':
      return braces(part.text)
    default:
      return [UNKNOWN]
  }
}

/** `${NAME}` is known where the variable is, `${NAME:-word}` where both are the same to us: the word stands in. */
const expanded = (part: ParameterExpansionPart, v: Values): string => {
  if (part.prefix || part.index) return UNKNOWN
  const held = v.variable(part.parameter)
  if (!part.operation) return held ?? UNKNOWN
  const isDefault = part.operation.type === 'Default' && /^:?[-=]$/.test(part.operation.operator)
  return isDefault && held ? held : UNKNOWN
}

/** `{a,b}`; what nests or counts is not known. */
const braces = (text: string): string[] => {
  const inner = text.slice(1, -1)
  return inner.includes(',') && !/[{}$`'"\\*?[]/.test(inner) ? inner.split(',') : [UNKNOWN]
}
