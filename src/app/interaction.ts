/** How prompted authoring stands, as every interface is told it. */
import type { Prompt } from '../authoring/form.ts'
import { type AnswerRecord, current, isComplete, keyOf, slotsOf } from '../authoring/record.ts'
import type { Session, Taken } from '../authoring/session.ts'
import { defaultOf, openKey, openPrompt } from '../authoring/steps.ts'
import type { Document } from '../documents/document.ts'
import { decode } from '../documents/text.ts'
import { compiledText, type Prompted } from './prompted.ts'
import type { Records } from './records.ts'

/** The prompt that is open. */
export interface Open {
  readonly prompt: string
  readonly kind: 'text' | 'choice' | 'yesno'
  readonly guidance: string
  readonly default: string | null
  readonly choices: readonly string[]
  /** The project's state is recorded with the answer. */
  readonly snapshot: boolean
  /** It was answered before, and is being changed: with what reason, if one was given. */
  readonly changing: { readonly value: string; readonly reason: string | null } | null
}

export interface Interaction {
  readonly document: string
  readonly title: string
  readonly template: { readonly id: string; readonly version: string; readonly form: string }
  readonly complete: boolean
  readonly answered: number
  readonly of: number
  /** Steps that are not checked in yet. */
  readonly unsaved: number
  readonly held: boolean
  readonly open: Open | null
  readonly answers: readonly {
    readonly prompt: string
    readonly value: string
    readonly author: string
    readonly timestamp: string
    readonly reason: string | null
    readonly commit: string | null
    readonly superseded: number
  }[]
  readonly loops: readonly { readonly loop: string; readonly passes: number; readonly closed: boolean }[]
  readonly snapshots: readonly {
    readonly prompt: string
    readonly commit: string
    readonly timestamp: string
  }[]
  /** What was answered now, or before under the same request. */
  readonly took: readonly string[]
  readonly dryRun: boolean
  readonly replayed: boolean
  readonly text?: string
  readonly next: readonly string[]
}

/** Form, record and session of a document, and whose they are. */
export interface State extends Prompted {
  readonly d: Document
  readonly records: Records
  readonly user: string
  /** Who looks has it checked out. */
  readonly held: boolean
  readonly session: Session
  /** As committed. */
  readonly base: AnswerRecord
}

/** How an answer is given: when, with the text or without. */
export interface Telling {
  readonly at: string
  readonly dryRun: boolean
  readonly show: boolean
}

export const told = async (state: State, telling: Telling, taken: readonly Taken[]): Promise<Interaction> => {
  const { form, record, d, session } = state
  const slots = slotsOf(form, record)
  const given = slots.flatMap(({ key }) => answerOf(record, key))
  const text = telling.show ? { text: decode(await compiledText(form, record)) ?? '' } : {}
  return {
    document: d.id.id,
    title: d.title,
    template: { id: record.template.id, version: record.template.version, form: record.template.form },
    complete: isComplete(record),
    answered: given.length,
    of: slots.length,
    unsaved: session.steps.length,
    held: state.held,
    open: openOf(state, telling.at),
    answers: given,
    loops: Object.entries(record.loops).map(([loop, { passes, closed }]) => ({ loop, passes, closed })),
    snapshots: snapshotsOf(record),
    took: tookBy(state, taken),
    dryRun: telling.dryRun,
    replayed: false,
    ...text,
    next: nextOf(state),
  }
}

const answerOf = (record: AnswerRecord, key: string): Interaction['answers'] => {
  const entry = current(record, key)
  if (!entry) return []
  const { value, author, timestamp: at, reason, commit } = entry
  const superseded = (record.answers[key]?.length ?? 1) - 1
  return [
    { prompt: key, value, author, timestamp: at, reason: reason ?? null, commit: commit ?? null, superseded },
  ]
}

/** Of answers that count and of those that were changed later. */
const snapshotsOf = (record: AnswerRecord): Interaction['snapshots'] =>
  Object.entries(record.answers).flatMap(([prompt, entries]) =>
    entries.flatMap(({ commit, timestamp: at }) => (commit ? [{ prompt, commit, timestamp: at }] : [])),
  )

const tookBy = ({ record }: State, taken: readonly Taken[]): string[] => {
  const times = new Set(taken.flatMap((step) => (step.do === 'answer' ? [step.at] : [])))
  const given = [...Object.entries(record.answers), ...Object.entries(record.gates)]
  return given.flatMap(([key, entries]) => (entries.some((entry) => times.has(entry.timestamp)) ? [key] : []))
}

const openOf = ({ form, record, user }: State, at: string): Open | null => {
  const prompt = openPrompt(form, record)
  if (!prompt) return null
  const key = keyOf(prompt.id, record.cursor.pass)
  const before = current(record, key)
  return {
    prompt: key,
    kind: kindOf(prompt),
    guidance: prompt.guidance,
    default: defaultOf(prompt, { author: user, timestamp: at }),
    choices: prompt.gate ? ['yes', 'no'] : (prompt.choices ?? []),
    snapshot: prompt.commits,
    changing: before ? { value: before.value, reason: record.cursor.back?.reason ?? null } : null,
  }
}

const kindOf = (prompt: Prompt): Open['kind'] => (prompt.gate ? 'yesno' : prompt.choices ? 'choice' : 'text')

const nextOf = ({ d, held, user, record, session }: State): string[] => {
  const id = d.id.id
  const as = user === '' ? '' : ` -u ${user}`
  if (!held) return d.checkout ? [`qms interact ${id} --show${as}`] : [`qms checkout ${id}${as}`]
  const checkin = session.steps.length > 0 ? [`qms checkin ${id}${as}`] : []
  if (isComplete(record)) return [...checkin, `qms interact ${id} --show${as}`]
  const answer = `qms interact ${id} --prompt ${openKey(record)} --respond "TEXT"${as}`
  return [answer, ...(record.cursor.back ? [`qms interact ${id} --cancel-goto${as}`] : []), ...checkin]
}
