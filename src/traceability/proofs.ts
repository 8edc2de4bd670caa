/** What is there to prove a requirement: tests that name it, reported tests, rows of the matrix, records of observations. */
import { isGivenUp } from '../documents/types.ts'
import type { Marker } from './markers.ts'
import type { Runs } from './matching.ts'
import type { Outcome, ReportedTest, TestReport } from './reported.ts'
import type { MatrixRow } from './rtm.ts'

export type ProofKind = 'test' | 'inspection' | 'observation'

export interface Proof {
  readonly kind: ProofKind
  /** Name of the test, words of the matrix, or id of the record. */
  readonly name: string
  readonly file: string | null
  readonly line: number | null
  /** `not run`: reports were given and none names it. `unknown`: nothing tells. */
  readonly outcome: Outcome | 'not run' | 'unknown'
  /** Where it was found: a comment or a name in a file, a report, the matrix, or a record in the store. */
  readonly from: 'comment' | 'name' | 'report' | 'matrix' | 'record'
}

/** A verification record or test protocol of the store, and what it says of requirements. */
export interface ProofRecord {
  readonly id: string
  readonly status: string
  readonly requirements: readonly string[]
  /** Its result, where it is closed and says one. */
  readonly result: 'pass' | 'fail' | null
}

export interface Evidence {
  readonly markers: readonly Marker[]
  readonly reports: readonly TestReport[]
  readonly runs: Runs
  readonly records: readonly ProofRecord[]
  /** Whether the project has a file of this path. */
  readonly has: (path: string) => boolean
}

/** Ids of requirements, each with what names it. */
const byRequirement = <T>(
  all: readonly T[],
  ids: (one: T) => readonly string[],
): ReadonlyMap<string, T[]> => {
  const found = new Map<string, T[]>()
  for (const one of all)
    for (const id of ids(one)) {
      const same = found.get(id)
      if (same) same.push(one)
      else found.set(id, [one])
    }
  return found
}

/** Looks each requirement up in what there is; made once for all of them. */
export const prover = (evidence: Evidence, rows: readonly MatrixRow[]): ((id: string) => Proof[]) => {
  const markers = byRequirement(evidence.markers, (m) => m.ids)
  const reported = byRequirement(
    evidence.reports.flatMap((report) => report.tests),
    (test) => test.requirements,
  )
  const inMatrix = byRequirement(rows, (row) => row.requirements)
  const records = byRequirement(
    evidence.records.filter((r) => !isGivenUp(r.status)),
    (r) => r.requirements,
  )
  return (id) => {
    const marked = markedProofs(markers.get(id) ?? [], evidence)
    const more = reportedProofs(reported.get(id) ?? [], marked)
    const tests = [...marked.map((m) => m.proof), ...more]
    const stated = (inMatrix.get(id) ?? []).flatMap((row) => statedProof(row, tests, evidence))
    return [...tests, ...stated, ...recordProofs(records.get(id) ?? [], inMatrix.get(id) ?? [])]
  }
}

interface Marked {
  readonly proof: Proof
  readonly tests: ReadonlySet<ReportedTest>
}

/** Each test once, also where both forms name it. */
const markedProofs = (markers: readonly Marker[], { reports, runs }: Evidence): Marked[] => {
  const once = new Map(markers.map((m) => [`${m.file}\n${m.test ?? ''}`, m]))
  return [...once.values()].map((marker) => {
    const ran = runs.of(marker)
    const outcome = reports.length === 0 ? 'unknown' : (ran.outcome ?? 'not run')
    const { file, line, form, test } = marker
    const proof: Proof = {
      kind: 'test',
      name: test ?? 'all tests of the file',
      file,
      line,
      outcome,
      from: form,
    }
    return { proof, tests: ran.tests }
  })
}

/** Tests that name the requirement in the report and belong to no marker; the cases of one test together. */
const reportedProofs = (tests: readonly ReportedTest[], marked: readonly Marked[]): Proof[] => {
  const others = tests.filter((test) => !marked.some((m) => m.tests.has(test)))
  const once = byRequirement(others, (test) => [
    `${test.file ?? test.classname ?? ''}\n${test.titles.join('\n')}`,
  ])
  return [...once.values()].flatMap((cases) => {
    const [first] = cases
    if (!first) return []
    const outcomes = new Set(cases.map((test) => test.outcome))
    const outcome = outcomes.has('fail') ? 'fail' : outcomes.has('pass') ? 'pass' : 'skip'
    const name = first.titles.join(' > ') || first.name
    return [{ kind: 'test' as const, name, file: first.file, line: null, outcome, from: 'report' as const }]
  })
}

const KINDS: Readonly<Record<string, ProofKind>> = {
  test: 'test',
  inspection: 'inspection',
  observation: 'observation',
}

/** Of a row; null where it names none of the three, or is still a blank of the form. */
export const kindOf = (row: Pick<MatrixRow, 'verification'>): ProofKind | null =>
  KINDS[row.verification.trim().toLowerCase()] ?? null

/** What a drafted row says of a requirement that nothing proves (SOP-006, 6.3: it shall be listed as such). */
export const UNPROVEN = 'No proof found'

const RESULTS: Readonly<Record<string, Outcome>> = {
  pass: 'pass',
  passed: 'pass',
  fail: 'fail',
  failed: 'fail',
}

export const resultOf = (row: Pick<MatrixRow, 'result'>): Outcome | 'unknown' =>
  RESULTS[row.result.trim().toLowerCase()] ?? 'unknown'

/** What only the matrix says. A test counts where its file exists; that of a test which was found is told by the test. */
const statedProof = (row: MatrixRow, tests: readonly Proof[], { has, reports, runs }: Evidence): Proof[] => {
  const kind = kindOf(row)
  if (kind === null || row.proof === '' || row.proof === UNPROVEN || row.proof.includes('{{')) return []
  const base = { kind, line: row.line, from: 'matrix' as const }
  if (kind !== 'test') return [{ ...base, name: row.proof, file: null, outcome: resultOf(row) }]
  const file = row.files.find(has)
  if (file === undefined || tests.some((test) => test.file === file)) return []
  const test = testIn(row, file)
  const ran = runs.of({ file, test })
  const outcome = reports.length === 0 ? resultOf(row) : (ran.outcome ?? 'not run')
  return [{ ...base, name: test ?? 'all tests of the file', file, outcome }]
}

/** The words beside the file, which name the test; null where there are none. */
export const testIn = (row: MatrixRow, file: string): string | null => {
  const words = bare(row.proof.replace(file, ''))
  return words === '' ? null : words
}

/** On one line, without what separates it from others. */
export const bare = (words: string): string =>
  words
    .replace(/\s+/g, ' ')
    .replace(/^[ :,;–—-]+/, '')
    .replace(/[ :,;–—-]+$/, '')

const recordProofs = (records: readonly ProofRecord[], rows: readonly MatrixRow[]): Proof[] =>
  records
    .filter((record) => !rows.some((row) => row.proof.includes(record.id)))
    .map((record) => ({
      kind: 'observation',
      name: record.id,
      file: null,
      line: null,
      outcome: record.result ?? 'unknown',
      from: 'record',
    }))
