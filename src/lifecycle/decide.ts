/** (document, command, circumstances) -> events, or a refusal. Pure. */

import { type Document, textInHand } from '../documents/document.ts'
import type { NewEvent } from '../documents/event.ts'
import { type Faults, refuse, type UnmetGate } from '../errors.ts'
import { ACTIONS, type Action, type Circumstances, type Command, checkLength, type Shown } from './command.ts'
import { CONDITIONS, type Frame, holds } from './conditions.ts'
import { checkTitle } from './create.ts'
import { rowsOf } from './editions.ts'
import { closeWith, EDITION, emit, follow } from './emit.ts'
import { applies, carrierOf, GATES } from './gates.ts'
import { admits, whoCan } from './roles.ts'
import { possibleIn, type Row, rowsFor, WITH_PARENT } from './tables.ts'

export interface Decision {
  readonly events: readonly NewEvent[]
  readonly after: Document
  /** Other documents that move with this one, each with its events. */
  readonly others: readonly {
    readonly before: Document
    readonly events: readonly NewEvent[]
    readonly after: Document
  }[]
  readonly warnings: readonly Warning[]
}

export type Warning =
  | 'NEVER_SHOWN'
  | 'NO_CHANGE_RECORD'
  | 'RETURNS_TO_DRAFT'
  | 'SELF_APPROVAL'
  | 'GATE_WAIVED'

/** A row that fits, with all that stands in its way. */
export interface Prospect {
  readonly action: Action
  readonly row: Row
  /** The flag that this way of the action needs. */
  readonly purpose?: 'retire' | 'abandon'
  readonly admitted: boolean
  readonly who: readonly string[]
  readonly gates: readonly (UnmetGate & { readonly holds: boolean })[]
}

/** @throws NOT_OPEN, CHECKED_OUT, NOT_CHECKED_OUT, NO_TEXT, GATE, NOT_ALLOWED, USER_DISABLED, TEXT_CHANGED, BAD_VALUE, BAD_TITLE */
export const decide = (d: Document, command: Command, c: Circumstances): Decision => {
  const frame = { d, command, c }
  if (!c.actor.enabled) throw refuse('USER_DISABLED', { name: c.actor.name })
  const row = selectRow(frame)
  checkDerived(frame)
  checkHold(frame)
  if (!admits(row.who, d, c.actor, command.recording?.named)) throw notAllowed(frame, row)
  checkText(frame, row)
  checkRecording(frame, row)
  checkWords(frame)
  const missed = row.gates.flatMap((name) => judge(name, frame)).filter((gate) => !gate.holds)
  const unmet = missed.filter((gate) => !isWaived(d, gate.gate))
  if (unmet.length > 0) throw gateRefusal(frame, unmet)
  const waived = missed.map((gate) => gate.gate)
  const events = emit(row, { ...frame, waived })
  const others = command.action === 'close' ? closing(frame) : []
  const said = waived.length > 0 ? (['GATE_WAIVED'] as const) : []
  return { events, after: follow(d, events), others, warnings: [...warnings(frame, row), ...said] }
}

/** A gate that the former rules of an adopted document did not have, and that it is past. */
const isWaived = (d: Document, gate: string): boolean => d.adopted?.waived.includes(gate) ?? false

/** What writes into a text by itself: a text that is compiled from answers changes by its answers alone. */
const WRITES_TEXT: ReadonlySet<Action> = new Set(['ei', 'note', 'summarise', 'fix'])

/** @throws DERIVED_TEXT */
const checkDerived = ({ d, command }: Frame): void => {
  if (d.record !== null && WRITES_TEXT.has(command.action))
    throw refuse('DERIVED_TEXT', { id: d.id.id, path: null })
}

const ABOUT_TEXT: ReadonlySet<string> = new Set([
  'ROUTE_REVIEW',
  'ROUTE_APPROVAL',
  'REVIEW',
  'APPROVE',
  'REJECT',
])

/** An adopted document may have lost its text: nothing can be said about it then. @throws NO_TEXT */
const checkText = ({ d }: Frame, row: Row): void => {
  if (textInHand(d) === null && row.emits.some((name) => ABOUT_TEXT.has(name)))
    throw refuse('NO_TEXT', { id: d.id.id, status: d.status, wanted: 'a text to judge' })
}

const RECORDING: ReadonlySet<string> = new Set(['EI', 'NOTE', 'SUMMARY'])

/** A recording names what is recorded, and the text that it makes. @throws GATE */
const checkRecording = ({ d, command }: Frame, row: Row): void => {
  const [name] = row.emits
  if (!RECORDING.has(name ?? '')) return
  const said = command.recording && (name !== 'EI' || command.recording.item) && command.text
  if (said) return
  const unmet = [{ gate: 'recorded', expected: 'what is to be recorded, and its text', found: 'nothing' }]
  throw refuse('GATE', { id: d.id.id, action: command.action, status: d.status, unmet })
}

/** What the actor wrote must fit into an event, and a new title be one that `create` would take. */
const checkWords = ({ d, command, c }: Frame): void => {
  for (const name of ['reason', 'comment', 'diff'] as const) checkLength(name, command[name])
  const { recording: r } = command
  checkLength('text', r?.text)
  checkLength('summary', r?.item?.summary)
  checkLength('task', r?.item?.task)
  checkLength('reason', r?.reason)
  checkLength('request', c.request, 200)
  const title = command.text?.title
  if (title && title !== d.title) checkTitle(title)
}

const judge = (name: keyof typeof GATES, frame: Frame): UnmetGate & { holds: boolean } => {
  const gate = GATES[name]
  const found = gate.found(frame)
  return { gate: name, expected: gate.expected, found: found ?? '', holds: found === null }
}

/** The one row that applies. @throws NOT_OPEN where the action has none in this status, GATE where none fits. */
const selectRow = (frame: Frame): Row => {
  const { d, command, c } = frame
  const rows = rowsOf(c.edition ?? EDITION, d.id.type.machine, d.status, command.action)
  const fits = rows.find((row) => (row.when ?? []).every((name) => holds(name, frame)))
  if (fits) return fits
  if (rows.length === 0) throw refuse('NOT_OPEN', notOpen(frame))
  throw gateRefusal(frame, missedConditions(rows, frame))
}

const notOpen = ({ d, command }: Frame): Faults['NOT_OPEN'] => ({
  id: d.id.id,
  action: command.action,
  status: d.status,
  possibleIn: possibleIn(d.id.type.machine, command.action),
})

const missedConditions = (rows: readonly Row[], frame: Frame): UnmetGate[] => {
  const missed = rows.flatMap((row) => row.when ?? []).filter((name) => !holds(name, frame))
  return [...new Set(missed)].map((name) => ({
    gate: name,
    expected: CONDITIONS[name].expected,
    found: frame.command.purpose ? `--${frame.command.purpose}` : 'otherwise',
  }))
}

/** Only a check-in, or a change of owner away from a disabled holder, is possible while a document is checked out. */
const checkHold = ({ d, command, c }: Frame): void => {
  const ending = command.action === 'checkin' || command.action === 'discard'
  if (ending && !d.checkout) throw refuse('NOT_CHECKED_OUT', { id: d.id.id, status: d.status })
  if (ending || !d.checkout) return
  const stranded = command.action === 'assign' && c.registry.get(d.checkout.by)?.enabled === false
  if (!stranded) throw refuse('CHECKED_OUT', { id: d.id.id, by: d.checkout.by, action: command.action })
}

const notAllowed = ({ d, command, c }: Frame, row: Row) =>
  refuse('NOT_ALLOWED', {
    user: c.actor.name,
    action: command.action,
    id: d.id.id,
    needs: row.who,
    who: whoCan(row.who, d, c.registry, command.recording?.named),
  })

const gateRefusal = ({ d, command, c }: Frame, unmet: readonly UnmetGate[]) => {
  const stale = staleIn(c, unmet)
  if (stale && d.round)
    return refuse('TEXT_CHANGED', {
      id: d.id.id,
      user: c.actor.name,
      shown: stale.content,
      now: d.round.content,
      shownRound: stale.round,
      round: d.round.number,
    })
  const broken = command.unsealed && unmet.some((u) => u.gate === 'sealKept')
  if (broken)
    return refuse('SEAL_BROKEN', { id: d.id.id, carrier: carrierOf(d.id.type.name), ...command.unsealed })
  const facts = unmet.map(({ gate, expected, found }) => ({ gate, expected, found }))
  return refuse('GATE', { id: d.id.id, action: command.action, status: d.status, unmet: facts })
}

/** What the actor judges, where nothing stands in the way but that it is another text or round by now. */
const staleIn = (c: Circumstances, unmet: readonly UnmetGate[]): Shown | null => {
  const names = new Set(unmet.map((u) => u.gate))
  if (![...names].every((name) => name === 'sawThisText' || name === 'packetRead')) return null
  return (names.has('sawThisText') ? c.shown : c.given) ?? null
}

const closing = (frame: Frame): Decision['others'] =>
  frame.c.children
    .filter((child) => child.id.type.machine === WITH_PARENT.machine && child.status === WITH_PARENT.from)
    .map((child) => {
      const events = closeWith(frame.d.id.id, child, frame)
      return { before: child, events, after: follow(child, events) }
    })

const warnings = ({ d, command, c }: Frame, row: Row): Warning[] => {
  const said: Warning[] = []
  if ((row.gates as readonly string[]).includes('sawThisText') && !c.shown) said.push('NEVER_SHOWN')
  if (
    (row.gates as readonly string[]).includes('notAuthor') &&
    GATES.notAuthor.found({ d, command, c: strict(c) }) !== null
  )
    said.push('SELF_APPROVAL')
  if (row.gates.includes('changeControl') && !command.under) said.push('NO_CHANGE_RECORD')
  if (command.action === 'checkout' && d.status === 'PRE_APPROVED') said.push('RETURNS_TO_DRAFT')
  return said
}

const strict = (c: Circumstances): Circumstances => ({
  ...c,
  policy: { ...c.policy, selfApproval: 'forbidden' },
})

/** Every action of the tables in this status, with what stands in its way for this actor: what `next` shows. */
export const prospects = (d: Document, c: Circumstances, only?: Action): Prospect[] =>
  ACTIONS.filter(
    (action) => (only === undefined || action === only) && !(d.record !== null && WRITES_TEXT.has(action)),
  ).flatMap((action) => candidateCommands(d, action).flatMap((command) => prospect({ d, command, c })))

/** The commands worth asking about: an action alone, and with the flag that its rows ask for. */
const candidateCommands = (d: Document, action: Action): Command[] => {
  const rows = rowsFor(d.id.type.machine, d.status, action)
  const asks = (name: string) => rows.some((row) => (row.when ?? []).includes(name as never))
  const plain = rows.some(
    (row) => !(row.when ?? []).some((name) => name === 'asksRetire' || name === 'asksAbandon'),
  )
  return [
    ...(plain ? [{ action }] : []),
    ...(asks('asksRetire') && d.purpose.kind === 'ordinary' ? [{ action, purpose: 'retire' as const }] : []),
    ...(asks('asksAbandon') ? [{ action, purpose: 'abandon' as const }] : []),
  ]
}

/** Gates that the asker answers in the command itself are taken as answered. */
const ASKED: ReadonlySet<string> = new Set([
  'reasoned',
  'commented',
  'confirmed',
  'textParses',
  'copyIsCurrent',
  'fixIsSmall',
  'onlyOwner',
  'assigneesAble',
  'ownerAble',
  'changeControl',
  'sealKept',
  'recordsKept',
  'itemReasoned',
  'failureCarried',
  'runsSupport',
  'carriersExist',
  'summaryReasoned',
])

const prospect = (frame: Frame): Prospect[] => {
  const { d, command, c } = frame
  const row = rowsFor(d.id.type.machine, d.status, command.action).find((r) =>
    (r.when ?? []).every((n) => holds(n, frame)),
  )
  if (!row) return []
  const ending = command.action === 'checkin' || command.action === 'discard'
  if (ending && !d.checkout) return []
  const held = !ending && d.checkout !== null
  const gates = row.gates
    .filter((name) => !ASKED.has(name) && applies(name, frame))
    .map((name) => judge(name, frame))
    .map((gate) => (isWaived(d, gate.gate) ? { ...gate, holds: true } : gate))
  const hold = {
    gate: 'checkedIn',
    expected: 'checked in',
    found: `checked out by ${d.checkout?.by}`,
    holds: false,
  }
  return [
    {
      action: command.action,
      row,
      ...(command.purpose ? { purpose: command.purpose } : {}),
      admitted: admits(row.who, d, c.actor),
      who: whoCan(row.who, d, c.registry),
      gates: held ? [hold, ...gates] : gates,
    },
  ]
}
