/** Going on from an earlier audit of this clone: only what came after it is judged, and what depends on that. */
import { callFinding, notThere } from '../../audit/called.ts'
import { type Judged, judgeDocument, openDocument } from '../../audit/document.ts'
import type { Life } from '../../audit/families.ts'
import { trailPathOf } from '../../audit/files.ts'
import { FINDINGS, type Finding } from '../../audit/finding.ts'
import { type DocId, parseId } from '../../documents/id.ts'
import { isExecutable } from '../../documents/types.ts'
import type { Evidence } from '../../store/evidence.ts'
import * as layout from '../../store/layout.ts'
import { blobAt, type Case } from './sorted.ts'

/** What is kept of an audit that found nothing wrong. */
export interface Kept {
  readonly format: 1
  readonly tip: string
  /** When it began, in milliseconds since the epoch: files here that were not touched since need not be read. 0 where something was amiss. */
  readonly at: number
  /** Warnings and notes about the record itself. */
  readonly findings: readonly Finding[]
}

/** The last sound audit of this clone, if the tip still has its commit in its history. */
export const keptAudit = async (evidence: Evidence): Promise<Kept | null> => {
  const bytes = await evidence.recall()
  const kept = bytes && parse(bytes)
  return kept && (await evidence.holds(kept.tip)) ? kept : null
}

const parse = (bytes: Uint8Array): Kept | null => {
  try {
    const kept = JSON.parse(new TextDecoder().decode(bytes)) as Partial<Kept>
    const sound =
      kept.format === 1 &&
      typeof kept.tip === 'string' &&
      typeof kept.at === 'number' &&
      Array.isArray(kept.findings) &&
      kept.findings.every((f) => Object.hasOwn(FINDINGS, f.code))
    return sound ? (kept as Kept) : null
  } catch {
    return null
  }
}

/** What is looked at anew each time. */
const PASSING: ReadonlySet<string> = new Set(['work tree', 'checkpoint'])
const AROUND: ReadonlySet<string> = new Set(['REPLACED_OBJECTS', 'FOREIGN_OBJECTS', 'HISTORY_INCOMPLETE'])

export const lasting = (findings: readonly Finding[]): Finding[] =>
  findings.filter((f) => !PASSING.has(FINDINGS[f.code].proof) && !AROUND.has(f.code))

export const keepAudit = (evidence: Evidence, at: number, findings: readonly Finding[]): Promise<void> => {
  const kept: Kept = { format: 1, tip: evidence.tip, at, findings: lasting(findings) }
  return evidence.keep(new TextEncoder().encode(`${JSON.stringify(kept)}\n`))
}

/** The documents that those which moved depend on: they are folded, and not judged again. */
export const relatedLives = async (the: Case, moved: readonly Life[]): Promise<Life[]> => {
  const known = new Set(moved.map((life) => life.id.id))
  const wanted = new Set<string>()
  for (const life of moved) for (const id of await relatives(the, life)) if (!known.has(id)) wanted.add(id)
  const lives = await Promise.all([...wanted].map((id) => lifeAsItWas(the, id)))
  return lives.filter((life) => life !== null)
}

const relatives = async (the: Case, life: Life): Promise<string[]> => {
  if (life.unjudged.length === 0) return []
  const under = life.unjudged.flatMap((moment) => [
    ...moment.carried,
    ...(moment.under ? [moment.under] : []),
  ])
  const above = [life.parent, life.source].filter((id) => id !== null)
  const asks = life.unjudged.some((moment) => moment.gates.length > 0)
  const below = asks ? await idsBelow(the, life.id) : []
  return [...above, ...under, ...below]
}

/** Its children; of an investigation also the change records, any of which may answer it. */
const idsBelow = async ({ evidence, world }: Case, { id, type }: DocId): Promise<string[]> => {
  if (!isExecutable(type)) return []
  const folders = world.types.filter((t) => t.parents.includes(type.name))
  const files = await evidence.tree(folders.map((t) => `${layout.AUDIT_FOLDER}/${t.name}`))
  return files.flatMap(({ path }) => {
    const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.jsonl$/, '')
    const child = parseId(name, world.types)
    return child && (child.parent === id || child.parent === null) ? [child.id] : []
  })
}

const lifeAsItWas = async (the: Case, text: string): Promise<Life | null> =>
  (await judgedAsItWas(the, text))?.life ?? null

/** A document that is only looked at: of what is said of it, only what others asked of it counts. */
const judgedAsItWas = async (the: Case, text: string): Promise<Judged | null> => {
  const { evidence, hashes, world } = the
  const id = parseId(text, world.types)
  const trail = id && (await blobAt(evidence, trailPathOf(id)))
  if (!id || !trail) return null
  const opened = openDocument({ id, trail, present: new Map(), edges: [], continued: true }, hashes)
  return judgeDocument(opened, { ...the, ...hashes, digestOf: () => undefined })
}

/** Calls of agents to documents that this audit has no other cause to look at, or that there are not. */
export const callsElsewhere = async (the: Case): Promise<Finding[]> => {
  const { calls, sorted } = the
  const ids = calls.unjudged().filter((id) => !sorted.files.has(id))
  const found = ids.map(async (id) => {
    const judged = await judgedAsItWas(the, id)
    const missing = () =>
      calls
        .of(id)
        .filter((c) => !c.judged)
        .map((c) => callFinding(c, notThere(c)))
    return judged ? judged.calls : missing()
  })
  return (await Promise.all(found)).flat()
}
