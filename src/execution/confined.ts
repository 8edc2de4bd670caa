/** Whether a recording wrote only where it may: the cells of its item, one row more, or its section. */
import type { Field } from './columns.ts'
import { commentsIn, splice, summaryIn } from './edit.ts'
import { rowNamed } from './item.ts'
import type { Outline, Section } from './outline.ts'
import { type Cell, readTables } from './table.ts'

/** Written with an outcome; a note leaves outcome and signature alone. */
export const RECORDED: readonly Field[] = ['summary', 'evidence', 'commit', 'vr', 'outcome', 'performer']
export const NOTED: readonly Field[] = ['summary', 'evidence', 'commit', 'vr']

export const isItemOnly = (base: Outline, now: Outline, item: string, action: 'record' | 'note'): boolean => {
  const fields = action === 'record' ? RECORDED : NOTED
  const before = without(base, item, fields)
  return before !== null && before === without(now, item, fields)
}

/** The text with these cells of an item taken out; null where there is no such item. */
const without = (outline: Outline, item: string, fields: readonly Field[]): string | null => {
  const place = rowNamed(readTables(outline).tables, item)
  if (!place) return null
  const cells = place.row.cells.filter((cell) => fields.includes(cell.field))
  return splice(
    outline.text,
    cells.map((cell) => ({ ...withSpaces(outline.text, cell), value: '' })),
  )
}

/** An empty cell is filled with a space on either side. */
const withSpaces = (text: string, { start, end }: Cell): { start: number; end: number } => {
  const [before, after] = [/[ \t]*$/.exec(text.slice(0, start)), /^[ \t]*/.exec(text.slice(end))]
  return { start: start - (before?.[0].length ?? 0), end: end + (after?.[0].length ?? 0) }
}

const ONE_ROW = /^\r?\n\|[^\r\n]*\|$/

/** One row more below those of a table, which names the item. */
export const isAddedRow = (base: Outline, now: Outline, item: string): boolean =>
  rowNamed(readTables(base).tables, item) === null &&
  rowNamed(readTables(now).tables, item) !== null &&
  readTables(base).tables.some(({ end }) => ONE_ROW.test(between(base.text, end, end, now.text) ?? ''))

export const isCommentsOnly = (base: Outline, now: Outline): boolean =>
  isSectionOnly(base, commentsIn(base), now)

export const isSummaryOnly = (base: Outline, now: Outline): boolean =>
  isSectionOnly(base, summaryIn(base), now)

const isSectionOnly = (base: Outline, section: Section | undefined, now: Outline): boolean => {
  if (!section) return false
  const line = base.text.slice(section.start).search(/\r?\n|$/)
  const heading = section.start + line
  return between(base.text, heading, section.end, now.text) !== null
}

/** What stands in `now` in place of a range of `base`; null where anything else differs. */
const between = (base: string, start: number, end: number, now: string): string | null => {
  const tail = base.length - end
  const kept = now.startsWith(base.slice(0, start)) && now.endsWith(base.slice(end))
  return kept && now.length >= start + tail ? now.slice(start, now.length - tail) : null
}
