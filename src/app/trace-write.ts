/** Drafting the rows of a traceability matrix, in the copy of whoever has it checked out. */
import { decode, textProblem } from '../documents/text.ts'
import { refuse } from '../errors.ts'
import { draftOf, withRows } from '../traceability/draft.ts'
import type { TracedRequirement } from '../traceability/matrix.ts'
import type { Matrix } from '../traceability/rtm.ts'
import type { Ask, Qms } from './qms.ts'
import type { Loaded, Records } from './records.ts'
import type { TraceText } from './trace-texts.ts'

/** What was put into the copy; all other bytes of it are as they were. */
export interface Written {
  readonly document: string
  readonly path: string
  /** Rows as they are written. */
  readonly added: readonly string[]
  readonly removed: readonly string[]
  readonly rows: number
  readonly dryRun: boolean
}

/** The actor's copy. @throws USER_MISSING, NO_USER, CHECKED_OUT, NOT_CHECKED_OUT, NO_COPY, TEXT_UNREADABLE */
export const copyOfMatrix = async (
  qms: Qms,
  ask: Ask,
  records: Records,
  loaded: Loaded,
): Promise<TraceText> => {
  const user = records.actor(ask.user, 'trace --write').name
  const { d } = loaded
  const { id } = d.id
  if (!d.checkout) throw refuse('NOT_CHECKED_OUT', { id, status: d.status })
  if (d.checkout.by !== user) throw refuse('CHECKED_OUT', { id, by: d.checkout.by, action: 'trace' })
  const bytes = await qms.local.read(user, id)
  const path = qms.local.pathOf(user, id)
  if (!bytes) throw refuse('NO_COPY', { id, user, path })
  const wrong = textProblem(bytes)
  if (wrong) throw refuse('TEXT_UNREADABLE', { file: path, problem: wrong.problem })
  const text = decode(bytes) ?? ''
  return { id, version: d.version, status: d.status, place: 'copy', digest: qms.digest(bytes), text, loaded }
}

/** @returns the new text, and what is new in it. @throws NO_MATRIX */
export const writtenInto = async (
  qms: Qms,
  ask: Ask,
  requirements: readonly TracedRequirement[],
  matrix: { readonly text: TraceText; readonly read: Matrix },
): Promise<{ text: string; written: Written }> => {
  const user = ask.user ?? ''
  const { id, text: before } = matrix.text
  const path = qms.local.pathOf(user, id)
  const { rows, added, removed } = draftOf(requirements, matrix.read)
  const text = withRows(before, matrix.read, rows)
  if (text === null) throw refuse('NO_MATRIX', { id, file: path, tables: matrix.read.tables.length })
  const dryRun = ask.dryRun ?? false
  if (!dryRun && text !== before)
    await qms.local.write(user, id, new TextEncoder().encode(text), await qms.local.base(user, id))
  return { text, written: { document: id, path, added, removed, rows: rows.length, dryRun } }
}
