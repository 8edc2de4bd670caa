/** The part of an audit that compares with a checkpoint. */
import type { DocId } from '../../documents/id.ts'
import type { Evidence } from '../../store/evidence.ts'
import type { Witness } from '../../store/local.ts'
import type { Comparison, Wanted } from '../checkpoint.ts'
import type { Qms } from '../qms.ts'

export interface Since {
  readonly witness: Witness
  readonly wanted: Wanted
}

/** Of single documents, only what concerns them, or the checkpoint as such. @throws NO_CHECKPOINT */
export const sinceCheckpoint = async (
  qms: Qms,
  { tip }: Evidence,
  { witness, wanted }: Since,
  documents: readonly DocId[],
): Promise<Comparison> => {
  const { compareCheckpoint } = await import('../checkpoint.ts')
  const compared = await compareCheckpoint(qms, witness, wanted, await qms.store.at(tip))
  if (documents.length === 0) return compared
  const ids = new Set(documents.map((id) => id.id))
  const concerns = ({ document }: { readonly document: string }) => ids.has(document)
  return {
    checkpoint: compared.checkpoint,
    findings: compared.findings.filter(
      ({ document }) => document === null || !document.includes('-') || ids.has(document),
    ),
    grown: compared.grown.filter(concerns),
    added: compared.added.filter(concerns),
  }
}
