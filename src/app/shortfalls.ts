/** What an execution lacks before its result may be reviewed or closed, gathered from its text, its trail and its kin. */
import type { Document } from '../documents/document.ts'
import { readForm } from '../documents/template.ts'
import { decode, textProblem } from '../documents/text.ts'
import { type Outline, outlineOf } from '../execution/outline.ts'
import { blanksOpen, lostItems, openItems, uncarried } from '../execution/readiness.ts'
import type { Shortfalls } from '../lifecycle/command.ts'
import { carriesFor } from '../lifecycle/gates.ts'
import { fallenEvidence } from './fallen.ts'
import { announced, notInForce, notQualified } from './in-force.ts'
import type { Qms } from './qms.ts'
import type { Records } from './records.ts'
import { textsOf } from './versions.ts'

const NOTHING_LACKS: Shortfalls = {
  itemsDone: [],
  failuresCarried: [],
  evidenceStands: [],
  blanksAnswered: [],
  documentsInForce: [],
  matrixQualified: [],
}

/** @param children direct children, folded */
export const shortfallsOf = async (
  qms: Qms,
  records: Records,
  d: Document,
  bytes: Uint8Array,
  children: readonly Document[],
): Promise<Shortfalls> => {
  const trouble = textProblem(bytes)
  if (trouble) return { ...NOTHING_LACKS, itemsDone: [`no readable text: ${trouble.problem}`] }
  const text = decode(bytes) ?? ''
  const outline = outlineOf(text)
  const carriers = children.filter((child) => carriesFor(d, child))
  const affected = announced(records, d, text)
  const loaded = await records.load(d.id.id)
  return {
    itemsDone: [...openItems(outline, d.adopted !== null), ...(await lostIn(records, d, outline))],
    failuresCarried: uncarried(outline, carriers),
    evidenceStands: await fallenEvidence(records, qms.work, loaded, text),
    blanksAnswered: blanksOpen(outline, await formOfType(records, d.id.type.name)),
    documentsInForce: await notInForce(records, loaded, affected, carriers),
    matrixQualified: await notQualified(qms, records, affected),
  }
}

/** Against the seal; in an adopted record without one, against the last text that was approved before it was executed. */
const lostIn = async (records: Records, d: Document, outline: Outline): Promise<string[]> => {
  const texts = textsOf(d)
  const approved = d.seal
    ? texts.find((text) => text.content === d.seal?.content)
    : d.archive.findLast((text) => text.version.endsWith('.0'))
  const bytes = approved ? await records.text(d, approved) : null
  if (!bytes || textProblem(bytes)) return []
  return lostItems(outlineOf(decode(bytes) ?? ''), outline)
}

const formOfType = async (records: Records, type: string): Promise<string> =>
  readForm(decode((await records.template(type)) ?? new Uint8Array()) ?? '') ?? ''
