/** Ids of documents that a text mentions, outside code. */
import { type DocId, parseId } from '../documents/id.ts'
import type { Span } from './places.ts'
import { type Subject, sourceOf, spanOf } from './subject.ts'
import { wordsOf } from './words.ts'

export interface Mention {
  readonly id: DocId
  /** Where it stands first. */
  readonly at: Span
  readonly times: number
}

/** Not in a path or an address, nor inside a longer word. */
const WORD = /(?<![\w/.-])[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+(?![A-Za-z0-9_])/g

/** By id, in the order of the text. */
export const mentionsOf = (subject: Subject): Mention[] => {
  const mentions = new Map<string, Mention>()
  for (const node of subject.all('text')) {
    const { start } = spanOf(node)
    for (const { 0: word, index } of sourceOf(subject, node).matchAll(WORD)) {
      const id = idIn(word)
      if (id === null) continue
      const before = mentions.get(id.id)
      const at = { start: start + index, end: start + index + id.id.length }
      mentions.set(id.id, { id, at: before?.at ?? at, times: (before?.times ?? 0) + 1 })
    }
  }
  return [...mentions.values()]
}

/** `CR-001-EI-2` is about `CR-001`: the longest beginning that is an id. `INV-2026-014` is another numbering. */
const idIn = (word: string): DocId | null => {
  const parts = word.split('-')
  for (let n = parts.length; n > 1; n--) {
    const id = /^\d/.test(parts[n] ?? '') ? null : parseId(parts.slice(0, n).join('-'))
    if (id) return id
  }
  return null
}

/** Ids in the row of a table that says they are to be created. */
export const announced = (subject: Subject): ReadonlySet<string> => {
  const ids = subject.all('tableRow').flatMap((row) => {
    const cells = row.children.map((cell) => wordsOf(cell))
    return cells.some((words) => /^create[ds]?$/i.test(words))
      ? cells.flatMap((words) => idIn(words)?.id ?? [])
      : []
  })
  return new Set(ids)
}
