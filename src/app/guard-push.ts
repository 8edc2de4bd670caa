/** Whether a push leaves the record of a control branch whole. See docs/hooks.md. */
import type { Finding } from '../audit/finding.ts'
import type { Document } from '../documents/document.ts'
import { parseId } from '../documents/id.ts'
import { metadataFile } from '../documents/metadata-file.ts'
import { placement } from '../documents/placement.ts'
import { type Digest, hasChain } from '../documents/trail.ts'
import { refuse } from '../errors.ts'
import * as layout from '../store/layout.ts'
import type { ProposedPush, RefUpdate } from '../store/proposed.ts'
import type { Snapshot } from '../store/store.ts'
import type { Qms } from './qms.ts'
import { type Loaded, Records } from './records.ts'

export type { RefUpdate }

export interface PushChecked {
  /** References of control branches among those that are pushed. */
  readonly refs: readonly string[]
  /** Documents that were read and found whole. */
  readonly documents: number
}

/** @throws PUSH_REFUSED, PUSH_REWRITES, PUSH_UNLAWFUL, DAMAGED, HISTORY_INCOMPLETE */
export const checkPush = async (
  updates: readonly RefUpdate[],
  proposed: ProposedPush,
  qms: Qms,
): Promise<PushChecked> => {
  const refs: string[] = []
  let documents = 0
  for (const update of updates) {
    if (!(await proposed.isControl(update))) continue
    refs.push(update.ref)
    documents += await checkUpdate(update, proposed, qms)
  }
  return { refs, documents }
}

/** How many documents were read. */
const checkUpdate = async (
  { ref, from, to }: RefUpdate,
  proposed: ProposedPush,
  qms: Qms,
): Promise<number> => {
  if (to === null) throw refuse('PUSH_REFUSED', { ref, problem: 'deleted', from, to })
  if (from === to) return 0
  if (from !== null) {
    await refuseRewound(ref, from, to, proposed)
    await refuseRewritten(from, to, proposed)
  }
  const documents = await checkRecords(from, to, proposed, qms.digest)
  if (from !== null) await refuseUnlawful(ref, { from, to }, documents, proposed, qms)
  return documents.length
}

const refuseRewound = async (
  ref: string,
  from: string,
  to: string,
  proposed: ProposedPush,
): Promise<void> => {
  const relation = await proposed.relation(from, to)
  if (relation === 'forward') return
  const reason = proposed.incomplete()
  if (reason !== null) throw refuse('HISTORY_INCOMPLETE', { reason })
  throw refuse('PUSH_REFUSED', { ref, problem: relation, from, to })
}

/** A trail only grows, in each commit. What another program wrote before the adoption is not ours to judge. */
const refuseRewritten = async (from: string, to: string, proposed: ProposedPush): Promise<void> => {
  for (const { commit, path, before, after } of await proposed.trailChanges(from, to)) {
    if (before === null) continue
    const old = await proposed.blob(before)
    if (!hasChain(old)) continue
    const now = after === null ? null : await proposed.blob(after)
    if (now === null || !beginsWith(now, old))
      throw refuse('PUSH_REWRITES', {
        commit,
        path,
        problem: now === null ? 'deleted' : now.length < old.length ? 'cut short' : 'rewritten',
      })
  }
}

const beginsWith = (bytes: Uint8Array, start: Uint8Array): boolean =>
  bytes.length >= start.length && Buffer.compare(bytes.subarray(0, start.length), start) === 0

/** Every document that changed, or all where the other side has none: chain, fold, metadata and texts. */
const checkRecords = async (
  from: string | null,
  to: string,
  proposed: ProposedPush,
  digest: Digest,
): Promise<readonly string[]> => {
  const snapshot = await proposed.at(to)
  const paths = from === null ? null : await proposed.changedPaths(from, to)
  if (paths?.length === 0) return []
  const records = await Records.open(snapshot, digest)
  const ids = paths === null ? (await records.ids()).map(({ id }) => id) : namesIn(paths)
  const read: string[] = []
  for (const name of new Set(ids)) if (await checkDocument(name, records, snapshot)) read.push(name)
  return read
}

/**
 * What an audit of the documents that changed finds, and did not find at the commit that the other side has: steps that
 * no rule allowed, above all. @throws PUSH_UNLAWFUL
 */
const refuseUnlawful = async (
  ref: string,
  { from, to }: { readonly from: string; readonly to: string },
  ids: readonly string[],
  proposed: ProposedPush,
  qms: Qms,
): Promise<void> => {
  const now = await errorsIn(to, ids, proposed, qms)
  if (now.length === 0) return
  const before = await proposed.at(from)
  const there = await Promise.all(ids.map(async (id) => ((await hasTrail(id, before)) ? [id] : [])))
  const known = new Set((await errorsIn(from, there.flat(), proposed, qms)).map(keyOf))
  const findings = now.filter((found) => !known.has(keyOf(found)))
  if (findings.length > 0) throw refuse('PUSH_UNLAWFUL', { ref, findings })
}

const errorsIn = async (
  commit: string,
  ids: readonly string[],
  proposed: ProposedPush,
  qms: Qms,
): Promise<Finding[]> => {
  if (ids.length === 0) return []
  const { audit } = await import('./audit/audit.ts')
  const report = await audit(qms, await proposed.evidence(commit), { ids, recordOnly: true })
  return report.findings.filter((found) => found.severity === 'error')
}

const keyOf = ({ code, document, path, line, found }: Finding): string =>
  JSON.stringify([code, document, path, line, found])

/** Declared types are rare, and their documents are audited anew all the same. */
const hasTrail = async (id: string, snapshot: Snapshot): Promise<boolean> => {
  const parsed = parseId(id)
  return parsed !== null && (await snapshot.read(layout.auditPath(layout.placeOf(parsed)))) !== null
}

const namesIn = (paths: readonly string[]): string[] =>
  paths.flatMap((path) => layout.documentOfEvidence(path) ?? NAME.exec(path)?.[1] ?? [])

const NAME = /([^/]+?)(?:-draft|-v\d+\.\d+|\.source)?\.(?:md|jsonl|json)$/

/** Whether there is such a document. @throws DAMAGED */
const checkDocument = async (name: string, records: Records, snapshot: Snapshot): Promise<boolean> => {
  const id = await records.idOf(name).catch(() => null)
  if (id === null || id.id !== name) return false
  const loaded = await records.find(id)
  if (loaded === null) return checkNothingLeft(layout.metaPath(layout.placeOf(id)), snapshot)
  await checkMetadata(loaded, snapshot)
  await checkTexts(loaded, records, snapshot)
  return true
}

const checkNothingLeft = async (path: string, snapshot: Snapshot): Promise<false> => {
  if ((await snapshot.read(path)) === null) return false
  throw refuse('DAMAGED', { path, problem: 'there is no trail to it', expected: 'a trail', found: 'none' })
}

/** Where nothing followed its adoption, a document keeps the metadata that it brought. */
const checkMetadata = async ({ d, events }: Loaded, snapshot: Snapshot): Promise<void> => {
  if (events.at(-1)?.event === 'ADOPT') return
  const path = layout.metaPath(layout.placeOf(d.id))
  const found = await snapshot.read(path)
  if (found !== null && Buffer.compare(found, metadataFile(d)) === 0) return
  throw refuse('DAMAGED', {
    path,
    problem: 'the metadata is not what the trail gives',
    expected: `version ${d.version}, ${d.status}, as its trail says`,
    found: found === null ? 'no file' : 'other bytes',
  })
}

const checkAnswers = async (d: Document, records: Records, snapshot: Snapshot): Promise<void> => {
  if (d.record === null) return
  const path = layout.recordPath(layout.placeOf(d.id))
  const bytes = await snapshot.read(path)
  const found = bytes === null ? 'no file' : records.digest(bytes)
  if (found === d.record) return
  throw refuse('DAMAGED', {
    path,
    problem: 'the answers are not those that the trail names',
    expected: d.record,
    found,
  })
}

const checkTexts = async ({ d }: Loaded, records: Records, snapshot: Snapshot): Promise<void> => {
  for (const ref of [d.draft, d.live, ...d.archive]) if (ref) await records.text(d, ref)
  await checkAnswers(d, records, snapshot)
  for (const kept of d.kept) await records.kept(d, kept)
  if (d.adopted !== null) return
  const place = layout.placeOf(d.id)
  const { draft, live } = placement(d)
  for (const [path, placed] of [
    [layout.draftPath(place), draft],
    [layout.livePath(place), live],
  ] as const)
    if (placed === null && (await snapshot.read(path)) !== null)
      throw refuse('DAMAGED', {
        path,
        problem: 'the trail knows no such text',
        expected: 'no file',
        found: 'a text',
      })
}
