/** What was recorded of items by command changes by command alone: there a reason is asked, and the former value stays. */
import type { DocumentEvent } from '../documents/event.ts'
import { isExecuted } from './columns.ts'
import { rowNamed } from './item.ts'
import type { Outline } from './outline.ts'
import { type ItemTable, type Row, readTables } from './table.ts'

/** Items of which something was written into the text since it was released, and those that were added. */
const writtenItems = (events: readonly DocumentEvent[]): string[] => [
  ...new Set(events.flatMap((e) => (e.event === 'EI' && e.content !== e.base ? [e.item] : []))),
]

/** Recorded cells in which `now` differs from `base`, such as `EI-2 Task Outcome`. */
export const alteredBetween = (events: readonly DocumentEvent[], base: Outline, now: Outline): string[] => {
  const items = writtenItems(events)
  const [before, after] = [readTables(base).tables, readTables(now).tables]
  return items.flatMap((item) => differing(item, rowOf(before, item), rowOf(after, item)))
}

/**
 * Items stay once they are there, approved or added, and so does what they ask; and no row comes that could not be read
 * as one: it would stand in the way of the review for good.
 */
export const alteredPlan = (base: Outline, now: Outline): string[] => {
  const [before, after] = [readTables(base), readTables(now)]
  const known = new Set(before.unreadable.map(({ found }) => found))
  const rows = before.tables.flatMap((table) => table.rows)
  return [
    ...rows.flatMap((row) => replanned(row, rowOf(after.tables, row.item))),
    ...after.unreadable
      .filter(({ found }) => !known.has(found))
      .map(({ line, found, expected }) => `line ${line}: ${found} (expected ${expected})`),
  ]
}

const replanned = (before: Row, after: Row | undefined): string[] => {
  if (!after) return [`${before.item} is gone`]
  return before.cells.flatMap((cell, i) =>
    isExecuted(cell) || cell.source === after.cells[i]?.source ? [] : [`${before.item} ${cell.heading}`],
  )
}

const rowOf = (tables: readonly ItemTable[], item: string): Row | undefined => rowNamed(tables, item)?.row

const differing = (item: string, before: Row | undefined, after: Row | undefined): string[] => {
  if (!before) return []
  if (!after) return [item]
  return before.cells.flatMap((cell, i) =>
    cell.source === after.cells[i]?.source ? [] : [`${item} ${cell.heading}`],
  )
}
