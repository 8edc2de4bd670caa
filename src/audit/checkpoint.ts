/**
 * A checkpoint says what every trail of a store was at one moment. Trails only grow: whatever one of them held then, it
 * still begins with. Kept elsewhere, a checkpoint shows what git alone cannot: that history was rewritten or dropped.
 * Source: design of the store, "What `qms audit` proves", 5; `docs/store-format.md`, "Checkpoints".
 */
import * as z from 'zod/mini'
import { digest as sha256 } from '../documents/fields.ts'
import { type Digest, splitLines } from '../documents/trail.ts'
import { CONFIG_FILE, SYSTEM_FOLDER } from '../store/layout.ts'
import { type Finding, finding } from './finding.ts'

export const CHECKPOINT_FORMAT = 1

/** Without characters that could end its line in the text of the digest. */
const TRAIL_PATH = /^QMS\/\.audit\/[^\u0000-\u001f\u007f]+\.jsonl$/

const whole = z.int().check(z.minimum(0))
const trailMark = z.object({
  path: z.string().check(z.regex(TRAIL_PATH)),
  lines: whole,
  bytes: whole,
  sha256,
})

const checkpoint = z.object({
  format: z.literal(CHECKPOINT_FORMAT),
  store: sha256,
  branch: z.string(),
  tip: z.string(),
  taken: z.string(),
  digest: sha256,
  configuration: z.nullable(sha256),
  trails: z.array(trailMark),
})

/** What one trail was: its line feeds, its bytes, and the digest of these. */
export type TrailMark = Readonly<z.infer<typeof trailMark>>

/** `branch`, `tip` and `taken` are for people: nothing is proven by them, and the digest leaves them out. */
export type Checkpoint = Readonly<Omit<z.infer<typeof checkpoint>, 'trails'>> & {
  readonly trails: readonly TrailMark[]
}

/** What the digest of a checkpoint is of. */
export type Witnessed = Pick<Checkpoint, 'store' | 'configuration' | 'trails'>

export const isTrailPath = (path: string): boolean => TRAIL_PATH.test(path)

/** Whose trail stands at this path: the id of a document, or the name of a system record. */
export const documentOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1, -'.jsonl'.length)

export const markOf = (path: string, bytes: Uint8Array, digest: Digest): TrailMark => ({
  path,
  lines: lineFeeds(bytes),
  bytes: bytes.length,
  sha256: digest(bytes),
})

const lineFeeds = (bytes: Uint8Array): number => {
  let count = 0
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) count++
  return count
}

/** What tells one store from any other, in every clone of it: the digest of the first line of its registry. */
export const identityOf = (registry: Uint8Array, digest: Digest): string =>
  digest(splitLines(registry)[0] ?? registry)

/** Digest of everything that a checkpoint witnesses: one line for each trail, in the order of their paths' bytes. */
export const digestOf = ({ store, configuration, trails }: Witnessed, digest: Digest): string => {
  const lines = trails.map((t) => `${t.sha256} ${t.bytes} ${t.lines} ${t.path}`)
  const head = [
    `qms checkpoint ${CHECKPOINT_FORMAT}`,
    `store ${store}`,
    `configuration ${configuration ?? '-'}`,
  ]
  return digest(new TextEncoder().encode(`${[...head, ...lines].join('\n')}\n`))
}

/** The first half of a digest in groups of four: short enough to write on paper, long enough for nobody to forge. */
export const onPaper = (digest: string): string => (digest.slice(0, 32).match(/.{4}/g) ?? []).join('-')

/** JSON with one trail a line. */
export const formatCheckpoint = ({ trails, ...head }: Checkpoint): string => {
  const lines = Object.entries(head).map(
    ([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)},\n`,
  )
  return `{${lines.join('')}"trails":[\n${trails.map((t) => JSON.stringify(t)).join(',\n')}\n]}\n`
}

/** Why bytes are no checkpoint that can be used. */
export interface Unreadable {
  readonly expected: string
  readonly found: string
}

export const parseCheckpoint = (bytes: Uint8Array, digest: Digest): Checkpoint | Unreadable => {
  const parsed = checkpoint.safeParse(jsonOf(bytes))
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    const found = `${issue?.path.join('.') || 'the file'}: ${issue?.message}`.slice(0, 200)
    return { expected: `a checkpoint of format ${CHECKPOINT_FORMAT}`, found }
  }
  const found = digestOf(parsed.data, digest)
  return found === parsed.data.digest
    ? parsed.data
    : { expected: `digest ${parsed.data.digest}`, found: `digest ${found}` }
}

const jsonOf = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}

/** The same trail, as it was when the checkpoint was taken. */
export interface Former {
  readonly commit: string
  readonly bytes: Uint8Array
}

/** Whether a trail begins with all that it held then. */
export const stillHolds = (mark: TrailMark, now: Uint8Array, digest: Digest): boolean =>
  now.length >= mark.bytes && digest(now.subarray(0, mark.bytes)) === mark.sha256

/**
 * What is wrong with a trail that no longer holds what it did.
 * @param former where it is at hand, the finding names the first event that differs; else it gives lengths and digests
 */
export const compareTrail = (
  mark: TrailMark,
  now: Uint8Array | null,
  former: Former | null,
  digest: Digest,
): Finding => {
  const known = former && digest(former.bytes) === mark.sha256 ? former : null
  const { line, expected, found } = known
    ? divergence(known.bytes, now)
    : { line: null, ...asMarks(mark, now, digest) }
  const where = { document: documentOf(mark.path), path: mark.path, line, commit: known?.commit ?? null }
  return finding(codeOf(mark, now), where, expected, found)
}

const codeOf = (mark: TrailMark, now: Uint8Array | null) => {
  if (now === null) return 'CHECKPOINT_TRAIL_MISSING'
  return now.length < mark.bytes ? 'CHECKPOINT_TRAIL_SHORTER' : 'CHECKPOINT_TRAIL_CHANGED'
}

const asMarks = (mark: TrailMark, now: Uint8Array | null, digest: Digest) => {
  const beginning = now?.subarray(0, mark.bytes) ?? new Uint8Array()
  const found = now ? inWords(markOf(mark.path, beginning, digest)) : 'no such trail'
  return { expected: inWords(mark), found }
}

const inWords = (mark: TrailMark): string =>
  `${mark.lines} lines, ${mark.bytes} bytes, digest ${mark.sha256.slice(0, 16)}`

/** The first line that is not what it was. */
const divergence = (then: Uint8Array, now: Uint8Array | null) => {
  const [before, after] = [splitLines(then), splitLines(now ?? new Uint8Array())]
  const at = before.findIndex((line, i) => !sameBytes(line, after[i]))
  const index = at < 0 ? before.length - 1 : at
  const last = `${eventIn(after[index])}, without its line feed`
  const found = now === null ? 'no such trail' : at < 0 ? last : eventIn(after[index])
  return { line: index + 1, expected: eventIn(before[index]), found }
}

const sameBytes = (a: Uint8Array, b: Uint8Array | undefined): boolean =>
  b !== undefined && a.length === b.length && a.every((byte, i) => byte === b[i])

/** A line of a trail in few words; it may be anything. */
const eventIn = (line: Uint8Array | undefined): string => {
  if (line === undefined) return 'the end of the trail'
  const { seq, event, user, ts, prev } = (jsonOf(line) ?? {}) as Record<string, unknown>
  if (event === undefined) return `a line of ${line.length} bytes`
  return `event ${seq}: ${event} by ${user}, ${ts}, prev ${String(prev).slice(0, 8)}`
}

export const otherStore = (expected: string, found: string | null): Finding =>
  finding(
    'CHECKPOINT_OTHER_STORE',
    { document: 'registry', path: `${SYSTEM_FOLDER}/registry.jsonl`, line: 1 },
    `store ${expected}`,
    found === null ? 'no registry' : `store ${found}`,
  )

export const unreadable = (from: string, { expected, found }: Unreadable): Finding =>
  finding('CHECKPOINT_UNREADABLE', { path: from }, expected, found)

/** Settings change by events of the policy's trail, each of which names the digest of the file. */
export const compareSettings = (
  { configuration }: Checkpoint,
  now: string | null,
  policy: Uint8Array | null,
): Finding[] => {
  const explained =
    now !== null && new TextDecoder().decode(policy ?? undefined).includes(`"content":"${now}"`)
  if (now === configuration || explained) return []
  const expected =
    configuration === null ? 'no file' : `SHA-256 ${configuration}, or what \`qms config\` made of it`
  return [
    finding(
      'CONFIGURATION_DIFFERS',
      { path: CONFIG_FILE },
      expected,
      now === null ? 'no file' : `SHA-256 ${now}`,
    ),
  ]
}
