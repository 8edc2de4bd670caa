/** Writing into a text by splicing: a cell, a row, a paragraph; every other byte stays. */
import { type Column, isExecuted } from './columns.ts'
import { isBlank } from './item.ts'
import { endOf, type Outline, plainTitle, type Section, startOf, wordsOf } from './outline.ts'
import type { Cell, ItemTable } from './table.ts'

export interface Splice {
  readonly start: number
  readonly end: number
  readonly value: string
}

/** @param splices ranges that do not overlap */
export const splice = (text: string, splices: readonly Splice[]): string =>
  [...splices]
    .sort((a, b) => b.start - a.start)
    .reduce((now, { start, end, value }) => now.slice(0, start) + value + now.slice(end), text)

/** Words as they may stand in a cell: one line, and no bar that would end it. */
export const cellText = (words: string): string =>
  words
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replaceAll(/\\*\|/g, (bars) => (bars.length % 2 === 0 ? bars : `${bars.slice(0, -1)}\\|`))
    .replace(/\\+$/, (end) => (end.length % 2 === 0 ? end : `${end}\\`))

/** A cell that holds nothing, or a blank of the form, is filled; an empty one keeps a space on either side. */
export const fill = (cell: Cell, words: string): Splice => {
  const value = cellText(words)
  const empty = cell.source.trim() === ''
  return { start: cell.start, end: cell.end, value: empty ? ` ${value} ` : value }
}

/** By its source: what is hidden or struck out is there all the same. */
const holdsNothing = ({ source }: Cell): boolean => isBlank(source.replaceAll(/[*_`]/g, ''))

/** What is there already stays in front, and is read on. */
export const extend = (cell: Cell, words: string): Splice => {
  if (holdsNothing(cell)) return fill(cell, words)
  const end = /[.!?;:]$/.test(cell.source) ? ' ' : '; '
  return { start: cell.start, end: cell.end, value: `${cell.source}${end}${cellText(words)}` }
}

/** What is there already is struck out and stays visible; what was struck out before stays as it is. */
export const amend = (cell: Cell, words: string): Splice => {
  if (holdsNothing(cell)) return fill(cell, words)
  const [, former = '', now = ''] = /^((?:~~(?:[^~]|\\~)+~~\s*)*)(.*)$/s.exec(cell.source) ?? []
  const struck = now === '' ? '' : `~~${now.replaceAll(/(?<!\\)~/g, '\\~')}~~ `
  const before = former === '' ? '' : `${former.trimEnd()} `
  return { start: cell.start, end: cell.end, value: `${before}${struck}${cellText(words)}` }
}

/** `claude - 2026-01-25 09:30 UTC` @param at UTC, ISO 8601 */
export const signed = (actor: string, at: string): string =>
  `${actor} - ${at.slice(0, 10)} ${at.slice(11, 16)} UTC`

/** The end of line that the text has at its first one. */
export const newlineOf = (text: string): string => (/\r?\n/.exec(text)?.[0] === '\r\n' ? '\r\n' : '\n')

const PLACEHOLDERS: Partial<Record<Column['field'], string>> = {
  summary: '[SUMMARY]',
  outcome: '[Pass/Fail]',
  performer: '[PERFORMER] - [DATE]',
}

/** A row for one more item, below the last one. */
export const addedRow = (
  text: string,
  table: ItemTable,
  item: string,
  given: Partial<Record<Column['field'], string>>,
): Splice => {
  const cells = table.columns.map((column) => {
    if (column.field === 'item') return item
    const value = given[column.field]
    if (value !== undefined) return cellText(value)
    return isExecuted(column) ? (PLACEHOLDERS[column.field] ?? '') : ''
  })
  return { start: table.end, end: table.end, value: `${newlineOf(text)}| ${cells.join(' | ')} |` }
}

/** The next free number of the table's own kind: after EI-4, EI-5. */
export const nextItem = (tables: readonly ItemTable[]): string => {
  const names = tables.flatMap((table) => table.rows.map((row) => /^([A-Za-z]+)-(\d+)/.exec(row.item)))
  const kind = names.find((n) => n)?.[1] ?? 'EI'
  return `${kind}-${Math.max(0, ...names.map((n) => Number(n?.[2] ?? 0))) + 1}`
}

const COMMENTS = /^(?:execution|resolution|investigation|test|verification) comments$/i
const SUMMARY = /^(?:execution|resolution|investigation|test|verification) summary$/i

/** The heading under which remarks on the whole are kept, and that of the summary; the last of several. */
export const commentsIn = ({ sections }: Outline): Section | undefined =>
  sections.findLast((s) => COMMENTS.test(plainTitle(s.title)))
export const summaryIn = ({ sections }: Outline): Section | undefined =>
  sections.findLast((s) => SUMMARY.test(plainTitle(s.title)))

/** A remark, in the first row that still holds the form's blank, else in a row more; null where there is no table for it. */
export const remark = (outline: Outline, section: Section, words: string, by: string): Splice | null => {
  const table = section.own.find((node) => node.type === 'table')
  if (table?.type !== 'table' || table.children[0]?.children.length !== 2) return null
  const row = `| ${cellText(words)} | ${cellText(by)} |`
  const free = table.children.slice(1).find((r) => r.children.every((cell) => isBlank(wordsOf(cell).trim())))
  const [at, to] = free ? [startOf(free), endOf(free)] : [endOf(table), endOf(table)]
  const value = free ? row : `${newlineOf(outline.text)}${row}`
  return { start: at + outline.shift, end: to + outline.shift, value }
}

/** What of a section its author wrote: neither comments nor the line that ends it. */
const writtenIn = (section: Section) =>
  section.nodes.filter(
    (node) =>
      node.type !== 'html' && node.type !== 'thematicBreak' && !/^END OF [A-Z ]+$/.test(wordsOf(node).trim()),
  )

export const writtenText = (section: Section): string =>
  writtenIn(section)
    .map((node) => wordsOf(node).trim())
    .filter((words) => !isBlank(words))
    .join('\n')

/** The text of a section: in place of the form's blank, or of what was written before; comments stay. */
export const rewritten = (outline: Outline, section: Section, words: string): Splice[] => {
  const { shift, text } = outline
  const value = words.trim().replaceAll(/\r?\n/g, newlineOf(text))
  const written = writtenIn(section)
  const blank = written.filter((node) => isBlank(wordsOf(node).trim()))
  const replaced = blank.length > 0 ? blank : written
  const [first, ...rest] = runsOf(section, replaced).map(([a, b]) => ({ start: a + shift, end: b + shift }))
  if (first) return [{ ...first, value }, ...rest.map((range) => ({ ...range, value: '' }))]
  const after = section.nodes.filter((node) => node.type === 'html').at(-1)
  const at = (after ? endOf(after) : endOfHeading(outline, section) - shift) + shift
  const line = newlineOf(text)
  return [{ start: at, end: at, value: `${line}${line}${value}` }]
}

/** Ranges of nodes that follow one another. */
const runsOf = (section: Section, nodes: Section['nodes']): [number, number][] => {
  const runs: [number, number][] = []
  nodes.forEach((node, i) => {
    const follows = i > 0 && section.nodes.indexOf(node) === section.nodes.indexOf(nodes[i - 1]!) + 1
    const last = runs.at(-1)
    if (follows && last) last[1] = endOf(node)
    else runs.push([startOf(node), endOf(node)])
  })
  return runs
}

const endOfHeading = ({ text }: Outline, { start }: Section): number => {
  const end = text.indexOf('\n', start)
  return end < 0 ? text.length : text[end - 1] === '\r' ? end - 1 : end
}
