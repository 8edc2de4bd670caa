/** Recordings of the execution as the trail alone tells them: what was asked for, and what no command would have written. */
import type { Document } from '../documents/document.ts'
import type { DocumentEvent } from '../documents/event.ts'
import { type DocId, parseId } from '../documents/id.ts'
import { failedRuns, historyOf } from '../execution/history.ts'
import type { Command, Recording } from '../lifecycle/command.ts'
import { illegal, type Objection } from './objection.ts'
import type { World } from './positions.ts'

export type Entry = Extract<DocumentEvent, { event: 'EI' }>
export type Recorded = Extract<DocumentEvent, { event: 'EI' | 'NOTE' | 'SUMMARY' }>

export const isRecorded = (e: DocumentEvent): e is Recorded =>
  e.event === 'EI' || e.event === 'NOTE' || e.event === 'SUMMARY'

/** A document of which nothing is known but that it does not stand in the way: `families.ts` judges the real one. */
export const unobtrusive = (d: Document, id: DocId): Document => ({ ...d, id, status: 'IN_EXECUTION' })

/** What was recorded. Whom the item named, and what the text said before, is judged where texts are read: `executed.ts`. */
export const recordingOf = (
  d: Document,
  e: DocumentEvent,
  past: readonly DocumentEvent[],
  world: World,
): Command['recording'] => {
  if (!isRecorded(e)) return undefined
  const { carried, text, reason } = e as Partial<Record<'text' | 'reason', string>> & { carried?: string[] }
  return {
    carried: carried?.map((name) => {
      const id = parseId(name, world.types)
      return { id: name, document: id && unobtrusive(d, id) }
    }),
    named: e.user,
    text,
    reason,
    ...(e.event === 'EI' ? entryOf(e, past) : {}),
  }
}

const entryOf = (
  e: Entry,
  past: readonly DocumentEvent[],
): Pick<Recording, 'item' | 'recorded' | 'failedRuns'> => {
  const { item, action, outcome, task, summary, evidence, aside } = e
  const { outcome: recorded, exhibits } = historyOf(past, item)
  const fresh = (evidence ?? []).map((one, i) => ({
    number: exhibits.length + i + 1,
    evidence: one,
    aside: null,
  }))
  const standing = [...exhibits, ...fresh].filter(({ number }) => !aside?.includes(number))
  return {
    item: { item, action, outcome, task, summary, evidence, aside },
    recorded,
    failedRuns: failedRuns(standing),
  }
}

/** What of an entry does not go together, or speaks of evidence that there was not. */
export const misrecorded = (e: DocumentEvent, past: readonly DocumentEvent[]): Objection[] => {
  if (e.event !== 'EI') return []
  const known = historyOf(past, e.item).exhibits.length
  const unknown = e.aside?.find((number) => number > known)
  return [
    ...paired(e, 'record', 'outcome'),
    ...paired(e, 'add', 'task'),
    ...written(e),
    ...(unknown === undefined
      ? []
      : [illegal(`evidence of ${e.item} from E1 to E${known}`, `E${unknown} set aside`)]),
  ]
}

/** An outcome and a new item stand in the text; that work began, and evidence, in the trail alone. */
const written = ({ action, item, content, base }: Entry): Objection[] => {
  const changed = content !== base
  if ((action === 'start' || action === 'evidence') && changed)
    return [illegal(`${action} of ${item} that leaves the text as it is`, 'another text')]
  if ((action === 'record' || action === 'add') && !changed)
    return [illegal(`${action} of ${item} in a new text`, 'the text as it was')]
  return []
}

const paired = (e: Entry, action: Entry['action'], key: 'outcome' | 'task'): Objection[] =>
  (e.action === action) === (e[key] !== undefined)
    ? []
    : [illegal(`${key} with ${action}, and with nothing else`, `${e.action} with ${e[key] ?? `no ${key}`}`)]
