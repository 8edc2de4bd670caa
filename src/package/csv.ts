/** Tables for spreadsheets: RFC 4180 (CRLF, quoted where needed), UTF-8 without a byte order mark, no cell a formula. */
import { shown } from './html.ts'

/** What a spreadsheet takes for the beginning of a formula, wide forms included, or loses before it looks for one. */
const FORMULA = /^[\s\u00a0\u3000]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/

/** With an apostrophe before it, a cell is text to every spreadsheet; hidden characters are spelled out. */
const harmless = (value: string): string => {
  const text = shown(value)
  return FORMULA.test(value) || FORMULA.test(text) ? `'${text}` : text
}

const cell = (value: string | number | null | undefined): string => {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return String(value)
  const text = harmless(value)
  return /[",\r\n']/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

export const csvRow = (cells: readonly (string | number | null | undefined)[]): string =>
  `${cells.map(cell).join(',')}\r\n`
