/** One event in words: what its own keys say. Source: docs/store-format.md, "Events of documents". */
import type { DocumentEvent } from '../documents/event.ts'

/** Said in columns of their own, or of use to programs only. */
const ELSEWHERE: ReadonlySet<string> = new Set(
  'ts event user version seq prev comment reason decision diff content base edition request'.split(' '),
)

const plain = (value: unknown): string => {
  if (Array.isArray(value)) return value.join(' ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** `EI-2 record Pass: what was done`, and kinds of evidence: each has a row in a table of its own. */
const entry = (e: Extract<DocumentEvent, { event: 'EI' }>): string =>
  [
    [e.item, e.action, e.outcome].filter((word) => word !== undefined).join(' '),
    e.task ?? '',
    e.summary ?? '',
    e.evidence ? `evidence: ${e.evidence.map((piece) => piece.kind).join(', ')}` : '',
    e.carried ? `carried by ${e.carried.join(', ')}` : '',
    e.aside ? `set aside: ${e.aside.map((n) => `E${n}`).join(', ')}` : '',
  ]
    .filter((words) => words !== '')
    .join(': ')

export const told = (e: DocumentEvent): string => {
  if (e.event === 'STATUS_CHANGE') return `${e.from_status} to ${e.to_status}`
  if (e.event === 'EI') return entry(e)
  if (e.event === 'ADOPT')
    return `${e.assumed.status}, ${e.files.length} files, ${e.assumed.notes.length} notes of what was assumed`
  return Object.entries(e)
    .filter(([key]) => !ELSEWHERE.has(key))
    .map(([key, value]) => `${key.replaceAll('_', ' ')} ${plain(value)}`)
    .join(', ')
}

/** What a person wrote: a comment, a reason, a decision; null where nothing. */
export const words = (e: DocumentEvent): string | null => {
  const { comment, reason, decision } = e as { comment?: string; reason?: string; decision?: string }
  return comment ?? reason ?? decision ?? null
}

/** Digest of the text that the event is about, or null. */
export const textOfEvent = (e: DocumentEvent): string | null => ('content' in e ? e.content : null)
