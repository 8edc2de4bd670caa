/** What was recorded of items by command changes by command alone: there a reason is asked, and the former value stays. */
import type { DocumentEvent } from '../documents/event.ts'
import { rowNamed } from './item.ts'
import { type Outline, outlineOf } from './outline.ts'
import { type ItemTable, type Row, readTables } from './table.ts'

/** Items of which something was written into the text since it was released, and those that were added. */
const writtenItems = (events: readonly DocumentEvent[]): string[] => [
  ...new Set(events.flatMap((e) => (e.event === 'EI' && e.content !== e.base ? [e.item] : []))),
]

/** Recorded cells in which `now` differs from `base`, such as `EI-2 Task Outcome`. */
export const alteredRecords = (events: readonly DocumentEvent[], base: string, now: string): string[] =>
  writtenItems(events).length === 0 ? [] : alteredBetween(events, outlineOf(base), outlineOf(now))

/** The same of texts that have been read. */
export const alteredBetween = (events: readonly DocumentEvent[], base: Outline, now: Outline): string[] => {
  const items = writtenItems(events)
  const [before, after] = [readTables(base).tables, readTables(now).tables]
  return items.flatMap((item) => differing(item, rowOf(before, item), rowOf(after, item)))
}

const rowOf = (tables: readonly ItemTable[], item: string): Row | undefined => rowNamed(tables, item)?.row

const differing = (item: string, before: Row | undefined, after: Row | undefined): string[] => {
  if (!before) return []
  if (!after) return [item]
  return before.cells.flatMap((cell, i) =>
    cell.source === after.cells[i]?.source ? [] : [`${item} ${cell.heading}`],
  )
}
