/** Whether a copy keeps what was approved before execution. */
import { type Document, textInHand } from '../documents/document.ts'
import { decode } from '../documents/text.ts'
import type { Command, Unsealed } from '../lifecycle/command.ts'
import type { Loaded, Records } from './records.ts'
import { textsOf } from './versions.ts'

/** What a copy changes that a check-in during execution may not: sealed text, and items recorded by command. */
export const keptBy = async (
  records: Records,
  { d, events }: Loaded,
  bytes: Uint8Array,
): Promise<Pick<Command, 'unsealed' | 'altered'>> => {
  const ref = textInHand(d)
  if (d.status !== 'IN_EXECUTION' || !ref || ref.content === records.digest(bytes)) return {}
  const { alteredRecords } = await import('../execution/kept.ts')
  const base = decode(await records.text(d, ref)) ?? ''
  return {
    unsealed: await unsealedBy(records, d, bytes),
    altered: alteredRecords(events, base, decode(bytes) ?? ''),
  }
}

/** What of the sealed text these bytes change; null where nothing is sealed, or the seal is kept. */
export const unsealedBy = async (
  records: Records,
  d: Document,
  bytes: Uint8Array,
): Promise<Unsealed | null> => {
  const { seal } = d
  if (!seal || d.status !== 'IN_EXECUTION' || records.digest(bytes) === textInHand(d)?.content) return null
  const ref = textsOf(d).find((text) => text.content === seal.content)
  if (!ref) return null
  const approved = decode(await records.text(d, ref)) ?? ''
  const { breachOf } = await import('../execution/seal.ts')
  const breach = breachOf(approved, decode(bytes) ?? '')
  return breach && { version: seal.version, ...breach }
}
