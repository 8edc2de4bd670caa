/** What was answered, only ever added to. It is authoritative: the text is compiled from it. */
import * as z from 'zod/mini'
import { digest, id, name } from '../documents/fields.ts'
import { uniqueKeysProblem } from '../documents/json.ts'
import type { Form, Prompt } from './form.ts'

const time = z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/))
const key = z.string().check(z.regex(/^[a-z][a-z0-9_]*(?:\.[1-9]\d{0,8})?$/))
const pass = z.int().check(z.positive())

const by = { author: name, timestamp: time }

const entry = z.strictObject({
  value: z.string(),
  ...by,
  reason: z.optional(z.string()),
  /** The state of the project when it was given, as a commit. */
  commit: z.optional(z.string().check(z.regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/))),
})

const place = { prompt: z.nullable(key), pass: z.nullable(pass) }

const answerRecord = z.strictObject({
  format: z.literal(1),
  document: id,
  /** Which text of which template asks; `form` is the version in its header. */
  template: z.strictObject({ id, version: z.string(), content: digest, name: z.string(), form: z.string() }),
  /** What was known when the document was made. */
  given: z.record(z.string(), z.string()),
  cursor: z.strictObject({
    ...place,
    /** Where to go on after an answer was changed or a loop gone through once more. */
    back: z.nullable(
      z.strictObject({ ...place, for: z.enum(['amend', 'reopen']), reason: z.optional(z.string()) }),
    ),
  }),
  answers: z.record(key, z.array(entry).check(z.minLength(1))),
  loops: z.record(
    key,
    z.strictObject({
      passes: z.int().check(z.nonnegative()),
      closed: z.boolean(),
      reopened: z.array(z.strictObject({ ...by, reason: z.string() })),
    }),
  ),
  gates: z.record(
    key,
    z.array(z.strictObject({ value: z.enum(['yes', 'no']), ...by })).check(z.minLength(1)),
  ),
})

export type AnswerRecord = z.infer<typeof answerRecord>
export type Entry = z.infer<typeof entry>
export type Cursor = AnswerRecord['cursor']
export type Loop = AnswerRecord['loops'][string]

/** Nothing answered yet. */
export const emptyRecord = (
  form: Form,
  of: Pick<AnswerRecord, 'document' | 'given'> & {
    readonly template: Pick<AnswerRecord['template'], 'id' | 'version' | 'content'>
  },
): AnswerRecord => {
  const first = form.prompts.get(form.start)
  const loops = first?.loop ? { [first.loop]: { passes: 0, closed: false, reopened: [] } } : {}
  return {
    format: 1,
    document: of.document,
    template: { ...of.template, name: form.name, form: form.version },
    given: of.given,
    cursor: { prompt: form.start, pass: first?.loop ? 1 : null, back: null },
    answers: {},
    loops,
    gates: {},
  }
}

/** Characters that could hide or reorder text on a screen are escaped, as in trails. */
const HIDDEN =
  /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]/g

export const recordBytes = (record: AnswerRecord): Uint8Array => {
  const json = JSON.stringify(record, null, 2).replace(
    HIDDEN,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return new TextEncoder().encode(`${json}\n`)
}

/** The record in these bytes, or why they hold none. */
export const readRecord = (bytes: Uint8Array): AnswerRecord | { readonly problem: string } => {
  try {
    const json = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    const value: unknown = JSON.parse(json)
    const twice = uniqueKeysProblem(json)
    if (twice !== null) return { problem: `the key ${twice} stands twice` }
    const read = answerRecord.safeParse(value)
    if (read.success) return read.data
    const { path, message } = read.error.issues[0] ?? { path: [], message: 'not of this form' }
    return { problem: `${path.join('.')}: ${message}` }
  } catch {
    return { problem: 'it is no JSON in UTF-8' }
  }
}

/** `objective`, and in a loop `step_actual.2`. */
export const keyOf = (prompt: string, of: number | null): string => (of === null ? prompt : `${prompt}.${of}`)

export const isComplete = ({ cursor }: AnswerRecord): boolean =>
  cursor.prompt === null && cursor.back === null

/** The answer that counts. */
export const current = (record: AnswerRecord, of: string): Entry | null => record.answers[of]?.at(-1) ?? null

/** How often a loop is gone through so far, the pass that is being asked included. */
export const passesOf = (form: Form, record: AnswerRecord, loop: string): number => {
  const { cursor, loops } = record
  const asking = cursor.prompt !== null && form.prompts.get(cursor.prompt)?.loop === loop
  return Math.max(loops[loop]?.passes ?? 0, asking ? (cursor.pass ?? 0) : 0)
}

export interface Slot {
  readonly prompt: Prompt
  readonly pass: number | null
  readonly key: string
}

/** Every prompt that has been or may still be asked, in the order of the text; a loop not entered yet counts once. */
export const slotsOf = (form: Form, record: AnswerRecord): Slot[] => {
  const done = isComplete(record)
  const slots: Slot[] = []
  const loops = new Set<string>()
  const inLoop = (name: string): void => {
    const passes = Math.max(passesOf(form, record, name), done ? 0 : 1)
    const own = [...form.prompts.values()].filter((p) => p.loop === name && !p.gate)
    for (let n = 1; n <= passes; n++)
      slots.push(...own.map((prompt) => ({ prompt, pass: n, key: keyOf(prompt.id, n) })))
  }
  for (const prompt of form.prompts.values()) {
    if (prompt.loop === null && !prompt.gate) slots.push({ prompt, pass: null, key: prompt.id })
    if (prompt.loop !== null && !loops.has(prompt.loop)) {
      loops.add(prompt.loop)
      inLoop(prompt.loop)
    }
  }
  return slots.filter(({ key: of }) => !done || current(record, of) !== null)
}
