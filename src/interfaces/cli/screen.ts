/** What people see. Everything that came from outside is made visible before it is printed. */
import { createColors } from 'picocolors'
import type { Result } from '../../app/act.ts'
import type { NextStep } from '../../app/next.ts'
import type { Receipt, StoreNotice } from '../../app/transact.ts'
import type { Refusal } from '../present.ts'
import { visible, visibleLine } from '../visible.ts'
import { columnsOf, ellipsis, isQuiet, wantsColour } from './display.ts'
import { paged } from './pager.ts'
import { cutTo, padTo, widthOf, wrap } from './text.ts'

const pc = createColors(wantsColour(process.stdout))
const onError = createColors(wantsColour(process.stderr))

export const print = (lines: readonly string[]): void => {
  process.stdout.write(`${lines.join('\n')}\n`)
}

export const printError = (lines: readonly string[]): void => {
  if (lines.length > 0) process.stderr.write(`${lines.join('\n')}\n`)
}

/** For people: through their pager, if it is longer than the screen. */
export const show = (lines: readonly string[]): void => {
  if (!paged(`${lines.join('\n')}\n`)) print(lines)
}

/** Broken at the edge of the screen, where there is one; what follows the first line is indented. */
export const folded = (text: string, indent: number): string[] =>
  wrap(text, columnsOf(process.stdout), indent)

/** Rows in columns: all but the widest column at their natural width, that one cut to what the screen leaves. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] => {
  const cells = rows.map((row) => row.map(visibleLine))
  const natural = head.map((h, i) => Math.max(widthOf(h), ...cells.map((row) => widthOf(row[i] ?? ''))))
  const widest = natural.indexOf(Math.max(...natural))
  const others = natural.reduce((sum, w, i) => (i === widest ? sum : sum + w + 2), 0)
  const left = Math.max(12, columnsOf(process.stdout) - others)
  const fits = natural.map((w, i) => (i === widest ? Math.min(w, left) : w))
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => padTo(cutTo(cell, fits[i] ?? 0), fits[i] ?? 0))
      .join('  ')
      .trimEnd()
  return [pc.dim(line(head)), ...cells.map(line)]
}

/** `Next` with the commands open now, the reader's own first; others' with their names. */
export const nextLines = (next: readonly NextStep[], most = 6): string[] => {
  if (next.length === 0 || isQuiet()) return []
  const shown = next.slice(0, most)
  const names = shown.map(
    (step) => step.who.slice(0, 3).join(', ') + (step.who.length > 3 ? `, ${ellipsis()}` : ''),
  )
  const pad = Math.max(...names.map((n) => n.length))
  return [
    '',
    pc.bold('Next'),
    ...shown.map((step, i) => `  ${pc.dim((names[i] ?? '').padEnd(pad))}  ${step.command}`),
  ]
}

const WARNINGS: Readonly<Record<string, string>> = {
  NEVER_SHOWN:
    'you were never shown this text by qms (qms read, qms inbox); the verdict is recorded all the same',
  NO_CHANGE_RECORD: 'no change record was named (--under); its absence is recorded',
  RETURNS_TO_DRAFT:
    'a check-in with changes takes this approved plan back to DRAFT: it must be reviewed again',
  GATE_WAIVED:
    'a condition that the former rules did not have was waived, since this adopted document is past it; the event names it',
  END_UNRECORDED: 'how the call ended could not be put on record; the next call of this agent does it',
  SELF_APPROVAL: 'the policy allows authors to judge their own text; audit reports it',
}

const NOTICES: Readonly<Record<StoreNotice['kind'], string>> = {
  HAND_EDIT: 'was changed by hand and left as it is; git restore brings the committed text back',
  VIEW_BEHIND: 'could not be brought up to date; the next command tries again',
  COPY_BEHIND:
    'could not be brought in step; the document is as shown here, and qms checkout hands its copy out',
  LOCK_LEFT: 'is a lock that could not be removed; the next command tries again',
  FOREIGN_LOCK: 'is held by another program; what a former run left is finished when it is free',
  RECORD_REWRITTEN: 'is no longer what it was',
  RECORD_UNCOMPARED: 'cannot be compared with what it was',
}

/** Only the label is coloured: yellow words cannot be read on white. */
const note = (colours: typeof pc, text: string): string => `${colours.yellow('Note:')} ${text}.`

export const noticeLines = (notices: readonly StoreNotice[]): string[] =>
  isQuiet()
    ? []
    : notices.flatMap((n) => note(onError, `${visibleLine(n.path)} ${NOTICES[n.kind]}${more(n)}`).split('\n'))

/** Of records that were rewritten: how many, why it is said, and what can be done about it. */
const more = (n: StoreNotice): string => {
  if (!('trails' in n)) return ''
  const others = n.trails > 1 ? `, like ${n.trails - 1} more` : ''
  const see = n.trails > 0 ? 'To see all: qms audit --since last. ' : ''
  return `${others}: ${visibleLine(n.reason)}.\n      ${see}To accept it: qms checkpoint --accept`
}

export const warningLines = (receipt: Receipt): string[] =>
  isQuiet()
    ? []
    : [
        ...receipt.warnings.flatMap((code) => folded(note(pc, WARNINGS[code] ?? code), 6)),
        ...noticeLines(receipt.notices),
      ]

const events = (receipt: Receipt): string[] => receipt.events.map((e) => `  ${visible(JSON.stringify(e))}`)

/** A transition in words: what it did, where the document stands now, what is open. */
export const resultLines = (result: Result, done: string): string[] => {
  const { document: d } = result
  if (result.dryRun) return [pc.bold('Would write'), ...events(result), ...warningLines(result)]
  if (!d) return [done]
  const moved = result.moved ? `${result.moved.from} -> ${pc.bold(result.moved.to)}` : pc.bold(d.status)
  const head = result.replayed
    ? `${pc.bold(d.doc_id)} as it was answered before: nothing was written`
    : `${pc.bold(d.doc_id)} ${done}`
  const facts = [
    `version ${d.version}`,
    d.round !== null && d.pending_assignees.length > 0
      ? `round ${d.round}, asked: ${d.pending_assignees.join(', ')}`
      : null,
    d.checked_out_by ? `checked out by ${d.checked_out_by}` : null,
    result.commit ? `commit ${result.commit.slice(0, 8)}` : null,
  ].filter((fact) => fact !== null)
  const ids = new Set(result.events.flatMap((e) => ('document' in e ? [String(e.document)] : [])))
  ids.delete(d.doc_id)
  const others = ids.size > 0 ? [`  with it: ${[...ids].join(', ')}`] : []
  const copy = result.copy ? [`  copy  ${visibleLine(result.copy)}`] : []
  return [
    head,
    `  ${moved}, ${facts.join(', ')}`,
    ...others,
    ...copy,
    ...warningLines(result),
    ...nextLines(result.next),
  ]
}

/** A change of the system records in words. */
export const receiptLines = (receipt: Receipt, done: string): string[] => {
  if (receipt.dryRun) return [pc.bold('Would write'), ...events(receipt)]
  if (receipt.replayed) return ['As it was answered before: nothing was written.']
  return [
    `${done}${receipt.commit ? `  (commit ${receipt.commit.slice(0, 8)})` : ''}`,
    ...warningLines(receipt),
  ]
}

const onErrorFolded = (text: string, indent: number): string[] =>
  text.split('\n').flatMap((line) => wrap(line, columnsOf(process.stderr), indent))

/** One fact of a refusal, with its name before it; its lines below one another. */
const fact = (name: string, value: string | null): string[] =>
  value === null || value === ''
    ? []
    : visible(value)
        .split('\n')
        .flatMap((line, i) => onErrorFolded(`  ${(i === 0 ? name : '').padEnd(9)} ${line}`, 12))

export const refusalLines = (refusal: Refusal): string[] => [
  ...onErrorFolded(`${onError.red('Refused')} ${onError.dim(`[${refusal.code}]`)} ${refusal.message}`, 2),
  ...fact('found', refusal.found),
  ...fact('expected', refusal.expected),
  ...details(refusal),
  ...refusal.next.map((command, i) => `  ${i === 0 ? onError.bold('try') : '   '}       ${command}`),
]

const details = ({ details: facts }: Refusal): string[] => {
  const { redline, diff } = facts as { redline?: string; diff?: string }
  const text = redline ?? diff
  return text
    ? visible(text)
        .trimEnd()
        .split('\n')
        .map((line) => `    ${line}`)
    : []
}

const STATES = { ok: pc.green, warning: pc.yellow, problem: pc.red, unknown: pc.yellow } as const

/** The state of a check, as wide as the widest. */
export const stateWord = (state: keyof typeof STATES): string => STATES[state](state.padEnd(8))

export const bold = (text: string): string => pc.bold(text)
export const dim = (text: string): string => pc.dim(text)
export const red = (text: string): string => pc.red(text)
export const yellow = (text: string): string => pc.yellow(text)
export const green = (text: string): string => pc.green(text)
export const removed = (text: string): string => pc.red(pc.strikethrough(text))
export const added = (text: string): string => pc.green(text)
export const coloured = (): boolean => pc.isColorSupported
