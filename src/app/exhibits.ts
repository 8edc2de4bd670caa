/** Evidence as it is on record: shown item by item, and its bytes given back. */
import type { DocumentEvent } from '../documents/event.ts'
import { keptFile } from '../documents/evidence.ts'
import { type Metadata, metadata } from '../documents/placement.ts'
import { refuse } from '../errors.ts'
import { type Exhibit, historyOf } from '../execution/history.ts'
import type { Item } from '../execution/item.ts'
import { nextOf } from './act.ts'
import { noItem, textOf } from './execute.ts'
import { withItems, withRecorded } from './item-steps.ts'
import type { NextStep } from './next.ts'
import type { Ask, Qms } from './qms.ts'
import { type Loaded, openRecords, type Records } from './records.ts'

export { factsOf, toldBriefly } from '../execution/evidence-told.ts'
export type { Exhibit }

type Entry = Extract<DocumentEvent, { event: 'EI' }>

export interface ShownItem {
  readonly document: Metadata
  readonly item: Item
  /** When the work on it began (UTC, ISO 8601). */
  readonly started: string | null
  readonly exhibits: readonly Exhibit[]
  /** What was recorded of it, oldest first. */
  readonly entries: readonly Entry[]
  readonly next: readonly NextStep[]
}

/** @throws NO_DOCUMENT, NO_TEXT, NO_ITEM */
export const showItem = async (qms: Qms, ask: Ask, id: string, name: string): Promise<ShownItem> => {
  const records = await openRecords(qms)
  records.reader(ask.user)
  const loaded = await records.load(id)
  const item = await itemNamed(records, loaded, name)
  const { exhibits, entries, startedAt } = historyOf(loaded.events, item.item)
  const steps = await nextOf(qms, ask, records, loaded.d, { execution: true })
  const own = loaded.d.id.id
  const next =
    item.outcome === null ? withItems(steps, own, [item], ask.user) : withRecorded(steps, own, item.item)
  return { document: metadata(loaded.d), item, started: startedAt, exhibits, entries, next }
}

const itemNamed = async (records: Records, { d }: Loaded, name: string): Promise<Item> => {
  const { outlineOf } = await import('../execution/outline.ts')
  const { readTables } = await import('../execution/table.ts')
  const { itemOf, rowNamed } = await import('../execution/item.ts')
  const read = readTables(outlineOf(await textOf(records, d)))
  const place = rowNamed(read.tables, name)
  if (!place) throw noItem(d, name, read)
  return itemOf(place.row)
}

export interface KeptBytes {
  readonly number: number
  readonly digest: string
  readonly bytes: Uint8Array
}

/** The bytes that are kept of `E1`. @throws as `showItem`; BAD_VALUE, DAMAGED */
export const keptBytes = async (
  qms: Qms,
  ask: Ask,
  id: string,
  name: string,
  wanted: string,
): Promise<KeptBytes> => {
  const records = await openRecords(qms)
  records.reader(ask.user)
  const loaded = await records.load(id)
  const item = await itemNamed(records, loaded, name)
  const { exhibits } = historyOf(loaded.events, item.item)
  const number = Number(/^E?([1-9]\d{0,5})$/i.exec(wanted)?.[1])
  const digest = keptFile(exhibits[number - 1]?.evidence ?? { kind: 'text', text: '' })
  if (digest === null) throw noOutput(wanted, exhibits)
  return { number, digest, bytes: await records.kept(loaded.d, digest) }
}

const noOutput = (wanted: string, exhibits: readonly Exhibit[]) => {
  const kept = exhibits.filter((x) => keptFile(x.evidence) !== null).map((x) => `E${x.number}`)
  const expected = kept.length > 0 ? kept.join(', ') : 'a run or a file: of this item none is kept'
  return refuse('BAD_VALUE', { name: '--output', found: wanted, expected })
}
