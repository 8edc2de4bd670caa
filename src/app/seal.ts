/** Whether a copy keeps what was approved before execution. */
import { type Document, isExecuting, textInHand } from '../documents/document.ts'
import { decode, textProblem } from '../documents/text.ts'
import type { Unsealed } from '../lifecycle/command.ts'
import type { Records } from './records.ts'
import { textsOf } from './versions.ts'

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
  // A text that cannot be read is refused as such; one that could not be read when it was approved seals nothing.
  if (!sealed || textProblem(bytes) || textProblem(sealed)) return null
  const approved = decode(sealed) ?? ''
  const { breachOf, holdsOpenParts } = await import('../execution/seal.ts')
  if (d.adopted && !holdsOpenParts(approved)) return null
  const breach = breachOf(approved, decode(bytes) ?? '')
  return breach && { version: seal.version, ...breach }
}
