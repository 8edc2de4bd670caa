/** How far a text has come: what can still be mended in it, and what is sealed or in force. */
import type { Status } from '../documents/types.ts'
import type { Rule } from './rule.ts'
import type { Subject } from './subject.ts'

const DRAFTING: ReadonlySet<Status> = new Set([
  'DRAFT',
  'IN_REVIEW',
  'REVIEWED',
  'IN_APPROVAL',
  'IN_PRE_REVIEW',
  'PRE_REVIEWED',
  'IN_PRE_APPROVAL',
])

const FINAL: ReadonlySet<Status> = new Set(['CLOSED', 'RETIRED', 'CANCELLED'])

/** Its author can still change all of it. A text of no known status is one that is being written. */
export const isDrafted = ({ document }: Subject): boolean =>
  document === null || document.status === null || DRAFTING.has(document.status)

const IN_FORCE: ReadonlySet<Status> = new Set(['EFFECTIVE'])

export const isInForce = ({ document }: Subject): boolean =>
  document?.status != null && IN_FORCE.has(document.status)

export const isFinal = ({ document }: Subject): boolean =>
  document?.status != null && FINAL.has(document.status)

/** For rules about the form: what was approved as it is, or written by other forms, is not called wrong. */
export const DRAFTS_OF_OURS: NonNullable<Rule['softer']> = {
  where: 'text that was approved already, and in documents that were adopted',
  when: (subject) => !isDrafted(subject) || subject.document?.adopted === true,
}
