/** Whether what a record set out to bring into force came into force while it was executed. Source: lifecycle design, "Post-review gates". */
import { type AffectedDocument, documentsAffected } from '../documents/affected-documents.ts'
import type { Document } from '../documents/document.ts'
import type { DocumentEvent } from '../documents/event.ts'
import { ancestors, parseId } from '../documents/id.ts'
import { decode } from '../documents/text.ts'
import { inForceSince, lackOf } from '../execution/in-force.ts'
import { isElsewhere, qualifiedCommits } from '../execution/qualified.ts'
import type { Qms } from './qms.ts'
import type { Loaded, Records } from './records.ts'

/** What the record announces, but for itself and what hangs below it: whether those are done is another gate. */
export const announced = (records: Records, d: Document, text: string): AffectedDocument[] =>
  documentsAffected(text, records.system.types).filter(({ id }) => {
    const parsed = parseId(id, records.system.types)
    return parsed !== null && id !== d.id.id && !ancestors(parsed).includes(d.id.id)
  })

/** @param carriers variances of the record: a document that one of them announces is no longer the record's own */
export const notInForce = async (
  records: Records,
  { d, events }: Loaded,
  affected: readonly AffectedDocument[],
  carriers: readonly Document[],
): Promise<string[]> => {
  const lacking: { id: string; lack: string }[] = []
  for (const wanted of affected) {
    const lack = await lackIn(records, d, events, wanted)
    if (lack) lacking.push({ id: wanted.id, lack })
  }
  if (lacking.length === 0) return []
  const taken = await takenOver(records, carriers)
  return lacking.filter(({ id }) => !taken.has(id)).map(({ lack }) => lack)
}

const lackIn = async (
  records: Records,
  d: Document,
  events: readonly DocumentEvent[],
  wanted: AffectedDocument,
): Promise<string | null> => {
  const other = await records.find(await records.idOf(wanted.id))
  if (!other) return `${wanted.id} does not exist`
  const record = { id: d.id.id, releasedAt: events.findLast((e) => e.event === 'RELEASE')?.ts ?? null }
  return inForceSince(record, other.d, other.events, wanted.change) ? null : lackOf(other.d, wanted.change)
}

const takenOver = async (records: Records, carriers: readonly Document[]): Promise<ReadonlySet<string>> => {
  const ids = new Set<string>()
  for (const carrier of carriers) {
    const ref = carrier.draft ?? carrier.live
    const text = ref ? decode(await records.text(carrier, ref)) : null
    for (const { id } of text ? announced(records, carrier, text) : []) ids.add(id)
  }
  return ids
}

const NAMESPACED: ReadonlySet<string> = new Set(['RS', 'RTM'])

/** In each namespace whose requirements or matrix the record announces: both in force, the matrix at a real commit. */
export const notQualified = async (
  qms: Pick<Qms, 'store'>,
  records: Records,
  affected: readonly AffectedDocument[],
): Promise<string[]> => {
  const ids = affected.flatMap(({ id }) => parseId(id, records.system.types) ?? [])
  const namespaces = new Set(
    ids.flatMap(({ type, namespace }) => (namespace && NAMESPACED.has(type.name) ? [namespace] : [])),
  )
  const found = await Promise.all([...namespaces].map((namespace) => lacksIn(qms, records, namespace)))
  return found.flat()
}

const lacksIn = async (qms: Pick<Qms, 'store'>, records: Records, namespace: string): Promise<string[]> => {
  const names = ['RS', 'RTM'].map((type) => `SDLC-${namespace}-${type}`)
  const [rs, rtm] = await Promise.all(names.map(async (id) => records.find(await records.idOf(id))))
  if (!rs || !rtm) return []
  const lacks = [rs, rtm].flatMap(({ d }) => lackOfMatrix(d) ?? [])
  return lacks.length > 0 ? lacks : commitLacks(qms, records, rtm.d)
}

const lackOfMatrix = (d: Document): string | null =>
  inForceSince({ id: '', releasedAt: null }, d, [], 'in force') ? null : lackOf(d, 'in force')

const commitLacks = async (qms: Pick<Qms, 'store'>, records: Records, rtm: Document): Promise<string[]> => {
  const text = rtm.live ? (decode(await records.text(rtm, rtm.live)) ?? '') : ''
  const rows = qualifiedCommits(text)
  if (rows.length === 0) return [`${rtm.id.id} has no qualified commit`]
  const lacks = await Promise.all(
    rows.map(async ({ commit, found, repository }) => {
      if (commit === null) return `${rtm.id.id} names "${found.slice(0, 60)}", which is no full commit`
      if (isElsewhere(repository) || (await qms.store.at(commit))) return null
      return `${rtm.id.id} names commit ${commit.slice(0, 12)}, which is not in this repository`
    }),
  )
  return lacks.flatMap((lack) => lack ?? [])
}
