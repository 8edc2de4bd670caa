/** A traceability matrix (RTM) as its text states it: what it covers, at which commit, and its rows. SOP-006, 6.3. */
import type { Nodes, Root, Table, TableRow } from 'mdast'
import { treeOf } from '../documents/markdown.ts'
import { withoutMark } from '../documents/text.ts'
import { idsIn } from './ids.ts'
import { columnOf, headsOf, lineOfNode, wordsOf } from './words.ts'

export interface MatrixRow {
  /** That the first cell names; none, where it names something else. */
  readonly requirements: readonly string[]
  /** The first cell as it is written. */
  readonly head: string
  readonly verification: string
  readonly proof: string
  readonly result: string
  /** What the proof says in backticks: paths of files, as a rule. */
  readonly files: readonly string[]
  /** In the text, from 1. */
  readonly line: number
  /** The row as it is written, without the end of its line. */
  readonly source: string
}

export interface Matrix {
  readonly rows: readonly MatrixRow[]
  /** Version of the specification that it says it covers. */
  readonly covers: string | null
  /** The commit at which it says that all proof was obtained: 7 hexadecimal digits or more. */
  readonly commit: string | null
  /** Offsets of what follows the line of dashes, up to the end of the last row: of each table of the matrix. */
  readonly tables: readonly { readonly start: number; readonly end: number }[]
}

/** @param text of the document @param specification id of the document that it covers */
export const matrixOf = (text: string, specification: string): Matrix => {
  const root = treeOf(text)
  const shift = text.length - withoutMark(text).length
  const tables = tablesOf(root)
  const matrices = tables.filter(isMatrix)
  return {
    rows: matrices.flatMap((table) => rowsOf(table, text, shift)),
    covers: coveredBy(root, specification),
    commit: tables.map(commitIn).find((commit) => commit !== null) ?? null,
    tables: matrices.map((table) => extentOf(table, text, shift)),
  }
}

/** Only those that stand by themselves: a table in a list or a quote has marks of its own on each line. */
const tablesOf = (root: Root): Table[] => root.children.filter((node) => node.type === 'table')

const isMatrix = (table: Table): boolean => {
  const heads = headsOf(table)
  return /^requirements?$/.test(heads[0] ?? '') && columnOf(heads, /^proof$/, 1) > 0
}

const rowsOf = (table: Table, text: string, shift: number): MatrixRow[] => {
  const heads = headsOf(table)
  const [kind, proof, result] = [/^verification$/, /^proof$/, /^result$/].map((name) =>
    columnOf(heads, name, 1),
  )
  return table.children.slice(1).map((row) => {
    const cells = row.children.map(wordsOf)
    const at = (column: number | undefined): string => cells[column ?? -1] ?? ''
    const cell = row.children[proof ?? -1]
    return {
      requirements: idsIn(cells[0] ?? ''),
      head: cells[0] ?? '',
      verification: at(kind),
      proof: at(proof),
      result: at(result),
      files: cell ? codeIn(cell) : [],
      line: lineOfNode(row),
      source: sourceOf(row, text, shift),
    }
  })
}

const sourceOf = (row: TableRow, text: string, shift: number): string =>
  text.slice((row.position?.start.offset ?? 0) + shift, (row.position?.end.offset ?? 0) + shift)

const codeIn = (node: Nodes): string[] => {
  if (node.type === 'inlineCode') return [node.value.trim()]
  return 'children' in node ? node.children.flatMap(codeIn) : []
}

const extentOf = (table: Table, text: string, shift: number): { start: number; end: number } => {
  const end = (table.position?.end.offset ?? 0) + shift
  const head = text.indexOf('\n', (table.position?.start.offset ?? 0) + shift)
  const dashes = text.indexOf('\n', head + 1)
  return { start: dashes < 0 || dashes > end ? end : dashes + 1, end }
}

/** As the form says it: `SDLC-APP-RS, version 1.0`. */
const coveredBy = (root: Root, specification: string): string | null => {
  const said = new RegExp(`\\b${specification}\\b[^.;]{0,40}?\\bversion\\s+(\\d{1,6}\\.\\d{1,6})\\b`, 'i')
  for (const node of root.children) {
    const found = said.exec(wordsOf(node))
    if (found) return found[1] ?? null
  }
  return null
}

const commitIn = (table: Table): string | null => {
  const column = columnOf(headsOf(table), /^commit$/)
  if (column < 0) return null
  const words = table.children.slice(1).map((row) => wordsOf(row.children[column] ?? row))
  return words.map((word) => /\b[0-9a-f]{7,64}\b/.exec(word)?.[0]).find((commit) => commit) ?? null
}
