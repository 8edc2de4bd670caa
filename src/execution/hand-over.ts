/** What a document hands over to the one that takes a failed item on. Source: SOP-004 section 6, scope hand-off. */
import { cellText } from './edit.ts'
import { type Item, itemOf, rowNamed } from './item.ts'
import { outlineOf } from './outline.ts'
import { readTables } from './table.ts'

/** Answers to the blanks of a variance's or an exception's form, by name; null where there is no such item. */
export const handOver = (text: string, name: string, found: string): Record<string, string> | null => {
  const { tables } = readTables(outlineOf(text))
  const place = rowNamed(tables, name)
  if (!place) return null
  const item = itemOf(place.row)
  const all = tables.flatMap((table) => table.rows.map(itemOf)).filter((i) => i.item !== item.item)
  const scope = `${item.item}: ${item.task}`
  const answers = {
    ITEM: item.item,
    FAILED_ITEM: item.item,
    APPROVED: [scope, item.expected ? `Expected: ${item.expected}` : ''].filter((s) => s !== '').join('. '),
    ...(found.trim() === '' ? {} : { ACTUAL: found }),
    COMPLETED: listOf(all.filter((i) => i.outcome === 'Pass')),
    HANDED_OVER: scope,
    TAKEN_ON: scope,
    STAYS: listOf(all.filter((i) => i.outcome === null)),
  }
  return Object.fromEntries(Object.entries(answers).map(([key, value]) => [key, cellText(value)]))
}

const listOf = (items: readonly Item[]): string =>
  items.length === 0 ? 'None' : items.map((i) => i.item).join(', ')
