/** Remarks on an execution as a whole, and its summary. Source: SOP-004 section 5. */
import type { Document } from '../documents/document.ts'
import { refuse } from '../errors.ts'
import { MARK, planAction, type Result, replayDocument, resultOf } from './act.ts'
import { carriersOf, isOutOfTurn, planText, type Recorded, reading, textOf } from './execute.ts'
import { type Ask, type Qms, timestamp } from './qms.ts'
import type { Records } from './records.ts'
import { unsealedBy } from './seal.ts'
import { transact } from './transact.ts'

/** A remark on the execution as a whole; a variance of the whole document is named there. @throws NO_PLACE */
export const note = (
  qms: Qms,
  ask: Ask,
  id: string,
  asked: { readonly text: string; readonly carried?: readonly string[] | undefined },
): Promise<Result> =>
  written(qms, ask, id, 'note', async (records, d, text, by) => {
    const { commentsIn, outlineOf, remark, splice } = await reading()
    const carried = await carriersOf(records, asked.carried ?? [])
    const outline = outlineOf(text)
    const section = commentsIn(outline)
    const ids = carried.map((c) => c.id)
    const words = ids.length > 0 ? `${asked.text} (${ids.join(', ')})` : asked.text
    const change = section && remark(outline, section, words, by)
    if (!change)
      throw refuse('NO_PLACE', { id: d.id.id, wanted: 'a table under Execution Comments', found: 'none' })
    return { recording: { text: asked.text, carried }, text: splice(text, [change]) }
  })

/** The summary of the execution. What was written before stays in the former version. @throws NO_PLACE, GATE */
export const summarise = (
  qms: Qms,
  ask: Ask,
  id: string,
  asked: { readonly text: string; readonly reason?: string | undefined },
): Promise<Result> =>
  written(qms, ask, id, 'summarise', async (_, d, text) => {
    const { outlineOf, rewritten, splice, summaryIn, writtenText } = await reading()
    const outline = outlineOf(text)
    const section = summaryIn(outline)
    if (!section)
      throw refuse('NO_PLACE', { id: d.id.id, wanted: 'a section Execution Summary', found: 'none' })
    const recorded = writtenText(section) || null
    const now = splice(text, rewritten(outline, section, asked.text))
    return { recording: { text: asked.text, recorded, reason: asked.reason }, text: now }
  })

const written = async (
  qms: Qms,
  ask: Ask,
  id: string,
  action: 'note' | 'summarise',
  change: (records: Records, d: Document, text: string, by: string) => Promise<Recorded>,
): Promise<Result> => {
  const done = await transact(qms, ask, async (records) => {
    const loaded = await records.load(id)
    const replay = replayDocument(ask, MARK[action], loaded)
    if (replay) return replay
    const actor = records.actor(ask.user, action)
    const { signed } = await reading()
    if (isOutOfTurn(loaded.d)) return planAction(qms, ask, records, loaded, { action })
    const text = await textOf(records, loaded.d)
    const recorded = await change(records, loaded.d, text, signed(actor.name, timestamp(qms)))
    await refuseUnsealing(records, loaded.d, recorded.text)
    return planText(qms, ask, records, loaded, action, recorded)
  })
  return resultOf(qms, ask, done)
}

/** Words that would open a section, or swallow one, change what is sealed. */
const refuseUnsealing = async (records: Records, d: Document, text: string): Promise<void> => {
  const unsealed = await unsealedBy(records, d, new TextEncoder().encode(text))
  if (unsealed)
    throw refuse('NO_PLACE', {
      id: d.id.id,
      wanted: 'words that stay within their section',
      found: `changes in ${unsealed.sections.join(', ')}`,
    })
}
