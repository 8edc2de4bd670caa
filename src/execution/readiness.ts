/** What an executed text lacks before its result may be reviewed. Source: lifecycle design, "Post-review gates"; SOP-004. */
import type { Document } from '../documents/document.ts'
import { codeRanges } from '../documents/markdown.ts'
import { lineOf } from '../documents/text.ts'
import { commentsIn } from './edit.ts'
import { isBlank, itemOf, rowNamed } from './item.ts'
import { endOf, type Outline, startOf, wordsOf } from './outline.ts'
import { type Row, readTables } from './table.ts'

/** Items without an outcome, and what cannot be read as one. Another program's word for an outcome counts as one. */
export const openItems = (outline: Outline, adopted: boolean): string[] => {
  const { tables, unreadable } = readTables(outline)
  const rows = tables.flatMap((table) => table.rows)
  const none = rows.length === 0 && unreadable.length === 0 && !adopted ? ['no execution item'] : []
  const odd = unreadable.map(({ line, found }) => `line ${line}: ${found}`)
  const open = rows.flatMap((row) => {
    const { item, outcome } = itemOf(row)
    if (outcome === null) return [`${item} has no outcome`]
    return outcome === 'Pass' || outcome === 'Fail' || adopted ? [] : [`${item} is ${outcome.slice(0, 40)}`]
  })
  return [...none, ...odd, ...open]
}

/** Items of the approved text that the text no longer has: possible only where no seal keeps them. */
export const lostItems = (approved: Outline, outline: Outline): string[] => {
  const { tables } = readTables(outline)
  return readTables(approved)
    .tables.flatMap((table) => table.rows)
    .filter((row) => rowNamed(tables, row.item) === null)
    .map((row) => `${row.item} was approved, and is gone`)
}

/** Items that failed and that no child document takes over: one named in the item's row, or for the whole in the comments. */
export const uncarried = (outline: Outline, carriers: readonly Document[]): string[] => {
  const rows = readTables(outline).tables.flatMap((table) => table.rows)
  const section = commentsIn(outline)
  const whole = section ? section.nodes.map((node) => wordsOf(node)).join('\n') : ''
  const named = (words: string): boolean => carriers.some((d) => names(words, d.id.id))
  return rows
    .filter((row) => itemOf(row).outcome === 'Fail' && !named(wordsOfRow(row)) && !named(whole))
    .map((row) => `${row.item} failed, and ${expectedOf(carriers)} is named`)
}

/** As a whole: CR-001-VAR-001 is not named by the name of a child of its own. */
const names = (words: string, id: string): boolean =>
  words.split(/[^A-Za-z0-9-]+/).some((word) => word.toUpperCase() === id)

const expectedOf = (carriers: readonly Document[]): string =>
  carriers.length > 0 ? `none of ${carriers.map((d) => d.id.id).join(', ')}` : 'no child document'

const wordsOfRow = (row: Row): string => row.cells.map((cell) => cell.words).join(' ')

/** Blanks that the form leaves to execution and that still stand, but for rows of comments that were not used. */
export const blanksOpen = (outline: Outline, form: string): string[] => {
  const blanks = new Set(form.match(EXECUTION_BLANK) ?? [])
  const found = [...outline.text.matchAll(EXECUTION_BLANK)].filter((m) => blanks.has(m[0]))
  if (found.length === 0) return []
  const excused = [...unusedRows(outline), ...codeRanges(outline.text, outline.root), ...items(outline)]
  return found
    .filter((m) => !excused.some(([start, end]) => m.index >= start && m.index < end))
    .map((m) => `line ${lineOf(outline.text, m.index)} ${m[0]}`)
}

const EXECUTION_BLANK = /\[[A-Z][A-Za-z_/]*\]/g

/** Rows of items answer for themselves: `openItems` names those without an outcome. */
const items = (outline: Outline): [number, number][] =>
  readTables(outline).tables.map((table) => [table.start, table.end])

const unusedRows = (outline: Outline): [number, number][] => {
  const section = commentsIn(outline)
  const rows = (section?.nodes ?? []).flatMap((node) => (node.type === 'table' ? node.children.slice(1) : []))
  return rows
    .filter((row) => row.children.every((cell) => isBlank(wordsOf(cell).trim())))
    .map((row) => [startOf(row) + outline.shift, endOf(row) + outline.shift])
}
