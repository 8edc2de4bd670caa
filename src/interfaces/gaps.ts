/** What each gap of a trace says, in a few words. A gap without words does not compile. */
import type { GapCode } from '../app/trace.ts'

export const GAP_WORDS: Readonly<Record<GapCode, string>> = {
  NO_PROOF: 'requirements that nothing proves',
  NOT_IN_MATRIX: 'requirements without a row in the matrix',
  UNKNOWN_REQUIREMENT: 'ids that no requirement has',
  WITHDRAWN_REQUIREMENT: 'proof of requirements that were withdrawn',
  DUPLICATE_REQUIREMENT: 'ids that were given twice',
  BAD_REQUIREMENT_ID: 'what should be an id and is none',
  NOT_IN_REPORT: 'tests that are marked and were not run',
  PROOF_FAILED: 'proof that failed',
  PROOF_SKIPPED: 'proof that was skipped',
  SUSPECT: 'requirements that changed after their evidence was made',
  NO_RECORD: 'records that the matrix names and that are not there',
  OTHER_COMMIT: 'reports of another commit than the qualified one',
  NO_MATRIX: 'no matrix yet',
  MATRIX_BEHIND: 'the matrix does not cover this version of the requirements',
  UNMARKED_PROOF: 'tests that only the matrix ties to a requirement',
  OTHER_KIND: 'proof of another kind than was asked for',
  BAD_MARKER: 'markers that name something else than ids',
  FOREIGN_MARKER: 'markers of requirements of no namespace',
}
