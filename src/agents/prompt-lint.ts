/**
 * Whether a text is within SOP-007 section 5.2: the closed grammar decides, span by span; classes only say what kind of
 * thing a span is. Deterministic, and done in a time that grows with the length and no faster.
 */
import type { AgentTask } from '../documents/event.ts'
import { parseId } from '../documents/id.ts'
import { classesIn, type PromptClass } from './prompt-classes.ts'
import { idOfFile, isStatus, type Row, read, statusOf, VERSION, type Vocabulary } from './prompt-grammar.ts'
import { type Token, tokensOf } from './prompt-tokens.ts'
import { wordsIn } from './spawn-prompt.ts'

export interface Violation {
  readonly class: PromptClass
  /** Why it is none of what may be told, in half a sentence. */
  readonly what: string
  /** UTF-16 code units from the beginning; `end` is behind the last. */
  readonly start: number
  readonly end: number
  /** From 1, `column` in UTF-16 code units. */
  readonly line: number
  readonly column: number
  readonly text: string
}

/** What could be read of whom a prompt calls to what, whether it is within the rules or not. */
export interface Named {
  readonly agent: string | null
  readonly document: string | null
  readonly task: AgentTask | null
  readonly version: string | null
  readonly status: string | null
}

export interface PromptVerdict {
  readonly ok: boolean
  /** Null where nothing was named. */
  readonly named: Named | null
  readonly violations: readonly Violation[]
  readonly words: number
}

export interface Names {
  /** Agents that there are; absent: names of the usual form, `qa` and `tu_api`. */
  readonly agents?: readonly string[]
  /** Whether there is a document of this id; absent: any id of a built-in type. */
  readonly ids?: (id: string) => boolean
}

/** Characters that are read; what lies behind is one violation. */
export const MOST_READ = 16_000
/** What may be told is said in fewer words. */
export const MOST_ALLOWED = 120
const MOST_VIOLATIONS = 200
const ORCHESTRATION = 'SOP-007'
const USUAL = /^(?:qa|bu|tu_[a-z0-9]{1,16})$/

/** @param text of any length and content */
export const judgePrompt = (text: string, names: Names = {}): PromptVerdict => {
  const vocabulary = vocabularyOf(names)
  const tokens = tokensOf(text, MOST_READ)
  const { allowed, rest } = read(tokens, vocabulary, MOST_VIOLATIONS + 1)
  const said = tokensIn(tokens, allowed)
  const spans = [
    ...rest.flatMap((row) => spansOf(text, tokens, row)),
    ...further(said, vocabulary),
    ...beyond(text),
  ].sort((a, b) => a.start - b.start)
  const words = wordsIn(text)
  const violations = placed(text, spans.length === 0 ? lengthy(text, words) : capped(spans, text))
  return { ok: violations.length === 0, named: namedIn(tokens, said, vocabulary), violations, words }
}

const vocabularyOf = ({ agents, ids }: Names): Vocabulary => {
  const known = agents && new Set(agents)
  return {
    isAgent: (name) => (known ? known.has(name) : USUAL.test(name)),
    isDocument: ids ?? ((id) => parseId(id) !== null),
  }
}

type Span = Pick<Violation, 'class' | 'what' | 'start' | 'end'>

const spansOf = (text: string, tokens: readonly Token[], { from, to }: Row): Span[] => {
  const [first, last] = [tokens[from] as Token, tokens[to - 1] as Token]
  return classesIn(text.slice(first.start, last.end), before(text, first.start)).map((one) => ({
    ...one,
    start: first.start + one.start,
    end: first.start + one.end,
  }))
}

/** What stands in the same line before a span: `CR-023 | is sound`. */
const before = (text: string, start: number): string =>
  /[^\n.;!?]{0,80}$/.exec(text.slice(Math.max(0, start - 80), start))?.[0] ?? ''

const tokensIn = (tokens: readonly Token[], rows: readonly Row[]): Token[] =>
  rows.flatMap(({ from, to }) => tokens.slice(from, to))

/** One call is for one agent, one document and one state of it: a second is a direction where to look, or no fact. */
const further = (said: readonly Token[], vocabulary: Vocabulary): Span[] => [
  ...others(
    said,
    (t) => documentOf(t, vocabulary),
    'criteria',
    'a further document: where to look is for the agent to find',
  ),
  ...others(said, (t) => agentOf(t, vocabulary), 'other', 'a further agent: a call is for one'),
  ...others(said, versionOf, 'other', 'another version than before'),
  ...others(said, stateOf, 'other', 'another status than before'),
]

const others = (
  said: readonly Token[],
  factOf: (token: Token) => string | null,
  kind: PromptClass,
  what: string,
): Span[] => {
  const found = said.flatMap((token) => {
    const value = factOf(token)
    return value === null ? [] : [{ value, token }]
  })
  return found
    .filter(({ value }) => value !== found[0]?.value)
    .map(({ token: { start, end } }) => ({ class: kind, what, start, end }))
}

const documentOf = ({ kind, text }: Token, { isDocument }: Vocabulary): string | null => {
  const id = text.toUpperCase()
  const named = kind !== 'word' ? null : isDocument(id) ? id : idOfFile(text, isDocument)
  return named === ORCHESTRATION ? null : named
}
const agentOf = ({ kind, text }: Token, { isAgent }: Vocabulary): string | null => {
  const name = /\/agents\/([^/]+)\.md$/.exec(text)?.[1] ?? text
  return kind === 'word' && isAgent(name) ? name : null
}
const versionOf = ({ kind, text }: Token): string | null =>
  kind === 'word' && VERSION.test(text) ? text.replace(/^v/, '') : null
const stateOf = ({ kind, text }: Token): string | null =>
  kind === 'word' && text.includes('_') && isStatus(text) ? statusOf(text) : null

const beyond = (text: string): Span[] =>
  text.length <= MOST_READ
    ? []
    : [
        {
          class: 'other',
          what: `not read: more than ${MOST_READ} characters`,
          start: MOST_READ,
          end: text.length,
        },
      ]

const lengthy = (text: string, words: number): Span[] =>
  words <= MOST_ALLOWED
    ? []
    : [
        {
          class: 'other',
          what: `${words} words: what may be told needs no ${MOST_ALLOWED}`,
          start: 0,
          end: text.length,
        },
      ]

const capped = (spans: readonly Span[], text: string): readonly Span[] => {
  const next = spans[MOST_VIOLATIONS]
  if (!next) return spans
  const rest: Span = {
    class: 'other',
    what: 'too much to be named one by one',
    start: next.start,
    end: text.length,
  }
  return [...spans.slice(0, MOST_VIOLATIONS), rest]
}

const placed = (text: string, spans: readonly Span[]): Violation[] => {
  let [line, begin, at] = [1, 0, 0]
  return spans.map((span) => {
    for (; at < span.start; at++) if (text[at] === '\n') [line, begin] = [line + 1, at + 1]
    return { ...span, line, column: span.start - begin + 1, text: text.slice(span.start, span.end) }
  })
}

const namedIn = (tokens: readonly Token[], said: readonly Token[], v: Vocabulary): Named | null => {
  const first = (factOf: (token: Token) => string | null): string | null => {
    for (const token of [...said, ...tokens]) {
      const value = factOf(token)
      if (value !== null) return value
    }
    return null
  }
  const status =
    first(stateOf) ??
    first(({ kind, text }) =>
      kind === 'word' && isStatus(text) && !/^(?:draft|effective|closed)$/.test(text) ? statusOf(text) : null,
    )
  const named: Named = {
    agent: first((t) => agentOf(t, v)),
    document: first((t) => documentOf(t, v)) ?? orchestrationIn(tokens),
    task: taskIn(tokens),
    version: first(versionOf),
    status,
  }
  return Object.values(named).some((value) => value !== null) ? named : null
}

/** SOP-007 may be what is reviewed, and not only what the call is under. */
const orchestrationIn = (tokens: readonly Token[]): string | null =>
  tokens.some(({ text }, i) => text.toUpperCase() === ORCHESTRATION && tokens[i - 1]?.text !== 'under')
    ? ORCHESTRATION
    : null

/** By the first word of a task. */
const taskIn = (tokens: readonly Token[]): AgentTask | null => {
  for (const { kind, text } of tokens)
    if (kind === 'word') {
      if (
        /^(?:(?:pre-|post-)?approv(?:al|e|ing|er)|reject|approve\/reject|(?:in_)?(?:pre_|post_)?approval)$/.test(
          text,
        )
      )
        return 'approval'
      if (/^(?:(?:pre-|post-)?review(?:er|ing)?|(?:in_)(?:pre_|post_)?review)$/.test(text)) return 'review'
    }
  return null
}
