/** An execution item: what was to be done, what was, how it ended, who says so. Source: SOP-004 sections 4 and 5. */

import type { Field } from './columns.ts'
import { outlineOf } from './outline.ts'
import { type ItemTable, type Row, readTables, type Unreadable } from './table.ts'

export interface Item {
  readonly item: string
  readonly task: string
  readonly summary: string | null
  /** `Pass`, `Fail`, or what else stands there; null while nothing does. */
  readonly outcome: string | null
  readonly performer: string | null
  /** As the document has it. */
  readonly date: string | null
  /** Whom the plan names to do it. */
  readonly assignee: string | null
  readonly expected: string | null
  readonly evidence: string | null
  readonly commit: string | null
  readonly vr: string | null
  readonly depends: string | null
  /** Columns of other headings, by heading. */
  readonly other: Readonly<Record<string, string>>
  /** From 1. */
  readonly line: number
}

export interface Items {
  readonly items: readonly Item[]
  readonly unreadable: readonly Unreadable[]
}

/** The items of a text, in its order. @throws FrontmatterError */
export const itemsOf = (text: string): Items => {
  const { tables, unreadable } = readTables(outlineOf(text))
  return { items: tables.flatMap((table) => table.rows.map(itemOf)), unreadable }
}

/** A blank of the form, or nothing: what is still to be answered during execution. */
export const isBlank = (words: string): boolean =>
  /^(?:|-|–|—|(?:\[[A-Z][A-Za-z_/ ]*\](?:\s*[-–—]\s*)?)+)$/.test(words.trim())

const wordsIn = (row: Row, field: Field): string | null => {
  const words = row.cells.find((cell) => cell.field === field)?.words ?? ''
  return isBlank(words) ? null : words
}

export const itemOf = (row: Row): Item => {
  const { performer, date } = signature(row.cells.find((cell) => cell.field === 'performer')?.words ?? '')
  const outcome = wordsIn(row, 'outcome')
  return {
    item: row.item,
    task: wordsIn(row, 'task') ?? '',
    summary: wordsIn(row, 'summary'),
    outcome: outcome && canonical(outcome),
    performer: outcome === null && date === null ? null : performer,
    date,
    assignee: wordsIn(row, 'assignee') ?? (outcome === null && date === null ? performer : null),
    expected: wordsIn(row, 'expected'),
    evidence: wordsIn(row, 'evidence'),
    commit: wordsIn(row, 'commit'),
    vr: wordsIn(row, 'vr'),
    depends: wordsIn(row, 'depends'),
    other: Object.fromEntries(
      row.cells.filter((c) => c.field === 'other' && c.words !== '').map((c) => [c.heading, c.words]),
    ),
    line: row.line,
  }
}

const canonical = (outcome: string): string =>
  /^pass(?:ed)?$/i.test(outcome) ? 'Pass' : /^fail(?:ed)?$/i.test(outcome) ? 'Fail' : outcome

const SIGNED = /^(.*?)\s*[-–—/]\s*((?:\d{4}-\d\d-\d\d|\d{1,2} ?[A-Z][a-z]{2,8} ?\d{4})\b.*)$/

/** `claude - 2026-01-25 09:30 UTC`, `claude - 9Jan2026`; a name before `[DATE]` is whom the plan names. */
const signature = (words: string): { performer: string | null; date: string | null } => {
  const [, by, date] = SIGNED.exec(words.trim()) ?? []
  if (by !== undefined && date !== undefined)
    return { performer: isBlank(by) ? null : by.trim(), date: date.trim() }
  const name = words.replace(/\s*[-–—/]?\s*\[[A-Z][A-Za-z_/ ]*\]\s*$/, '').trim()
  return { performer: isBlank(name) ? null : name, date: null }
}

/** `EI-2`, `ei-2` or `2`: the row meant, or null. */
export const rowNamed = (
  tables: readonly ItemTable[],
  name: string,
): { readonly table: ItemTable; readonly row: Row } | null => {
  const wanted = name.toUpperCase()
  const fits = (row: Row): boolean =>
    row.item.toUpperCase() === wanted || (/^\d+$/.test(name) && row.item.toUpperCase() === `EI-${name}`)
  for (const table of tables) for (const row of table.rows) if (fits(row)) return { table, row }
  return null
}
