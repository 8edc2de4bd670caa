/** One namespace traced: its requirements with what proves each, and every gap between the two. SOP-006. */
import { isGivenUp } from '../documents/types.ts'
import { type Gap, gap } from './gaps.ts'
import { isOfNamespace, typeOf } from './ids.ts'
import { type Evidence, kindOf, type Proof, prover, resultOf, UNPROVEN } from './proofs.ts'
import type { Requirement, Specification } from './requirements.ts'
import type { Matrix, MatrixRow } from './rtm.ts'

export interface TracedRequirement {
  readonly id: string
  readonly text: string
  readonly verification: string | null
  /** In the specification, from 1. */
  readonly line: number
  readonly proofs: readonly Proof[]
  /** One failure fails it; `none`: nothing proves it. */
  readonly result: Proof['outcome'] | 'none'
}

export interface Traced {
  readonly requirements: readonly TracedRequirement[]
  readonly withdrawn: readonly { id: string; version: string | null; reason: string | null }[]
  readonly gaps: readonly Gap[]
}

/** What a requirement said when its evidence was made; null where it was not stated then. */
export interface Basis {
  readonly version: string
  readonly text: string | null
}

export interface Question {
  readonly namespace: string
  /** Ids of the two documents, or names of the files that stand for them. */
  readonly names: { readonly specification: string; readonly matrix: string }
  readonly specification: Specification
  /** Null where there is none. */
  readonly matrix: Matrix | null
  readonly evidence: Evidence
  /** Of a requirement; absent where the records do not tell, or nothing changed. */
  readonly basis: (id: string) => Basis | undefined
  /** Why the matrix does not cover the specification as it is, by the versions; null where it does. */
  readonly behind: { readonly expected: string; readonly found: string } | null
}

export const traced = (question: Question): Traced => {
  const { specification, matrix, evidence } = question
  const prove = prover(evidence, matrix?.rows ?? [])
  const requirements = specification.requirements
    .filter((r) => r.withdrawn === null)
    .map((r): TracedRequirement => {
      const proofs = prove(r.id)
      const { id, text, verification, line } = r
      return { id, text, verification, line, proofs, result: resultOfAll(proofs) }
    })
  return {
    requirements,
    withdrawn: specification.requirements.flatMap(({ id, withdrawn }) =>
      withdrawn ? [{ id, ...withdrawn }] : [],
    ),
    gaps: [
      ...specificationGaps(question),
      ...requirements.flatMap((r) => requirementGaps(r, question)),
      ...markerGaps(question),
      ...(matrix ? matrixGaps(matrix, question) : [noMatrix(question)]),
    ],
  }
}

const ORDER = ['fail', 'pass', 'skip', 'not run', 'unknown'] as const

const resultOfAll = (proofs: readonly Proof[]): TracedRequirement['result'] =>
  ORDER.find((outcome) => proofs.some((proof) => proof.outcome === outcome)) ?? 'none'

const specificationGaps = ({ specification, names }: Question): Gap[] => [
  ...specification.duplicates.map(({ id, lines }) =>
    gap('DUPLICATE_REQUIREMENT', {
      requirement: id,
      file: names.specification,
      line: lines[1] ?? null,
      expected: 'each id once: an id is never given again',
      found: `stated in lines ${lines.join(', ')}`,
    }),
  ),
  ...specification.malformed.map(({ text, line }) =>
    gap('BAD_REQUIREMENT_ID', {
      file: names.specification,
      line,
      expected: 'an id such as REQ-APP-001',
      found: text,
    }),
  ),
]

const requirementGaps = (r: TracedRequirement, question: Question): Gap[] => [
  ...(r.proofs.length === 0 ? [unproven(r, question)] : []),
  ...r.proofs.flatMap((proof) => proofGaps(r, proof, question)),
  ...kindGaps(r, question),
  ...suspects(r, question),
]

const unproven = (r: TracedRequirement, { matrix, names }: Question): Gap => {
  const row = matrix?.rows.find((one) => one.requirements.includes(r.id) && one.proof !== UNPROVEN)
  const said = row ? `the matrix says "${row.proof}"` : 'nothing'
  return gap('NO_PROOF', {
    requirement: r.id,
    file: names.specification,
    line: r.line,
    expected: 'a test that names it, an inspection in the matrix, or a verification record',
    found: row ? `${said}, which names no file of this project and no record` : said,
  })
}

const OUTCOMES = {
  fail: { code: 'PROOF_FAILED', expected: 'a proof that passes', found: 'failed' },
  skip: { code: 'PROOF_SKIPPED', expected: 'a proof that was carried out', found: 'skipped' },
  'not run': {
    code: 'NOT_IN_REPORT',
    expected: 'a test that the reports name',
    found: 'in no report that was given',
  },
} as const

const proofGaps = (r: TracedRequirement, proof: Proof, { names }: Question): Gap[] => {
  const { outcome } = proof
  const file = proof.file ?? (proof.from === 'matrix' ? names.matrix : null)
  const place = { requirement: r.id, file, line: proof.line }
  const unmarked = proof.kind === 'test' && proof.from === 'matrix'
  const gaps = unmarked
    ? [gap('UNMARKED_PROOF', { ...place, expected: UNMARKED, found: `"${proof.name}" does not name it` })]
    : []
  if (outcome === 'pass' || outcome === 'unknown') return gaps
  const { code, expected, found } = OUTCOMES[outcome]
  const lighter = outcome !== 'fail' && r.proofs.some((other) => other.outcome === 'pass')
  return [...gaps, gap(code, { ...place, expected, found: `${proof.name}: ${found}` }, lighter)]
}

const UNMARKED = 'a test that names the requirement it proves (SOP-006, 6.2)'

/** The specification asks for a kind of proof, and there is only another. */
const kindGaps = (r: TracedRequirement, { names }: Question): Gap[] => {
  const wanted = kindOf({ verification: r.verification ?? '' })
  if (wanted === null || r.proofs.length === 0 || r.proofs.some((proof) => proof.kind === wanted)) return []
  const found = [...new Set(r.proofs.map((proof) => proof.kind))].join(', ')
  const place = { requirement: r.id, file: names.specification, line: r.line }
  return [gap('OTHER_KIND', { ...place, expected: wanted, found })]
}

const suspects = (r: TracedRequirement, { basis, names }: Question): Gap[] => {
  const before = basis(r.id)
  if (!before || before.text === r.text) return []
  const place = { requirement: r.id, file: names.specification, line: r.line }
  const found =
    before.text === null
      ? `it was not stated in version ${before.version}, of which the evidence is`
      : `in version ${before.version}, of which the evidence is: "${before.text}"`
  return [gap('SUSPECT', { ...place, expected: 'evidence of the requirement as it is now', found })]
}

/** Whether an id belongs to this namespace: by its name, or because the specification uses ids of this kind. */
const ownership = ({ namespace, specification }: Question): ((id: string) => boolean) => {
  const types = new Set(specification.requirements.map((r) => typeOf(r.id)))
  return (id) => isOfNamespace(typeOf(id), namespace) || types.has(typeOf(id))
}

const knownBy = (question: Question): ((id: string) => Requirement | undefined) => {
  const known = new Map(question.specification.requirements.map((r) => [r.id, r]))
  return (id) => known.get(id)
}

const namingGap = (id: string, r: Requirement | undefined, place: { file: string; line: number }): Gap[] => {
  if (r === undefined)
    return [
      gap('UNKNOWN_REQUIREMENT', {
        requirement: id,
        ...place,
        expected: 'a requirement of the specification',
        found: id,
      }),
    ]
  if (r.withdrawn === null) return []
  const found = `${id}, withdrawn${r.withdrawn.version ? ` in version ${r.withdrawn.version}` : ''}`
  const expected = 'a requirement that is not withdrawn'
  return [gap('WITHDRAWN_REQUIREMENT', { requirement: id, ...place, expected, found })]
}

const markerGaps = (question: Question): Gap[] => {
  const [own, known] = [ownership(question), knownBy(question)]
  const marked = question.evidence.markers.flatMap((m) =>
    m.ids.filter(own).flatMap((id) => namingGap(id, known(id), m)),
  )
  const reported = question.evidence.reports.flatMap((report) =>
    [...new Set(report.tests.flatMap((test) => test.requirements))]
      .filter((id) => own(id) && known(id) === undefined)
      .filter((id) => !marked.some((g) => g.requirement === id))
      .flatMap((id) => namingGap(id, undefined, { file: report.file, line: 1 })),
  )
  return [...marked, ...reported]
}

const noMatrix = ({ names }: Question): Gap =>
  gap('NO_MATRIX', { file: names.matrix, expected: 'a traceability matrix of this namespace', found: 'none' })

const matrixGaps = (matrix: Matrix, question: Question): Gap[] => {
  const { names, specification, behind, evidence } = question
  const known = knownBy(question)
  const listed = new Set(matrix.rows.flatMap((row) => row.requirements))
  const missing = specification.requirements
    .filter((r) => r.withdrawn === null && !listed.has(r.id))
    .map((r) =>
      gap('NOT_IN_MATRIX', {
        requirement: r.id,
        file: names.matrix,
        expected: 'a row for it',
        found: 'none',
      }),
    )
  return [
    ...missing,
    ...(behind ? [gap('MATRIX_BEHIND', { file: names.matrix, ...behind })] : []),
    ...matrix.rows.flatMap((row) => [
      ...row.requirements.flatMap((id) => namingGap(id, known(id), { file: names.matrix, line: row.line })),
      ...rowGaps(row, question),
    ]),
    ...evidence.reports.flatMap((report) => commitGaps(report, matrix)),
  ]
}

const RECORD = /\b[A-Z]+-\d{3,}(?:-[A-Z]+-\d{3,})*-(?:VR|TP)-\d{3,}\b/g

const rowGaps = (row: MatrixRow, { names, evidence }: Question): Gap[] => {
  const place = { requirement: row.requirements[0] ?? null, file: names.matrix, line: row.line }
  if (row.requirements.length === 0)
    return row.head === '' || row.head.includes('{{')
      ? []
      : [gap('BAD_REQUIREMENT_ID', { ...place, expected: 'an id such as REQ-APP-001', found: row.head })]
  const records = (row.proof.match(RECORD) ?? []).flatMap((id) => {
    const status = evidence.records.find((record) => record.id === id)?.status ?? 'no such document'
    const expected = 'a record that is there and was not cancelled'
    return isGivenUp(status) || status === 'no such document'
      ? [gap('NO_RECORD', { ...place, expected, found: `${id}: ${status}` })]
      : []
  })
  const failed =
    kindOf(row) === 'test' &&
    resultOf(row) === 'fail' &&
    row.proof !== UNPROVEN &&
    evidence.reports.length === 0
  const expected = 'a proof that passes'
  return failed ? [...records, gap('PROOF_FAILED', { ...place, expected, found: row.proof })] : records
}

const commitGaps = ({ file, commit }: Evidence['reports'][number], matrix: Matrix): Gap[] => {
  if (commit === null || matrix.commit === null) return []
  if (commit.startsWith(matrix.commit) || matrix.commit.startsWith(commit)) return []
  return [gap('OTHER_COMMIT', { file, expected: `the qualified commit ${matrix.commit}`, found: commit })]
}
