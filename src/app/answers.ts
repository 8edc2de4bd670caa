/** Answers that are not checked in yet, and what a check-in makes of them. */
import type { AnswerRecord } from '../authoring/record.ts'
import { recordBytes } from '../authoring/record.ts'
import { isTaken, readSession, replayed, type Session } from '../authoring/session.ts'
import { type Document, textInHand } from '../documents/document.ts'
import { refuse } from '../errors.ts'
import * as layout from '../store/layout.ts'
import { planAction } from './act.ts'
import { textFacts } from './circumstances.ts'
import { readConfiguration } from './configuration.ts'
import { compiledText, type Prompted, promptedBy } from './prompted.ts'
import type { Ask, Qms } from './qms.ts'
import type { Loaded, Records } from './records.ts'
import { keptBy } from './seal.ts'
import type { Plan } from './transact.ts'

/** The answers that the holder gave since the last check-in. @throws STALE_ANSWERS */
export const sessionOf = async (
  qms: Qms,
  user: string,
  d: Document,
  { form, record }: Prompted,
): Promise<{ readonly session: Session; readonly record: AnswerRecord }> => {
  const fresh = { format: 1 as const, document: d.id.id, base: d.record ?? '', steps: [] }
  const bytes = await qms.local.answers(user, d.id.id)
  if (bytes === null) return { session: fresh, record }
  const stale = (problem: string) =>
    refuse('STALE_ANSWERS', { id: d.id.id, path: qms.local.answersPath(user, d.id.id), problem })
  const session = readSession(bytes)
  if ('problem' in session) throw stale(session.problem)
  if (session.document !== d.id.id) throw stale(`they belong to ${session.document}`)
  if (session.base !== d.record) {
    if (isTaken(record, session, user)) return { session: fresh, record }
    throw stale('they began from a former record')
  }
  try {
    return { session, record: replayed(form, record, session.steps, user) }
  } catch (error) {
    throw stale((error as { facts?: { problem?: string } }).facts?.problem ?? 'a step cannot have been taken')
  }
}

/** The text that the answers of the holder would make; null where none was given since the last check-in. @throws STALE_ANSWERS */
export const textOfAnswers = async (
  qms: Qms,
  records: Records,
  user: string,
  d: Document,
): Promise<Uint8Array | null> => {
  if ((await qms.local.answers(user, d.id.id)) === null) return null
  const prompted = await promptedBy(records, d)
  const { session, record } = await sessionOf(qms, user, d, prompted)
  return session.steps.length > 0 ? compiledText(prompted.form, record) : null
}

/** Record and text that follow from the answers, into one commit. @throws DERIVED_TEXT, STALE_ANSWERS, TEXT_UNREADABLE */
export const planAnswers = async (qms: Qms, ask: Ask, records: Records, loaded: Loaded): Promise<Plan> => {
  const { d } = loaded
  const user = ask.user ?? ''
  await refuseEdited(qms, user, d)
  const prompted = await promptedBy(records, d)
  const { session, record } = await sessionOf(qms, user, d, prompted)
  const ref = textInHand(d)
  const bytes =
    session.steps.length > 0 || !ref ? await compiledText(prompted.form, record) : await records.text(d, ref)
  const text = await textFacts(records, null, bytes)
  if (text.problem) throw refuse('TEXT_UNREADABLE', { file: d.id.id, problem: text.problem })
  const answers = recordBytes(record)
  const digest = records.digest(answers)
  const command = {
    action: 'checkin' as const,
    text,
    base: d.checkout?.base,
    record: digest === d.record ? undefined : digest,
    ...(await keptBy(records, loaded, bytes)),
  }
  const plan = await planAction(qms, ask, records, loaded, command, new Map([[text.digest, bytes]]))
  const files = new Map([[layout.recordPath(layout.placeOf(d.id)), answers]])
  return digest === d.record ? plan : { ...plan, files }
}

/** The copy of a text that is compiled is for reading. @throws DERIVED_TEXT */
const refuseEdited = async (qms: Qms, user: string, d: Document): Promise<void> => {
  const copy = await qms.local.read(user, d.id.id)
  if (copy !== null && qms.digest(copy) !== d.checkout?.base)
    throw refuse('DERIVED_TEXT', { id: d.id.id, path: qms.local.pathOf(user, d.id.id) })
}

/** Why a text cannot be checked in, or null. */
export const textTrouble = async (records: Records, bytes: Uint8Array): Promise<string | null> => {
  const { documentLimit } = await readConfiguration(records.snapshot)
  if (bytes.length > documentLimit) return `a text of ${bytes.length} bytes, ${documentLimit} being allowed`
  return (await textFacts(records, null, bytes)).problem
}
