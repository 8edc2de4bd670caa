/** From requirements to their proof, and back: what `qms trace` answers. SOP-006. */

import { isNamespace, parseId } from '../documents/id.ts'
import { decode } from '../documents/text.ts'
import { FINAL } from '../documents/types.ts'
import { refuse } from '../errors.ts'
import type { ProjectFiles } from '../project/files.ts'
import { type Gap, type GapCode, gap } from '../traceability/gaps.ts'
import { ID_START, idsIn, isOfNamespace, typeOf } from '../traceability/ids.ts'
import { Runs } from '../traceability/matching.ts'
import { type Question, type Traced, traced } from '../traceability/matrix.ts'
import type { Evidence, ProofRecord } from '../traceability/proofs.ts'
import type { Format } from '../traceability/render.ts'
import type { TestReport } from '../traceability/reported.ts'
import { readReport } from '../traceability/reports.ts'
import { requirementsOf } from '../traceability/requirements.ts'
import { type Matrix, matrixOf } from '../traceability/rtm.ts'
import { statedResult } from '../traceability/stated-result.ts'
import type { Ask, Qms } from './qms.ts'
import { type Loaded, openRecords, type Records } from './records.ts'
import { search } from './survey.ts'
import { type Searched, searched } from './trace-search.ts'
import { pastOf, type Source, type TraceText, textOfDocument, textOfFile } from './trace-texts.ts'
import { copyOfMatrix, type Written, writtenInto } from './trace-write.ts'

export type { TracedRequirement } from '../traceability/matrix.ts'
export type { Proof } from '../traceability/proofs.ts'
export type { Format } from '../traceability/render.ts'
export type { Gap, GapCode, Source, Written }

/** A file that the command line names. */
export interface Given {
  readonly from: string
  readonly bytes: Uint8Array
}

export interface TraceAsk {
  /** All that have a specification, where it is absent. */
  readonly namespace?: string | undefined
  readonly reports: readonly Given[]
  /** Texts that are not in the store. */
  readonly specification?: Given | undefined
  readonly matrix?: Given | undefined
  /** Drafts before the texts in force. */
  readonly draft: boolean
  /** Put the rows that were found into the actor's copy of the matrix. */
  readonly write: boolean
}

export interface NamespaceTrace extends Traced {
  readonly namespace: string
  readonly specification: Source
  readonly matrix: (Source & Pick<Matrix, 'covers' | 'commit'>) | null
  readonly written: Written | null
}

export interface Trace {
  readonly namespaces: readonly NamespaceTrace[]
  readonly files: { readonly searched: number; readonly tooLarge: readonly string[] }
  readonly reports: readonly { file: string; format: string; commit: string | null; tests: number }[]
  /** Of no namespace. */
  readonly gaps: readonly Gap[]
  readonly verdict: 'complete' | 'gaps'
}

/** @throws BAD_REPORT, NO_NAMESPACE, NO_DOCUMENT, NO_TEXT, TEXT_UNREADABLE, NOT_CHECKED_OUT, CHECKED_OUT, NO_COPY, NO_MATRIX */
export const trace = async (qms: Qms, ask: Ask, files: ProjectFiles, given: TraceAsk): Promise<Trace> => {
  const records = await openRecords(qms)
  records.reader(ask.user)
  const reports = await Promise.all(given.reports.map(({ from, bytes }) => readReport(from, bytes)))
  const names = await namespacesOf(records, given)
  const texts = await Promise.all(names.map((name) => textsOfNamespace(qms, ask, records, given, name)))
  const found = await searched(files)
  const evidence = await evidenceOf(qms, records, reports, found, texts)
  const namespaces: NamespaceTrace[] = []
  for (const one of texts) namespaces.push(await traceOf(qms, ask, records, evidence, one, given.write))
  const gaps = unassigned(records, namespaces, found)
  const all = [...gaps, ...namespaces.flatMap((one) => one.gaps)]
  return {
    namespaces,
    files: { searched: found.read, tooLarge: found.tooLarge },
    reports: reports.map(({ file, format, commit, tests }) => ({
      file,
      format,
      commit,
      tests: tests.length,
    })),
    gaps,
    verdict: all.some((one) => one.severity === 'error') ? 'gaps' : 'complete',
  }
}

const ENDED: ReadonlySet<string> = new Set(['RETIRED', 'CANCELLED'])

/** @throws NO_NAMESPACE, BAD_NAME, USAGE */
const namespacesOf = async (records: Records, given: TraceAsk): Promise<readonly string[]> => {
  const { namespaces } = records.system
  const name = given.namespace?.toUpperCase()
  const outside = given.specification !== undefined || given.matrix !== undefined
  if (name === undefined && (outside || given.write))
    throw refuse('USAGE', { problem: 'name the namespace', usage: 'qms trace APP' })
  if (name === undefined)
    return (await Promise.all(namespaces.map((one) => hasSpecification(records, one)))).flat()
  const expected = 'up to 16 capital letters and digits, the first a letter'
  if (!isNamespace(name)) throw refuse('BAD_NAME', { name: name.slice(0, 80), what: 'namespace', expected })
  if (given.specification === undefined && !namespaces.includes(name))
    throw refuse('NO_NAMESPACE', { name, namespaces })
  return [name]
}

const hasSpecification = async (records: Records, namespace: string): Promise<string[]> => {
  const loaded = await documentOf(records, specificationOf(namespace))
  return loaded && !ENDED.has(loaded.d.status) ? [namespace] : []
}

const specificationOf = (namespace: string): string => `SDLC-${namespace}-RS`
const matrixIdOf = (namespace: string): string => `SDLC-${namespace}-RTM`

const documentOf = async (records: Records, id: string): Promise<Loaded | null> => {
  const parsed = parseId(id, records.system.types)
  return parsed && records.find(parsed)
}

interface Texts {
  readonly namespace: string
  readonly specification: TraceText
  readonly matrix: { readonly text: TraceText; readonly read: Matrix } | null
}

const textsOfNamespace = async (
  qms: Qms,
  ask: Ask,
  records: Records,
  given: TraceAsk,
  namespace: string,
): Promise<Texts> => {
  const id = specificationOf(namespace)
  const specification = given.specification
    ? textOfFile(records, given.specification.from, given.specification.bytes)
    : await textOfDocument(records, await records.load(id), given.draft)
  if (!specification) throw refuse('NO_TEXT', { id, status: await statusOf(records, id), wanted: 'a text' })
  const matrix = await matrixText(qms, ask, records, given, namespace)
  return { namespace, specification, matrix: matrix && { text: matrix, read: matrixOf(matrix.text, id) } }
}

const statusOf = async (records: Records, id: string): Promise<string> => (await records.load(id)).d.status

const matrixText = async (
  qms: Qms,
  ask: Ask,
  records: Records,
  given: TraceAsk,
  namespace: string,
): Promise<TraceText | null> => {
  if (given.matrix) return textOfFile(records, given.matrix.from, given.matrix.bytes)
  if (given.write) return copyOfMatrix(qms, ask, records, await records.load(matrixIdOf(namespace)))
  const loaded = await documentOf(records, matrixIdOf(namespace))
  return loaded && !ENDED.has(loaded.d.status) ? textOfDocument(records, loaded, given.draft) : null
}

const traceOf = async (
  qms: Qms,
  ask: Ask,
  records: Records,
  evidence: Evidence,
  texts: Texts,
  write: boolean,
): Promise<NamespaceTrace> => {
  const first = traced(await questionOf(records, evidence, texts))
  const written = write && texts.matrix ? await writtenInto(qms, ask, first.requirements, texts.matrix) : null
  const after = written === null ? texts : withMatrix(texts, written.text)
  const last = written === null ? first : traced(await questionOf(records, evidence, after))
  const { matrix } = after
  return {
    namespace: texts.namespace,
    specification: sourceOf(texts.specification),
    matrix: matrix && { ...sourceOf(matrix.text), covers: matrix.read.covers, commit: matrix.read.commit },
    ...last,
    written: written?.written ?? null,
  }
}

const withMatrix = ({ matrix, ...texts }: Texts, text: string): Texts => ({
  ...texts,
  matrix: matrix && {
    text: { ...matrix.text, text },
    read: matrixOf(text, specificationOf(texts.namespace)),
  },
})

const sourceOf = ({ id, version, status, place, digest }: TraceText): Source => ({
  id,
  version,
  status,
  place,
  digest,
})

const questionOf = async (
  records: Records,
  evidence: Evidence,
  { namespace, specification, matrix }: Texts,
): Promise<Question> => ({
  namespace,
  names: { specification: specification.id, matrix: matrix?.text.id ?? matrixIdOf(namespace) },
  specification: requirementsOf(specification.text),
  matrix: matrix?.read ?? null,
  evidence,
  ...(await pastOf(records, specification, matrix)),
})

const evidenceOf = async (
  qms: Qms,
  records: Records,
  reports: readonly TestReport[],
  { markers, paths }: Searched,
  texts: readonly Texts[],
): Promise<Evidence> => ({
  markers,
  reports,
  runs: new Runs(reports),
  has: (path) => paths.has(path),
  records: await recordsNaming(qms, records, texts),
})

const IS_RECORD = /\b[A-Z][A-Z0-9-]*-(?:VR|TP)-\d{3,9}\b/g

/** Verification records and test protocols that name a requirement, or that a matrix names. */
const recordsNaming = async (
  qms: Qms,
  records: Records,
  texts: readonly Texts[],
): Promise<readonly ProofRecord[]> => {
  const named = new Map<string, Set<string>>()
  const rows = texts.flatMap(({ matrix }) => matrix?.read.rows ?? [])
  for (const id of rows.flatMap((row) => row.proof.match(IS_RECORD) ?? [])) named.set(id, new Set())
  for (const { document, text } of await search(qms, ID_START, { current: true })) {
    const type = parseId(document, records.system.types)?.type.name
    if (type !== 'VR' && type !== 'TP') continue
    const ids = named.get(document) ?? new Set()
    for (const id of idsIn(text)) ids.add(id)
    named.set(document, ids)
  }
  const found = await Promise.all([...named].map(([id, ids]) => recordOf(records, id, [...ids])))
  return found.flat()
}

const recordOf = async (
  records: Records,
  id: string,
  requirements: readonly string[],
): Promise<ProofRecord[]> => {
  const loaded = await documentOf(records, id)
  if (!loaded) return []
  const { d } = loaded
  const text = FINAL.has(d.status) && d.live ? (decode(await records.text(d, d.live)) ?? '') : ''
  return [{ id: d.id.id, status: d.status, requirements, result: statedResult(text) }]
}

/** Markers that no namespace could be meant by, and those that name what is no id. */
const unassigned = (records: Records, traces: readonly NamespaceTrace[], found: Searched): Gap[] => {
  const own = new Set(
    traces.flatMap((one) => [...one.requirements, ...one.withdrawn].map((r) => typeOf(r.id))),
  )
  const names = [...records.system.namespaces, ...traces.map((one) => one.namespace)]
  const isOwn = (type: string): boolean => own.has(type) || names.some((name) => isOfNamespace(type, name))
  const foreign = new Map<string, { file: string; line: number; ids: Set<string> }>()
  for (const { ids, file, line } of found.markers)
    for (const id of ids.filter((one) => !isOwn(typeOf(one)))) {
      const first = foreign.get(typeOf(id)) ?? { file, line, ids: new Set() }
      first.ids.add(id)
      foreign.set(typeOf(id), first)
    }
  const bad = found.bad.map(({ file, line, text }) =>
    gap('BAD_MARKER', {
      file,
      line,
      expected: 'ids such as REQ-APP-001, with commas between them',
      found: text,
    }),
  )
  const others = [...foreign].map(([type, { file, line, ids }]) =>
    gap('FOREIGN_MARKER', {
      file,
      line,
      expected: `a namespace ${type}`,
      found: `${[...ids].slice(0, 5).join(', ')}${ids.size > 5 ? ` and ${ids.size - 5} more` : ''}`,
    }),
  )
  return [...bad, ...others]
}

/** As a file. */
export const asFile = async (made: Trace, format: Format): Promise<string> =>
  (await import('../traceability/render.ts')).rendered(made, format)
