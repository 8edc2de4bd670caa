/** The events: one line of a trail each. Source: lifecycle design, "Events". Stable: additive changes only. */
import { z } from 'zod'
import { assumed, found } from './assumed.ts'
import { digest, id, name, status, TEXT_LIMIT, text } from './fields.ts'

export { TEXT_LIMIT }

const round = z.number().int().positive()

/** Common to all, in the order in which they are written; `seq` and `prev` come last. */
const head = {
  ts: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  user: name,
  version: z.string().regex(/^\d+\.\d+$/),
  request: z.string().min(1).max(200).optional(),
  seq: z.number().int().positive(),
  prev: digest,
}

const event = <N extends string, S extends z.ZodRawShape>(kind: N, own: S) =>
  z.strictObject({ event: z.literal(kind), ...head, ...own })

/** Words of a round: `REVIEW`, `PRE_REVIEW`, `POST_REVIEW`, and the same with APPROVAL. */
const reviewType = z.enum(['REVIEW', 'PRE_REVIEW', 'POST_REVIEW'])
const approvalType = z.enum(['APPROVAL', 'PRE_APPROVAL', 'POST_APPROVAL'])

/** Names of gates that did not hold and were waived for an adopted document. */
const waived = z.array(name).min(1).optional()

const purpose = {
  retire: z.literal(true).optional(),
  abandon: z.literal(true).optional(),
  reason: text.optional(),
  waived,
}

export const documentEvent = z.discriminatedUnion('event', [
  event('INSTALL', { title: text, type: name, content: digest }),
  event('CREATE', {
    title: text,
    type: name,
    parent: id.optional(),
    source: id.optional(),
    kind: z.union([z.literal(1), z.literal(2)]).optional(),
    status,
    content: digest,
  }),
  event('ADOPT', { files: z.array(found), digest, assumed }),
  event('CHECKOUT', { from_version: z.string().optional(), under: z.string().nullable().optional() }),
  event('CHECKIN', {
    content: digest,
    base: digest,
    changed: z.boolean(),
    title: text.optional(),
    discarded: z.literal(true).optional(),
  }),
  event('ROUTE_REVIEW', {
    assignees: z.array(name).min(1),
    review_type: reviewType,
    round,
    content: digest,
    ...purpose,
  }),
  event('ROUTE_APPROVAL', {
    assignees: z.array(name).min(1),
    approval_type: approvalType,
    round,
    content: digest,
    ...purpose,
  }),
  event('ASSIGN', { assignees: z.array(name), removed: z.array(name).optional(), owner: name.optional() }),
  event('REVIEW', {
    outcome: z.enum(['RECOMMEND', 'UPDATES_REQUIRED']),
    comment: text,
    content: digest,
    round,
    dispatch: z.string().optional(),
  }),
  event('APPROVE', { comment: text.optional(), content: digest, round, dispatch: z.string().optional() }),
  event('REJECT', { comment: text, content: digest, round, dispatch: z.string().optional() }),
  event('STATUS_CHANGE', { from_status: status, to_status: status, edition: z.number().int() }),
  event('EFFECTIVE', { from_version: z.string() }),
  event('RETIRE', { from_version: z.string(), reason: text.optional() }),
  event('RELEASE', { reason: text.optional() }),
  event('REVERT', { reason: text }),
  event('WITHDRAW', { reason: text.optional() }),
  event('CLOSE', { with: id.optional(), outcome: z.literal('abandoned').optional(), waived }),
  event('CANCEL', { reason: text }),
  event('FIX', { reason: text, content: digest, base: digest, diff: text, title: text.optional() }),
  event('ESCALATE', { reason: text }),
  event('RESOLVE', { decision: text }),
])

export type DocumentEvent = z.infer<typeof documentEvent>

/** The same without the links of the chain: what a decision makes. */
export type Unlinked<E> = E extends unknown ? Omit<E, 'seq' | 'prev'> : never
export type NewEvent = Unlinked<DocumentEvent>

export const GROUPS = ['administrator', 'initiator', 'quality', 'reviewer'] as const
export type Group = (typeof GROUPS)[number]

/** A type declared by the project in its policy. */
export const declaredType = z.strictObject({
  name: z.string().regex(/^[A-Z][A-Z]{1,9}$/),
  title: z.string().min(1).max(80),
  executable: z.boolean(),
  parents: z.array(z.string()).default([]),
})
export type DeclaredType = z.infer<typeof declaredType>

const policyValue = z.union([z.string(), z.array(declaredType)])

/** Events of the system records: who there is, which namespaces, what the policy says. */
export const systemEvent = z.discriminatedUnion('event', [
  event('USER_ADD', { name, group: z.enum(GROUPS), kind: z.enum(['human', 'agent']) }),
  event('USER_DISABLE', { name, reason: text.optional() }),
  event('USER_ENABLE', { name }),
  event('NAMESPACE_ADD', { name }),
  event('POLICY_SET', { key: name, value: policyValue, previous: policyValue.nullable() }),
])

export type SystemEvent = z.infer<typeof systemEvent>
export type NewSystemEvent = Unlinked<SystemEvent>
