/** The execution items of a document, as its text has them and its trail tells of them. */
import { type Metadata, metadata } from '../documents/placement.ts'
import { historyOf } from '../execution/history.ts'
import type { Item } from '../execution/item.ts'
import type { ItemTables } from '../execution/table.ts'
import { nextOf } from './act.ts'
import { textOf } from './execute.ts'
import { withItems } from './item-steps.ts'
import type { NextStep } from './next.ts'
import type { Ask, Qms } from './qms.ts'
import { openRecords } from './records.ts'

/** An item as its document has it, with what the trail tells of it. */
export interface ListedItem extends Item {
  /** When the work on it began (UTC, ISO 8601). */
  readonly started: string | null
  /** Pieces of evidence that still speak. */
  readonly exhibits: number
}

export interface ItemList {
  readonly document: Metadata
  readonly items: readonly ListedItem[]
  /** Rows that cannot be read, and so are no items. */
  readonly unreadable: ItemTables['unreadable']
  readonly next: readonly NextStep[]
}

/** @throws NO_DOCUMENT, NO_TEXT */
export const listItems = async (qms: Qms, ask: Ask, id: string): Promise<ItemList> => {
  const records = await openRecords(qms)
  records.reader(ask.user)
  const loaded = await records.load(id)
  const { itemsOf } = await import('../execution/item.ts')
  const { items, unreadable } = itemsOf(await textOf(records, loaded.d))
  return {
    document: metadata(loaded.d),
    items: items.map((item) => {
      const { startedAt, exhibits } = historyOf(loaded.events, item.item)
      return { ...item, started: startedAt, exhibits: exhibits.filter((x) => x.aside === null).length }
    }),
    unreadable,
    next: withItems(
      await nextOf(qms, ask, records, loaded.d, { execution: true }),
      loaded.d.id.id,
      items.filter((item) => item.outcome === null),
      ask.user,
    ),
  }
}
