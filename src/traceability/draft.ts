/**
 * The rows of a matrix as what was found would have them. Rows that say what no search can find, inspections and
 * observations, stay as their author wrote them, byte for byte.
 */
import { markdownCell } from '../package/markdown.ts'
import type { TracedRequirement } from './matrix.ts'
import { bare, kindOf, type Proof, testIn, UNPROVEN } from './proofs.ts'
import type { Matrix, MatrixRow } from './rtm.ts'

export interface Draft {
  /** Each as it is to be written, without the end of its line. */
  readonly rows: readonly string[]
  /** Sources of rows that are not in the present text, and of those that only it has. */
  readonly added: readonly string[]
  readonly removed: readonly string[]
}

const RESULTS: Readonly<Record<Proof['outcome'], string>> = {
  pass: 'Pass',
  fail: 'Fail',
  skip: 'Skipped',
  'not run': 'Not run',
  unknown: 'Not run',
}

const KINDS = { test: 'Test', inspection: 'Inspection', observation: 'Observation' } as const

export const draftOf = (requirements: readonly TracedRequirement[], matrix: Matrix): Draft => {
  const kept = new Set<MatrixRow>()
  const rows = requirements.flatMap((r) => {
    const own = matrix.rows.filter((row) => row.requirements.includes(r.id))
    return rowsOf(r, own).flatMap((row) => {
      if (typeof row === 'string') return [row]
      const again = kept.has(row)
      kept.add(row)
      return again ? [] : [row.source]
    })
  })
  const before = matrix.rows.map((row) => row.source)
  return { rows, added: without(rows, before), removed: without(before, rows) }
}

const without = (all: readonly string[], others: readonly string[]): string[] => {
  const known = new Set(others)
  return all.filter((one) => !known.has(one))
}

/** New rows as text, and present ones as they are. */
const rowsOf = (r: TracedRequirement, own: readonly MatrixRow[]): (string | MatrixRow)[] => {
  const tests = r.proofs.filter((proof) => proof.kind === 'test' && proof.from !== 'matrix')
  const records = r.proofs.filter((proof) => proof.from === 'record')
  const stated = own.filter((row) => !isBlank(row) && (kindOf(row) !== 'test' || tests.length === 0))
  const rows = [
    ...tests.map((test) => testRow(r.id, test, own)),
    ...stated,
    ...records.map((p) => rowOf(r.id, p)),
  ]
  if (rows.length > 0) return rows
  const kind = KINDS[kindOf({ verification: r.verification ?? '' }) ?? 'test']
  return [line([r.id, kind, UNPROVEN, 'Fail'])]
}

/** Of the form, or of a former draft. */
const isBlank = (row: MatrixRow): boolean =>
  row.proof === UNPROVEN || /\{\{/.test(row.source) || row.proof === ''

/** A row that names the same test stays, unless a report says otherwise of its result. */
const testRow = (id: string, test: Proof, own: readonly MatrixRow[]): string | MatrixRow => {
  const same = own.find(
    (row) => row.requirements.length === 1 && kindOf(row) === 'test' && namesTest(row, test),
  )
  if (!same) return rowOf(id, test)
  const silent = test.outcome === 'unknown' || test.outcome === 'not run'
  return silent || same.result === RESULTS[test.outcome] ? same : rowOf(id, test)
}

const namesTest = (row: MatrixRow, { file, name }: Proof): boolean =>
  file !== null && row.files.includes(file) && testIn(row, file) === bare(name)

const rowOf = (id: string, proof: Proof): string => {
  const name = markdownCell(proof.name)
  const proven = proof.file === null ? name : `${code(proof.file)}: ${name}`
  return line([id, KINDS[proof.kind], proven, RESULTS[proof.outcome]])
}

/** A path in backticks; one that holds any, in words. */
const code = (path: string): string => {
  const shown = path.replaceAll('|', '\\|')
  return /[`\r\n]/.test(path) ? markdownCell(path) : `\`${shown}\``
}

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

/** The text with other rows in its one table of the matrix; every other byte stays. Null where there is not one. */
export const withRows = (text: string, matrix: Matrix, rows: readonly string[]): string | null => {
  const [table, ...others] = matrix.tables
  if (!table || others.length > 0) return null
  const head = text.slice(0, table.start)
  const eol = head.endsWith('\r\n') || (!head.endsWith('\n') && head.includes('\r\n')) ? '\r\n' : '\n'
  const apart = head.endsWith('\n') || rows.length === 0 ? '' : eol
  return `${head}${apart}${rows.join(eol)}${text.slice(table.end)}`
}
