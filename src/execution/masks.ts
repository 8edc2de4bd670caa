/** What is taken out of captured output before anything is kept: what looks like a secret, and what is known to be one. */
import { byteWise } from './lossless.ts'

export const MASKED = '[masked]'

/** From `start` to before `end`, in code units. */
export type Span = readonly [start: number, end: number]

export interface Masks {
  /** Values that must not be kept, as they are. */
  readonly secrets: readonly string[]
  /** Patterns of the project, each found harmless by `patternProblem`. */
  readonly patterns: readonly string[]
  /** Asked now and then: the patterns have taken too long. */
  readonly isLate?: (() => boolean) | undefined
}

/** The patterns took too long, so that nobody can say what the text holds. */
export class TooLate extends Error {}

const NAMED =
  'passw(?:or)?d|passphrase|pwd|secret|credentials?|_auth(?:token)?|(?:access|api|auth|client|private|secret|session)[_-]?(?:key|token|secret)'

/** What each masks is its group `value`, else all of it. */
const BUILT_IN: readonly RegExp[] = [
  /(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}/dg,
  /gh[oprsu]_[A-Za-z0-9]{30,255}|github_pat_[A-Za-z0-9_]{22,255}|glpat-[\w-]{20,100}/dg,
  /npm_[A-Za-z0-9]{36}/dg,
  /qms_[0-9a-f]{16}_[0-9a-f]{64}/dg,
  /xox[a-z]-[A-Za-z0-9-]{8,}|xapp-[A-Za-z0-9-]{8,}|hooks\.slack\.com\/services\/(?<value>[A-Za-z0-9/_-]+)/dg,
  /\bsk[-_](?:ant|live|proj|test)?[A-Za-z0-9_-]{20,}|AIza[\w-]{35}/dg,
  /eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/dg,
  /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,20}-----.*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,20}-----|$)/dgs,
  new RegExp(
    `(?:${NAMED})\\w{0,40}["']?[ \\t]{0,20}(?:=>|:=|[=:])[ \\t]{0,20}(?<value>"(?:[^"\\\\\\n]|\\\\.)*"?|'(?:[^'\\\\\\n]|\\\\.)*'?|\\S+)`,
    'dgi',
  ),
  /\bbearer[ \t]+(?<value>[\w.~+/=-]{8,})/dgi,
  /\b(?:proxy-)?authorization["']?[ \t]{0,20}[=:][ \t]{0,20}(?<value>[^\n]+)/dgi,
  /:\/\/(?<value>[^\s/?#@]{1,1000}(?:@[^\s/?#@]{1,1000})*)@/dg,
]

/** In what follows a cut, the end of a key whose beginning was cut out. */
const KEY_END = /^.*?-----END [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,20}-----/s
const KEY_BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY/

/** Places to be masked, in order, none touching another. @param afterCut something before the text was cut out. @throws TooLate */
export const maskedSpans = (text: string, masks: Masks, afterCut = false): Span[] =>
  merged([
    ...(afterCut ? halfKey(text) : []),
    ...BUILT_IN.flatMap((pattern) => spansOf(text, pattern, 0)),
    ...masks.secrets.flatMap((secret) => literal(text, secret)),
    ...byPatterns(text, masks),
  ])

const halfKey = (text: string): Span[] => {
  const end = KEY_END.exec(text)?.[0]
  return end !== undefined && !KEY_BEGIN.test(end) ? [[0, end.length]] : []
}

const spansOf = (text: string, pattern: RegExp, offset: number): Span[] =>
  [...text.matchAll(pattern)].flatMap((match) => {
    const [start, end] = match.indices?.groups?.value ?? [match.index, match.index + match[0].length]
    return end > start ? [[start + offset, end + offset] as const] : []
  })

const literal = (text: string, secret: string): Span[] =>
  [...new Set([secret, byteWise(secret)])].flatMap((words) => {
    const found: Span[] = []
    for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + 1))
      found.push([at, at + words.length])
    return found
  })

/** Lines are looked at in parts of this length, each beginning in the middle of the one before. */
const WINDOW = 512

const byPatterns = (text: string, { patterns, isLate }: Masks): Span[] => {
  const compiled = patterns.map((source) => new RegExp(source, 'dgu'))
  if (compiled.length === 0) return []
  const spans: Span[] = []
  for (const [start, end] of windowsOf(text)) {
    if (isLate?.()) throw new TooLate()
    for (const pattern of compiled) spans.push(...spansOf(text.slice(start, end), pattern, start))
  }
  return spans
}

function* windowsOf(text: string): Generator<Span> {
  for (let from = 0; from < text.length; ) {
    const feed = text.indexOf('\n', from)
    const end = feed < 0 ? text.length : feed
    for (let at = from; at < end; at += WINDOW / 2) {
      yield [at, Math.min(end, at + WINDOW)]
      if (at + WINDOW >= end) break
    }
    from = end + 1
  }
}

const merged = (spans: readonly Span[]): Span[] => {
  const all: [number, number][] = []
  for (const [start, end] of [...spans].sort((a, b) => a[0] - b[0])) {
    const last = all.at(-1)
    if (last && start <= last[1]) last[1] = Math.max(last[1], end)
    else all.push([start, end])
  }
  return all
}

/** The part of the text from `from` to before `to`, masked; and in how many places. */
export const masked = (
  text: string,
  spans: readonly Span[],
  from = 0,
  to = text.length,
): { readonly text: string; readonly places: number } => {
  const within = spans.filter(([start, end]) => start < to && end > from)
  const parts: string[] = []
  let at = from
  for (const [start, end] of within) {
    parts.push(text.slice(at, Math.max(at, start)), MASKED)
    at = Math.min(to, end)
  }
  return { text: `${parts.join('')}${text.slice(at, to)}`, places: within.length }
}

const SECRET_NAME = /TOKEN|SECRET|PASSW|PASSPHRASE|CREDENTIAL|KEY/i
/** Shorter values are words that stand anywhere. */
const SHORTEST_SECRET = 8

/** Values of an environment that are secrets by the names that they bear; of several lines, each. */
export const secretsIn = (environment: Readonly<Record<string, string | undefined>>): string[] => {
  const named = Object.entries(environment).filter(([name]) => SECRET_NAME.test(name))
  const values = named.flatMap(([, value = '']) => [value, ...value.split(/\r?\n/)].map((v) => v.trim()))
  return [...new Set(values.filter((value) => value.length >= SHORTEST_SECRET))]
}

const WHOLLY = { text: MASKED, places: 1 }

const maskedWord = (word: string, masks: Masks): { readonly text: string; readonly places: number } => {
  try {
    return masked(word, maskedSpans(word, masks))
  } catch (error) {
    if (error instanceof TooLate) return WHOLLY
    throw error
  }
}

const SECRET_FLAG = new RegExp(`^--?(?:[a-z]+-)*(?:${NAMED}|token)$`, 'i')

/** The words of a command, masked; what follows a flag for a secret is one. */
export const maskedWords = (
  words: readonly string[],
  masks: Masks,
): { readonly words: readonly string[]; readonly places: number } => {
  const done = words.map((word, i) =>
    SECRET_FLAG.test(words[i - 1] ?? '') && word !== '' ? WHOLLY : maskedWord(word, masks),
  )
  return { words: done.map((d) => d.text), places: done.reduce((sum, d) => sum + d.places, 0) }
}
