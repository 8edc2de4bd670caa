/** Reports of test runs, read into one form: JUnit XML, the JSON of vitest (and jest), that of pytest-json-report. */
import { decode, withoutMark } from '../documents/text.ts'
import { refuse } from '../errors.ts'
import { jestTests, pytestTests } from './json-reports.ts'
import type { Read, TestReport } from './reported.ts'

/** Bytes that a report may have: hundreds of thousands of tests. */
export const LARGEST_REPORT = 32_000_000

const EXPECTED = 'JUnit XML, or the JSON report of vitest, jest or pytest-json-report, in UTF-8'

/** @param file as it was named @throws BAD_REPORT */
export const readReport = async (file: string, bytes: Uint8Array): Promise<TestReport> => {
  const problem = (text: string) => refuse('BAD_REPORT', { file, problem: text, expected: EXPECTED })
  if (bytes.length > LARGEST_REPORT)
    throw problem(`it has ${bytes.length} bytes, and ${LARGEST_REPORT} are the most`)
  const text = decode(bytes)
  if (text === null) throw problem('it is not valid UTF-8')
  const whole = withoutMark(text).trimStart()
  const read = whole.startsWith('<') ? await xmlReport(whole) : jsonReport(whole)
  if (typeof read === 'string') throw problem(read)
  return { file, ...read }
}

const xmlReport = async (text: string): Promise<Read> => (await import('./junit.ts')).junitReport(text)

const jsonReport = (text: string): Read => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return `it is neither XML nor JSON: ${(error as Error).message.slice(0, 200)}`
  }
  return jestTests(value) ?? pytestTests(value) ?? 'it is JSON of another kind'
}
