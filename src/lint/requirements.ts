/** Requirements that a specification states: rows of tables, items of lists and headings that begin with their id. */
import type { Span } from './places.ts'
import { type Subject, spanOf } from './subject.ts'
import { type Grid, gridsOf } from './tables.ts'
import { wordsOf } from './words.ts'

export interface Requirement {
  /** As it is written. */
  readonly id: string
  readonly at: Span
  /** Null where it is only withdrawn or announced there. */
  readonly sentence: string | null
}

/** Namespace or type, then a number. Source: SOP-006. */
export const REQUIREMENT_ID = /^REQ-[A-Z][A-Z0-9]{0,15}-\d{3,}$/
const LEADING = /^((?:REQ|Req|req)[-_ ]?[\w-]*\d[\w-]*)\s*[:.\u2013\u2014-]*\s*([\s\S]*)$/

export const requirementsOf = (subject: Subject): Requirement[] =>
  [
    ...gridsOf(subject).flatMap(ofTable),
    ...[...subject.all('listItem'), ...subject.all('heading')].flatMap((node) => {
      const [, id, rest] = LEADING.exec(wordsOf(node).trim()) ?? []
      return id ? [{ id, at: spanOf(node), sentence: node.type === 'heading' ? null : (rest ?? '') }] : []
    }),
  ].sort((a, b) => a.at.start - b.at.start)

/** A table of requirements has a column for what they say; one of withdrawn ones has only ids. */
const ofTable = ({ columns, rows }: Grid): Requirement[] => {
  const says = columns.findIndex(
    (column, i) => i > 0 && /^(?:requirement|statement|description|text)s?\b/.test(column),
  )
  const states = says > 0 && /^(?:req(?:uirement)?(?: id)?|id)$/.test(columns[0] ?? '')
  const withdrawn = columns.some((column) => column.startsWith('withdrawn'))
  return rows.flatMap((row) => {
    const [cell] = row
    if (!cell || cell.words === '' || !(states || (withdrawn && /^req/i.test(cell.words)))) return []
    return [{ id: cell.words, at: cell.at, sentence: states ? (row[says]?.words ?? '') : null }]
  })
}
