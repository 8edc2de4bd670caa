/** `audit`: gathers the evidence, document by document, and has it judged. Source: store design, "What `qms audit` proves". */
import type { Hashes } from '../../audit/evidence.ts'
import { Families, type Life } from '../../audit/families.ts'
import { AUDITED } from '../../audit/files.ts'
import { type Finding, finding, type Verdict, verdictOf } from '../../audit/finding.ts'
import { type Placed, worldOf } from '../../audit/positions.ts'
import { judgeRecord, placedEvents } from '../../audit/system.ts'
import type { SystemEvent } from '../../documents/event.ts'
import { type DocId, requireId } from '../../documents/id.ts'
import { QmsError, refuse } from '../../errors.ts'
import type { Evidence } from '../../store/evidence.ts'
import * as layout from '../../store/layout.ts'
import type { Comparison } from '../checkpoint.ts'
import type { Qms } from '../qms.ts'
import { callsElsewhere, keepAudit, keptAudit, relatedLives } from './again.ts'
import { inspectSurroundings, inspectView } from './around.ts'
import { auditDocuments } from './documents.ts'
import { projectFindings, strays } from './project.ts'
import { type Since, sinceCheckpoint } from './since.ts'
import { type Case, callsOf, type Hearing, openRecords, pathsOfOne, sort, typesNow } from './sorted.ts'

export interface AuditAsk {
  /** Ids as they were given; none for everything. */
  readonly ids: readonly string[]
  /** Go on from the last audit of this clone, if it found nothing wrong. */
  readonly incremental?: boolean
  /** Without the files that people see: what is pushed to a server has none. */
  readonly recordOnly?: boolean
  /** Prove that the record only grew since this checkpoint. */
  readonly since?: Since | undefined
  readonly progress?: Hearing
}

export interface AuditReport {
  readonly tip: string
  readonly scope: 'store' | readonly string[]
  /** The commit up to which an earlier audit was relied on; null where everything was judged. */
  readonly continuedFrom: string | null
  readonly verdict: Verdict
  readonly checked: {
    readonly documents: number
    readonly events: number
    readonly commits: number
    readonly texts: number
  }
  readonly findings: readonly Finding[]
  /** What the record was compared with, and what is new since. */
  readonly since?: Omit<Comparison, 'findings'>
}

/** @throws BAD_ID, NO_DOCUMENT, NOT_INITIALISED, IO, GIT */
export const audit = (qms: Qms, evidence: Evidence, ask: AuditAsk): Promise<AuditReport> =>
  auditOf(qms, evidence, ask, async (wanted) =>
    ask.since ? sinceCheckpoint(qms, evidence, ask.since, wanted) : null,
  )

/** The same of evidence that is in no repository of ours: there is no checkpoint to compare it with. @throws as `audit` */
export const auditElsewhere = (
  around: Pick<Qms, 'digest' | 'now'>,
  evidence: Evidence,
): Promise<AuditReport> => auditOf(around, evidence, { ids: [], recordOnly: true }, async () => null)

const auditOf = async (
  qms: Pick<Qms, 'digest' | 'now'>,
  evidence: Evidence,
  ask: AuditAsk,
  compared: (wanted: readonly DocId[]) => Promise<Comparison | null>,
): Promise<AuditReport> => {
  const hashes: Hashes = { digest: qms.digest, blobId: (bytes) => evidence.blobId(bytes) }
  const types = await typesNow(evidence, hashes)
  const wanted = ask.ids.map((text) => requireId(text, types))
  const whole = wanted.length === 0
  const incomplete = evidence.incomplete()
  const kept = whole && ask.incremental && incomplete === null ? await keptAudit(evidence) : null
  const paths = await pathsOf(evidence, wanted)
  const sorted = await sort(evidence, types, paths, incomplete !== null, ask.progress, kept?.tip).catch(
    broken,
  )
  if (typeof sorted === 'string') return unreadable(evidence, wanted, sorted)
  const { files } = sorted
  const missing = wanted.find(({ id }) => !files.has(id) && !sorted.edges?.has(id))
  if (missing) throw refuse('NO_DOCUMENT', { id: missing.id, suggestions: [] })
  const records = await openRecords(evidence, hashes, sorted)
  const placed = records.map(placedEvents)
  const world = worldOf(placed[0] ?? [], placed[2] ?? [], placed[1] ?? [])
  const calls = callsOf(records)
  const the: Case = { evidence, hashes, sorted, records, world, calls, now: qms.now().getTime() }
  const documents = await auditDocuments(the, wanted, ask.progress)
  const record = [
    ...(kept?.findings ?? []),
    ...records.flatMap((r) => judgeRecord(r, the, the.now)),
    ...documents.findings,
    ...(whole ? await togetherFindings(the, documents.lives, placed[2] ?? []) : []),
  ]
  const since = await compared(wanted)
  const extent = whole ? (kept ? 'changed' : 'all') : 'named'
  const view = ask.recordOnly ? null : await inspectView(evidence, whole ? AUDITED : paths, extent, kept?.at)
  const findings = [
    ...(since?.findings ?? []),
    ...(incomplete ? [finding('HISTORY_INCOMPLETE', {}, 'the whole history', incomplete)] : []),
    ...record,
    ...(await inspectSurroundings(evidence)),
    ...(view ?? []),
  ]
  if (whole && incomplete === null && verdictOf(record) === 'clean')
    await keepAudit(evidence, view?.length === 0 ? the.now : 0, record)
  return {
    tip: evidence.tip,
    scope: whole ? 'store' : wanted.map((id) => id.id),
    continuedFrom: kept?.tip ?? null,
    verdict: verdictOf(findings),
    checked: {
      documents: documents.count,
      events: documents.events + records.reduce((n, r) => n + r.scanned.events.length, 0),
      commits: evidence.commits,
      texts: documents.texts,
    },
    findings,
    ...(since ? { since: { checkpoint: since.checkpoint, grown: since.grown, added: since.added } } : {}),
  }
}

/** Why git cannot walk the history. @throws what is no fault of git's */
const broken = (error: unknown): string => {
  if (error instanceof QmsError && error.code === 'GIT') return (error as QmsError<'GIT'>).facts.reason
  throw error
}

const unreadable = (evidence: Evidence, wanted: readonly DocId[], reason: string): AuditReport => ({
  tip: evidence.tip,
  scope: wanted.length === 0 ? 'store' : wanted.map((id) => id.id),
  continuedFrom: null,
  verdict: 'damaged',
  checked: { documents: 0, events: 0, commits: evidence.commits, texts: 0 },
  findings: [finding('OBJECT_UNREADABLE', {}, 'a history that git can read', reason)],
})

/** What no document shows by itself. */
const togetherFindings = async (
  the: Case,
  lives: readonly Life[],
  policy: readonly Placed<SystemEvent>[],
): Promise<Finding[]> => {
  const related = the.sorted.continued ? await relatedLives(the, lives) : []
  const families = new Families([...lives, ...related], the.world)
  return [
    ...lives.flatMap((life) => families.judge(life)),
    ...(the.sorted.continued ? [] : [...families.numberGaps(), ...families.openChildren()]),
    ...(await callsElsewhere(the)),
    ...(await projectFindings(the, policy)),
    ...(await strays(the)),
  ]
}

/** The files that may belong to these documents, and the system records; everything for none. */
const pathsOf = async (evidence: Evidence, wanted: readonly DocId[]): Promise<readonly string[]> => {
  if (wanted.length === 0) return AUDITED
  const own = await Promise.all(wanted.map((id) => pathsOfOne(evidence, id)))
  return [layout.SYSTEM_FOLDER, layout.CONFIG_FILE, ...own.flat()]
}
