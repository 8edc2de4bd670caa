/**
 * Execution items as documents hold them: rows of a table, or, in older documents, a small table of fields below a
 * heading `EI-1: ...`. Cells are told with their places in the text, so that one may be written without touching another
 * byte. What cannot be read is named, never guessed. Source: SOP-004 section 4.
 */
import type { Nodes, RootContent, Table, TableCell } from 'mdast'
import { lineOf } from '../documents/text.ts'
import { type Column, columnsOf, type Field, fieldOf } from './columns.ts'
import { endOf, type Outline, plainTitle, type Section, startOf, wordsOf } from './outline.ts'

export interface Cell {
  readonly field: Field
  readonly heading: string
  /** What stands between the bars, without the spaces around it: a range of the text, and its source. */
  readonly start: number
  readonly end: number
  readonly source: string
  /** As it is read: without markup, and without what an amendment struck out. */
  readonly words: string
}

export interface Row {
  readonly item: string
  /** From 1. */
  readonly line: number
  readonly cells: readonly Cell[]
}

export interface ItemTable {
  readonly form: 'table' | 'heading'
  readonly columns: readonly Column[]
  /** The headings of its columns or fields as they stand, and how its columns are aligned. */
  readonly head: readonly string[]
  readonly rows: readonly Row[]
  /** Lines of it that cannot be read as items, as they stand. */
  readonly odd: readonly string[]
  readonly start: number
  readonly end: number
}

/** Something that looks like an item and cannot be read as one. */
export interface Unreadable {
  readonly line: number
  readonly found: string
  readonly expected: string
}

export interface ItemTables {
  readonly tables: readonly ItemTable[]
  readonly unreadable: readonly Unreadable[]
}

export const readTables = (outline: Outline): ItemTables => {
  const unreadable: Unreadable[] = []
  const tables: ItemTable[] = []
  for (const node of outline.root.children) {
    if (node.type === 'table') {
      const table = ofTable(node, outline, unreadable)
      if (table) tables.push(table)
    } else if (node.type === 'paragraph') unreadable.push(...strayRows(node, outline))
    else unreadable.push(...rowsWithin(node, outline))
  }
  for (const section of outline.sections) {
    const table = ofHeading(section, outline, unreadable)
    if (table) tables.push(table)
  }
  unreadable.push(...bareHeadings(outline, tables), ...twice(tables))
  return { tables, unreadable: unreadable.sort((a, b) => a.line - b.line) }
}

const ofTable = (node: Table, outline: Outline, unreadable: Unreadable[]): ItemTable | null => {
  const [head, ...body] = node.children
  const columns = columnsOf((head?.children ?? []).map((cell) => wordsOf(cell).trim()))
  if (!head || !columns) return null
  const odd: string[] = []
  const rows = body.flatMap((row): Row[] => {
    const cells = cellsOf(outline, row.children, startOf(row), endOf(row))
    const line = row.position?.start.line ?? 0
    if (cells.length !== columns.length) {
      const expected = `${columns.length} cells, as the heading has`
      unreadable.push({ line, found: `${cells.length} cells: ${brief(outline, row)}`, expected })
      odd.push(sourceOf(outline, row))
      return []
    }
    const named = cells.map((cell, i) => ({ ...cell, ...columns[i]! }))
    const item = named.find((cell) => cell.field === 'item')?.words ?? ''
    if (isItem(item)) return [{ item, line, cells: named }]
    odd.push(sourceOf(outline, row))
    if (named.every((cell) => cell.words === '')) return []
    unreadable.push({
      line,
      found: brief(outline, row),
      expected: 'an item, such as EI-1, in its first column',
    })
    return []
  })
  const headings = cellsOf(outline, head.children, startOf(head), endOf(head)).map(({ source }) => source)
  const [start, end] = [startOf(node) + outline.shift, endOf(node) + outline.shift]
  return { form: 'table', columns, head: [...headings, aligned(node)], rows, odd, start, end }
}

const aligned = ({ align }: Table): string => (align ?? []).map((side) => side ?? '-').join(' ')

const isItem = (words: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/.test(words)

const sourceOf = ({ text, shift }: Outline, node: Nodes): string =>
  text.slice(startOf(node) + shift, endOf(node) + shift)

const brief = (outline: Outline, node: Nodes): string => sourceOf(outline, node).split('\n')[0]!.slice(0, 80)

type Bare = Omit<Cell, 'field' | 'heading'>

/** Cells by the bars in the source: the tree would fill up a row that lacks some, and drop what is too much. */
export const cellsOf = (
  { text, shift }: Outline,
  nodes: readonly TableCell[],
  from: number,
  to: number,
): Bare[] => {
  const [start, end] = [from + shift, to + shift]
  return spansOf(text.slice(start, end)).map(([a, b], i) => {
    const node = nodes[i]
    const source = text.slice(start + a, start + b)
    return { start: start + a, end: start + b, source, words: node ? wordsOf(node).trim() : source.trim() }
  })
}

/** Ranges of the cells of one line, trimmed; a bar behind a backslash is a sign like any other. */
export const spansOf = (line: string): [number, number][] => {
  const bars: number[] = []
  for (let i = 0; i < line.length; i++) {
    if (line[i] === '\\' && (line[i + 1] === '|' || line[i + 1] === '\\')) i++
    else if (line[i] === '|') bars.push(i)
  }
  const head = isSpace(line.slice(0, bars[0] ?? 0)) ? [] : [-1]
  const last = bars.at(-1) ?? -1
  const tail = isSpace(line.slice(last + 1)) ? [] : [line.length]
  const edges = [...head, ...bars, ...tail]
  return edges.slice(1).map((edge, i) => trimmed(line, edges[i]! + 1, edge))
}

/** What Markdown takes for space beside a bar: a no-break space and its like are words. */
const isSpace = (source: string): boolean => /^[ \t]*$/.test(source)

const trimmed = (line: string, from: number, to: number): [number, number] => {
  const cell = line.slice(from, to)
  if (isSpace(cell)) return [from, to]
  const lead = /^[ \t]*/.exec(cell)?.[0].length ?? 0
  return [from + lead, to - (/[ \t]*$/.exec(cell)?.[0].length ?? 0)]
}

/** A line that looks like a row, and stands behind a blank line or a comment: nobody sees it as one. */
const strayRows = (node: RootContent, outline: Outline): Unreadable[] => {
  const line = node.position?.start.line ?? 0
  return sourceOf(outline, node)
    .split('\n')
    .flatMap((source, i) =>
      /^\s*\|\s*(?:EI|CAPA)-\d/i.test(source)
        ? [
            {
              line: line + i,
              found: source.trim().slice(0, 80),
              expected: 'a row that follows its table at once',
            },
          ]
        : [],
    )
}

/** Rows of a table of items inside of a list, a quotation or a note: nothing could be written into them. */
const rowsWithin = (node: Nodes, outline: Outline): Unreadable[] => {
  if (!('children' in node)) return []
  return (node.children as Nodes[]).flatMap((child) => {
    if (child.type !== 'table') return rowsWithin(child, outline)
    const [head, ...body] = child.children
    if (!columnsOf((head?.children ?? []).map((cell) => wordsOf(cell).trim()))) return []
    return body.map((row) => ({
      line: row.position?.start.line ?? 0,
      found: brief(outline, row),
      expected: 'a row of a table that stands by itself, not within a list or a quotation',
    }))
  })
}

const HEADED = /^((?:EI|CAPA)-\d+[A-Za-z]?)\s*[:.–—-]\s*(.+)$/

/** `### EI-1: task`, and below it a table of two columns, field and value. */
const ofHeading = (section: Section, outline: Outline, unreadable: Unreadable[]): ItemTable | null => {
  const [, item, task] = HEADED.exec(section.title) ?? []
  const node = section.own.find((n): n is Table => n.type === 'table')
  if (!item || !task || !node || node.children[0]?.children.length !== 2) return null
  const odd: string[] = []
  const head: string[] = []
  const cells: Cell[] = node.children.flatMap((row) => {
    const [key, value, more] = cellsOf(outline, row.children, startOf(row), endOf(row))
    if (key && value && !more) {
      head.push(key.source)
      return [{ ...value, field: fieldOf(key.words), heading: key.words }]
    }
    odd.push(sourceOf(outline, row))
    return []
  })
  if (!cells.some((cell) => cell.field === 'outcome')) return null
  const line = node.position?.start.line ?? 0
  if (odd.length > 0) unreadable.push({ line, found: `fields of ${item}`, expected: 'two cells in each row' })
  const own = cells.some((cell) => cell.field === 'task') ? cells : [taskIn(section, task, outline), ...cells]
  const [start, end] = [startOf(node) + outline.shift, endOf(node) + outline.shift]
  const columns = own.map(({ field, heading }) => ({ field, heading }))
  const rows = [{ item, line, cells: own }]
  return { form: 'heading', columns, head: [...head, aligned(node)], rows, odd, start, end }
}

/** Where items are told below headings, a heading of one without its fields would be passed over. */
const bareHeadings = (outline: Outline, tables: readonly ItemTable[]): Unreadable[] => {
  if (!tables.some(({ form }) => form === 'heading')) return []
  const known = new Set(tables.flatMap(({ rows }) => rows.map(({ item }) => item.toUpperCase())))
  return outline.sections
    .filter(({ title }) => !known.has(HEADED.exec(title)?.[1]?.toUpperCase() ?? title) && HEADED.test(title))
    .map(({ title, start }) => ({
      line: lineOf(outline.text, start),
      found: title.slice(0, 80),
      expected: 'below it a table of two columns, field and value, with its outcome',
    }))
}

const taskIn = (section: Section, task: string, { text }: Outline): Cell => {
  const start = text.indexOf(task, section.start)
  const at = start < 0 ? section.start : start
  return {
    field: 'task',
    heading: plainTitle(section.title),
    start: at,
    end: at + task.length,
    source: task,
    words: task,
  }
}

/** An item that is there twice cannot be meant by its name. */
const twice = (tables: readonly ItemTable[]): Unreadable[] => {
  const seen = new Set<string>()
  return tables.flatMap((table) =>
    table.rows.flatMap((row) => {
      const name = row.item.toUpperCase()
      if (!seen.has(name)) {
        seen.add(name)
        return []
      }
      return [{ line: row.line, found: `${row.item} once more`, expected: 'each item once' }]
    }),
  )
}
