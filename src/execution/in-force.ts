/** Whether a document came into force, or out of it, since the release of a record: told by its trail, not by its state. */
import type { AffectedDocument } from '../documents/affected-documents.ts'
import type { Document } from '../documents/document.ts'
import type { DocumentEvent } from '../documents/event.ts'
import { isExecutable } from '../documents/types.ts'

export interface Releasing {
  readonly id: string
  /** Null where the release is older than the adoption of the record: then the present state counts. */
  readonly releasedAt: string | null
}

type Change = AffectedDocument['change']

const endOf = (d: Document, change: Change): 'RETIRE' | 'CLOSE' | 'EFFECTIVE' =>
  change === 'retired' ? 'RETIRE' : isExecutable(d.id.type) ? 'CLOSE' : 'EFFECTIVE'

const STATUS = { RETIRE: 'RETIRED', CLOSE: 'CLOSED', EFFECTIVE: 'EFFECTIVE' } as const

/** After the release by time; or behind a checkout under the record, whatever the clocks said. */
export const inForceSince = (
  record: Releasing,
  d: Document,
  events: readonly DocumentEvent[],
  change: Change,
): boolean => {
  const end = endOf(d, change)
  const { releasedAt, id } = record
  if (releasedAt === null) return d.status === STATUS[end]
  const under = events.findIndex((e) => e.event === 'CHECKOUT' && e.under === id)
  return events.some((e, at) => e.event === end && (e.ts >= releasedAt || (under >= 0 && at > under)))
}

/** `SOP-007 is IN_REVIEW, needs EFFECTIVE` */
export const lackOf = (d: Document, change: Change): string => {
  const wanted = STATUS[endOf(d, change)]
  return d.status === wanted
    ? `${d.id.id} is ${wanted} ${d.version} since before the release, needs a text in force since`
    : `${d.id.id} is ${d.status}, needs ${wanted}`
}
