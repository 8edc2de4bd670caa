/** The audit of one document, without reading any other: chain, legality, state, texts, time, and its part of history. */
import type { Document } from '../documents/document.ts'
import type { DocumentEvent } from '../documents/event.ts'
import type { DocId } from '../documents/id.ts'
import { METADATA_KEYS } from '../documents/placement.ts'
import { chainStart, type Digest, type Scanned, scanDocumentTrail } from '../documents/trail.ts'
import { adoptionFindings, formerFindings } from './adoption.ts'
import { type Life, lifeOf } from './families.ts'
import { type Expected, expectedFiles, type Files, trailPathOf } from './files.ts'
import { type Finding, finding } from './finding.ts'
import { arrivals, type Edge, judgeHistory, ORDINARY } from './history.ts'
import { EARLIER, LATER, type Position, type World } from './positions.ts'
import { endOfStep, type Replayed, replay, type Step } from './replay.ts'
import { timeFindings } from './times.ts'
import { type BlobId, Versions } from './versions.ts'

/** A file of the document as it is now. */
export interface Present {
  readonly mode: string
  /** SHA-256 of its bytes; null where they could not be read. */
  readonly digest: string | null
  /** Its bytes, of metadata only. */
  readonly bytes?: Uint8Array
}

export interface DocumentEvidence {
  readonly id: DocId
  /** Null where there is none, although there are files of that name. */
  readonly trail: Uint8Array | null
  /** Every file whose name is the document's, but its trail. */
  readonly present: ReadonlyMap<string, Present>
  /** Its part of the history, oldest first; null where there is no history to look at. */
  readonly edges: readonly Edge[] | null
  /** Events that an earlier audit found in order are only folded; `edges` begins after them. */
  readonly continued?: boolean
}

export interface Hashes {
  readonly digest: Digest
  readonly blobId: BlobId
}

/** A document whose trail has been read. What else must be read for it can be told now. */
export interface Opened {
  readonly evidence: DocumentEvidence
  readonly scanned: Scanned<DocumentEvent>
  readonly versions: Versions
  /** Git's names of trails that must be read before history can be judged (`versions.learn`). */
  readonly unknown: readonly string[]
}

export interface Judged {
  readonly findings: readonly Finding[]
  readonly events: number
  /** For what other documents depend on; null where nothing could be replayed. */
  readonly life: Life | null
}

/** Numbers of events at which a transition ends. */
const endsOf = (events: readonly DocumentEvent[]): number[] => {
  const ends: number[] = []
  while ((ends.at(-1) ?? 0) < events.length) ends.push(endOfStep(events, ends.at(-1) ?? 0))
  return ends
}

const EMPTY = new Uint8Array()

/** Nothing can be told from events that follow lines which are not those that were adopted. */
const readable = (scanned: Scanned<DocumentEvent>): Scanned<DocumentEvent> =>
  scanned.problem?.kind === 'ADOPTED_LINES_CHANGED' ? { ...scanned, events: [] } : scanned

export const openDocument = (evidence: DocumentEvidence, hashes: Hashes): Opened => {
  const trail = evidence.trail ?? EMPTY
  const scanned: Scanned<DocumentEvent> = evidence.trail
    ? readable(scanDocumentTrail(trail, hashes.digest))
    : { events: [], before: 0, problem: null }
  const ends = evidence.edges ? endsOf(scanned.events) : []
  const versions = new Versions(trail, ends, scanned.before, { ...hashes, scan: scanDocumentTrail })
  const path = trailPathOf(evidence.id)
  const oids = (evidence.edges ?? []).flatMap((e) =>
    e.changes.filter((c) => c.path === path).flatMap((c) => [c.before?.oid ?? [], c.after?.oid ?? []].flat()),
  )
  return { evidence, scanned, versions, unknown: [...new Set(oids)].filter((oid) => versions.isUnknown(oid)) }
}

export interface Judging extends Hashes {
  readonly world: World
  readonly digestOf: (oid: string) => string | undefined
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** Once the unknown versions have been learnt. */
export const judgeDocument = (opened: Opened, judging: Judging): Judged => {
  const { evidence, scanned, versions } = opened
  const { id, edges } = evidence
  const judged = judgedBefore(opened)
  const path = trailPathOf(id)
  const where = { document: id.id, path, before: scanned.before }
  if (!evidence.trail) return { findings: orphaned(opened, judging.world), events: 0, life: null }
  const arrived = edges ? arrivals(path, versions, edges) : null
  const places = positions(scanned.events, arrived, judged)
  const replayed = replay(id, scanned.events, places, judging.world, judged)
  const state = stateFindings(opened, replayed, judging)
  const history = edges ? historyOf(opened, replayed, state, judging) : { findings: [], blame: new Map() }
  const findings = [
    ...chainFindings(opened),
    ...objections(where, replayed),
    ...state,
    ...timeFindings(scanned.events, where, judging.now, judged),
    ...(judged === 0 ? adopted(opened) : []),
  ]
  const life = lifeOf(id, replayed.steps, scanned.before, (s) => waivedIn(scanned.events, s), judged)
  return {
    findings: [...findings.map((f) => blamed(f, history.blame)), ...history.findings],
    events: scanned.events.length,
    life,
  }
}

const adopted = ({ evidence, scanned }: Opened): Finding[] => {
  const [{ id }, path, birth] = [evidence.id, trailPathOf(evidence.id), scanned.events[0]]
  const trail = evidence.trail ?? EMPTY
  return [
    ...adoptionFindings(id, path, birth, scanned.before),
    ...formerFindings(id, path, birth, trail.subarray(0, chainStart(trail))),
  ]
}

/** How many events an earlier audit has judged: those that were there before the first commit that is new. */
const judgedBefore = ({ evidence, scanned, versions }: Opened): number => {
  if (!evidence.continued) return 0
  const path = trailPathOf(evidence.id)
  const first = evidence.edges?.flatMap((e) => e.changes).find((c) => c.path === path)
  if (!first) return scanned.events.length
  const before = versions.of(first.before?.oid ?? null)
  return before.kind === 'current' ? before.events : 0
}

/** The commit that gave a file its present bytes, where the finding is about such a file. */
const blamed = (f: Finding, blame: ReadonlyMap<string, string>): Finding => {
  const commit = f.path && BLAMED.has(f.code) ? blame.get(f.path) : undefined
  return commit ? { ...f, commit } : f
}

const BLAMED: ReadonlySet<string> = new Set([
  'TRAIL_CUT',
  'NOT_JSON',
  'CONFLICT_MARKERS',
  'KEY_TWICE',
  'CHAIN_BROKEN',
  'EVENT_UNKNOWN',
  'ADOPTED_LINES_CHANGED',
  'METADATA_DIFFERS',
  'METADATA_MISSING',
  'TEXT_CHANGED_BY_HAND',
  'TEXT_MISSING',
  'UNKNOWN_FILE',
  'NOT_A_FILE',
])

/** Where the events stand in the order of all: by the commit that brought them, else by their time. */
const positions = (
  events: readonly DocumentEvent[],
  arrived: ReadonlyMap<number, Edge> | null,
  judged: number,
): ((index: number) => Position) =>
  arrived === null
    ? (i) => Date.parse(events[i]?.ts ?? '')
    : (i) => arrived.get(i + 1)?.at ?? (i < judged ? EARLIER : LATER)

const chainFindings = ({ evidence, scanned }: Opened): Finding[] => {
  const { problem } = scanned
  if (problem === null) return []
  const where = { document: evidence.id.id, path: trailPathOf(evidence.id), line: problem.line }
  return [finding(problem.kind, where, problem.expected, `${problem.problem}: ${problem.found}`)]
}

const objections = (
  { document, path, before }: { document: string; path: string; before: number },
  { objections: all }: Replayed,
): Finding[] =>
  all.map((o) => finding(o.code, { document, path, line: before + o.at + 1 }, o.expected, o.found))

const waivedIn = (events: readonly DocumentEvent[], { from, to }: Step): readonly string[] =>
  events.slice(from, to).flatMap((e) => ('waived' in e ? (e.waived ?? []) : []))

/** The commit that removed the trail, and whether it was a sound one that went. */
const removalOf = ({ evidence, versions }: Opened, path: string) => {
  const gone = evidence.edges?.flatMap((e) =>
    e.changes.flatMap((c) => (c.path === path && c.before && !c.after ? [{ e, oid: c.before.oid }] : [])),
  )
  const last = gone?.at(-1)
  return { removed: last?.e, sound: last !== undefined && versions.of(last.oid).kind === 'other' }
}

/** What was there for a time, without a trail. */
const passing = ({ id, edges }: DocumentEvidence, path: string): Finding => {
  const first = edges?.find((e) => e.changes.some((c) => c.path === path))
  const where = { document: id.id, path, commit: first?.commit ?? null }
  return finding('EDITED_AND_PUT_BACK', where, `a trail of ${id.id}`, 'a file for a time, and no document')
}

/** Files that bear the name of a document that has no trail. */
const orphaned = (opened: Opened, world: World): Finding[] => {
  const { evidence } = opened
  const { id, present, edges } = evidence
  const path = trailPathOf(id)
  const { removed, sound } = removalOf(opened, path)
  const held = removed ? 'it was there before this commit' : 'there never was one'
  if (removed && sound)
    return [finding('TRAIL_MISSING', { document: id.id, path, commit: removed.commit }, 'a trail', held)]
  const planted = new Set(edges?.flatMap((e) => e.changes.map((c) => c.path)))
  for (const file of present.keys()) planted.delete(file)
  return [
    ...[...present.keys()].map((file) => unknownFile(evidence, world, file, `a trail of ${id.id}`, held)),
    ...[...planted].map((file) => passing(evidence, file)),
  ]
}

/** The present files against the state after all events. A damaged trail tells no state. */
const stateFindings = (opened: Opened, replayed: Replayed, judging: Judging): Finding[] => {
  const { evidence, scanned } = opened
  const last = replayed.steps.at(-1)
  const whole = scanned.problem === null && last?.to === scanned.events.length
  if (!whole || !last) return notFiles(evidence)
  const expected = expectedFiles(last.after, scanned.events[0], judging.digest)
  const unknown = [...evidence.present].flatMap(([path, { mode }]) =>
    expected.has(path)
      ? []
      : [
          unknownFile(
            evidence,
            judging.world,
            path,
            'no such file',
            mode === ORDINARY ? 'a file' : `mode ${mode}`,
          ),
        ],
  )
  return [...[...expected].flatMap(([path, file]) => compare(evidence, path, file)), ...unknown]
}

const notFiles = ({ id, present }: DocumentEvidence): Finding[] =>
  [...present].flatMap(([path, { mode }]) =>
    mode.startsWith('100')
      ? []
      : [finding('NOT_A_FILE', { document: id.id, path }, 'a file', `mode ${mode}`)],
  )

/** One that lay there before the store was founded was left where it was; any other was put there by hand. */
const unknownFile = (
  { id, edges }: DocumentEvidence,
  world: World,
  path: string,
  expected: string,
  found: string,
): Finding => {
  const last = edges?.filter((e) => e.changes.some((c) => c.path === path)).at(-1)
  const old = last && last.at <= (world.founded?.at ?? EARLIER)
  const where = { document: id.id, path, commit: last?.commit ?? null }
  return finding(old ? 'ADOPTED_STRAY' : 'UNKNOWN_FILE', where, expected, found)
}

const compare = (evidence: DocumentEvidence, path: string, must: Expected): Finding[] => {
  const where = { document: evidence.id.id, path }
  const is = evidence.present.get(path)
  const metadata = must.kind === 'metadata'
  if (!is) return [finding(metadata ? 'METADATA_MISSING' : 'TEXT_MISSING', where, saidOf(must), 'no file')]
  if (is.mode !== ORDINARY && !(must.kind === 'brought' && is.mode.startsWith('100')))
    return [finding('NOT_A_FILE', where, 'an ordinary file', `mode ${is.mode}`)]
  if (is.digest === null)
    return [finding('OBJECT_UNREADABLE', where, saidOf(must), 'an object that cannot be read')]
  if (is.digest === must.digest) return []
  return metadata
    ? [finding('METADATA_DIFFERS', where, ...keysThatDiffer(must, is))]
    : [finding('TEXT_CHANGED_BY_HAND', where, saidOf(must), `SHA-256 ${is.digest}`)]
}

const saidOf = ({ kind, digest }: Expected): string =>
  kind === 'metadata' ? 'the state that the trail tells' : `SHA-256 ${digest}`

/** The first keys in which metadata differs from the fold. */
const keysThatDiffer = (must: Expected, is: Present): [string, string] => {
  const [a, b] = [objectOf(must.bytes), objectOf(is.bytes)]
  if (!b) return ['the state that the trail tells', 'no JSON object']
  const keys = [...new Set([...Object.keys(METADATA_KEYS), ...Object.keys(a ?? {}), ...Object.keys(b)])]
  const differ = keys.filter((k) => JSON.stringify(a?.[k]) !== JSON.stringify(b[k])).slice(0, 4)
  if (differ.length === 0) return ['the bytes that the state gives', 'the same values, written otherwise']
  const said = (o: Record<string, unknown> | null): string =>
    differ.map((k) => `${k} ${JSON.stringify(o?.[k]) ?? 'absent'}`).join(', ')
  return [said(a), said(b)]
}

const objectOf = (bytes: Uint8Array | undefined): Record<string, unknown> | null => {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes))
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}

const historyOf = (opened: Opened, replayed: Replayed, state: readonly Finding[], judging: Judging) => {
  const { evidence, scanned, versions } = opened
  const birth = scanned.events[0]
  const taken = birth?.event === 'ADOPT'
  const byEnd = new Map<number, Document>(replayed.steps.map((s) => [s.to, s.after]))
  const kept = new Map<number, Files>()
  const filesAt = (events: number): Files => {
    const d = byEnd.get(events)
    const files = kept.get(events) ?? (d ? expectedFiles(d, birth, judging.digest) : new Map())
    kept.set(events, files)
    return files
  }
  return judgeHistory(
    {
      name: evidence.id.id,
      trailPath: trailPathOf(evidence.id),
      versions,
      filesAt,
      blobId: judging.blobId,
      digestOf: judging.digestOf,
      adoptedAt: taken ? (replayed.steps[0]?.at ?? EARLIER) : null,
      badNow: new Set(state.flatMap((f) => f.path ?? [])),
      sound: scanned.problem === null,
    },
    evidence.edges ?? [],
  )
}
