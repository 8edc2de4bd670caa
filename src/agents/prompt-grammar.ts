/**
 * What an agent may be told, as a closed grammar: who it is, the id, version, status and type of its task, where
 * SOP-007 and its own definition are, the commands that show it the document, and those that answer the task, without
 * a word of comment and without a choice made for it. Nothing else is in it. Source: SOP-007 section 5.2.
 */
import { STATUSES } from '../documents/types.ts'
import { endsOf, grammarOf, type Line, type Phrase, type Symbols } from './phrases.ts'
import type { Token } from './prompt-tokens.ts'

/** Spoken forms need a word before them that says that a status comes: `in status in review`. */
const SPOKEN = STATUSES.map((status) =>
  status
    .toLowerCase()
    .replaceAll('_', ' ')
    .replace(/\b(pre|post) /, '$1-'),
)
  .filter((status) => status.includes(' '))
  .join(' | ')

const RULES: Readonly<Record<string, string>> = {
  polite:
    '[please | kindly] [first | then | next | finally | lastly | afterwards | after that] [,] [please | kindly]',
  lead: '<polite> | (can | could | would | will) you [please] | when done [,] | when you are done [,]',
  name: '[the] {agent} [agent | subagent | reviewer | approver | role] | the agent {agent} | the reviewer | a reviewer | the approver | an approver',
  under: '[,] [and] [you are] [called | acting | working | spawned] under SOP-007',
  kind: '[the] [controlled] (document | doc | record | change record | change request | procedure | investigation | test protocol | exception report | variance report | variance | addendum | verification record | template | specification | requirements specification | traceability matrix | CR | SOP | INV)',
  version: '[at | in | is at] [the] [document | text | current] [version | v] [: | = | is] {version}',
  status: `[in | at | with | is | currently | now] [the | its] [current | workflow | document] (status | state | workflow) [: | = | is] ({status} | ${SPOKEN}) | [in | is | is in | currently | now] {state} | [is] currently (${SPOKEN}) | is (${SPOKEN})`,
  state:
    '[at] <version> | <status> | <version> [, | and | / | in] <status> | <status> [, | and | / | at] <version>',
  tail: '[,] [which is | that is | it is | now | currently] <state> | {open} <state> {close} | <version> {open} <status> {close}',
  doc: '[<kind>] {id} | {docfile} | [<kind>] {id} [at | in] {docfile} | [<kind>] {id} {open} {docfile} {close}',
  subject: '<doc> [<tail>]',
  it: 'it | the document | this document | <subject>',
  noun: '[quality | technical] review | pre-review | post-review | pre review | post review | approval | pre-approval | post-approval | pre approval | post approval | [technical] assessment',
  study:
    '[quality | technical] review | pre-review | post-review | pre review | post review | [technical] assessment',
  about: '(of | for | on) <it>',
  act: 'review [:] <it> | [technically] assess <it> | (perform | conduct | do | carry out | provide | give) (a | an | the | your) <study> <about> | (approve or reject | approve/reject | reject or approve) [<it>] | decide (on | about) the approval of <it> | decide whether to (approve or reject | reject or approve) <it>',
  as: '[-u {agent} | --user {agent}] [--json]',
  command: '[npx] qms <as> ((packet | read | status | history) {id} <as> | inbox <as> | read SOP-007 <as>)',
  verdict:
    '[npx] qms <as> review {id} <as> | [npx] qms <as> approve {id} <as> or [by | with] [npx] qms <as> reject {id} <as> | [npx] qms <as> reject {id} <as> or [by | with] [npx] qms <as> approve {id} <as>',
  by: '(by | with | via | using | through)',
  definition:
    '[your | the] [own] [role | agent] (definition | definition file | agent file | role file | role definition)',
  source:
    '<command> | <it> [<by> <command>] | <definition> [at | in | : | is at | is in | is | {open}] [{definition}] [{close}] | {definition} | [the] [procedure] SOP-007 [section 5 | section 5.2 | section 5.4] [at | in | : | {open}] [{sopfile}] [{close}] | {sopfile} | [the | its | your] packet [<about>] [<by> <command>] | your inbox [<by> <command>]',
}

const UNITS = [
  // who it is
  '(you are | act as | you act as | acting as | you serve as | serving as | your role is | your role : | role : | agent : | [your] name : | [your] identity : | user : | as) <name> [<under>] [[,] [and] [you are] (called | asked | assigned | requested) (to <act> | for [a | an | the] <noun> [<about>])]',
  '[hello | hi | dear] [@] <name> [[,] <lead> <act>]',
  '<under>',
  'you are (called | acting | working | spawned) under SOP-007',
  '[this | the] (task | call | review | approval | <noun>) is under SOP-007',
  'SOP-007 (applies | governs this call | governs this task | applies to this call | applies to this task)',
  '(per | as per | according to | following | follow) SOP-007',
  // the task
  '[your | the | review] (task | task type | type | type of task | assignment) (: | = | is) (to <act> | [a | an | the] <noun> [<about> | : <subject>] | <act>)',
  '<lead> <act> [<under> | <by> <verdict>]',
  '<lead> (perform | conduct | do | carry out | provide | give) (a | an | the | your) <study>',
  '(you are | you have been | you were) (asked | called | requested | assigned) (to <act> | for [a | an | the] <noun> [<about>] | as (reviewer | approver) (of | for | on) <it>)',
  '<subject> (is | was | has been) (assigned | routed | sent) to you [for [your] [<noun>]]',
  '<subject> (awaits | is awaiting | waits for | is waiting for | needs | requires) your (review | assessment | decision | verdict)',
  '[your | the | a] (<study> | decision) [:] [<about> | <subject>] [,] (is requested | is asked of you | is assigned to you)',
  '[the | a] <noun> [:] (<about> | <subject>) [,] [please]',
  '[the | a] <study>',
  '<noun> (task | request) [: | for | of] [<subject>]',
  '<subject> [:] [for] [your] <noun>',
  '<subject> [is] [<tail>]',
  'it [<tail>]',
  // what it is about
  '[the] (document | doc | document id | doc id | id | record | document under review) (: | = | is) <subject>',
  '[the | its] [current | document | text] version (: | = | is) {version}',
  `[the | its] [current | workflow | document] (status | state | workflow status | workflow state) (: | = | is) ({status} | ${SPOKEN} | <state>) [{open} <version> {close}]`,
  '[the] (document | doc | document id | doc id | id | version | status | state | task | agent | role) (: | =)',
  '<tail>',
  // what it reads
  '<lead> (read | open | see | fetch | get | run | use | call | consult | load | start with | begin with | execute) <source> [first] [(and | , | , and | , then) <source>]',
  '<lead> check your inbox [<by> <command>]',
  '<source>',
  '(packet | inbox | status | history | document | text | command | commands | read) : <command>',
  '<definition> (: | is | is at | is in) {definition}',
  '[the] [governing] [procedure | procedures] [:] SOP-007 (: | is | is at | is in) {sopfile}',
  '[the] [governing] procedure (: | is) SOP-007',
  // how it answers
  '<lead> (give | record | enter | submit | state | issue | register | return) [your | the | a] (verdict | decision | judgment | judgement | answer | assessment | review) [(on | of | for) <it>] [<by> <verdict>]',
  '<lead> decide [on <it> | about <it>] [<by> <verdict>]',
  '<lead> (run | use | answer with | answer by | answer | finish with | end with) <verdict>',
  '[your] (verdict | decision | answer) [: | is given by | is recorded by | <by>] <verdict>',
  '<verdict>',
  // headings
  '(task | context | assignment | instructions | steps | commands | [workflow] state | review request | approval request | request | run | read | verdict | how to answer)',
]

/** Grammar, once read: no caller waits for it that judges nothing. */
let unit: Phrase | undefined

/** Which names, and which documents, there are. */
export interface Vocabulary {
  readonly isAgent: (name: string) => boolean
  /** @param id in upper case */
  readonly isDocument: (id: string) => boolean
}

/** A row of tokens, by their places; `to` is behind the last. */
export interface Row {
  readonly from: number
  readonly to: number
}

export interface Reading {
  /** Rows that the grammar has. */
  readonly allowed: readonly Row[]
  /** All that it has not, clause by clause; each within one sentence. */
  readonly rest: readonly Row[]
}

/** Words that tie clauses together and say nothing of their own. */
const JOINING: ReadonlySet<string> = new Set(['and', 'then'])
const PARTING: ReadonlySet<string> = new Set([...'-.;,:#>+={}()?|\u2013\u2014\u2022'])
/** Behind these begins another clause, whatever the one before was. */
const CLAUSE: ReadonlySet<string> = new Set([...',:;()\u2013\u2014'])
const SENTENCE: ReadonlySet<string> = new Set([...'.!?;'])

/**
 * Reads from left to right, always as much as possible; what cannot be read is left and gone on behind.
 * @param most rows that are left: behind those nothing is read
 */
export const read = (tokens: readonly Token[], vocabulary: Vocabulary, most: number): Reading => {
  unit ??= grammarOf({ ...RULES, unit: UNITS.join(' | ') }).get('unit')
  const line = lineOf(tokens, vocabulary)
  const allowed: Row[] = []
  const rest: Row[] = []
  let at = 0
  while (at < tokens.length && rest.length < most) {
    const parted = behindParting(tokens, at)
    if (parted > at) {
      at = parted
      continue
    }
    const end = unitFrom(tokens, line, at)
    if (end > at) allowed.push({ from: at, to: end })
    const left = end > at && isParted(tokens, end) ? end : clauseEnd(tokens, Math.max(end, at))
    if (left > end) lengthen(rest, { from: Math.max(end, at), to: left }, allowed, tokens)
    at = left
  }
  return { allowed, rest }
}

/** The place behind the longest phrase that begins here, or `at` where none does; one that is cut short needs two words. */
const unitFrom = (tokens: readonly Token[], line: Line, at: number): number => {
  const ends = unit ? [...endsOf(unit, line, at)] : []
  const whole = ends.filter((end) => isParted(tokens, end))
  const cut = ends.filter((end) => end > at + 1)
  return Math.max(at, ...(whole.length > 0 ? whole : cut))
}

const isParted = (tokens: readonly Token[], at: number): boolean =>
  at >= tokens.length || behindParting(tokens, at) > at

/** Behind everything that merely parts one phrase from the next. */
const behindParting = (tokens: readonly Token[], from: number): number => {
  let at = from
  while (at < tokens.length && parts(tokens, at)) at++
  return at
}

const parts = (tokens: readonly Token[], at: number): boolean => {
  const { kind, text } = tokens[at] as Token
  if (kind === 'line' || kind === 'fence') return true
  return kind === 'mark' ? PARTING.has(text) : JOINING.has(text) || isNumbering(tokens, at)
}

/** `1.` or `1)` at the beginning of a line. */
const isNumbering = (tokens: readonly Token[], at: number): boolean =>
  /^(?:1?\d|20)$/.test(tokens[at]?.text ?? '') &&
  /^[.)]$/.test(tokens[at + 1]?.text ?? '') &&
  (at === 0 || tokens[at - 1]?.kind === 'line')

/** A question keeps its mark. */
const clauseEnd = (tokens: readonly Token[], from: number): number => {
  if (isFullStop(tokens, from)) return from + 1
  let at = from + 1
  while (at < tokens.length && !endsClause(tokens, at)) at++
  return tokens[at]?.text === '?' ? at + 1 : at
}

const endsClause = (tokens: readonly Token[], at: number): boolean => {
  const { kind, text } = tokens[at] as Token
  return (
    kind === 'line' || kind === 'fence' || (kind === 'mark' && CLAUSE.has(text)) || isFullStop(tokens, at)
  )
}

/** No abbreviation and no comment: neither a letter follows at once nor a hyphen. */
const isFullStop = (tokens: readonly Token[], at: number): boolean => {
  const [mark, next] = [tokens[at], tokens[at + 1]]
  const goesOn = next?.start === mark?.end && (next?.kind === 'word' || next?.text === '-')
  return mark?.kind === 'mark' && SENTENCE.has(mark.text) && !goesOn
}

/** Clauses that nothing parts but a comma or the end of a line are one. */
const lengthen = (rest: Row[], row: Row, allowed: readonly Row[], tokens: readonly Token[]): void => {
  const last = rest.at(-1)
  const said = allowed.at(-1)
  const apart = !last || isFullStop(tokens, last.to - 1) || (said && said.to > last.from)
  if (apart || endsSentence(tokens, last.to, row.from)) rest.push(row)
  else rest[rest.length - 1] = { from: last.from, to: row.to }
}

const endsSentence = (tokens: readonly Token[], from: number, to: number): boolean => {
  const between = tokens.slice(from, to)
  const lines = between.filter(({ kind }) => kind === 'line').length
  return (
    lines > 1 ||
    between.some(({ kind }) => kind === 'fence' || kind === 'word') ||
    between.some((_, i) => isFullStop(tokens, from + i)) ||
    (lines === 1 && between.at(-1)?.kind !== 'line')
  )
}

/** A phrase may go on in the next line. */
const lineOf = (tokens: readonly Token[], vocabulary: Vocabulary): Line => {
  const known = new Map<number, Symbols>()
  const wrapped = (at: number): number =>
    tokens[at]?.kind === 'line' && tokens[at + 1]?.kind !== 'line' ? at + 1 : at
  const symbolsAt = (place: number): Symbols => {
    const token = tokens[wrapped(place)]
    return token && token.kind !== 'odd' ? symbolsOf(token.text, vocabulary) : NONE
  }
  return {
    at: (place) => {
      const found = known.get(place) ?? symbolsAt(place)
      known.set(place, found)
      return found
    },
    behind: (place) => wrapped(place) + 1,
  }
}

const NONE: Symbols = new Set()
const SOP_FILE = /^(?:\.\/)?qms\/sop\/sop-007\.md$/
const DEFINITION = /^(?:\.\/)?\.(?:agents|claude|codex|gemini|qms)\/agents\/([^/]+)\.md$/

const symbolsOf = (text: string, { isAgent, isDocument }: Vocabulary): Symbols => {
  const classes: Readonly<Record<string, boolean>> = {
    '{agent}': isAgent(text),
    '{id}': isDocument(text.toUpperCase()),
    '{version}': VERSION.test(text),
    '{status}': isStatus(text),
    '{state}': text.includes('_') && isStatus(text),
    '{docfile}': idOfFile(text, isDocument) !== null,
    '{sopfile}': SOP_FILE.test(text),
    '{definition}': isAgent(DEFINITION.exec(text)?.[1] ?? ''),
    '{open}': text === '(',
    '{close}': text === ')',
  }
  return new Set([text, ...Object.keys(classes).filter((name) => classes[name])])
}

/** `0.2`, `v0.2` */
export const VERSION = /^v?\d{1,4}\.\d{1,4}$/

const STATUS_WORDS: ReadonlySet<string> = new Set(STATUSES)
export const statusOf = (text: string): string => text.toUpperCase().replaceAll('-', '_')
export const isStatus = (text: string): boolean => STATUS_WORDS.has(statusOf(text))

/** The document whose text a path below `QMS/` names; folders may say no more than its id does. */
export const idOfFile = (path: string, isDocument: Vocabulary['isDocument']): string | null => {
  const [top, ...folders] = path.toUpperCase().replace(/^\.\//, '').split('/')
  const id = (folders.pop() ?? '').replace(/(?:-DRAFT)?\.MD$/, '')
  const known = top === 'QMS' && folders.length <= 2 && path.endsWith('.md') && isDocument(id)
  return known && folders.every((folder) => id.startsWith(folder) && folder.length > 1) ? id : null
}
