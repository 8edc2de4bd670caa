/** Lists for programs: chosen keys of each record, and one line a record without headings or cuts. */
import { Flags } from '@oclif/core'
import { refuse } from '../../errors.ts'
import { visibleLine } from '../visible.ts'
import { table } from './screen.ts'

/** Flags of every command whose answer is a list. */
export const listing = {
  fields: Flags.string({
    description: 'only these keys of each record, such as id,status',
    helpValue: 'KEYS',
  }),
  plain: Flags.boolean({
    description: 'one line a record: values between tabs, no headings, nothing cut',
  }),
}

export interface ListingFlags {
  readonly fields?: string | undefined
  readonly plain?: boolean
}

/** A list as it is answered, and how it is shown where nobody asks for something else. */
export interface Listed<A extends object> {
  readonly answer: A
  /** Where in the answer the records stand. */
  readonly key: keyof A & string
  /** Keys that `--plain` prints, in this order. */
  readonly columns: readonly string[]
  readonly lines: () => string[]
}

type Entry = Readonly<Record<string, unknown>>

/** @returns the answer, with `fields` and only these keys where they were chosen; and its lines. @throws BAD_VALUE */
export const chosen = <A extends object>(
  flags: ListingFlags,
  list: Listed<A>,
): { answer: object; lines: string[] } => {
  const records = list.answer[list.key] as readonly Entry[]
  const fields = flags.fields === undefined ? null : namesOf(flags.fields, records)
  const columns = fields ?? list.columns
  const picked = records.map((r) => Object.fromEntries(columns.map((c) => [c, r[c] ?? null])))
  const answer = fields ? { ...list.answer, [list.key]: picked, fields } : list.answer
  const rows = picked.map((r) => columns.map((c) => cell(r[c])))
  if (flags.plain) return { answer, lines: rows.map((row) => row.join('\t')) }
  return { answer, lines: fields && rows.length > 0 ? table(heads(columns), rows) : list.lines() }
}

const heads = (columns: readonly string[]): string[] => columns.map((c) => c.toUpperCase())

/** `id` and `type` are those of the document, however the key is called. */
const namesOf = (text: string, records: readonly Entry[]): string[] => {
  const known = new Set(records.flatMap((r) => Object.keys(r)))
  const names = text.split(',').map((name) => name.trim())
  const keys = names.map((name) => (!known.has(name) && known.has(`doc_${name}`) ? `doc_${name}` : name))
  const unknown = keys.find((key) => key === '' || (known.size > 0 && !known.has(key)))
  if (unknown === undefined) return [...new Set(keys)]
  throw refuse('BAD_VALUE', { name: '--fields', found: unknown, expected: [...known].join(', ') })
}

const cell = (value: unknown): string => {
  if (value === null || value === undefined) return ''
  if (Array.isArray(value) && value.every((v) => typeof v !== 'object')) return visibleLine(value.join(','))
  return visibleLine(typeof value === 'object' ? JSON.stringify(value) : String(value))
}
