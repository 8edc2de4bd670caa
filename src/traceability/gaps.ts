/** What a trace finds amiss. */

/** How much each weighs: an error means that something required is not proven; a warning is for whoever keeps the matrix. */
export const GAPS = {
  NO_PROOF: 'error',
  NOT_IN_MATRIX: 'error',
  UNKNOWN_REQUIREMENT: 'error',
  WITHDRAWN_REQUIREMENT: 'error',
  DUPLICATE_REQUIREMENT: 'error',
  BAD_REQUIREMENT_ID: 'error',
  NOT_IN_REPORT: 'error',
  PROOF_FAILED: 'error',
  PROOF_SKIPPED: 'error',
  SUSPECT: 'error',
  NO_RECORD: 'error',
  NO_MATRIX: 'warning',
  MATRIX_BEHIND: 'warning',
  OTHER_COMMIT: 'warning',
  UNMARKED_PROOF: 'warning',
  OTHER_KIND: 'warning',
  BAD_MARKER: 'warning',
  FOREIGN_MARKER: 'note',
} as const

export type GapCode = keyof typeof GAPS
export type Weight = (typeof GAPS)[GapCode]

export interface Gap {
  readonly code: GapCode
  readonly severity: Weight
  readonly requirement: string | null
  /** A file of the project, a report, or the id of a document. */
  readonly file: string | null
  readonly line: number | null
  readonly expected: string
  readonly found: string
}

type Facts = Partial<Omit<Gap, 'code' | 'severity'>> & Pick<Gap, 'expected' | 'found'>

/** @param lighter something else proves the same requirement */
export const gap = (code: GapCode, facts: Facts, lighter = false): Gap => ({
  code,
  severity: lighter ? 'warning' : GAPS[code],
  requirement: null,
  file: null,
  line: null,
  ...facts,
})
