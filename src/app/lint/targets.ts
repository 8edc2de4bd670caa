/** Which texts of a store are looked at, and where each of them stands. */
import { type Document, textInHand } from '../../documents/document.ts'
import { parseId } from '../../documents/id.ts'
import type { Metadata } from '../../documents/placement.ts'
import { refuse } from '../../errors.ts'
import * as layout from '../../store/layout.ts'
import { textOfAnswers } from '../answers.ts'
import { listing } from '../listing.ts'
import type { Qms } from '../qms.ts'
import { pathOfText, type Records } from '../records.ts'
import type { Stand } from './report.ts'

export interface Target {
  readonly path: string
  readonly id: string | null
  readonly type: string | null
  readonly stand: Stand
  /** SHA-256 of the text, where it is known without reading it. */
  readonly content: string | null
  readonly read: () => Promise<Uint8Array>
  /** Puts a mended text in its place; never for a text of the store. */
  readonly put: (path: string, text: string) => Promise<void>
}

/**
 * These documents, or all: the copy of an actor who has it checked out, or the text that follows from the answers that
 * are not checked in, else the text in hand. What has no text is left out of all, and refused where it is named.
 * @throws NO_DOCUMENT, BAD_ID, NO_TEXT, STALE_ANSWERS
 */
export const copiesAndTexts = async (
  qms: Qms,
  records: Records,
  user: string | null,
  ids: readonly string[],
): Promise<Target[]> => {
  const all = await listing(qms, records)
  const chosen = ids.length === 0 ? all : await named(records, all, ids)
  const own = user === null ? new Map<string, Target | null>() : await ownTargets(qms, records, user, chosen)
  const inHand = chosen.filter((m) => !own.get(m.doc_id) && m.content !== null)
  const paths = await pathsOf(records, inHand)
  return chosen.flatMap((m) => {
    const mine = own.get(m.doc_id)
    if (mine) return [mine]
    const path = paths.get(m.doc_id)
    return path === undefined ? [] : [textTarget(records, m, path)]
  })
}

/** What an actor works on: a copy, or answers from which the text follows; null where the text in hand is all there is. */
const ownTargets = async (
  qms: Qms,
  records: Records,
  user: string,
  chosen: readonly Metadata[],
): Promise<Map<string, Target | null>> => {
  const copies = new Set(await qms.local.list(user))
  const held = chosen.filter((m) => m.checked_out_by === user)
  const targets = held.map(async (m): Promise<[string, Target | null]> => {
    const { d } = await records.load(m.doc_id)
    const copy = copies.has(m.doc_id) ? copyTarget(qms, user, m) : null
    return [m.doc_id, d.record === null ? copy : await answersTarget(qms, records, user, d, m)]
  })
  return new Map(await Promise.all(targets))
}

const named = async (
  records: Records,
  all: readonly Metadata[],
  ids: readonly string[],
): Promise<Metadata[]> => {
  const byId = new Map(all.map((m) => [m.doc_id, m]))
  const chosen: Metadata[] = []
  for (const text of new Set(ids)) {
    const { d } = await records.load(text)
    const m = byId.get(d.id.id)
    if (!m || m.content === null)
      throw refuse('NO_TEXT', { id: d.id.id, status: d.status, wanted: 'a text in hand' })
    chosen.push(m)
  }
  return chosen
}

/** Where the text in hand of each stands: one listing of the store tells, but of adopted texts that stand elsewhere. */
const pathsOf = async (records: Records, all: readonly Metadata[]): Promise<Map<string, string>> => {
  const files = new Set((await textFiles(records)).map(({ path }) => path))
  const paths = new Map<string, string>()
  for (const m of all) {
    const id = parseId(m.doc_id, records.system.types)
    if (!id) continue
    const place = layout.placeOf(id)
    const usual = [layout.draftPath(place), layout.livePath(place)].filter((path) => files.has(path))
    paths.set(
      m.doc_id,
      usual.length === 1 && usual[0] !== undefined ? usual[0] : await pathByTrail(records, m),
    )
  }
  return paths
}

const pathByTrail = async (records: Records, m: Metadata): Promise<string> => {
  const { d } = await records.load(m.doc_id)
  const ref = textInHand(d)
  return ref ? pathOfText(d, ref) : ''
}

/** Files of texts. Trails, metadata and the archive hold most of a store's files, and are not asked. */
const textFiles = async ({ snapshot }: Records) => {
  const folders = (await snapshot.list(layout.STORE_FOLDER)).filter(
    ({ name, kind }) => kind === 'folder' && !name.startsWith('.'),
  )
  return (
    await Promise.all(folders.map(({ name }) => snapshot.walk(`${layout.STORE_FOLDER}/${name}`)))
  ).flat()
}

const typeOf = (m: Metadata): string => m.doc_type.replace(/^.*-/, '')

/** The text that a check-in would make of the answers; its copy is only for reading. */
const answersTarget = async (
  qms: Qms,
  records: Records,
  user: string,
  d: Document,
  m: Metadata,
): Promise<Target | null> => {
  const bytes = await textOfAnswers(qms, records, user, d)
  return (
    bytes && {
      path: layout.draftPath(layout.placeOf(d.id)),
      id: m.doc_id,
      type: typeOf(m),
      stand: 'answers',
      content: null,
      read: async () => bytes,
      put: async () => undefined,
    }
  )
}

const textTarget = (records: Records, m: Metadata, path: string): Target => ({
  path,
  id: m.doc_id,
  type: typeOf(m),
  stand: 'store',
  content: m.content,
  read: async () => (await records.snapshot.read(path)) ?? new Uint8Array(),
  put: async () => undefined,
})

const copyTarget = (qms: Qms, user: string, m: Metadata): Target => ({
  path: qms.local.pathOf(user, m.doc_id),
  id: m.doc_id,
  type: typeOf(m),
  stand: 'copy',
  content: null,
  read: async () => (await qms.local.read(user, m.doc_id)) ?? new Uint8Array(),
  put: async (_, text) => {
    const base = await qms.local.base(user, m.doc_id)
    await qms.local.write(user, m.doc_id, new TextEncoder().encode(text), base)
  },
})
