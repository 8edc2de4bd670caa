/**
 * A record and one step give the record after it, or a refusal. Pure: time and author are passed in. The order is
 * strict: nothing is skipped or answered ahead; what was answered is changed only by going back to it with a reason.
 */
import { refuse } from '../errors.ts'
import { isAgain } from './flow.ts'
import { END, type Form, type Prompt } from './form.ts'
import { type AnswerRecord, type Cursor, current, keyOf, type Loop } from './record.ts'

export type Step =
  | { readonly do: 'answer'; readonly value: string; readonly reason?: string; readonly commit?: string }
  | { readonly do: 'goto'; readonly prompt: string; readonly reason?: string }
  | { readonly do: 'cancel' }
  | { readonly do: 'reopen'; readonly loop: string; readonly reason: string }

export interface By {
  readonly author: string
  /** UTC, milliseconds, `Z`. */
  readonly timestamp: string
}

/** @throws OUT_OF_TURN, BAD_VALUE */
export const take = (form: Form, record: AnswerRecord, step: Step, by: By): AnswerRecord => {
  if (step.do === 'answer') return answered(form, record, step, by)
  if (step.do === 'goto') return gone(form, record, step)
  if (step.do === 'cancel') return cancelled(form, record)
  return reopened(form, record, step, by)
}

const LONGEST = 1_000_000
const LONGEST_REASON = 2000

/** The prompt that is open, or null where the record is complete. */
export const openPrompt = (form: Form, { cursor }: AnswerRecord): Prompt | null =>
  cursor.prompt === null ? null : (form.prompts.get(cursor.prompt) ?? null)

export const openKey = ({ cursor }: AnswerRecord): string | null =>
  cursor.prompt === null ? null : keyOf(cursor.prompt, cursor.pass)

const outOfTurn = (record: AnswerRecord, problem: string, expected: string, next: readonly string[] = []) =>
  refuse('OUT_OF_TURN', { id: record.document, problem, found: openKey(record), expected, next })

/** What `default` stands for, on this day and for this author. */
export const defaultOf = (prompt: Prompt, by: By): string | null => {
  if (prompt.default === 'today') return by.timestamp.slice(0, 10)
  return prompt.default === 'current_user' ? by.author : prompt.default
}

const answered = (
  form: Form,
  record: AnswerRecord,
  step: Extract<Step, { do: 'answer' }>,
  by: By,
): AnswerRecord => {
  const prompt = openPrompt(form, record)
  const { back } = record.cursor
  if (!prompt)
    throw outOfTurn(
      record,
      'everything is answered',
      'a prompt to go back to, a loop to reopen, or a check-in',
      [`qms checkin ${record.document}`, `qms interact ${record.document} --goto PROMPT --reason "TEXT"`],
    )
  const amending = back?.for === 'amend'
  const reason = amending ? reasonOf(step.reason ?? back.reason) : undefined
  if (!amending && step.reason !== undefined)
    throw outOfTurn(record, 'a first answer needs no reason', 'a reason only where an answer is changed')
  if (prompt.gate) return passed(form, record, prompt, worded(prompt, step.value, by), by)
  const entry = {
    value: worded(prompt, step.value, by),
    ...by,
    ...(reason === undefined ? {} : { reason }),
    ...(step.commit === undefined ? {} : { commit: step.commit }),
  }
  const key = keyOf(prompt.id, record.cursor.pass)
  const answers = { ...record.answers, [key]: [...(record.answers[key] ?? []), entry] }
  const after = withPass({ ...record, answers }, prompt)
  return amending ? returned(after) : moved(form, after, prompt, prompt.ways.next ?? END)
}

const passed = (form: Form, record: AnswerRecord, gate: Prompt, value: string, by: By): AnswerRecord => {
  const word = value === 'yes' ? 'yes' : 'no'
  const key = keyOf(gate.id, record.cursor.pass)
  const gates = {
    ...record.gates,
    [key]: [...(record.gates[key] ?? []), { value: word as 'yes' | 'no', ...by }],
  }
  return moved(form, withPass({ ...record, gates }, gate), gate, gate.ways[word] ?? END)
}

/** A pass counts from its first answer on. */
const withPass = (record: AnswerRecord, { loop }: Prompt): AnswerRecord =>
  loop === null
    ? record
    : withLoop(record, loop, (l) => ({ passes: Math.max(l.passes, record.cursor.pass ?? 1) }))

const withLoop = (
  record: AnswerRecord,
  name: string,
  change: (loop: Loop) => Partial<Loop>,
): AnswerRecord => {
  const loop = record.loops[name] ?? { passes: 0, closed: false, reopened: [] }
  return { ...record, loops: { ...record.loops, [name]: { ...loop, ...change(loop) } } }
}

const YES: Readonly<Record<string, string>> = { yes: 'yes', y: 'yes', no: 'no', n: 'no' }

/** @throws BAD_VALUE */
const worded = (prompt: Prompt, given: string, by: By): string => {
  const name = `the answer to ${prompt.id}`
  const value = given.trim() === '' ? (defaultOf(prompt, by) ?? '') : given.replace(/\s+$/, '')
  const bad = (found: string, expected: string) => refuse('BAD_VALUE', { name, found, expected })
  if (value.trim() === '') throw bad('nothing', 'at least one word')
  if (value.length > LONGEST) throw bad(`${value.length} characters`, `at most ${LONGEST} characters`)
  if (value.includes('\0')) throw bad('a NUL byte', 'text')
  if (prompt.gate) {
    const word = YES[value.trim().toLowerCase()]
    if (word) return word
    throw bad(value.slice(0, 60), 'yes or no')
  }
  if (prompt.choices === null) return value
  const choice = prompt.choices.find((c) => c.toLowerCase() === value.trim().toLowerCase())
  if (choice) return choice
  throw bad(value.slice(0, 60), prompt.choices.join(', '))
}

/** @throws BAD_VALUE */
const reasonOf = (given: string | undefined): string => {
  const reason = given?.trim() ?? ''
  const found = reason === '' ? 'nothing' : `${reason.length} characters`
  if (reason === '' || reason.length > LONGEST_REASON || reason.includes('\0'))
    throw refuse('BAD_VALUE', {
      name: '--reason',
      found,
      expected: `why it is done, in at most ${LONGEST_REASON} characters`,
    })
  return reason
}

/** From a prompt to where its answer leads. Out of a loop, the loop is closed; to its first prompt, one pass more. */
const moved = (form: Form, record: AnswerRecord, from: Prompt, to: string): AnswerRecord => {
  const { cursor } = record
  const target = form.prompts.get(to)
  const again = isAgain(form, from, to)
  const leaving = from.loop !== null && target?.loop !== from.loop
  const extra = cursor.back?.for === 'reopen'
  const loop = from.loop
  const closing = loop !== null && (leaving || (extra && again))
  const shut = closing ? withLoop(record, loop, () => ({ closed: true })) : record
  if (extra && closing) return returned(shut)
  const pass = target?.loop
    ? again
      ? (cursor.pass ?? 0) + 1
      : leaving || loop === null
        ? 1
        : cursor.pass
    : null
  const entered = target?.loop && target.loop !== loop ? withLoop(shut, target.loop, () => ({})) : shut
  const on = at(entered, { prompt: target ? to : null, pass, back: cursor.back })
  return extra && target && loop !== null && onlyEndsPass(form, target) ? returned(closed(on, loop)) : on
}

const closed = (record: AnswerRecord, loop: string): AnswerRecord =>
  withLoop(record, loop, () => ({ closed: true }))

/** In a pass that was added, a gate that could only end it or add another is not asked. */
const onlyEndsPass = (form: Form, gate: Prompt): boolean =>
  gate.gate &&
  Object.values(gate.ways).every((to) => isAgain(form, gate, to) || form.prompts.get(to)?.loop !== gate.loop)

const at = (record: AnswerRecord, cursor: Cursor): AnswerRecord => ({ ...record, cursor })

const returned = (record: AnswerRecord): AnswerRecord => {
  const { back } = record.cursor
  return back ? at(record, { prompt: back.prompt, pass: back.pass, back: null }) : record
}

/** A detour begins where none is under way. @throws OUT_OF_TURN */
const homeOf = (record: AnswerRecord): Pick<Cursor, 'prompt' | 'pass'> => {
  const { prompt, pass, back } = record.cursor
  if (back)
    throw outOfTurn(
      record,
      `the prompt ${openKey(record)} is being answered anew`,
      'that answer first, or --cancel-goto',
      [`qms interact ${record.document} --cancel-goto`],
    )
  return { prompt, pass }
}

const gone = (form: Form, record: AnswerRecord, step: Extract<Step, { do: 'goto' }>): AnswerRecord => {
  const home = homeOf(record)
  const [id = '', pass] = step.prompt.split('.', 2)
  const prompt = form.prompts.get(id)
  const given = Object.keys(record.answers)
  if (prompt?.gate)
    throw outOfTurn(
      record,
      `the gate ${id} only says where to go on`,
      `an answer: ${given.join(', ') || 'none yet'}`,
      [],
    )
  if (!prompt || current(record, step.prompt) === null)
    throw outOfTurn(
      record,
      `the prompt ${step.prompt.slice(0, 80)} was not answered`,
      `an answer that was given: ${given.join(', ') || 'none yet'}`,
    )
  const reason = step.reason === undefined ? {} : { reason: reasonOf(step.reason) }
  const back = { ...home, for: 'amend' as const, ...reason }
  return at(record, { prompt: id, pass: pass === undefined ? null : Number(pass), back })
}

const cancelled = (form: Form, record: AnswerRecord): AnswerRecord => {
  const { back, pass } = record.cursor
  if (!back) throw outOfTurn(record, 'there is nothing to come back from', '--goto or --reopen before it')
  if (back.for === 'amend') return returned(record)
  const loop = openPrompt(form, record)?.loop ?? ''
  if ((record.loops[loop]?.passes ?? 0) >= (pass ?? 0))
    throw outOfTurn(record, `pass ${pass} of ${loop} has begun`, 'the rest of its answers')
  return returned(closed(record, loop))
}

const reopened = (
  form: Form,
  record: AnswerRecord,
  step: Extract<Step, { do: 'reopen' }>,
  by: By,
): AnswerRecord => {
  const home = homeOf(record)
  const loop = record.loops[step.loop]
  const first = form.loops.get(step.loop)
  const shut = Object.keys(record.loops).filter((name) => record.loops[name]?.closed)
  if (!loop?.closed || first === undefined)
    throw outOfTurn(
      record,
      `the loop ${step.loop.slice(0, 80)} was not closed`,
      `a closed loop: ${shut.join(', ') || 'none yet'}`,
    )
  const reason = reasonOf(step.reason)
  const open = withLoop(record, step.loop, (l) => ({
    closed: false,
    reopened: [...l.reopened, { ...by, reason }],
  }))
  return at(open, { prompt: first, pass: loop.passes + 1, back: { ...home, for: 'reopen', reason } })
}
