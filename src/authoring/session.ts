/** Answers that are not checked in yet: the steps that were taken since the record as it is committed. */
import * as z from 'zod/mini'
import { digest, id } from '../documents/fields.ts'
import type { Form } from './form.ts'
import type { AnswerRecord } from './record.ts'
import { type Step, take } from './steps.ts'

const deed = {
  at: z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)),
  request: z.optional(z.string()),
}

const step = z.discriminatedUnion('do', [
  z.strictObject({
    do: z.literal('answer'),
    value: z.string(),
    reason: z.optional(z.string()),
    commit: z.optional(z.string().check(z.regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/))),
    ...deed,
  }),
  z.strictObject({
    do: z.literal('goto'),
    prompt: z.string(),
    reason: z.optional(z.string()),
    ...deed,
  }),
  z.strictObject({ do: z.literal('cancel'), ...deed }),
  z.strictObject({ do: z.literal('reopen'), loop: z.string(), reason: z.string(), ...deed }),
])

const session = z.strictObject({
  format: z.literal(1),
  document: id,
  /** Digest of the record from which the steps go on. */
  base: digest,
  steps: z.array(step),
})

export type Session = z.infer<typeof session>
/** A step as it was taken: when, and under which request. Who took it is whose workspace it is. */
export type Taken = Session['steps'][number]

export const readSession = (bytes: Uint8Array): Session | { readonly problem: string } => {
  try {
    const read = session.safeParse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)))
    if (read.success) return read.data
    const { path, message } = read.error.issues[0] ?? { path: [], message: 'not of this form' }
    return { problem: `${path.join('.')}: ${message}` }
  } catch {
    return { problem: 'it is no JSON in UTF-8' }
  }
}

export const sessionBytes = (of: Session): Uint8Array =>
  new TextEncoder().encode(`${JSON.stringify(of, null, 2)}\n`)

/** The record after the steps of an author. @throws OUT_OF_TURN, BAD_VALUE where one of them cannot have been taken */
export const replayed = (
  form: Form,
  record: AnswerRecord,
  steps: readonly Taken[],
  author: string,
): AnswerRecord =>
  steps.reduce<AnswerRecord>(
    (now, taken) => take(form, now, taken as Step, { author, timestamp: taken.at }),
    record,
  )

/** Whether the record holds every answer of the session already: it was checked in, and left behind by who did it. */
export const isTaken = (record: AnswerRecord, { steps }: Session, author: string): boolean => {
  const known = new Set(
    [...Object.values(record.answers), ...Object.values(record.gates)]
      .flat()
      .map((entry) => `${entry.author} ${entry.timestamp}`),
  )
  return steps.every((taken) => taken.do !== 'answer' || known.has(`${author} ${taken.at}`))
}
