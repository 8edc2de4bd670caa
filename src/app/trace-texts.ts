/** The texts that a trace compares, and what they said when evidence was made. */
import { type Document, type TextRef, textInHand } from '../documents/document.ts'
import type { DocumentEvent } from '../documents/event.ts'
import { decode, textProblem } from '../documents/text.ts'
import { refuse } from '../errors.ts'
import type { Basis } from '../traceability/matrix.ts'
import { requirementsOf, type Specification } from '../traceability/requirements.ts'
import { type Matrix, matrixOf } from '../traceability/rtm.ts'
import { placeOfText } from './read.ts'
import type { Loaded, Records } from './records.ts'
import { textsOf } from './versions.ts'

/** A text, and where it is from: a document of the store, or a file. */
export interface Source {
  /** Id of the document, or name of the file. */
  readonly id: string
  /** Null for a file. */
  readonly version: string | null
  readonly status: string | null
  readonly place: 'effective' | 'draft' | 'archived' | 'copy' | null
  readonly digest: string
}

export interface TraceText extends Source {
  readonly text: string
  readonly loaded: Loaded | null
}

/** A text that is not in the store. @throws TEXT_UNREADABLE */
export const textOfFile = (records: Records, file: string, bytes: Uint8Array): TraceText => {
  const wrong = textProblem(bytes)
  if (wrong)
    throw refuse('TEXT_UNREADABLE', {
      file,
      problem: wrong.problem,
      ...(wrong.line === null ? {} : { line: wrong.line }),
    })
  const digest = records.digest(bytes)
  return {
    id: file,
    version: null,
    status: null,
    place: null,
    digest,
    text: decode(bytes) ?? '',
    loaded: null,
  }
}

/** The text in force, else the draft; the draft first, where that is asked for. Null where it has neither. @throws DAMAGED */
export const textOfDocument = async (
  records: Records,
  loaded: Loaded,
  draft: boolean,
): Promise<TraceText | null> => {
  const { d } = loaded
  const ref = draft ? textInHand(d) : (d.live ?? d.draft)
  if (!ref) return null
  const text = decode(await records.text(d, ref)) ?? ''
  const { id } = d.id
  const place = placeOfText(d, ref)
  return { id, version: ref.version, status: d.status, place, digest: ref.content, text, loaded }
}

/** What the specification said when the evidence in the matrix was made, as far as the records tell. */
export interface Past {
  readonly basis: (id: string) => Basis | undefined
  readonly behind: { readonly expected: string; readonly found: string } | null
}

const unknown = (): undefined => undefined
const NOTHING: Past = { basis: unknown, behind: null }

/**
 * By the version that the matrix says it covers. Where it names none, each row is as old as the first version of the
 * matrix that has it as it is, and its evidence is of the specification as it stood at that time.
 */
export const pastOf = async (
  records: Records,
  specification: TraceText,
  matrix: { readonly text: TraceText; readonly read: Matrix } | null,
): Promise<Past> => {
  const rs = specification.loaded
  if (!rs || !matrix) return NOTHING
  const { covers } = matrix.read
  const expected = `${specification.id}, version ${specification.version}`
  if (covers === null)
    return {
      basis: await basisByTime(records, rs, matrix.text, matrix.read),
      behind: { expected, found: 'it names no version that it covers' },
    }
  const ref = textsOf(rs.d).findLast((text) => text.version === covers)
  if (!ref) return { ...NOTHING, behind: { expected, found: `version ${covers}, which there is not` } }
  const same = ref.content === specification.digest
  return {
    basis: same ? unknown : basisOf(ref.version, await specificationAt(records, rs.d, ref)),
    behind: same ? null : { expected, found: `version ${covers}` },
  }
}

const specificationAt = async (records: Records, d: Document, ref: TextRef): Promise<Specification> =>
  requirementsOf(decode(await records.text(d, ref)) ?? '')

/** Of every requirement; one that was not stated then has no text. */
const basisOf = (version: string, { requirements }: Specification): Past['basis'] => {
  const texts = new Map(requirements.map((r) => [r.id, r.text]))
  return (id) => ({ version, text: texts.get(id) ?? null })
}

const basisByTime = async (
  records: Records,
  rs: Loaded,
  matrix: TraceText,
  read: Matrix,
): Promise<Past['basis']> => {
  const found = new Map<string, Basis>()
  if (!matrix.loaded) return unknown
  const former = await formerMatrices(records, matrix.loaded, matrix)
  const known = new Map<string, Specification>()
  for (const row of read.rows) {
    const since = former.findLastIndex(({ rows }) => !rows.has(row.source)) + 1
    const ref = former[since] && specificationRefAt(rs, former[since].at)
    if (!ref) continue
    const specification = known.get(ref.content) ?? (await specificationAt(records, rs.d, ref))
    known.set(ref.content, specification)
    for (const id of row.requirements) {
      const text = specification.requirements.find((r) => r.id === id)?.text ?? null
      found.set(id, { version: ref.version, text })
    }
  }
  return (id) => found.get(id)
}

/** The rows of each version of the matrix up to the one that is traced, oldest first, and when its text was taken in. */
const formerMatrices = async (
  records: Records,
  { d, events }: Loaded,
  last: TraceText,
): Promise<{ at: string; rows: ReadonlySet<string> }[]> => {
  const refs = textsOf(d)
  const end = refs.findIndex((ref) => ref.content === last.digest && ref.version === last.version)
  const texts = (end < 0 ? refs : refs.slice(0, end + 1)).map(async (ref) => {
    const { rows } = matrixOf(decode(await records.text(d, ref)) ?? '', '')
    const at = events.find((e) => 'content' in e && e.content === ref.content)?.ts ?? ''
    return { at, rows: new Set(rows.map((row) => row.source)) }
  })
  return Promise.all(texts)
}

/** The text of the specification that was in force at a time; before the first was, the draft. */
const specificationRefAt = ({ d, events }: Loaded, at: string): TextRef | null => {
  const content = contentAt(events, at)
  return textsOf(d).find((ref) => ref.content === content) ?? null
}

/** Digest of what a document said at a time. */
export const contentAt = (events: readonly DocumentEvent[], at: string): string | null => {
  let draft: string | null = null
  let live: string | null = null
  for (const e of events) {
    if (e.ts > at) break
    switch (e.event) {
      case 'CREATE':
      case 'CHECKIN':
        draft = e.content
        break
      case 'INSTALL':
      case 'FIX':
        live = e.content
        break
      case 'EFFECTIVE':
        live = draft
    }
  }
  return live ?? draft
}
