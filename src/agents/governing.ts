/** Which procedures govern a document: by its type, and those that its text names. Source: SOP-007 section 5.4. */
import { type DocType, isExecutable } from '../documents/types.ts'

const OF_EVERYTHING = ['SOP-001', 'SOP-007']

const OF_TYPE: Readonly<Record<string, readonly string[]>> = {
  CR: ['SOP-002'],
  INV: ['SOP-003'],
  VAR: ['SOP-003'],
  ADD: ['SOP-003'],
  RS: ['SOP-006'],
  RTM: ['SOP-006'],
}

const OF_EXECUTION = ['SOP-004']

/** Not in a path or an address, nor inside a longer id. */
const NAMED = /(?<![\w/.-])SOP-(?:(?!000)\d{3}|[1-9]\d{3,8})(?![\w-])/g

/** Ids, in their order, each once. @param text of the document, as far as it is known */
export const governing = (type: DocType, text: string): readonly string[] => {
  const byType = [
    ...OF_EVERYTHING,
    ...(OF_TYPE[type.name] ?? []),
    ...(isExecutable(type) ? OF_EXECUTION : []),
  ]
  return [...new Set([...byType, ...(text.match(NAMED) ?? [])])].sort()
}
