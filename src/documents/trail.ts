/** Lines of a trail: how an event becomes bytes, how lines are chained, and how they are read back. */
import { refuse } from '../errors.ts'
import { type DocumentEvent, documentEvent, type SystemEvent, systemEvent } from './event.ts'
import { CONFLICT, CONFLICT_PROBLEM, uniqueKeysProblem } from './json.ts'

/** `prev` of the first line. */
export const GENESIS = '0'.repeat(64)

/** SHA-256 in lower-case hex; given by the shell, since these folders import nothing of Node's. */
export type Digest = (bytes: Uint8Array) => string

export interface Link {
  readonly seq: number
  readonly prev: string
}

/** Characters of what was found that a message repeats. */
const FOUND_LIMIT = 200

const KEYS_FIRST = ['ts', 'event', 'user', 'version']

/** One event as its line, without the line feed: keys in the order of the design, hidden characters escaped. */
export const formatEvent = (event: object, link: Link): string => {
  const values = event as Record<string, unknown>
  const first = KEYS_FIRST.map((key) => [key, values[key]])
  const own = Object.entries(values).filter(([key]) => !KEYS_FIRST.includes(key) && key !== 'request')
  const request = values.request === undefined ? [] : [['request', values.request]]
  const all = [...first, ...own, ...request, ['seq', link.seq], ['prev', link.prev]].filter(
    ([, v]) => v !== undefined,
  )
  return escapeHidden(JSON.stringify(Object.fromEntries(all)))
}

/** Control, bidirectional, zero-width and tag characters as `\uXXXX`, so that a trail is safe to print. */
export const escapeHidden = (json: string): string =>
  json.replace(HIDDEN, (c) => [...Array(c.length).keys()].map((i) => unicodeEscape(c.charCodeAt(i))).join(''))

const HIDDEN =
  /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udfff]/g
const unicodeEscape = (code: number): string => `\\u${code.toString(16).padStart(4, '0')}`

/** Appends events to a trail: the whole new bytes, and the events as they are now linked. */
export const appendEvents = <E extends object>(
  trail: Uint8Array | null,
  events: readonly E[],
  digest: Digest,
): { bytes: Uint8Array; links: Link[] } => {
  const encoder = new TextEncoder()
  const lines = trail ? splitLines(trail.subarray(chainStart(trail))) : []
  let prev = lines.length > 0 ? digest(lines.at(-1) as Uint8Array) : GENESIS
  let added = ''
  const links: Link[] = []
  for (const event of events) {
    const link = { seq: lines.length + links.length + 1, prev }
    const line = formatEvent(event, link)
    prev = digest(encoder.encode(line))
    links.push(link)
    added += `${line}\n`
  }
  return { bytes: concat(trail ?? new Uint8Array(), encoder.encode(added)), links }
}

/** An adopted trail: what was there before, byte for byte, with a line feed where its last line had none, and ADOPT. */
export const beginChain = (former: Uint8Array, event: object): Uint8Array => {
  const line = new TextEncoder().encode(`${formatEvent(event, { seq: 1, prev: GENESIS })}\n`)
  return concat(former, line)
}

/** The lines of a trail from before its adoption, each ended. */
export const ended = (trail: Uint8Array): Uint8Array =>
  trail.length === 0 || trail.at(-1) === 10 ? trail : concat(trail, Uint8Array.of(10))

/**
 * Offset at which the chain begins: 0, but for an adopted trail, where it is that of the ADOPT line. What stands before
 * is not read by the rules here; the ADOPT event holds its digest.
 */
export const chainStart = (trail: Uint8Array): number => {
  const lines = splitLines(trail)
  if (lines[0] === undefined || beginsChain(lines[0])) return 0
  let at = 0
  for (const line of lines) {
    if (isAdoption(line)) return at
    at += line.length + 1
  }
  return 0
}

/** Whether a trail holds a chain of this format already. */
export const hasChain = (trail: Uint8Array): boolean =>
  chainStart(trail) > 0 || splitLines(trail).slice(0, 1).some(beginsChain)

const linkOf = (line: Uint8Array): Record<string, unknown> => {
  try {
    return (JSON.parse(new TextDecoder().decode(line)) ?? {}) as Record<string, unknown>
  } catch {
    return {}
  }
}

const beginsChain = (line: Uint8Array): boolean => {
  const { seq, prev } = linkOf(line)
  return seq === 1 && prev === GENESIS
}

const ADOPTION = /^\{"ts":"[^"]*","event":"ADOPT",/
const HEAD_LENGTH = 80

const isAdoption = (line: Uint8Array): boolean =>
  ADOPTION.test(new TextDecoder().decode(line.subarray(0, HEAD_LENGTH))) && beginsChain(line)

const concat = (a: Uint8Array, b: Uint8Array): Uint8Array => {
  const all = new Uint8Array(a.length + b.length)
  all.set(a)
  all.set(b, a.length)
  return all
}

/** The lines' bytes, each without its line feed. A last line without one is included: the reader judges it. */
export const splitLines = (bytes: Uint8Array): Uint8Array[] => {
  const lines: Uint8Array[] = []
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(10, start)
    lines.push(bytes.subarray(start, end < 0 ? bytes.length : end))
    start = end < 0 ? bytes.length : end + 1
  }
  return lines
}

export const readDocumentTrail = (path: string, bytes: Uint8Array, digest: Digest): DocumentEvent[] => {
  const start = chainStart(bytes)
  const former = bytes.subarray(0, start)
  const before = splitLines(former).length
  const parse = (value: unknown): Parsed => documentEvent.safeParse(value)
  const events = readTrail(path, bytes.subarray(start), digest, parse, before) as DocumentEvent[]
  const first = events[0]
  const found = digest(former)
  if (first?.event === 'ADOPT' && first.digest !== found)
    throw refuse('DAMAGED', {
      path,
      line: before + 1,
      problem: 'the lines before it are not those that were adopted',
      expected: first.digest,
      found,
    })
  return events
}

export const readSystemTrail = (path: string, bytes: Uint8Array, digest: Digest): SystemEvent[] =>
  readTrail(path, bytes, digest, (value) => systemEvent.safeParse(value)) as SystemEvent[]

type Parsed =
  | { success: true; data: unknown }
  | { success: false; error: { issues: readonly { message: string; path: PropertyKey[] }[] } }

/** @throws DAMAGED naming the file and the line: not JSON, a key twice, a broken chain, an unknown event. */
const readTrail = (
  path: string,
  bytes: Uint8Array,
  digest: Digest,
  parse: (v: unknown) => Parsed,
  before = 0,
): unknown[] => {
  const damaged = (line: number, problem: string, expected: string, found: string) =>
    refuse('DAMAGED', { path, line: before + line, problem, expected, found })
  if (bytes.length === 0 || bytes.at(-1) !== 10)
    throw damaged(splitLines(bytes).length, 'the last line is cut short', 'a line feed at the end', 'none')
  let prev = GENESIS
  return splitLines(bytes).map((line, index) => {
    const value = parseLine(line, (problem, found) => damaged(index + 1, problem, 'one JSON object', found))
    const link = (value ?? {}) as Partial<Link>
    if (link.seq !== index + 1) throw damaged(index + 1, 'seq has a gap', String(index + 1), String(link.seq))
    if (link.prev !== prev) throw damaged(index + 1, 'the chain is broken', prev, String(link.prev))
    prev = digest(line)
    const parsed = parse(value)
    if (parsed.success) return parsed.data
    const issue = parsed.error.issues[0]
    throw damaged(
      index + 1,
      'not a known event',
      'an event of this format',
      `${issue?.path.join('.')}: ${issue?.message}`.slice(0, FOUND_LIMIT),
    )
  })
}

const parseLine = (line: Uint8Array, damaged: (problem: string, found: string) => Error): unknown => {
  let text: string | undefined
  let value: unknown
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line)
    value = JSON.parse(text)
  } catch (error) {
    if (CONFLICT.test(String(text))) throw damaged(CONFLICT_PROBLEM, String(text).slice(0, FOUND_LIMIT))
    throw damaged('not JSON in UTF-8', (error as Error).message)
  }
  const twice = uniqueKeysProblem(text)
  if (twice) throw damaged('a key stands twice', twice.slice(0, FOUND_LIMIT))
  return value
}
