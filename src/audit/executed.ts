/**
 * Execution as its texts tell it: what was approved still stands in each text after it, and a recording wrote only where
 * it may, what it says, by whom its item names. Source: store design, "What `qms audit` proves", 4; lifecycle design,
 * "Sealed text". Reads Markdown: loaded where a document has something to be judged so.
 */
import type { Seal } from '../documents/document.ts'
import type { DocumentEvent } from '../documents/event.ts'
import { decode, textProblem } from '../documents/text.ts'
import type { Field } from '../execution/columns.ts'
import {
  isAddedRow,
  isCommentsOnly,
  isItemOnly,
  isSummaryOnly,
  NOTED,
  RECORDED,
} from '../execution/confined.ts'
import { summaryIn, writtenText } from '../execution/edit.ts'
import { historyOf } from '../execution/history.ts'
import { type Item, isBlank, itemOf, rowNamed } from '../execution/item.ts'
import { alteredBetween } from '../execution/kept.ts'
import { type Outline, outlineOf } from '../execution/outline.ts'
import { type PlainChange, plainChanges } from '../execution/plain.ts'
import { breachBetween } from '../execution/seal.ts'
import { readTables } from '../execution/table.ts'
import type { Check } from './checks.ts'
import { type Finding, type FindingCode, finding } from './finding.ts'
import type { Entry, Recorded } from './recordings.ts'

/** A text, parsed where it must be and then once; null where it is not there (which is found elsewhere). */
export interface Text {
  readonly source: string
  /** Why it cannot be read, or null. */
  readonly problem: string | null
  readonly outline: () => Outline
}
export type ReadText = Text | null

export const readText = (bytes: Uint8Array | null): ReadText => {
  if (bytes === null) return null
  const source = decode(bytes) ?? ''
  let outline: Outline | null = null
  return {
    source,
    problem: textProblem(bytes)?.problem ?? null,
    outline: () => {
      outline ??= outlineOf(source)
      return outline
    },
  }
}

/** Null where it cannot be told without a parser. */
const changesOf = (before: Text, now: Text): readonly PlainChange[] | null =>
  before.problem === null && now.problem === null ? plainChanges(before.source, now.source) : null

/** Since this edition of the tables a check-in and a recording keep what was approved. */
const SEALED_SINCE = 2

interface Where {
  readonly document: string
  readonly path: string
  /** Lines of the trail above its chain. */
  readonly before: number
}

/** The texts of one document, judged in the order in which they came. */
export class Executed {
  readonly #where: Where
  readonly #events: readonly DocumentEvent[]
  /** What was said of the seal last: later texts mostly carry the same change on. */
  #said = ''
  /** The last text that is known to keep a seal, by the digest of what was approved: a later one need only keep it. */
  #intact: { readonly approved: string; readonly text: Text } | null = null

  constructor(where: Where, events: readonly DocumentEvent[]) {
    this.#where = where
    this.#events = events
  }

  /** @param textOf gives the texts of `textsFor(check)` */
  judge(check: Check, textOf: (digest: string) => ReadText): Finding[] {
    const now = textOf(check.content)
    if (now === null) return []
    return [
      ...(check.seal ? this.#sealed(check, check.seal, textOf(check.seal.content), now) : []),
      ...(check.recorded ? this.#recorded(check, check.recorded, textOf(check.recorded.base), now) : []),
      ...(check.kept ? this.#kept(check, textOf(check.kept), now) : []),
    ]
  }

  #finding(code: FindingCode, { index }: Check, expected: string, found: string): Finding {
    const { document, path, before } = this.#where
    return finding(code, { document, path, line: before + index + 1 }, expected, found)
  }

  #sealed(check: Check, seal: Seal, approved: ReadText, now: Text): Finding[] {
    if (approved === null) return []
    const intact = this.#intact?.approved === seal.content ? this.#intact.text : approved
    const plain = changesOf(intact, now) !== null
    const code = seal.edition >= SEALED_SINCE ? 'SEALED_TEXT_CHANGED' : 'APPROVED_TEXT_CHANGED'
    const [found, same] = plain ? [null, ''] : breachIn(approved, now)
    const known = same === this.#said
    this.#said = same
    if (found === null) this.#intact = { approved: seal.content, text: now }
    if (found === null || known) return []
    const expected = `what was approved as ${seal.version}, but for what is open to execution`
    return [this.#finding(code, check, expected, `version ${check.version}: ${found}`)]
  }

  #recorded(
    check: Check,
    { e, byOwner }: NonNullable<Check['recorded']>,
    base: ReadText,
    now: Text,
  ): Finding[] {
    if (base === null) return []
    const past = this.#events.slice(0, check.index)
    const problem = base.problem ?? now.problem
    const odd =
      problem !== null
        ? { expected: 'texts that can be read', found: problem }
        : byOwner && isPlainEntry(e, base, now, past)
          ? null
          : disagreement(e, base.outline(), now.outline(), byOwner, past)
    if (odd === null) return []
    return [
      this.#finding('RECORDING_DISAGREES', check, odd.expected, `${e.event} by ${e.user}: ${odd.found}`),
    ]
  }

  #kept(check: Check, base: ReadText, now: Text): Finding[] {
    if (base === null || (base.problem ?? now.problem) !== null) return []
    if (changesOf(base, now)?.every(({ item }) => item === null)) return []
    const altered = alteredBetween(this.#events.slice(0, check.index), base.outline(), now.outline())
    if (altered.length === 0) return []
    const found = `a check-in of version ${check.version} changed ${altered.join(', ')}`
    return [this.#finding('RECORDING_DISAGREES', check, 'items as they were recorded', found)]
  }
}

/** What is broken, in words, and what tells one breach from another. */
const breachIn = (approved: Text, now: Text): [string | null, string] => {
  const problem = approved.problem ?? now.problem
  if (problem !== null) return [`a text that cannot be read: ${problem}`, `unreadable: ${problem}`]
  const breach = breachBetween(approved.outline(), now.outline())
  return breach ? [`changes in ${breach.sections.join(', ')}`, breach.redline] : [null, '']
}

const WRITTEN: Readonly<Record<string, readonly Field[]>> = { record: RECORDED, note: NOTED }

/** An entry of which it is plain that all is well: cells of its item alone were filled, with its outcome. */
const isPlainEntry = (e: Recorded, base: Text, now: Text, past: readonly DocumentEvent[]): boolean => {
  const fields = e.event === 'EI' ? WRITTEN[e.action] : undefined
  const changes = fields ? changesOf(base, now) : null
  const [change] = changes ?? []
  if (e.event !== 'EI' || !fields || !change || changes?.length !== 1 || change.item !== e.item) return false
  if (!change.cells.every(({ field }) => fields.includes(field))) return false
  const outcome = change.cells.find(({ field }) => field === 'outcome')
  if (e.action === 'note') return outcome === undefined
  const reasoned = isBlank(outcome?.before ?? '') || historyOf(past, e.item).outcome !== null
  return outcome?.after === e.outcome && reasoned
}

interface Disagreement {
  readonly expected: string
  readonly found: string
}

const disagreement = (
  e: Recorded,
  base: Outline,
  now: Outline,
  byOwner: boolean,
  past: readonly DocumentEvent[],
): Disagreement | null => {
  if (e.event === 'EI') return entryDisagrees(e, base, now, byOwner, past)
  if (e.event === 'NOTE')
    return isCommentsOnly(base, now) ? null : beyond('a row of the comments on the execution')
  if (!isSummaryOnly(base, now)) return beyond('the section of the summary')
  const section = summaryIn(base)
  const rewritten = section !== undefined && writtenText(section) !== ''
  return rewritten && !e.reason?.trim()
    ? { expected: 'a reason for writing the summary anew', found: 'none' }
    : null
}

const beyond = (expected: string): Disagreement => ({
  expected: `changes in ${expected}, and nowhere else`,
  found: 'the text differs elsewhere',
})

const entryDisagrees = (
  e: Entry,
  base: Outline,
  now: Outline,
  byOwner: boolean,
  past: readonly DocumentEvent[],
): Disagreement | null => {
  const before = itemIn(base, e.item)
  if (!byOwner && before?.assignee !== e.user) {
    const named = before?.assignee ?? 'nobody'
    return { expected: 'the owner, or whom the item names', found: `${e.item} names ${named}` }
  }
  if (e.content === e.base) return null
  if (e.action === 'add') return isAddedRow(base, now, e.item) ? null : beyond(`one row more, ${e.item}`)
  if (e.action !== 'record' && e.action !== 'note') return null
  if (!isItemOnly(base, now, e.item, e.action)) return beyond(`the cells of ${e.item}`)
  return e.action === 'record' ? outcomeDisagrees(e, before, itemIn(now, e.item), past) : null
}

const itemIn = (outline: Outline, name: string): Item | null => {
  const place = rowNamed(readTables(outline).tables, name)
  return place && itemOf(place.row)
}

/** An outcome that only the text had is amended with a reason, too; of one on record the trail tells. */
const outcomeDisagrees = (
  e: Entry,
  before: Item | null,
  after: Item | null,
  past: readonly DocumentEvent[],
): Disagreement | null => {
  if (after?.outcome !== e.outcome)
    return { expected: `${e.item} ${e.outcome} in its text, too`, found: after?.outcome ?? 'no outcome' }
  const silent = before?.outcome && !e.reason?.trim() && historyOf(past, e.item).outcome === null
  return silent
    ? { expected: `a reason: ${e.item} was ${before.outcome} in the text already`, found: 'none' }
    : null
}
