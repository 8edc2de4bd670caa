/** Document by document: what is read of each, and its audit. */
import { textsFor } from '../../audit/checks.ts'
import { type Judged, judgeDocument, openDocument } from '../../audit/document.ts'
import type { Opened, Present } from '../../audit/evidence.ts'
import type { ReadText } from '../../audit/executed.ts'
import type { Life } from '../../audit/families.ts'
import { trailPathOf } from '../../audit/files.ts'
import { type Finding, finding } from '../../audit/finding.ts'
import type { Edge } from '../../audit/history.ts'
import type { World } from '../../audit/positions.ts'
import { type DocId, requireId } from '../../documents/id.ts'
import type { TreeFile } from '../../store/evidence.ts'
import * as layout from '../../store/layout.ts'
import { type Case, Digests, type Hearing } from './sorted.ts'

export interface Documents {
  readonly count: number
  readonly events: number
  readonly texts: number
  readonly findings: readonly Finding[]
  readonly lives: readonly Life[]
}

/** So many are in hand at the same time: their questions to git go out together. */
const IN_HAND = 32

export const auditDocuments = async (
  the: Case,
  wanted: readonly DocId[],
  progress?: Hearing,
): Promise<Documents> => {
  const { files, edges } = the.sorted
  const ids = wanted.length > 0 ? wanted : documentIds([...files.keys(), ...(edges?.keys() ?? [])], the.world)
  const findings: Finding[][] = new Array(ids.length).fill([])
  const found: (Life | null)[] = new Array(ids.length).fill(null)
  let [events, texts, done, next] = [0, 0, 0, 0]
  const work = async (): Promise<void> => {
    for (let i = next++; i < ids.length; i = next++) {
      const judged = await auditOne(the, ids[i]!)
      findings[i] = [...judged.findings]
      events += judged.events
      texts += judged.texts
      found[i] = judged.life
      done += 1
      if (done % 64 === 0 || done === ids.length) progress?.('documents', done, ids.length)
    }
  }
  await Promise.all(Array.from({ length: IN_HAND }, work))
  const lives = found.filter((life) => life !== null)
  const count = lives.length
  return { count, events, texts, findings: findings.flat(), lives }
}

const documentIds = (keys: readonly string[], { types }: World): DocId[] =>
  [...new Set(keys)]
    .filter((key) => /^[A-Z]/.test(key))
    .sort()
    .map((id) => requireId(id, types))

export const auditOne = async (the: Case, id: DocId): Promise<Judged & { texts: number }> => {
  const { evidence, hashes, sorted } = the
  const files = sorted.files.get(id.id) ?? []
  const edges = sorted.edges?.of(id.id) ?? null
  const path = trailPathOf(id)
  const file = files.find((f) => f.path === path)
  const trail = file?.mode === '100644' ? await evidence.blob(file.oid) : null
  const digests = new Digests(evidence, hashes)
  const metadata = new Map<string, Uint8Array>()
  const rest = files.filter((f) => f.path !== path)
  await digests.read([
    ...textsOf(edges ?? [], path),
    ...rest.filter((f) => f.mode.startsWith('100')).map((f) => f.oid),
  ])
  for (const f of rest.filter((f) => f.path.startsWith(layout.META_FOLDER))) {
    const bytes = await evidence.blob(f.oid)
    if (bytes) metadata.set(f.path, bytes)
  }
  const present = new Map<string, Present>(
    rest.map((f) => {
      const bytes = metadata.get(f.path)
      return [f.path, { mode: f.mode, digest: digests.of(f.oid) ?? null, ...(bytes ? { bytes } : {}) }]
    }),
  )
  const opened = openDocument({ id, trail, present, edges, continued: sorted.continued }, hashes)
  await Promise.all(opened.unknown.map(async (oid) => opened.versions.learn(oid, await evidence.blob(oid))))
  const judged = judgeDocument(opened, { ...the, ...hashes, digestOf: digests.of })
  const broken = file && trail === null ? [unreadable(id.id, file)] : []
  const executed = judged.checks.length > 0 ? await executedFindings(the, opened, judged, digests) : []
  const findings = broken.length > 0 ? broken : [...judged.findings, ...executed, ...judged.calls]
  return { ...judged, findings, texts: digests.size }
}

/** Texts are read one after the other, each once: the approved one and the last two are in hand at a time. */
const executedFindings = async (
  { evidence }: Case,
  { evidence: { id }, scanned }: Opened,
  { checks }: Judged,
  digests: Digests,
): Promise<Finding[]> => {
  const { Executed, readText } = await import('../../audit/executed.ts')
  const { before, events } = scanned
  const executed = new Executed({ document: id.id, path: trailPathOf(id), before }, events)
  const inHand = new Map<string, ReadText>()
  const findings: Finding[] = []
  for (const check of checks) {
    const wanted = textsFor(check)
    for (const digest of wanted) {
      if (inHand.has(digest)) continue
      const oid = digests.nameOf(digest)
      inHand.set(digest, readText(oid === undefined ? null : await evidence.blob(oid)))
    }
    findings.push(...executed.judge(check, (digest) => inHand.get(digest) ?? null))
    for (const digest of inHand.keys()) if (!wanted.includes(digest)) inHand.delete(digest)
  }
  return findings
}

const unreadable = (document: string, { path, mode, oid }: TreeFile): Finding =>
  mode === '100644'
    ? finding(
        'OBJECT_UNREADABLE',
        { document, path },
        `git object ${oid}`,
        'it is missing or damaged; another clone may hold it',
      )
    : finding('NOT_A_FILE', { document, path }, 'an ordinary file', `mode ${mode}`)

/** Names of the texts and records of answers that history gave the document: their digests are what its events name. */
export const textsOf = (edges: readonly Edge[], trailPath: string): string[] =>
  edges.flatMap(({ changes }) =>
    changes.flatMap(({ path, after }) =>
      path !== trailPath &&
      after &&
      (!path.startsWith(layout.META_FOLDER) || path.endsWith(layout.RECORD_END))
        ? [after.oid]
        : [],
    ),
  )
