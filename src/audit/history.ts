/**
 * Each commit that touches the store only appends to trails, and changes exactly what the appended events explain.
 * Commit ids and messages are never relied on: a rebase that keeps the bytes keeps the proof. Source: store design, 5.
 */
import type { Files } from './files.ts'
import { type Finding, finding } from './finding.ts'
import type { Position } from './positions.ts'
import type { BlobId, Version, Versions } from './versions.ts'

/** A file as a tree holds it. */
export interface Blob {
  readonly mode: string
  readonly oid: string
}

/** The way from one parent to a commit: what changed of the files of one document (or record). */
export interface Edge {
  readonly commit: string
  /** Place of the commit in the order of history: larger is later. */
  readonly at: Position
  /** The commit has several parents, of which this way comes from one. */
  readonly merge: boolean
  readonly changes: readonly Change[]
}

export interface Change {
  readonly path: string
  readonly before: Blob | null
  readonly after: Blob | null
}

/** Git's mode of an ordinary file. */
export const ORDINARY = '100644'

export interface Subject {
  /** Id, or name of a system record. */
  readonly name: string
  readonly trailPath: string
  readonly versions: Versions
  /** The files that must be there after so many events; empty for a system record. */
  readonly filesAt: (events: number) => Files
  readonly blobId: BlobId
  /** SHA-256 of a blob that was read; undefined where it could not be. */
  readonly digestOf: (oid: string) => string | undefined
  /** Of an adopted document: where it was taken over. What came before was made by other rules. */
  readonly adoptedAt: Position | null
  /** Paths at which the present state is not as it must be: their findings are made elsewhere. */
  readonly badNow: ReadonlySet<string>
  /** Whether the trail as it is now is sound. */
  readonly sound: boolean
}

const oidOf = (blob: Blob | null): string | null => blob?.oid ?? null

/** Where the commit stands that first held the first `n` events. */
export const arrivals = (
  trailPath: string,
  versions: Versions,
  edges: readonly Edge[],
): Map<number, Edge> => {
  const first = new Map<number, Edge>()
  for (const edge of edges) {
    const change = edge.changes.find((c) => c.path === trailPath)
    const after = change && versions.of(oidOf(change.after))
    if (after?.kind !== 'current') continue
    for (let n = after.events; n > 0 && (first.get(n)?.at ?? Number.POSITIVE_INFINITY) > edge.at; n--)
      first.set(n, edge)
  }
  return first
}

/** A change at a path that nothing explains. */
interface Odd {
  readonly edge: Edge
  readonly path: string
  readonly expected: string
  readonly found: string
}

export interface HistoryJudged {
  readonly findings: readonly Finding[]
  /** The last commit that gave a path, bad now, the bytes it has. */
  readonly blame: ReadonlyMap<string, string>
}

/** @param edges of this subject, oldest first */
export const judgeHistory = (subject: Subject, all: readonly Edge[]): HistoryJudged => {
  const edges = all.filter((e) => subject.adoptedAt === null || e.at >= subject.adoptedAt)
  const odd: Odd[] = []
  const findings: Finding[] = []
  for (const edge of edges) {
    const trail = edge.changes.find((c) => c.path === subject.trailPath)
    if (!trail) odd.push(...edge.changes.map((c) => unexplained(edge, c)))
    else judgeTrail(subject, edge, trail, odd, findings)
  }
  return { findings: [...findings, ...putBack(subject, odd, edges)], blame: blameOf(subject, odd, edges) }
}

const nameOf = (blob: Blob | null): string =>
  blob === null
    ? 'no file'
    : blob.mode === ORDINARY
      ? `git blob ${blob.oid.slice(0, 12)}`
      : `mode ${blob.mode}`

const unexplained = (edge: Edge, { path, before, after }: Change): Odd => ({
  edge,
  path,
  expected: `${nameOf(before)}, since no event was appended`,
  found: nameOf(after),
})

const judgeTrail = (s: Subject, edge: Edge, trail: Change, odd: Odd[], findings: Finding[]): void => {
  const [before, after] = [s.versions.of(oidOf(trail.before)), s.versions.of(oidOf(trail.after))]
  if (after.kind === 'former') return
  const mode = trail.after && trail.after.mode !== ORDINARY
  if (mode || after.kind === 'unsound' || after.kind === 'none') {
    odd.push({
      edge,
      path: trail.path,
      expected: 'a trail to which lines are only appended',
      found: after.kind === 'none' ? 'no file' : mode ? nameOf(trail.after) : 'lines that do not follow',
    })
    return
  }
  if (before.kind === 'unsound') return
  const shared = s.versions.common(before, after)
  if (shared < before.events) {
    findings.push(...lost(s, edge, trail, { before, after, shared }))
    return
  }
  if (after.kind === 'current') odd.push(...judgeFiles(s, edge, before, after))
}

interface Lost {
  readonly before: Version
  readonly after: Version
  readonly shared: number
}

/** Events that one commit held and the next does not. What is there again now was only taken back for a time. */
const lost = (s: Subject, edge: Edge, trail: Change, { before, after, shared }: Lost): Finding[] => {
  const again = before.kind === 'current'
  const code = again
    ? 'EDITED_AND_PUT_BACK'
    : edge.merge
      ? 'HISTORIES_FORKED'
      : after.events === shared
        ? 'EVENTS_DROPPED'
        : 'TRAIL_REWRITTEN'
  const gone = `${before.events - shared} of ${before.events} events`
  const said = again
    ? `${gone} taken back, and there again now`
    : `${gone} are gone${others(s, before, shared)}`
  const where = { document: s.name, path: trail.path, commit: edge.commit, line: shared + 1 }
  return [finding(code, where, `the ${before.events} events that its parent holds, and more`, said)]
}

/** What the first event that is gone said: the best hint at whose it was. */
const others = (_: Subject, before: Version, shared: number): string => {
  const lines = before.lines ?? []
  const line = lines[lines.length - before.events + shared]
  const read = /"event":"(\w+)","user":"([\w-]+)"/.exec(line ?? '')
  return read ? `, the first ${read[1]} by ${read[2]}` : ''
}

/** The files after the commit: each change must be what the new state asks for, and each that it asks for be made. */
const judgeFiles = (s: Subject, edge: Edge, before: Version, after: Version): Odd[] => {
  const [was, must] = [s.filesAt(before.events), s.filesAt(after.events)]
  const changed = new Map(edge.changes.map((c) => [c.path, c]))
  const wrong = edge.changes
    .filter((c) => c.path !== s.trailPath && !isWanted(s, must, c))
    .map((c) => ({
      edge,
      path: c.path,
      expected: must.has(c.path) ? 'what the appended events explain' : 'no file',
      found: nameOf(c.after),
    }))
  if (s.adoptedAt !== null && before.events === 0) return wrong
  const paths = new Set([...was.keys(), ...must.keys()])
  const left = [...paths].filter((p) => !changed.has(p) && was.get(p)?.digest !== must.get(p)?.digest)
  return [
    ...wrong,
    ...left.map((path) => ({
      edge,
      path,
      expected: 'a change, as the appended events say',
      found: 'the file as it was before',
    })),
  ]
}

const isWanted = (s: Subject, must: Files, { path, after }: Change): boolean => {
  const file = must.get(path)
  if (!file || !after) return !file && !after
  if (after.mode !== ORDINARY && file.kind !== 'brought') return false
  return file.bytes ? s.blobId(file.bytes) === after.oid : s.digestOf(after.oid) === file.digest
}

/** Where the present state is sound, a change by hand was undone: said once a path, with both commits. */
const putBack = (s: Subject, odd: readonly Odd[], edges: readonly Edge[]): Finding[] => {
  const first = new Map<string, Odd>()
  for (const o of odd)
    if (!s.badNow.has(o.path) && !(o.path === s.trailPath && !s.sound) && !first.has(o.path))
      first.set(o.path, o)
  return [...first.values()].map((o) => {
    const last = edges.filter((e) => e.changes.some((c) => c.path === o.path)).at(-1) ?? o.edge
    const undone = last === o.edge ? '' : `; as it must be since ${last.commit.slice(0, 12)} at the latest`
    const code = last === o.edge ? 'COMMIT_UNEXPLAINED' : 'EDITED_AND_PUT_BACK'
    const where = { document: s.name, path: o.path, commit: o.edge.commit }
    return finding(code, where, o.expected, `${o.found}${undone}`)
  })
}

const blameOf = (s: Subject, odd: readonly Odd[], edges: readonly Edge[]): Map<string, string> => {
  const blame = new Map<string, string>()
  for (const o of odd) if (s.badNow.has(o.path) || o.path === s.trailPath) blame.set(o.path, o.edge.commit)
  for (const path of s.badNow) {
    if (blame.has(path)) continue
    const last = edges.filter((e) => e.changes.some((c) => c.path === path)).at(-1)
    if (last) blame.set(path, last.commit)
  }
  return blame
}
