/** The files of a document as they are, against the state that its trail tells. */
import { METADATA_KEYS } from '../documents/placement.ts'
import type { DocumentEvidence, Judging, Opened, Present } from './evidence.ts'
import { type Expected, expectedFiles, type FileKind, trailPathOf } from './files.ts'
import { type Finding, type FindingCode, finding } from './finding.ts'
import { ORDINARY } from './history.ts'
import { EARLIER, type World } from './positions.ts'
import type { Replayed } from './replay.ts'

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
export const orphaned = (opened: Opened, world: World): Finding[] => {
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
export const stateFindings = (opened: Opened, replayed: Replayed, judging: Judging): Finding[] => {
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

/** What is said of a file that is gone or has other bytes, where it is no text. */
const CODES: Partial<Record<FileKind, readonly [FindingCode, FindingCode]>> = {
  metadata: ['METADATA_MISSING', 'METADATA_DIFFERS'],
  record: ['ANSWERS_MISSING', 'ANSWERS_CHANGED_BY_HAND'],
  evidence: ['EVIDENCE_MISSING', 'EVIDENCE_CHANGED'],
}

const compare = (evidence: DocumentEvidence, path: string, must: Expected): Finding[] => {
  const where = { document: evidence.id.id, path }
  const is = evidence.present.get(path)
  const metadata = must.kind === 'metadata'
  const [missing, changed] = CODES[must.kind] ?? (['TEXT_MISSING', 'TEXT_CHANGED_BY_HAND'] as const)
  if (!is) return [finding(missing, where, saidOf(must), 'no file')]
  if (is.mode !== ORDINARY && !(must.kind === 'brought' && is.mode.startsWith('100')))
    return [finding('NOT_A_FILE', where, 'an ordinary file', `mode ${is.mode}`)]
  if (is.digest === null)
    return [finding('OBJECT_UNREADABLE', where, saidOf(must), 'an object that cannot be read')]
  if (is.digest === must.digest) return []
  return metadata
    ? [finding('METADATA_DIFFERS', where, ...keysThatDiffer(must, is))]
    : [finding(changed, where, saidOf(must), `SHA-256 ${is.digest}`)]
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
