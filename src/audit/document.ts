/** The audit of one document, without reading any other: chain, legality, state, texts, time, and its part of history. */
import type { Document } from '../documents/document.ts'
import type { DocumentEvent } from '../documents/event.ts'
import { chainStart, type Scanned, scanDocumentTrail } from '../documents/trail.ts'
import { adoptionFindings, formerFindings } from './adoption.ts'
import { callFindings, verdictFindings } from './called.ts'
import { type Check, checksOf } from './checks.ts'
import type { DocumentEvidence, Hashes, Judging, Opened } from './evidence.ts'
import { type Life, lifeOf } from './families.ts'
import { expectedFiles, type Files, trailPathOf } from './files.ts'
import { type Finding, finding } from './finding.ts'
import { arrivals, type Edge, judgeHistory } from './history.ts'
import { EARLIER, LATER, type Position } from './positions.ts'
import { endOfStep, type Replayed, replay, type Step } from './replay.ts'
import { orphaned, stateFindings } from './state.ts'
import { timeFindings } from './times.ts'
import { Versions } from './versions.ts'

export interface Judged {
  readonly findings: readonly Finding[]
  readonly events: number
  /** For what other documents depend on; null where nothing could be replayed. */
  readonly life: Life | null
  /** Texts that must be read for the proof of its execution. */
  readonly checks: readonly Check[]
  /** About agents that were called to it. */
  readonly calls: readonly Finding[]
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

/** Once the unknown versions have been learnt. */
export const judgeDocument = (opened: Opened, judging: Judging): Judged => {
  const { evidence, scanned, versions } = opened
  const { id, edges } = evidence
  const judged = judgedBefore(opened)
  const path = trailPathOf(id)
  const where = { document: id.id, path, before: scanned.before }
  if (!evidence.trail)
    return { findings: orphaned(opened, judging.world), events: 0, life: null, checks: [], calls: [] }
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
    ...verdictFindings(replayed.steps, scanned.events, { ...judging, where, from: judged }),
  ]
  const life = lifeOf(id, replayed.steps, scanned.before, (s) => waivedIn(scanned.events, s), judged)
  return {
    findings: [...findings.map((f) => blamed(f, history.blame)), ...history.findings],
    events: scanned.events.length,
    life,
    checks: checksOf(replayed.steps, scanned.events, judged),
    calls: isWhole(opened, replayed)
      ? callFindings(replayed.steps, scanned.events, judging.calls.of(id.id))
      : [],
  }
}

/** What came after a damage, or after what cannot be followed, nobody can tell. */
const isWhole = ({ scanned }: Opened, { steps }: Replayed): boolean =>
  scanned.problem === null && steps.at(-1)?.to === scanned.events.length

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
  'EVIDENCE_CHANGED',
  'EVIDENCE_MISSING',
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
