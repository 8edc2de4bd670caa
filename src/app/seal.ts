/** Whether a copy keeps what was approved before execution. */
import { type Document, isExecuting, textInHand } from '../documents/document.ts'
import { decode, textProblem } from '../documents/text.ts'
import type { Command, Unsealed } from '../lifecycle/command.ts'
import type { Loaded, Records } from './records.ts'
import { textsOf } from './versions.ts'

/** What a copy changes that a check-in during execution may not: sealed text, items recorded by command, and items that were added. */
export const keptBy = async (
  records: Records,
  { d, events }: Loaded,
  bytes: Uint8Array,
): Promise<Pick<Command, 'unsealed' | 'altered'>> => {
  const ref = textInHand(d)
  if (!isExecuting(d.status) || !ref || ref.content === records.digest(bytes)) return {}
  const base = await records.text(d, ref)
  // A text that cannot be read is refused as such.
  if (textProblem(base) || textProblem(bytes)) return {}
  const { alteredBetween, alteredPlan } = await import('../execution/kept.ts')
  const { outlineOf } = await import('../execution/outline.ts')
  const unsealed = await unsealedBy(records, d, bytes)
  const [before, now] = [outlineOf(decode(base) ?? ''), outlineOf(decode(bytes) ?? '')]
  const altered = [...alteredBetween(events, before, now), ...(unsealed ? [] : alteredPlan(before, now))]
  return { unsealed, altered: [...new Set(altered)] }
}

/**
 * What of the sealed text these bytes change; null where nothing is sealed, or the seal is kept. Adopted records from
 * before there were execution tables are open as a whole: nothing could be recorded in them otherwise.
 */
export const unsealedBy = async (
  records: Records,
  d: Document,
  bytes: Uint8Array,
): Promise<Unsealed | null> => {
  const { seal } = d
  if (!seal || !isExecuting(d.status) || records.digest(bytes) === textInHand(d)?.content) return null
  const ref = textsOf(d).find((text) => text.content === seal.content)
  const sealed = ref ? await records.text(d, ref) : null
  // One that could not be read when it was approved seals nothing.
  if (!sealed || textProblem(bytes) || textProblem(sealed)) return null
  const approved = decode(sealed) ?? ''
  const { breachOf, holdsOpenParts } = await import('../execution/seal.ts')
  if (d.adopted && !holdsOpenParts(approved)) return null
  const breach = breachOf(approved, decode(bytes) ?? '')
  return breach && { version: seal.version, ...breach }
}
