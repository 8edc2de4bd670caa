/** Lines of a trail: how an event becomes bytes, how lines are chained, and how they are read back. */
import { refuse } from '../errors.ts'
import { type DocumentEvent, documentEvent, type SystemEvent, systemEvent } from './event.ts'
import { spellOut } from './hidden.ts'
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
  return spellOut(JSON.stringify(Object.fromEntries(all)))
}

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

/** What is wrong with a line of a trail, by kind. */
export type TrailProblemKind =
  | 'TRAIL_CUT'
  | 'NOT_JSON'
  | 'CONFLICT_MARKERS'
  | 'KEY_TWICE'
  | 'CHAIN_BROKEN'
  | 'EVENT_UNKNOWN'
  | 'ADOPTED_LINES_CHANGED'

export interface TrailProblem {
  readonly kind: TrailProblemKind
  /** Line of the file, from 1. */
  readonly line: number
  readonly problem: string
  readonly expected: string
  readonly found: string
}

/** A trail as far as it can be read: its events, the line that each stands in, and what ends the reading. */
export interface Scanned<E> {
  readonly events: readonly E[]
  /** Lines before the chain: those of an adopted trail. */
  readonly before: number
  readonly problem: TrailProblem | null
}

const parseDocumentEvent = (value: unknown): Parsed => documentEvent.safeParse(value)
const parseSystemEvent = (value: unknown): Parsed => systemEvent.safeParse(value)

export const scanDocumentTrail = (bytes: Uint8Array, digest: Digest): Scanned<DocumentEvent> => {
  const start = chainStart(bytes)
  const former = bytes.subarray(0, start)
  const before = splitLines(former).length
  const scanned = scan<DocumentEvent>(bytes.subarray(start), digest, parseDocumentEvent, before)
  const first = scanned.events[0]
  const found = digest(former)
  if (first?.event !== 'ADOPT' || first.digest === found) return scanned
  const problem: TrailProblem = {
    kind: 'ADOPTED_LINES_CHANGED',
    line: before + 1,
    problem: 'the lines before it are not those that were adopted',
    expected: first.digest,
    found,
  }
  return { ...scanned, problem }
}

export const scanSystemTrail = (bytes: Uint8Array, digest: Digest): Scanned<SystemEvent> =>
  scan(bytes, digest, parseSystemEvent, 0)

/** A trail that was read before and found sound. */
export interface KnownTrail<E> {
  readonly bytes: Uint8Array
  readonly events: readonly E[]
}

/**
 * @param known of any document: where the trail begins with the very bytes of it, only what follows is read
 * @throws DAMAGED naming the file and the line: not JSON, a key twice, a broken chain, an unknown event.
 */
export const readDocumentTrail = (
  path: string,
  bytes: Uint8Array,
  digest: Digest,
  known?: KnownTrail<DocumentEvent>,
): DocumentEvent[] =>
  grown(bytes, digest, parseDocumentEvent, known) ?? sound(path, scanDocumentTrail(bytes, digest))

/** @param known as for `readDocumentTrail` @throws DAMAGED as `readDocumentTrail` */
export const readSystemTrail = (
  path: string,
  bytes: Uint8Array,
  digest: Digest,
  known?: KnownTrail<SystemEvent>,
): SystemEvent[] =>
  grown(bytes, digest, parseSystemEvent, known) ?? sound(path, scanSystemTrail(bytes, digest))

/** The events of a known trail and those that follow it; null where it must be read from its beginning. */
const grown = <E>(
  bytes: Uint8Array,
  digest: Digest,
  parse: (v: unknown) => Parsed,
  known: KnownTrail<E> | undefined,
): E[] | null => {
  if (!known || !beginsWith(bytes, known.bytes)) return null
  if (bytes.length === known.bytes.length) return [...known.events]
  const last = known.bytes.subarray(known.bytes.lastIndexOf(10, -2) + 1, -1)
  const from = { seq: known.events.length, prev: digest(last) }
  const { events, problem } = scan<E>(bytes.subarray(known.bytes.length), digest, parse, 0, from)
  return problem === null ? [...known.events, ...events] : null
}

const beginsWith = (bytes: Uint8Array, first: Uint8Array): boolean => {
  if (bytes.length < first.length) return false
  for (let at = 0; at < first.length; at++) if (bytes[at] !== first[at]) return false
  return true
}

const sound = <E>(path: string, { events, problem }: Scanned<E>): E[] => {
  if (problem === null) return events as E[]
  const { kind: _, ...facts } = problem
  throw refuse('DAMAGED', { path, ...facts })
}

type Parsed =
  | { success: true; data: unknown }
  | { success: false; error: { issues: readonly { message: string; path: PropertyKey[] }[] } }

type Trouble = Omit<TrailProblem, 'line'>

const scan = <E>(
  bytes: Uint8Array,
  digest: Digest,
  parse: (v: unknown) => Parsed,
  before: number,
  from: Link = { seq: 0, prev: GENESIS },
): Scanned<E> => {
  const events: E[] = []
  const lines = splitLines(bytes)
  const ended = (line: number, trouble: Trouble): Scanned<E> => ({
    events,
    before,
    problem: { line: before + line, ...trouble },
  })
  let { prev } = from
  for (const [index, line] of lines.entries()) {
    if (index === lines.length - 1 && bytes.at(-1) !== 10) break
    const trouble = readLine(line, { seq: from.seq + index + 1, prev }, parse, (event) =>
      events.push(event as E),
    )
    if (trouble) return ended(index + 1, trouble)
    prev = digest(line)
  }
  if (bytes.length > 0 && bytes.at(-1) === 10) return { events, before, problem: null }
  return ended(lines.length, {
    kind: 'TRAIL_CUT',
    problem: 'the last line is cut short',
    expected: 'a line feed at the end',
    found: 'none',
  })
}

/** Gives the event of a line to `take`, or says why it holds none that may follow. */
const readLine = (
  line: Uint8Array,
  link: Link,
  parse: (v: unknown) => Parsed,
  take: (event: unknown) => void,
): Trouble | null => {
  const { value, trouble } = parseLine(line)
  if (trouble) return trouble
  const { seq, prev } = (value ?? {}) as Partial<Link>
  const broken = (problem: string, expected: string, found: string): Trouble => ({
    kind: 'CHAIN_BROKEN',
    problem,
    expected,
    found,
  })
  if (seq !== link.seq) return broken('seq has a gap', String(link.seq), String(seq))
  if (prev !== link.prev) return broken('the chain is broken', link.prev, String(prev))
  const parsed = parse(value)
  if (parsed.success) {
    take(parsed.data)
    return null
  }
  const issue = parsed.error.issues[0]
  return {
    kind: 'EVENT_UNKNOWN',
    problem: 'not a known event',
    expected: 'an event of this format',
    found: `${issue?.path.join('.')}: ${issue?.message}`.slice(0, FOUND_LIMIT),
  }
}

const parseLine = (line: Uint8Array): { value?: unknown; trouble?: Trouble } => {
  const trouble = (kind: TrailProblemKind, problem: string, found: string) => ({
    trouble: { kind, problem, expected: 'one JSON object', found: found.slice(0, FOUND_LIMIT) },
  })
  let text: string | undefined
  let value: unknown
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line)
    value = JSON.parse(text)
  } catch (error) {
    if (CONFLICT.test(String(text))) return trouble('CONFLICT_MARKERS', CONFLICT_PROBLEM, String(text))
    return trouble('NOT_JSON', 'not JSON in UTF-8', (error as Error).message)
  }
  const twice = uniqueKeysProblem(text)
  return twice ? trouble('KEY_TWICE', 'a key stands twice', twice) : { value }
}
