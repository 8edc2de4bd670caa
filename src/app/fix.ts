import { unifiedDiff } from '../documents/redline.ts'
import { decode } from '../documents/text.ts'
import { refuse } from '../errors.ts'
import { tooLargeForFix } from '../lifecycle/fix.ts'
import { MARK, planAction, type Result, replayDocument, resultOf } from './act.ts'
import { textFacts } from './circumstances.ts'
import { readConfiguration } from './configuration.ts'
import { checkSize } from './form.ts'
import type { Ask, Qms } from './qms.ts'
import { transact } from './transact.ts'

/** A typographical correction of a text in force, without a revision. Returns the diff with the refusal or receipt. */
export const fix = async (
  qms: Qms,
  ask: Ask,
  id: string,
  file: { bytes: Uint8Array; from: string },
  reason: string | undefined,
): Promise<Result> => {
  const done = await transact(qms, ask, async (records) => {
    const loaded = await records.load(id)
    const replay = replayDocument(ask, MARK.fix, loaded)
    if (replay) return replay
    const { d } = loaded
    checkSize(file.bytes, file.from, (await readConfiguration(records.snapshot)).documentLimit)
    const text = await textFacts(records, null, file.bytes)
    if (text.problem) throw refuse('TEXT_UNREADABLE', { file: file.from, problem: text.problem })
    const former = d.live ? (decode(await records.text(d, d.live)) ?? '') : ''
    const later = decode(file.bytes) ?? ''
    const diff = unifiedDiff([`${d.id.id} ${d.live?.version ?? ''}`, `${d.id.id} fixed`], former, later)
    const tooLarge = d.live ? tooLargeForFix(former, later) : null
    const plan = await planAction(
      qms,
      ask,
      records,
      loaded,
      { action: 'fix', text, reason, diff, tooLarge: null },
      new Map([[text.digest, file.bytes]]),
    )
    if (!d.live) throw refuse('NO_TEXT', { id: d.id.id, status: d.status, wanted: 'a text in force to fix' })
    if (tooLarge) throw refuse('FIX_TOO_LARGE', { id: d.id.id, problem: tooLarge, diff })
    return plan
  })
  return resultOf(qms, ask, done)
}
