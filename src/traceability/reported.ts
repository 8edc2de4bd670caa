/** What a report of a test run tells, whatever its form. */

export type Outcome = 'pass' | 'fail' | 'skip'

export interface ReportedTest {
  /** As the report names it. */
  readonly name: string
  /** The groups it stands in, outermost first, and its own name; empty for a file that could not be run at all. */
  readonly titles: readonly string[]
  /** Path with `/`, absolute or relative; null where the report names none. */
  readonly file: string | null
  /** As JUnit has it, such as `tests.test_order.TestTotals`; null elsewhere. */
  readonly classname: string | null
  readonly outcome: Outcome
  /** Named in its name, its class or its properties. */
  readonly requirements: readonly string[]
}

export interface TestReport {
  /** Where it was read. */
  readonly file: string
  readonly format: 'junit' | 'vitest' | 'pytest'
  /** The commit that it says it is of: 7 to 64 hexadecimal digits; null where it says none. */
  readonly commit: string | null
  readonly tests: readonly ReportedTest[]
}

/** A report, or why the text is none. */
export type Read = Omit<TestReport, 'file'> | string

const COMMIT = /^[0-9a-f]{7,64}$/i

/** What a property of a report says of its commit, under the names that are in use. */
export const commitOf = (name: string, value: unknown): string | null =>
  /^(?:git[._-]?)?(?:commit|revision|sha)(?:[._-]?(?:id|sha|hash))?$/i.test(name) &&
  typeof value === 'string' &&
  COMMIT.test(value.trim())
    ? value.trim().toLowerCase()
    : null
