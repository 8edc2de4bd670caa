/** Documents whose text is compiled from answers: their form, and the record of answers as it is committed. */
import { compile } from '../authoring/compile.ts'
import { type Form, isForm } from '../authoring/form.ts'
import { readPrompts } from '../authoring/read-form.ts'
import {
  type AnswerRecord,
  emptyRecord,
  isComplete,
  readRecord,
  recordBytes,
  slotsOf,
} from '../authoring/record.ts'
import type { Document } from '../documents/document.ts'
import { decode } from '../documents/text.ts'
import { refuse } from '../errors.ts'
import * as layout from '../store/layout.ts'
import type { Records } from './records.ts'
import { textsOf } from './versions.ts'

/** A form, and the record of answers as it is committed. */
export interface Prompted {
  readonly form: Form
  readonly record: AnswerRecord
}

/** The form in a template; null where it asks nothing. @throws FORM_UNREADABLE */
export const formIn = (template: Uint8Array, id: string): Form | null => {
  const read = readPrompts(decode(template) ?? '')
  if (read === null || isForm(read)) return read
  throw refuse('FORM_UNREADABLE', { template: id, problems: read })
}

/** A template whose form cannot be followed, or shows an answer where none can stand. @throws FORM_UNREADABLE */
export const checkAsking = async (template: Uint8Array, id: string): Promise<void> => {
  const form = formIn(template, id)
  const of = { document: id, given: {}, template: { id, version: '1.0', content: '' } }
  if (form) await compiledText(form, emptyRecord(form, of))
}

/** What a document begins with whose template asks. */
export interface Unanswered {
  readonly text: Uint8Array
  readonly record: Uint8Array
}

/** Null where the template of the type asks nothing. @throws FORM_UNREADABLE */
export const unanswered = async (
  records: Records,
  document: string,
  type: string,
  given: Readonly<Record<string, string>>,
): Promise<Unanswered | null> => {
  const id = `TEMPLATE-${type}`
  const bytes = await records.template(type)
  if (!bytes || !(decode(bytes) ?? '').includes('@template')) return null
  const form = formIn(bytes, id)
  if (form === null) return null
  const version = (await records.find(await records.idOf(id)))?.d.live?.version ?? ''
  const template = { id, version, content: records.digest(bytes) }
  const record = emptyRecord(form, { document, given, template })
  return { text: await compiledText(form, record), record: recordBytes(record) }
}

/** @throws FORM_UNREADABLE; BAD_VALUE where an answer would change how the form is built */
export const compiledText = async (form: Form, record: AnswerRecord): Promise<Uint8Array> => {
  const done = await compile(form, record)
  if ('text' in done) return new TextEncoder().encode(done.text)
  if ('problems' in done)
    throw refuse('FORM_UNREADABLE', { template: record.template.id, problems: done.problems })
  throw refuse('BAD_VALUE', {
    name: 'the answer',
    found: `${done.broken.found}, where the form has ${done.broken.expected}`,
    expected: 'words that leave the form as it is',
  })
}

/** @throws ASKS_NOTHING, DAMAGED, FORM_UNREADABLE */
export const promptedBy = async (records: Records, d: Document): Promise<Prompted> => {
  const template = `TEMPLATE-${d.id.type.name}`
  if (d.record === null) throw refuse('ASKS_NOTHING', { id: d.id.id, template })
  const record = await recordOf(records, d, d.record)
  const { d: asking } = await records.load(record.template.id)
  const ref = textsOf(asking).find((text) => text.content === record.template.content)
  const form = ref ? formIn(await records.text(asking, ref), record.template.id) : null
  if (form) return { form, record }
  throw refuse('DAMAGED', {
    path: layout.recordPath(layout.placeOf(d.id)),
    problem: `${record.template.id} has no such text that asks`,
    expected: `the text ${record.template.content}`,
    found: 'none',
  })
}

/** @throws DAMAGED where the file is not the one that the trail names */
const recordOf = async (records: Records, d: Document, content: string): Promise<AnswerRecord> => {
  const path = layout.recordPath(layout.placeOf(d.id))
  const bytes = await records.snapshot.read(path)
  const found = bytes ? records.digest(bytes) : 'no file'
  const read =
    bytes && found === content ? readRecord(bytes) : { problem: 'it is not the one that the trail names' }
  if (!('problem' in read)) return read
  throw refuse('DAMAGED', { path, problem: read.problem, expected: content, found })
}

/** Whether all that is asked is answered, as it is committed. */
export const isAnswered = async (records: Records, d: Document): Promise<boolean> =>
  d.record !== null && isComplete(await recordOf(records, d, d.record))

/** What is not answered yet, as the blanks that its text shows. */
export const openBlanks = async (records: Records, d: Document): Promise<readonly string[]> => {
  if (d.record === null) return []
  const { form, record } = await promptedBy(records, d)
  if (isComplete(record)) return []
  const open = slotsOf(form, record).filter(({ key }) => !record.answers[key])
  return [...new Set(open.map(({ prompt }) => `[${prompt.id.toUpperCase()}]`))]
}
