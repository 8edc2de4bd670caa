/** Which texts of a document must be read for the proof of its execution, and beside which: what `executed.ts` judges. */
import { type Document, type Seal, textInHand } from '../documents/document.ts'
import type { DocumentEvent } from '../documents/event.ts'
import { isRecorded, type Recorded } from './recordings.ts'
import type { Step } from './replay.ts'

/** One text, as an event of the trail (by index from 0) brought it. */
export interface Check {
  readonly index: number
  /** Digest. */
  readonly content: string
  readonly version: string
  /** What was approved before execution and must stand in this text, too. */
  readonly seal: Seal | null
  /** What was recorded, and the digest of the text into which it was written. */
  readonly recorded: { readonly e: Recorded; readonly base: string; readonly byOwner: boolean } | null
  /** Of a check-in: the digest of the text handed out, of which recorded items must be left as they were. */
  readonly kept: string | null
}

/** @param from events before this index were judged in an earlier audit */
export const checksOf = (
  steps: readonly Step[],
  events: readonly DocumentEvent[],
  from: number,
): readonly Check[] => {
  const checks: Check[] = []
  let written = false
  for (const step of steps) {
    const e = events[step.from]!
    const check = step.from < from ? null : checkOf(step, e, written)
    if (check && (check.seal || check.recorded || check.kept)) checks.push(check)
    written ||= e.event === 'EI' && e.content !== e.base
  }
  return checks
}

const checkOf = ({ from, before, after }: Step, e: DocumentEvent, written: boolean): Check | null => {
  const { version } = e
  const none = { index: from, version, recorded: null, kept: null }
  if (before === null) {
    const content = textInHand(after)?.content
    return content ? { ...none, content, seal: sealOn(after.seal, content) } : null
  }
  if (isRecorded(e)) {
    const changed = e.content !== e.base
    const byOwner = before.owner === e.user
    const recorded = changed || (e.event === 'EI' && !byOwner) ? { e, base: e.base, byOwner } : null
    return { ...none, content: e.content, seal: changed ? sealOn(after.seal, e.content) : null, recorded }
  }
  if (e.event !== 'CHECKIN' || !e.changed || before.status !== 'IN_EXECUTION') return null
  return { ...none, content: e.content, seal: sealOn(after.seal, e.content), kept: written ? e.base : null }
}

/** The approved text keeps itself. */
const sealOn = (seal: Document['seal'], content: string): Seal | null =>
  seal === null || seal.content === content ? null : seal

/** Digests of the texts that a check compares. */
export const textsFor = ({ content, seal, recorded, kept }: Check): string[] => [
  ...new Set([
    content,
    ...(seal ? [seal.content] : []),
    ...(recorded ? [recorded.base] : []),
    ...(kept ? [kept] : []),
  ]),
]
