/** Which of our statuses a former one is. Former rules, tools and hands left more of them than a type has here. */

import { type DocType, STATUSES, type Status } from '../documents/types.ts'
import { EXECUTION_GATES } from '../lifecycle/command.ts'
import { TABLES } from '../lifecycle/tables.ts'

export interface Footing {
  readonly hasDraft: boolean
  readonly hasLive: boolean
  readonly hasArchive: boolean
  /** By the metadata's phase or the trail. */
  readonly released: boolean
}

/** The status itself where the type has it, else the nearest; null for a word that means nothing. */
export const fitStatus = (word: string, { machine }: DocType, footing: Footing): Status | null => {
  const status = word
    .trim()
    .toUpperCase()
    .replaceAll(/[\s-]+/g, '_')
  const known = STATUSES.find((s) => s === status)
  if (known && isOf(machine, known)) return known
  if (machine === 'covered') return known || SPOKEN.has(status) ? coveredBy(status) : null
  return machine === 'executable' ? asExecutable(status, footing) : asControlled(status, footing)
}

const isOf = (machine: DocType['machine'], status: Status): boolean =>
  status === 'RETIRED' ||
  status === 'CANCELLED' ||
  TABLES[machine].some((row) => row.from === status || row.to === status) ||
  (machine === 'covered' && status === 'CLOSED')

/** Words of documents and of former editions, beside the statuses. */
const SPOKEN: ReadonlySet<string> = new Set([
  'APPROVED',
  'SUPERSEDED',
  'PRE_REVIEW',
  'POST_REVIEW',
  'PRE_APPROVAL',
  'POST_APPROVAL',
])

const coveredBy = (status: string): Status =>
  ['EFFECTIVE', 'SUPERSEDED', 'POST_APPROVED'].includes(status) ? 'CLOSED' : 'IN_EXECUTION'

const asExecutable = (status: string, { released, hasLive }: Footing): Status | null => {
  const phase = released ? 'POST_' : 'PRE_'
  const table: Record<string, Status> = {
    IN_REVIEW: `IN_${phase}REVIEW`,
    REVIEWED: `${phase}REVIEWED`,
    IN_APPROVAL: `IN_${phase}APPROVAL`,
    APPROVED: `${phase}APPROVED`,
    PRE_REVIEW: 'IN_PRE_REVIEW',
    POST_REVIEW: 'IN_POST_REVIEW',
    PRE_APPROVAL: 'IN_PRE_APPROVAL',
    POST_APPROVAL: 'IN_POST_APPROVAL',
    EFFECTIVE: hasLive ? 'CLOSED' : `${phase}APPROVED`,
    SUPERSEDED: 'CLOSED',
  }
  return table[status] ?? null
}

/** Where approval is in doubt, the text needs it again. */
const asControlled = (status: string, { hasDraft, hasLive }: Footing): Status | null => {
  if (status === 'SUPERSEDED') return 'RETIRED'
  if (status === 'CLOSED') return 'EFFECTIVE'
  if (/^(?:PRE_|POST_)?APPROVED$/.test(status)) return hasLive && !hasDraft ? 'EFFECTIVE' : 'REVIEWED'
  if (status === 'IN_EXECUTION') return hasDraft ? 'DRAFT' : 'EFFECTIVE'
  const stage = /^(?:IN_)?(?:PRE_|POST_)(REVIEW|REVIEWED|APPROVAL)$/.exec(status)?.[1]
  return stage === 'REVIEW' ? 'IN_REVIEW' : stage === 'APPROVAL' ? 'IN_APPROVAL' : stage ? 'REVIEWED' : null
}

/** What the files alone tell. */
export const statusOfFiles = ({ machine }: DocType, { hasDraft, hasLive, hasArchive }: Footing): Status => {
  if (machine === 'covered') return hasLive ? 'CLOSED' : hasDraft ? 'IN_EXECUTION' : 'CANCELLED'
  if (hasLive && !hasDraft) return machine === 'executable' ? 'CLOSED' : 'EFFECTIVE'
  if (hasDraft) return 'DRAFT'
  return hasArchive ? 'RETIRED' : 'CANCELLED'
}

/** Nobody works on a document in these. */
export const AT_REST: ReadonlySet<Status> = new Set(['EFFECTIVE', 'CLOSED', 'RETIRED', 'CANCELLED'])

/** Execution has begun or is over. */
export const isReleased = (status: Status): boolean =>
  status === 'IN_EXECUTION' || status === 'CLOSED' || /POST_/.test(status)

/** Whether a checkout can be ended by a check-in there. */
export const canCheckIn = ({ machine }: DocType, status: Status): boolean =>
  TABLES[machine].some((row) => row.from === status && row.action === 'checkin')

/** Gates that the former rules did not have and that a document in this status is past. */
export const waivedIn = ({ machine }: DocType, status: Status): string[] => {
  if (machine !== 'executable') return []
  if (status === 'PRE_APPROVED' || status === 'IN_EXECUTION') return ['contentReady']
  return /POST_/.test(status) ? ['contentReady', 'childrenDone', 'linkedClosed', ...EXECUTION_GATES] : []
}
