/** Lines of a trail that another program wrote. Whatever they hold they can be read; nothing here refuses. */
import { splitLines } from '../documents/trail.ts'

export interface OldLine {
  /** 1-based, in the file. */
  readonly line: number
  /** The line as text, whatever it is. */
  readonly text: string
  /** Null where the line is no JSON object. */
  readonly fields: Readonly<Record<string, unknown>> | null
  readonly event: string | null
  readonly user: string | null
  readonly ts: string | null
  readonly version: string | null
}

/** Every line that is not blank. */
export const readOldLines = (trail: Uint8Array): OldLine[] => {
  const decoder = new TextDecoder()
  return splitLines(trail).flatMap((bytes, index) => {
    const text = decoder.decode(bytes)
    return text.trim() === '' ? [] : [readLine(text, index + 1)]
  })
}

const readLine = (text: string, line: number): OldLine => {
  const fields = objectIn(text)
  const details = asObject(fields?.details)
  return {
    line,
    text,
    fields,
    event: stringOf(fields?.event) ?? stringOf(fields?.action),
    user: stringOf(fields?.user),
    ts: stringOf(fields?.ts) ?? stringOf(fields?.timestamp),
    version: stringOf(fields?.version) ?? stringOf(details?.version),
  }
}

const objectIn = (text: string): Record<string, unknown> | null => {
  try {
    return asObject(JSON.parse(text))
  } catch {
    return null
  }
}

export const asObject = (value: unknown): Record<string, unknown> | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null

export const stringOf = (value: unknown): string | null => (typeof value === 'string' ? value : null)

/** Names in a list, each once; whatever is no name is left out. */
export const namesOf = (value: unknown): string[] =>
  Array.isArray(value) ? [...new Set(value.filter(isName))] : []

/** Any name that an event may hold, registered or not. */
export const isName = (value: unknown): value is string =>
  typeof value === 'string' && value.trim() !== '' && value.length <= 64

const ZONED = /(?:Z|[+-]\d\d:?\d\d)$/i

/** A time stamp in the form of events; one without a zone is taken as UTC. Null where it is no time. */
export const timeOf = (ts: string | null): { readonly at: string; readonly zoned: boolean } | null => {
  if (ts === null || !/^\d{4}-\d\d-\d\d/.test(ts)) return null
  const zoned = ZONED.test(ts) || !ts.includes(':')
  const time = Date.parse(zoned ? ts : `${ts}Z`)
  return Number.isNaN(time) ? null : { at: new Date(time).toISOString(), zoned }
}
