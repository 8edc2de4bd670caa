/** An outcome, a note or a new item, written into the text of its document. Source: SOP-004 sections 4 and 5. */
import type { Evidence } from '../documents/evidence.ts'
import type { Field } from './columns.ts'
import { addedRow, amend, extend, fill, type Splice, signed, splice } from './edit.ts'
import { endingOf } from './history.ts'
import { itemOf } from './item.ts'
import { outlineOf } from './outline.ts'
import { reachingFrom } from './reach.ts'
import { type Cell, type ItemTable, type Row, readTables } from './table.ts'

export interface Cited {
  readonly number: number
  readonly evidence: Evidence
}

/** What is to be written of an item. */
export interface Written {
  readonly summary: string | null
  readonly outcome: string | null
  readonly carried: readonly string[]
  readonly cited: readonly Cited[]
  readonly reason: string | null
  readonly actor: string
  /** UTC, ISO 8601 */
  readonly at: string
}

export interface Place {
  readonly table: ItemTable
  readonly row: Row
}

/** The text with the outcome or the note in its cells; null where the words cannot stand in a cell. */
export const writtenInto = (text: string, place: Place, written: Written): string | null =>
  checked(text, place.table, splicesOf(place.row, written))

const splicesOf = (row: Row, w: Written): Splice[] => {
  const cell = (field: Field): Cell | undefined => row.cells.find((c) => c.field === field)
  const amending = w.outcome !== null && itemOf(row).outcome !== null
  const put = amending ? amend : extend
  const words = wordsFor(row, w, amending)
  const sign = signed(w.actor, w.at)
  const wanted: [Field, string, typeof put][] = [
    ['summary', words.summary, put],
    ['evidence', words.evidence, extend],
    ['commit', words.commit, extend],
    ['vr', words.vr, words.vr === '' ? extend : replacing],
    ...(w.outcome === null
      ? []
      : ([
          ['outcome', w.outcome, amending ? amend : fill],
          ['performer', sign, amending ? amend : fill],
        ] as [Field, string, typeof put][])),
  ]
  return wanted.flatMap(([field, value, how]) => {
    const at = cell(field)
    return at && value !== '' ? [how(at, value)] : []
  })
}

/** `Yes` in the plan says that a verification record is due; its id takes that place. */
const replacing = (cell: Cell, words: string): Splice =>
  /^yes$/i.test(cell.words) ? fill(cell, words) : extend(cell, words)

const wordsFor = (row: Row, w: Written, amending: boolean) => {
  const has = (field: Field): boolean => row.cells.some((c) => c.field === field)
  const own = (kind: 'commit' | 'vr') =>
    w.cited.flatMap(({ evidence: e }) => {
      if (kind === 'commit') return e.kind === 'commit' ? [e.commit] : []
      return e.kind === 'doc' && /-VR-\d+$/.test(e.document) ? [e.document] : []
    })
  const cited = w.cited.map(cite).join('; ')
  const said = [
    ended(w.summary?.trim() ?? ''),
    w.carried.length > 0 ? `Carried by ${w.carried.join(', ')}.` : '',
    has('evidence') || cited === '' ? '' : `Evidence: ${cited}.`,
    amending && w.reason ? `Amended: ${w.reason.trim()}` : '',
  ]
  return {
    summary: said.filter((s) => s !== '').join(' '),
    evidence: has('evidence') ? cited : '',
    commit: has('commit') ? own('commit').join(', ') : '',
    vr: has('vr') ? own('vr').join(', ') : '',
  }
}

const ended = (words: string): string => (words === '' || /[.!?;:]$/.test(words) ? words : `${words}.`)

/** `E2 npm test: exit 0 at 1a2b3c4d5e6f` */
export const cite = ({ number, evidence: e }: Cited): string => {
  const name = `E${number}`
  switch (e.kind) {
    case 'run':
      return `${name} \`${e.command.join(' ').replaceAll('`', "'").slice(0, 80)}\`, ${endingOf(e)}${e.commit ? ` at ${e.commit.slice(0, 12)}` : ''}${e.clean ? '' : ', work tree changed'}`
    case 'commit':
      return `${name} commit ${e.commit.slice(0, 12)}`
    case 'doc':
      return `${name} ${e.document} v${e.version} ${e.status}`
    case 'file':
      return `${name} file \`${e.path.replaceAll('`', "'")}\`, SHA-256 ${e.content.slice(0, 12)}`
    case 'url':
      return `${name} <${e.url.replaceAll(/[<>\s]/g, encodeURIComponent)}> (not verified)`
    case 'text':
      return `${name} ${e.text}`
  }
}

/** The text with one more item below those of a table; null where the words cannot stand in a cell. */
export const withItem = (
  text: string,
  table: ItemTable,
  item: string,
  given: Partial<Record<Field, string>>,
): string | null => checked(text, table, [addedRow(text, table, item, given)], item)

/**
 * The table is read again before anything is written: as many rows and cells as before, and only those meant differ, by
 * nothing that would be shown beyond them.
 */
const checked = (
  text: string,
  table: ItemTable,
  splices: readonly Splice[],
  added?: string,
): string | null => {
  const now = splice(text, splices)
  const grown = now.length - text.length
  const before = table.rows.flatMap((row) => row.cells)
  const slice = now.slice(headingOf(text, table), table.end + grown)
  const outline = outlineOf(slice)
  const tables = readTables(outline).tables
  const read = tables.length === 1 ? tables[0]!.rows : []
  const kept = new Set(before.map((cell) => cell.source))
  const after = read.flatMap((row) => row.cells).slice(0, table.form === 'table' ? before.length : undefined)
  const touched = (cell: Cell): boolean => splices.some((s) => s.start === cell.start && s.end === cell.end)
  const same =
    after.length === before.length &&
    before.every((cell, i) => touched(cell) || cell.source === after[i]?.source)
  const whole = read.length === table.rows.length + (added === undefined ? 0 : 1)
  const named = added === undefined || read.at(-1)?.item === added
  const written = read.flatMap((row) => row.cells.filter((cell) => !kept.has(cell.source)))
  const within = reachingFrom(outline, written, 'cell').length === 0
  return same && whole && named && within ? now : null
}

/** A table of fields is one by the heading above it. */
const headingOf = (text: string, { form, start }: ItemTable): number =>
  form === 'table' ? start : text.lastIndexOf('\n#', start) + 1
