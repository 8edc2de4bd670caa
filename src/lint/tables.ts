/** Tables of a text, and what stands below its headings. */
import type { RootContent, Table, TableCell } from 'mdast'
import { headingsOf, type Section } from './headings.ts'
import type { Span } from './places.ts'
import { type Subject, spanOf } from './subject.ts'
import { wordsOf } from './words.ts'

export interface Cell {
  readonly words: string
  readonly at: Span
}

export interface Grid {
  readonly at: Span
  /** Headings of the columns, in lower case. */
  readonly columns: readonly string[]
  /** Cells of each row as far as they are written. */
  readonly rows: readonly (readonly Cell[])[]
}

export const gridOf = (table: Table): Grid => {
  const [heading, ...rows] = table.children.map(({ children }) => children.map(cellOf))
  return { at: spanOf(table), columns: (heading ?? []).map(({ words }) => words.toLowerCase()), rows }
}

const cellOf = (cell: TableCell): Cell => ({
  words: wordsOf(cell).replace(/\s+/g, ' ').trim(),
  at: spanOf(cell),
})

export const gridsOf = (subject: Subject): Grid[] => subject.all('table').map(gridOf)

/** A heading and all that stands below it, up to the next heading that is not deeper. */
export interface Part {
  readonly section: Section
  readonly nodes: readonly RootContent[]
}

export const partsOf = ({ tree }: Subject): Part[] =>
  headingsOf(tree).map((section) => {
    const from = tree.children.indexOf(section.node) + 1
    const rest = tree.children.slice(from)
    const end = rest.findIndex((node) => node.type === 'heading' && node.depth <= section.depth)
    return { section, nodes: end < 0 ? rest : rest.slice(0, end) }
  })

/** Parts whose title, without its number, matches. */
export const partsNamed = (subject: Subject, title: RegExp): Part[] =>
  partsOf(subject).filter(({ section }) => title.test(section.title))

export const gridsIn = ({ nodes }: Part): Grid[] =>
  nodes.flatMap((node) => (node.type === 'table' ? [gridOf(node)] : []))

const NOTHING = /^(?:n\/?a|-+|–|—|\?+|\.+|tbd)?\.?$/i

/** Whether somebody said something, be it "None". A blank that is still to be answered is told by another rule. */
export const isAnswered = (words: string): boolean => !NOTHING.test(words.trim())

/** Whether something is named, and not "None". */
export const isNamed = (words: string): boolean => isAnswered(words) && !/^none\b/i.test(words.trim())

/** An entry for each row of a table, item of a list, and paragraph. */
export const entriesIn = ({ nodes }: Part): string[] =>
  nodes.flatMap((node) => {
    if (node.type === 'table') return gridOf(node).rows.map((row) => row.map(({ words }) => words).join(' '))
    if (node.type === 'list') return node.children.map(wordsOf)
    return node.type === 'paragraph' || node.type === 'heading' ? [wordsOf(node)] : []
  })

/** The end of a text: where something is missing that stands nowhere. */
export const endOf = ({ text }: Subject): Span => {
  const end = text.trimEnd().length
  return { start: end, end }
}
