/**
 * What changed between two texts, where it can be told line by line and without a parser of Markdown, which takes a
 * thousand times as long: cells of items that are filled, and lines of open sections. Wherever anything else differs, or
 * something stands in the text that could make a line mean something else, it is not told.
 */
import { type Column, columnsOf, type Field, isExecuted } from './columns.ts'
import { spansOf } from './table.ts'

export interface PlainChange {
  /** The item of which cells were filled; null for a line of an open section. */
  readonly item: string | null
  readonly cells: readonly { readonly field: Field; readonly before: string; readonly after: string }[]
}

/** Null where it cannot be told; else all changes, none of which touches what is sealed. */
export const plainChanges = (before: string, after: string): readonly PlainChange[] | null => {
  const [a, b] = [before.split('\n'), after.split('\n')]
  const more = b.length - a.length
  if (more < 0 || isIntricate(before) || isIntricate(after)) return null
  const closed = closedLines(a)
  const paired = more === 0 ? a.length : a.length - sharedEnd(a, b)
  const changes: PlainChange[] = []
  for (let i = 0; i < paired; i++) {
    if (a[i] === b[i]) continue
    const told = !closed[i] && !holdsHtml(a[i]!) && !holdsHtml(b[i]!)
    const change = told ? (rowChange(a, b, i) ?? openChange(a, b, i, closed)) : null
    if (!change) return null
    changes.push(change)
  }
  if (more === 0) return changes
  return isAddition(a, b, paired, closed) ? [...changes, IN_OPEN] : null
}

const IN_OPEN: PlainChange = { item: null, cells: [] }

/** How many lines at the end are the same. */
const sharedEnd = (a: readonly string[], b: readonly string[]): number => {
  let n = 0
  while (n < a.length && a[a.length - 1 - n] === b[b.length - 1 - n]) n++
  return n
}

const CLOSING = /^ {0,3}(?:[-*_] *){3,}$|END OF/

/** Lines that were added before `at`, into an open section, and not below what ends it, nor before a line that they could change. */
const isAddition = (
  a: readonly string[],
  b: readonly string[],
  at: number,
  closed: readonly boolean[],
): boolean => {
  if (at === 0 || closed[at - 1] || !isOpen(a, b, at - 1, closed)) return false
  if ((a[at] ?? '') !== '') return false
  const end = at + b.length - a.length
  for (let i = at; i < end; i++) if (b[i] !== '' && (kindAt(b, i) === null || holdsHtml(b[i]!))) return false
  return !CLOSING.test(a.slice(0, at).findLast((line) => line !== '') ?? '')
}

/** Other ends of line, code in fences, and HTML but for comments that stand by themselves. */
const isIntricate = (text: string): boolean => /[\r\t\ufeff]|^ {0,3}(?:`{3}|~{3}|<(?!!--))/m.test(text)

/** What could change how the lines below it are shown; an address in angle brackets is none. */
const holdsHtml = (line: string): boolean => /<(?!https?:\/\/[^\s<>]*>)[A-Za-z/!?]/.test(line)

/** Lines of the frontmatter and of comments: nothing in them is open. */
const closedLines = (lines: readonly string[]): boolean[] => {
  const front = lines[0] === '---' ? lines.indexOf('---', 1) : -1
  let comment = false
  return lines.map((line, i) => {
    const within = comment || /^ {0,3}<!--/.test(line)
    comment = within && !line.includes('-->')
    return i <= front || within
  })
}

const OPEN_MARK = '<!-- qms:open -->'
const isRow = (line: string): boolean => /^\|.*\|$/.test(line) && !/^[|\s:-]+$/.test(line)

const cellsOf = (line: string): string[] =>
  spansOf(line).map(([start, end]) => line.slice(start, end).replaceAll(/^ +| +$/g, ''))

/** A row of a table of items, of which only executed cells differ. */
const rowChange = (a: readonly string[], b: readonly string[], i: number): PlainChange | null => {
  const columns = tableAbove(a, b, i)
  if (!columns || !isRow(a[i]!) || !isRow(b[i]!)) return null
  const [was, is] = [cellsOf(a[i]!), cellsOf(b[i]!)]
  const item = was[columns.findIndex(({ field }) => field === 'item')]
  if (was.length !== columns.length || is.length !== columns.length || !item || !/^[\w.-]+$/.test(item))
    return null
  const cells = columns.map((column, n) => ({ ...column, before: was[n]!, after: is[n]! }))
  const differ = cells.filter((cell) => cell.before !== cell.after)
  return differ.every(isExecuted) ? { item, cells: differ } : null
}

/** The columns of the table of items that a line belongs to, where the same one begins above it in both texts. */
const tableAbove = (a: readonly string[], b: readonly string[], i: number): Column[] | null => {
  let head = i
  while (head > 0 && a[head - 1]!.startsWith('|') && b[head - 1]!.startsWith('|')) head--
  const same = [head - 1, head, head + 1].every((n) => n >= 0 && a[n] === b[n])
  const begins = a[head - 1] === '' || a[head - 1] === OPEN_MARK
  if (i < head + 2 || !same || !begins || !/^\|(?: *:?-+:? *\|)+$/.test(a[head + 1]!)) return null
  const headings = cellsOf(a[head]!)
  const plain = headings.every((heading) => /^[\w /#().-]*$/.test(heading) && !heading.includes('_'))
  return plain && cellsOf(a[head + 1]!).length === headings.length ? columnsOf(headings) : null
}

/** A line that stays of its kind, in an open section without items. */
const openChange = (
  a: readonly string[],
  b: readonly string[],
  i: number,
  closed: readonly boolean[],
): PlainChange | null => {
  const kind = kindAt(a, i)
  return kind !== null && kind === kindAt(b, i) && isOpen(a, b, i, closed) ? IN_OPEN : null
}

/** A paragraph of one line, one point of a list, or a row: what may take its place without changing what follows. */
const kindAt = (lines: readonly string[], i: number): 'row' | 'point' | 'paragraph' | null => {
  const [above, line, below] = [lines[i - 1] ?? '', lines[i]!, lines[i + 1] ?? '']
  if (isRow(line)) return above.startsWith('|') ? 'row' : null
  const alone = (fits: RegExp): boolean => fits.test(above) && fits.test(below)
  if (line.includes('|') || /END OF/.test(line)) return null
  if (/^- [A-Za-z]/.test(line)) return alone(/^(?:- [A-Za-z].*)?$/) ? 'point' : null
  return /^(?:[A-Za-z]|\[[A-Z][A-Z_ ]*\]$)/.test(line) && alone(/^$/) ? 'paragraph' : null
}

const isOpen = (
  a: readonly string[],
  b: readonly string[],
  i: number,
  closed: readonly boolean[],
): boolean => {
  const isHeading = (n: number): boolean => !closed[n] && /^#{1,6} /.test(a[n]!)
  let start = i
  while (start >= 0 && !isHeading(start)) start--
  let end = i
  while (end < a.length && !isHeading(end)) end++
  const marked =
    start >= 0 && a[start] === b[start] && a[start + 1] === OPEN_MARK && b[start + 1] === OPEN_MARK
  const holdsItems = [a, b].some((lines) =>
    lines.slice(start, end).some((line) => line.startsWith('|') && columnsOf(cellsOf(line)) !== null),
  )
  const inner = end < a.length && depthOf(a[end]!) > depthOf(a[start] ?? '')
  return marked && !holdsItems && !inner && !/^#+ +(?:EI|CAPA)-\d/.test(a[start]!)
}

const depthOf = (heading: string): number => heading.indexOf(' ')
