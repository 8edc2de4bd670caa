/**
 * The rules: one row a transition, two tables and a small third, each rule once. Help, `next`, `inbox`, permissions and
 * audit are computed from them. Source: lifecycle design, "Transitions".
 */
import type { MachineName, Status } from '../documents/types.ts'
import type { Action } from './command.ts'
import type { ConditionName } from './conditions.ts'
import type { Writes } from './emit.ts'
import type { GateName } from './gates.ts'
import type { Role } from './roles.ts'

export interface Row extends Writes {
  readonly from: Status
  readonly action: Action
  /** Which of the rows that share (from, action) this is. Exclusive: at most one can hold. */
  readonly when?: readonly ConditionName[]
  readonly who: Role
  readonly gates: readonly GateName[]
}

const CHECKIN_GATES = ['textParses', 'copyIsCurrent'] as const
const EXECUTED_GATES = [...CHECKIN_GATES, 'sealKept', 'recordsKept'] as const
const ITEM_GATES = ['itemReasoned', 'failureCarried', 'runsSupport'] as const
const NOTE_GATES = ['carriersExist'] as const
/** Before the result is reviewed, and once more before it is closed. */
const DONE_GATES = [
  'itemsDone',
  'failuresCarried',
  'evidenceStands',
  'blanksAnswered',
  'documentsInForce',
  'matrixQualified',
  'childrenDone',
  'linkedClosed',
] as const
const REVIEW_GATES = ['notAuthor', 'commented', 'sawThisText', 'dispatched', 'packetRead'] as const
const APPROVE_GATES = ['notAuthor', 'sawThisText', 'dispatched', 'packetRead'] as const
const LAST_APPROVAL_GATES = [...APPROVE_GATES, 'personApproves'] as const
const ROUTE_GATES = ['contentReady', 'teamAble', 'teamHasQuality'] as const
const AGAIN_GATES = ['roundNeedsRepeat', 'contentReady', 'teamAble', 'teamHasQuality'] as const
const APPROVAL_GATES = [
  'roundStands',
  'allRecommend',
  'qualityReviewed',
  'textUnchanged',
  'approversAble',
] as const
const RETIRE_GATES = ['reasoned', 'teamAble', 'teamHasQuality'] as const
const ABANDON_GATES = ['reasoned', 'childrenDone', 'linkedClosed', 'teamAble', 'teamHasQuality'] as const
const CANCEL_GATES = ['neverApproved', 'noOpenChildren', 'reasoned', 'confirmed'] as const
const ASSIGN_GATES = ['assigneesAble', 'teamKeepsQuality', 'ownerAble'] as const
const LAST_ASKED_GATES = [...ASSIGN_GATES, 'personApproves'] as const
const MOVE = 'STATUS_CHANGE'

// biome-ignore format: a table is read by its columns
const CONTROLLED = [
  { from: 'DRAFT', action: 'checkout', to: 'DRAFT', who: 'owner', gates: [], emits: ['CHECKOUT'] },
  { from: 'REVIEWED', action: 'checkout', when: ['ordinary'], to: 'REVIEWED', who: 'owner', gates: [], emits: ['CHECKOUT'] },
  { from: 'DRAFT', action: 'checkin', to: 'DRAFT', who: 'holder', gates: CHECKIN_GATES, version: 'text', emits: ['CHECKIN'] },
  { from: 'REVIEWED', action: 'checkin', when: ['textDiffers'], to: 'DRAFT', who: 'holder', gates: CHECKIN_GATES, version: 'text', emits: ['CHECKIN', MOVE] },
  { from: 'REVIEWED', action: 'checkin', when: ['textSame'], to: 'REVIEWED', who: 'holder', gates: CHECKIN_GATES, emits: ['CHECKIN'] },
  { from: 'DRAFT', action: 'discard', when: ['justOpened'], to: 'EFFECTIVE', who: 'holder', gates: [], version: 'live', emits: ['CHECKIN', MOVE] },
  { from: 'DRAFT', action: 'discard', when: ['notJustOpened'], to: 'DRAFT', who: 'holder', gates: [], emits: ['CHECKIN'] },
  { from: 'REVIEWED', action: 'discard', to: 'REVIEWED', who: 'holder', gates: [], emits: ['CHECKIN'] },
  { from: 'DRAFT', action: 'withdraw', when: ['revision'], to: 'EFFECTIVE', who: 'owner or administrator', gates: ['reasoned'], version: 'live', emits: ['WITHDRAW', MOVE] },
  { from: 'DRAFT', action: 'route review', when: ['asksOrdinary'], to: 'IN_REVIEW', who: 'owner', gates: ROUTE_GATES, emits: ['ROUTE_REVIEW', MOVE] },
  { from: 'REVIEWED', action: 'route review', when: ['asksOrdinary'], to: 'IN_REVIEW', who: 'owner', gates: AGAIN_GATES, emits: ['ROUTE_REVIEW', MOVE] },
  { from: 'IN_REVIEW', action: 'review', when: ['othersPending'], to: 'IN_REVIEW', who: 'assignee', gates: REVIEW_GATES, emits: ['REVIEW'] },
  { from: 'IN_REVIEW', action: 'review', when: ['lastPending'], to: 'REVIEWED', who: 'assignee', gates: REVIEW_GATES, emits: ['REVIEW', MOVE] },
  { from: 'IN_REVIEW', action: 'withdraw', when: ['ordinary'], to: 'DRAFT', who: 'owner', gates: [], emits: ['WITHDRAW', MOVE] },
  { from: 'IN_REVIEW', action: 'withdraw', when: ['special'], to: 'home', who: 'owner', gates: [], emits: ['WITHDRAW', MOVE] },
  { from: 'REVIEWED', action: 'withdraw', when: ['special'], to: 'home', who: 'owner', gates: [], emits: ['WITHDRAW', MOVE] },
  { from: 'REVIEWED', action: 'route approval', when: ['asksOrdinary'], to: 'IN_APPROVAL', who: 'owner', gates: APPROVAL_GATES, emits: ['ROUTE_APPROVAL', MOVE] },
  { from: 'REVIEWED', action: 'route approval', when: ['asksRetire'], to: 'IN_APPROVAL', who: 'owner', gates: ['reasoned', 'wasApproved', ...APPROVAL_GATES], emits: ['ROUTE_APPROVAL', MOVE] },
  { from: 'IN_APPROVAL', action: 'approve', when: ['othersPending'], to: 'IN_APPROVAL', who: 'assignee', gates: APPROVE_GATES, emits: ['APPROVE'] },
  { from: 'IN_APPROVAL', action: 'approve', when: ['lastPending', 'ordinary'], to: 'EFFECTIVE', who: 'assignee', gates: LAST_APPROVAL_GATES, version: 'major', emits: ['APPROVE', MOVE, 'EFFECTIVE'] },
  { from: 'IN_APPROVAL', action: 'approve', when: ['lastPending', 'special'], to: 'RETIRED', who: 'assignee', gates: LAST_APPROVAL_GATES, emits: ['APPROVE', 'RETIRE', MOVE] },
  { from: 'IN_APPROVAL', action: 'reject', when: ['ordinary'], to: 'REVIEWED', who: 'assignee', gates: REVIEW_GATES, emits: ['REJECT', MOVE] },
  { from: 'IN_APPROVAL', action: 'reject', when: ['special'], to: 'home', who: 'assignee', gates: REVIEW_GATES, emits: ['REJECT', MOVE] },
  { from: 'IN_APPROVAL', action: 'withdraw', when: ['ordinary'], to: 'REVIEWED', who: 'owner', gates: [], emits: ['WITHDRAW', MOVE] },
  { from: 'IN_APPROVAL', action: 'withdraw', when: ['special'], to: 'home', who: 'owner', gates: [], emits: ['WITHDRAW', MOVE] },
  { from: 'IN_REVIEW', action: 'assign', when: ['stillPending'], to: 'IN_REVIEW', who: 'quality or administrator', gates: ASSIGN_GATES, emits: ['ASSIGN'] },
  { from: 'IN_REVIEW', action: 'assign', when: ['nonePending'], to: 'REVIEWED', who: 'quality or administrator', gates: ASSIGN_GATES, emits: ['ASSIGN', MOVE] },
  { from: 'IN_APPROVAL', action: 'assign', when: ['stillPending'], to: 'IN_APPROVAL', who: 'quality or administrator', gates: ASSIGN_GATES, emits: ['ASSIGN'] },
  { from: 'IN_APPROVAL', action: 'assign', when: ['nonePending', 'ordinary'], to: 'EFFECTIVE', who: 'quality or administrator', gates: LAST_ASKED_GATES, version: 'major', emits: ['ASSIGN', MOVE, 'EFFECTIVE'] },
  { from: 'IN_APPROVAL', action: 'assign', when: ['nonePending', 'special'], to: 'RETIRED', who: 'quality or administrator', gates: LAST_ASKED_GATES, emits: ['ASSIGN', 'RETIRE', MOVE] },
  { from: 'DRAFT', action: 'assign', to: 'DRAFT', who: 'quality or administrator', gates: ['onlyOwner', 'ownerAble'], emits: ['ASSIGN'] },
  { from: 'REVIEWED', action: 'assign', to: 'REVIEWED', who: 'quality or administrator', gates: ['onlyOwner', 'ownerAble'], emits: ['ASSIGN'] },
  { from: 'EFFECTIVE', action: 'checkout', to: 'DRAFT', who: 'initiator', gates: ['changeControl'], version: 'minor', emits: ['CHECKOUT', MOVE] },
  { from: 'EFFECTIVE', action: 'route review', when: ['asksRetire'], to: 'IN_REVIEW', who: 'owner or administrator', gates: RETIRE_GATES, emits: ['ROUTE_REVIEW', MOVE] },
  { from: 'EFFECTIVE', action: 'fix', to: 'EFFECTIVE', who: 'administrator', gates: ['reasoned', 'textParses', 'fixIsSmall', 'notSoleApprover'], version: 'minor', emits: ['FIX'] },
  { from: 'DRAFT', action: 'cancel', to: 'CANCELLED', who: 'owner or administrator', gates: CANCEL_GATES, emits: ['CANCEL', MOVE] },
  { from: 'REVIEWED', action: 'cancel', to: 'CANCELLED', who: 'owner or administrator', gates: CANCEL_GATES, emits: ['CANCEL', MOVE] },
] as const satisfies readonly Row[]

// biome-ignore format: a table is read by its columns
const EXECUTABLE = [
  { from: 'DRAFT', action: 'checkout', to: 'DRAFT', who: 'owner', gates: [], emits: ['CHECKOUT'] },
  { from: 'PRE_REVIEWED', action: 'checkout', to: 'PRE_REVIEWED', who: 'owner', gates: [], emits: ['CHECKOUT'] },
  { from: 'PRE_APPROVED', action: 'checkout', to: 'PRE_APPROVED', who: 'owner', gates: [], emits: ['CHECKOUT'] },
  { from: 'IN_EXECUTION', action: 'checkout', to: 'IN_EXECUTION', who: 'owner', gates: [], emits: ['CHECKOUT'] },
  { from: 'POST_REVIEWED', action: 'checkout', when: ['ordinary'], to: 'IN_EXECUTION', who: 'owner', gates: [], emits: ['CHECKOUT', MOVE] },
  { from: 'DRAFT', action: 'checkin', to: 'DRAFT', who: 'holder', gates: CHECKIN_GATES, version: 'text', emits: ['CHECKIN'] },
  { from: 'PRE_REVIEWED', action: 'checkin', when: ['textDiffers'], to: 'DRAFT', who: 'holder', gates: CHECKIN_GATES, version: 'text', emits: ['CHECKIN', MOVE] },
  { from: 'PRE_REVIEWED', action: 'checkin', when: ['textSame'], to: 'PRE_REVIEWED', who: 'holder', gates: CHECKIN_GATES, emits: ['CHECKIN'] },
  { from: 'PRE_APPROVED', action: 'checkin', when: ['textDiffers'], to: 'DRAFT', who: 'holder', gates: CHECKIN_GATES, version: 'text', emits: ['CHECKIN', MOVE] },
  { from: 'PRE_APPROVED', action: 'checkin', when: ['textSame'], to: 'PRE_APPROVED', who: 'holder', gates: CHECKIN_GATES, emits: ['CHECKIN'] },
  { from: 'IN_EXECUTION', action: 'checkin', to: 'IN_EXECUTION', who: 'holder', gates: EXECUTED_GATES, version: 'text', emits: ['CHECKIN'] },
  { from: 'IN_EXECUTION', action: 'ei', to: 'IN_EXECUTION', who: 'executor', gates: ITEM_GATES, version: 'text', emits: ['EI'] },
  { from: 'IN_EXECUTION', action: 'note', to: 'IN_EXECUTION', who: 'owner', gates: NOTE_GATES, version: 'text', emits: ['NOTE'] },
  { from: 'IN_EXECUTION', action: 'summarise', to: 'IN_EXECUTION', who: 'owner', gates: ['summaryReasoned'], version: 'text', emits: ['SUMMARY'] },
  { from: 'DRAFT', action: 'discard', to: 'DRAFT', who: 'holder', gates: [], emits: ['CHECKIN'] },
  { from: 'PRE_REVIEWED', action: 'discard', to: 'PRE_REVIEWED', who: 'holder', gates: [], emits: ['CHECKIN'] },
  { from: 'PRE_APPROVED', action: 'discard', to: 'PRE_APPROVED', who: 'holder', gates: [], emits: ['CHECKIN'] },
  { from: 'IN_EXECUTION', action: 'discard', to: 'IN_EXECUTION', who: 'holder', gates: [], emits: ['CHECKIN'] },
  { from: 'DRAFT', action: 'route review', when: ['asksOrdinary'], to: 'IN_PRE_REVIEW', who: 'owner', gates: ROUTE_GATES, emits: ['ROUTE_REVIEW', MOVE] },
  { from: 'PRE_REVIEWED', action: 'route review', when: ['asksOrdinary'], to: 'IN_PRE_REVIEW', who: 'owner', gates: AGAIN_GATES, emits: ['ROUTE_REVIEW', MOVE] },
  { from: 'IN_PRE_REVIEW', action: 'review', when: ['othersPending'], to: 'IN_PRE_REVIEW', who: 'assignee', gates: REVIEW_GATES, emits: ['REVIEW'] },
  { from: 'IN_PRE_REVIEW', action: 'review', when: ['lastPending'], to: 'PRE_REVIEWED', who: 'assignee', gates: REVIEW_GATES, emits: ['REVIEW', MOVE] },
  { from: 'IN_PRE_REVIEW', action: 'withdraw', to: 'DRAFT', who: 'owner', gates: [], emits: ['WITHDRAW', MOVE] },
  { from: 'IN_PRE_REVIEW', action: 'assign', when: ['stillPending'], to: 'IN_PRE_REVIEW', who: 'quality or administrator', gates: ASSIGN_GATES, emits: ['ASSIGN'] },
  { from: 'IN_PRE_REVIEW', action: 'assign', when: ['nonePending'], to: 'PRE_REVIEWED', who: 'quality or administrator', gates: ASSIGN_GATES, emits: ['ASSIGN', MOVE] },
  { from: 'PRE_REVIEWED', action: 'route approval', when: ['asksOrdinary'], to: 'IN_PRE_APPROVAL', who: 'owner', gates: APPROVAL_GATES, emits: ['ROUTE_APPROVAL', MOVE] },
  { from: 'IN_PRE_APPROVAL', action: 'approve', when: ['othersPending'], to: 'IN_PRE_APPROVAL', who: 'assignee', gates: APPROVE_GATES, emits: ['APPROVE'] },
  { from: 'IN_PRE_APPROVAL', action: 'approve', when: ['lastPending'], to: 'PRE_APPROVED', who: 'assignee', gates: LAST_APPROVAL_GATES, version: 'major', emits: ['APPROVE', MOVE] },
  { from: 'IN_PRE_APPROVAL', action: 'reject', to: 'PRE_REVIEWED', who: 'assignee', gates: REVIEW_GATES, emits: ['REJECT', MOVE] },
  { from: 'IN_PRE_APPROVAL', action: 'withdraw', to: 'PRE_REVIEWED', who: 'owner', gates: [], emits: ['WITHDRAW', MOVE] },
  { from: 'IN_PRE_APPROVAL', action: 'assign', when: ['stillPending'], to: 'IN_PRE_APPROVAL', who: 'quality or administrator', gates: ASSIGN_GATES, emits: ['ASSIGN'] },
  { from: 'IN_PRE_APPROVAL', action: 'assign', when: ['nonePending'], to: 'PRE_APPROVED', who: 'quality or administrator', gates: LAST_ASKED_GATES, version: 'major', emits: ['ASSIGN', MOVE] },
  { from: 'PRE_APPROVED', action: 'release', to: 'IN_EXECUTION', who: 'owner', gates: [], emits: ['RELEASE', MOVE] },
  { from: 'PRE_APPROVED', action: 'route review', when: ['asksAbandon'], to: 'IN_POST_REVIEW', who: 'owner', gates: ABANDON_GATES, emits: ['ROUTE_REVIEW', MOVE] },
  { from: 'IN_EXECUTION', action: 'route review', when: ['asksAbandon'], to: 'IN_POST_REVIEW', who: 'owner', gates: ABANDON_GATES, emits: ['ROUTE_REVIEW', MOVE] },
  { from: 'IN_EXECUTION', action: 'route review', when: ['asksOrdinary'], to: 'IN_POST_REVIEW', who: 'owner', gates: [...DONE_GATES, 'contentReady', 'teamAble', 'teamHasQuality'], emits: ['ROUTE_REVIEW', MOVE] },
  { from: 'POST_REVIEWED', action: 'route review', when: ['asksOrdinary'], to: 'IN_POST_REVIEW', who: 'owner', gates: [...DONE_GATES, ...AGAIN_GATES], emits: ['ROUTE_REVIEW', MOVE] },
  { from: 'IN_POST_REVIEW', action: 'review', when: ['othersPending'], to: 'IN_POST_REVIEW', who: 'assignee', gates: REVIEW_GATES, emits: ['REVIEW'] },
  { from: 'IN_POST_REVIEW', action: 'review', when: ['lastPending'], to: 'POST_REVIEWED', who: 'assignee', gates: REVIEW_GATES, emits: ['REVIEW', MOVE] },
  { from: 'IN_POST_REVIEW', action: 'withdraw', when: ['ordinary'], to: 'IN_EXECUTION', who: 'owner', gates: [], emits: ['WITHDRAW', MOVE] },
  { from: 'IN_POST_REVIEW', action: 'withdraw', when: ['special'], to: 'home', who: 'owner', gates: [], emits: ['WITHDRAW', MOVE] },
  { from: 'IN_POST_REVIEW', action: 'assign', when: ['stillPending'], to: 'IN_POST_REVIEW', who: 'quality or administrator', gates: ASSIGN_GATES, emits: ['ASSIGN'] },
  { from: 'IN_POST_REVIEW', action: 'assign', when: ['nonePending'], to: 'POST_REVIEWED', who: 'quality or administrator', gates: ASSIGN_GATES, emits: ['ASSIGN', MOVE] },
  { from: 'POST_REVIEWED', action: 'revert', when: ['ordinary'], to: 'IN_EXECUTION', who: 'owner', gates: ['reasoned'], emits: ['REVERT', MOVE] },
  { from: 'POST_REVIEWED', action: 'revert', when: ['special'], to: 'home', who: 'owner', gates: ['reasoned'], emits: ['REVERT', MOVE] },
  { from: 'POST_REVIEWED', action: 'route approval', when: ['asksOrdinary'], to: 'IN_POST_APPROVAL', who: 'owner', gates: ['childrenDone', ...APPROVAL_GATES], emits: ['ROUTE_APPROVAL', MOVE] },
  { from: 'IN_POST_APPROVAL', action: 'approve', when: ['othersPending'], to: 'IN_POST_APPROVAL', who: 'assignee', gates: APPROVE_GATES, emits: ['APPROVE'] },
  { from: 'IN_POST_APPROVAL', action: 'approve', when: ['lastPending', 'notRetiring'], to: 'POST_APPROVED', who: 'assignee', gates: LAST_APPROVAL_GATES, version: 'major', emits: ['APPROVE', MOVE] },
  { from: 'IN_POST_APPROVAL', action: 'approve', when: ['lastPending', 'retiring'], to: 'RETIRED', who: 'assignee', gates: LAST_APPROVAL_GATES, emits: ['APPROVE', 'RETIRE', MOVE] },
  { from: 'IN_POST_APPROVAL', action: 'reject', when: ['notRetiring'], to: 'POST_REVIEWED', who: 'assignee', gates: REVIEW_GATES, emits: ['REJECT', MOVE] },
  { from: 'IN_POST_APPROVAL', action: 'reject', when: ['retiring'], to: 'home', who: 'assignee', gates: REVIEW_GATES, emits: ['REJECT', MOVE] },
  { from: 'IN_POST_APPROVAL', action: 'withdraw', when: ['notRetiring'], to: 'POST_REVIEWED', who: 'owner', gates: [], emits: ['WITHDRAW', MOVE] },
  { from: 'IN_POST_APPROVAL', action: 'withdraw', when: ['retiring'], to: 'home', who: 'owner', gates: [], emits: ['WITHDRAW', MOVE] },
  { from: 'IN_POST_APPROVAL', action: 'assign', when: ['stillPending'], to: 'IN_POST_APPROVAL', who: 'quality or administrator', gates: ASSIGN_GATES, emits: ['ASSIGN'] },
  { from: 'IN_POST_APPROVAL', action: 'assign', when: ['nonePending', 'notRetiring'], to: 'POST_APPROVED', who: 'quality or administrator', gates: LAST_ASKED_GATES, version: 'major', emits: ['ASSIGN', MOVE] },
  { from: 'IN_POST_APPROVAL', action: 'assign', when: ['nonePending', 'retiring'], to: 'RETIRED', who: 'quality or administrator', gates: LAST_ASKED_GATES, emits: ['ASSIGN', 'RETIRE', MOVE] },
  { from: 'POST_APPROVED', action: 'close', to: 'CLOSED', who: 'owner', gates: DONE_GATES, emits: ['CLOSE', MOVE] },
  { from: 'CLOSED', action: 'route review', when: ['asksRetire'], to: 'IN_POST_REVIEW', who: 'owner or administrator', gates: RETIRE_GATES, emits: ['ROUTE_REVIEW', MOVE] },
  { from: 'DRAFT', action: 'cancel', to: 'CANCELLED', who: 'owner or administrator', gates: CANCEL_GATES, emits: ['CANCEL', MOVE] },
  { from: 'PRE_REVIEWED', action: 'cancel', to: 'CANCELLED', who: 'owner or administrator', gates: CANCEL_GATES, emits: ['CANCEL', MOVE] },
  { from: 'DRAFT', action: 'assign', to: 'DRAFT', who: 'quality or administrator', gates: ['onlyOwner', 'ownerAble'], emits: ['ASSIGN'] },
  { from: 'PRE_REVIEWED', action: 'assign', to: 'PRE_REVIEWED', who: 'quality or administrator', gates: ['onlyOwner', 'ownerAble'], emits: ['ASSIGN'] },
  { from: 'PRE_APPROVED', action: 'assign', to: 'PRE_APPROVED', who: 'quality or administrator', gates: ['onlyOwner', 'ownerAble'], emits: ['ASSIGN'] },
  { from: 'IN_EXECUTION', action: 'assign', to: 'IN_EXECUTION', who: 'quality or administrator', gates: ['onlyOwner', 'ownerAble'], emits: ['ASSIGN'] },
  { from: 'POST_REVIEWED', action: 'assign', to: 'POST_REVIEWED', who: 'quality or administrator', gates: ['onlyOwner', 'ownerAble'], emits: ['ASSIGN'] },
  { from: 'POST_APPROVED', action: 'assign', to: 'POST_APPROVED', who: 'quality or administrator', gates: ['onlyOwner', 'ownerAble'], emits: ['ASSIGN'] },
] as const satisfies readonly Row[]

/** A verification record: its template is the approved form; it closes with its parent. */
// biome-ignore format: a table is read by its columns
const COVERED = [
  { from: 'IN_EXECUTION', action: 'checkout', to: 'IN_EXECUTION', who: 'owner', gates: [], emits: ['CHECKOUT'] },
  { from: 'IN_EXECUTION', action: 'checkin', to: 'IN_EXECUTION', who: 'holder', gates: [...CHECKIN_GATES, 'recordsKept', 'parentExecutes'], version: 'text', emits: ['CHECKIN'] },
  { from: 'IN_EXECUTION', action: 'ei', to: 'IN_EXECUTION', who: 'executor', gates: [...ITEM_GATES, 'parentExecutes'], version: 'text', emits: ['EI'] },
  { from: 'IN_EXECUTION', action: 'note', to: 'IN_EXECUTION', who: 'owner', gates: [...NOTE_GATES, 'parentExecutes'], version: 'text', emits: ['NOTE'] },
  { from: 'IN_EXECUTION', action: 'summarise', to: 'IN_EXECUTION', who: 'owner', gates: ['summaryReasoned', 'parentExecutes'], version: 'text', emits: ['SUMMARY'] },
  { from: 'IN_EXECUTION', action: 'discard', to: 'IN_EXECUTION', who: 'holder', gates: [], emits: ['CHECKIN'] },
  { from: 'IN_EXECUTION', action: 'cancel', to: 'CANCELLED', who: 'owner or administrator', gates: ['parentExecutes', 'reasoned', 'confirmed'], emits: ['CANCEL', MOVE] },
  { from: 'IN_EXECUTION', action: 'assign', to: 'IN_EXECUTION', who: 'quality or administrator', gates: ['onlyOwner', 'ownerAble'], emits: ['ASSIGN'] },
] as const satisfies readonly Row[]

export const TABLES: Readonly<Record<MachineName, readonly Row[]>> = {
  controlled: CONTROLLED,
  executable: EXECUTABLE,
  covered: COVERED,
}

/** The status in which a document of each table begins. */
export const BORN: Readonly<Record<MachineName, Status>> = {
  controlled: 'DRAFT',
  executable: 'DRAFT',
  covered: 'IN_EXECUTION',
}

/** What happens to a covered document when its parent closes: no row tells it, since nobody asks for it. */
export const WITH_PARENT = {
  machine: 'covered',
  from: 'IN_EXECUTION',
  action: 'close of its parent',
  to: 'CLOSED',
} as const satisfies { machine: MachineName; from: Status; action: string; to: Status }

export const rowsFor = (machine: MachineName, from: Status, action: Action): readonly Row[] =>
  TABLES[machine].filter((row) => row.from === from && row.action === action)

/** Statuses in which an action is possible at all, in the table's order. */
export const possibleIn = (machine: MachineName, action: Action): Status[] => [
  ...new Set(TABLES[machine].filter((row) => row.action === action).map((row) => row.from)),
]
