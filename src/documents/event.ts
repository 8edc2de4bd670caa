/** The events: one line of a trail each. Source: lifecycle design, "Events". Stable: additive changes only. */
import * as z from 'zod/mini'
import en from 'zod/v4/locales/en.js'
import { assumed, found } from './assumed.ts'
import { evidence } from './evidence.ts'
import {
  digest,
  dispatchId,
  id,
  instance,
  itemName,
  name,
  sessionId,
  status,
  TEXT_LIMIT,
  text,
} from './fields.ts'
import { isNamespace, isUserName } from './id.ts'
import { LONGEST_PATTERN, MOST_PATTERNS } from './mask-pattern.ts'

export { TEXT_LIMIT }

/** Without parsers compiled for each event: that costs three times what a command's few trails take to parse. */
z.config({ ...en(), jitless: true })

const round = z.int().check(z.positive())

/** Common to all, in the order in which they are written; `seq` and `prev` come last. */
const head = {
  ts: z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)),
  user: name,
  version: z.string().check(z.regex(/^\d+\.\d+$/)),
  request: z.optional(z.string().check(z.minLength(1), z.maxLength(200))),
  seq: z.int().check(z.positive()),
  prev: digest,
}

const event = <N extends string, S extends z.core.$ZodShape>(kind: N, own: S) =>
  z.strictObject({ event: z.literal(kind), ...head, ...own })

type Makers = Readonly<Record<string, () => z.ZodMiniObject>>

/** Events by kind. The schema of a kind is made when a trail first holds it: a command reads few trails, of few kinds. */
const byKind = <const M extends Makers>(makers: M) => {
  const made = new Map<string, z.ZodMiniObject>()
  const kinds = Object.keys(makers)
  const schemaOf = (kind: string): z.ZodMiniObject => {
    const schema = made.get(kind) ?? makers[kind]!()
    made.set(kind, schema)
    return schema
  }
  return {
    kinds,
    /** All of them, for describing the format. */
    union: () => z.discriminatedUnion('event', kinds.map(schemaOf) as [z.ZodMiniObject]),
    safeParse: (value: unknown) => {
      const kind = (value as { event?: unknown } | null)?.event
      const known = typeof kind === 'string' && Object.hasOwn(makers, kind)
      const schema = known ? schemaOf(kind) : z.looseObject({ event: z.enum(kinds) })
      return schema.safeParse(value) as z.core.util.SafeParseResult<z.infer<ReturnType<M[keyof M]>>>
    },
  }
}

type Parsed<U extends { safeParse(value: unknown): { data?: unknown } }> = Exclude<
  ReturnType<U['safeParse']>['data'],
  undefined
>

/** Words of a round: `REVIEW`, `PRE_REVIEW`, `POST_REVIEW`, and the same with APPROVAL. */
const reviewType = z.enum(['REVIEW', 'PRE_REVIEW', 'POST_REVIEW'])
const approvalType = z.enum(['APPROVAL', 'PRE_APPROVAL', 'POST_APPROVAL'])

/** Names of gates that did not hold and were waived for an adopted document. */
const waived = z.optional(z.array(name).check(z.minLength(1)))

/**
 * What an event of an execution item does: says that the work began, gives an outcome, remarks on it, attaches evidence
 * without an outcome, or adds the item.
 */
export const ITEM_ACTIONS = ['start', 'record', 'note', 'evidence', 'add'] as const
export type ItemAction = (typeof ITEM_ACTIONS)[number]
export const OUTCOMES = ['Pass', 'Fail'] as const
export type Outcome = (typeof OUTCOMES)[number]

const purpose = {
  retire: z.optional(z.literal(true)),
  abandon: z.optional(z.literal(true)),
  reason: z.optional(text),
  waived,
}

/** Of a verdict by an agent that was called: by which dispatch, and what it was given to judge by. */
const called = { dispatch: z.optional(z.string()), packet: z.optional(digest) }

export const documentEvent = byKind({
  INSTALL: () => event('INSTALL', { title: text, type: name, content: digest }),
  CREATE: () =>
    event('CREATE', {
      title: text,
      type: name,
      parent: z.optional(id),
      source: z.optional(id),
      kind: z.optional(z.union([z.literal(1), z.literal(2)])),
      status,
      content: digest,
      record: z.optional(digest),
    }),
  ADOPT: () => event('ADOPT', { files: z.array(found()), digest, assumed: assumed() }),
  CHECKOUT: () =>
    event('CHECKOUT', { from_version: z.optional(z.string()), under: z.optional(z.nullable(z.string())) }),
  CHECKIN: () =>
    event('CHECKIN', {
      content: digest,
      base: digest,
      changed: z.boolean(),
      title: z.optional(text),
      discarded: z.optional(z.literal(true)),
      record: z.optional(digest),
    }),
  ROUTE_REVIEW: () =>
    event('ROUTE_REVIEW', {
      assignees: z.array(name).check(z.minLength(1)),
      review_type: reviewType,
      round,
      content: digest,
      ...purpose,
    }),
  ROUTE_APPROVAL: () =>
    event('ROUTE_APPROVAL', {
      assignees: z.array(name).check(z.minLength(1)),
      approval_type: approvalType,
      round,
      content: digest,
      ...purpose,
    }),
  ASSIGN: () =>
    event('ASSIGN', {
      assignees: z.array(name),
      removed: z.optional(z.array(name)),
      owner: z.optional(name),
    }),
  REVIEW: () =>
    event('REVIEW', {
      outcome: z.enum(['RECOMMEND', 'UPDATES_REQUIRED']),
      comment: text,
      content: digest,
      round,
      ...called,
    }),
  APPROVE: () => event('APPROVE', { comment: z.optional(text), content: digest, round, ...called }),
  REJECT: () => event('REJECT', { comment: text, content: digest, round, ...called }),
  STATUS_CHANGE: () => event('STATUS_CHANGE', { from_status: status, to_status: status, edition: z.int() }),
  EFFECTIVE: () => event('EFFECTIVE', { from_version: z.string() }),
  RETIRE: () => event('RETIRE', { from_version: z.string(), reason: z.optional(text) }),
  RELEASE: () => event('RELEASE', { reason: z.optional(text) }),
  REVERT: () => event('REVERT', { reason: text }),
  WITHDRAW: () => event('WITHDRAW', { reason: z.optional(text) }),
  CLOSE: () => event('CLOSE', { with: z.optional(id), outcome: z.optional(z.literal('abandoned')), waived }),
  CANCEL: () => event('CANCEL', { reason: text }),
  FIX: () =>
    event('FIX', { reason: text, content: digest, base: digest, diff: text, title: z.optional(text) }),
  EI: () =>
    event('EI', {
      item: itemName,
      action: z.enum(ITEM_ACTIONS),
      outcome: z.optional(z.enum(OUTCOMES)),
      task: z.optional(text),
      summary: z.optional(text),
      evidence: z.optional(z.array(evidence()).check(z.minLength(1))),
      /** Documents that take a failure over. */
      carried: z.optional(z.array(id).check(z.minLength(1))),
      /** Numbers of evidence of this item that no longer speaks, for a reason. */
      aside: z.optional(z.array(z.int().check(z.positive())).check(z.minLength(1))),
      reason: z.optional(text),
      content: digest,
      base: digest,
    }),
  NOTE: () =>
    event('NOTE', {
      text,
      carried: z.optional(z.array(id).check(z.minLength(1))),
      content: digest,
      base: digest,
    }),
  SUMMARY: () => event('SUMMARY', { reason: z.optional(text), content: digest, base: digest }),
  ESCALATE: () => event('ESCALATE', { reason: text }),
  RESOLVE: () => event('RESOLVE', { decision: text }),
})

export type DocumentEvent = Parsed<typeof documentEvent>

/** The same without the links of the chain: what a decision makes. */
export type Unlinked<E> = E extends unknown ? Omit<E, 'seq' | 'prev'> : never
export type NewEvent = Unlinked<DocumentEvent>

export const GROUPS = ['administrator', 'initiator', 'quality', 'reviewer'] as const
export type Group = (typeof GROUPS)[number]

/** A type declared by the project in its policy. */
const declaredType = z.strictObject({
  name: z.string().check(z.regex(/^[A-Z][A-Z]{1,9}$/)),
  title: z.string().check(z.minLength(1), z.maxLength(80)),
  executable: z.boolean(),
  parents: z._default(z.array(z.string()), []),
})
export type DeclaredType = z.infer<typeof declaredType>
export const declaredTypes = z.array(declaredType)

/** What the project made of rules of the linter, by the name of the rule. */
const ruleName = z.string().check(z.regex(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/), z.maxLength(64))
export const lintLevels = z.record(ruleName, z.enum(['error', 'warning', 'off']))
export type LintLevels = Readonly<z.infer<typeof lintLevels>>

const masks = z
  .array(z.string().check(z.minLength(1), z.maxLength(LONGEST_PATTERN)))
  .check(z.maxLength(MOST_PATTERNS))

const typeNames = z.array(z.string().check(z.regex(/^[A-Z][A-Z]{1,9}$/))).check(z.maxLength(50))

const policyValue = z.union([z.string(), declaredTypes, lintLevels, masks])
/** What each key of today's policy may hold; a key of another version may hold anything. */
export const POLICY_VALUES: Readonly<Record<string, z.ZodMiniType>> = {
  quality: z.string(),
  changeControl: z.enum(['required', 'recommended']),
  selfApproval: z.enum(['forbidden', 'allowed']),
  types: declaredTypes,
  commits: z.enum(['free', 'recorded', 'listed']),
  lint: lintLevels,
  masks,
  identity: z.enum(['declared', 'verified']),
  humanApproval: typeNames,
  agentQuota: z.string().check(z.regex(/^[1-9]\d{0,6}$/)),
}

/** What an agent is called to: the verdict that a review asks for, or an approval. */
export const AGENT_TASKS = ['review', 'approval'] as const
export type AgentTask = (typeof AGENT_TASKS)[number]

/** How a dispatch came to its end: only the first is what it was for. */
export const DISPATCH_OUTCOMES = [
  'verdict',
  'no_verdict',
  'denied',
  'timed_out',
  'failed',
  'interrupted',
] as const
export type DispatchOutcome = (typeof DISPATCH_OUTCOMES)[number]

/** What somebody tried past the rules of agent orchestration, and what became of it. Source: SOP-007 sections 5 and 6. */
export const ATTEMPTS = ['prompt', 'second_agent', 'write', 'spawn'] as const
export type AttemptKind = (typeof ATTEMPTS)[number]

const time = z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/))
const count = z.int().check(z.nonnegative())

/**
 * Events of the system records: who there is, which namespaces, what the policy and the configuration say, who sat when,
 * which agents were called, and what was tried past the rules.
 */
export const systemEvent = byKind({
  USER_ADD: () =>
    event('USER_ADD', {
      name: name.check(z.refine(isUserName, 'no name of a user')),
      group: z.enum(GROUPS),
      kind: z.enum(['human', 'agent']),
    }),
  USER_DISABLE: () => event('USER_DISABLE', { name, reason: z.optional(text) }),
  USER_ENABLE: () => event('USER_ENABLE', { name }),
  NAMESPACE_ADD: () => event('NAMESPACE_ADD', { name: name.check(z.refine(isNamespace, 'no namespace')) }),
  CONFIG_SET: () => event('CONFIG_SET', { key: name, value: text, content: digest }),
  POLICY_SET: () =>
    event('POLICY_SET', { key: name, value: policyValue, previous: z.nullable(policyValue) }).check(
      z.refine(
        ({ key, value }) =>
          !Object.hasOwn(POLICY_VALUES, key) || POLICY_VALUES[key]?.safeParse(value).success === true,
        { path: ['value'], message: 'not what this key may hold' },
      ),
    ),
  SESSION_START: () => event('SESSION_START', { session: sessionId }),
  SESSION_ALLOW_FRESH: () => event('SESSION_ALLOW_FRESH', { session: sessionId, agent: name, reason: text }),
  SESSION_END: () => event('SESSION_END', { session: sessionId, reason: z.optional(text) }),
  DISPATCH: () =>
    event('DISPATCH', {
      dispatch: dispatchId,
      session: sessionId,
      agent: name,
      document: id,
      text_version: z.string().check(z.regex(/^\d+\.\d+$/)),
      status,
      task: z.enum(AGENT_TASKS),
      round,
      content: digest,
      /** The prompt, whole: this is all that the agent was told. */
      told: text,
      /** Digest of the template that it was made from. */
      template: digest,
      backend: name,
      /** Of the agent that goes on; absent where a new one begins. */
      instance: z.optional(instance),
      fresh: z.optional(z.literal(true)),
      /** When its token expires. */
      until: time,
    }),
  DISPATCH_END: () =>
    event('DISPATCH_END', {
      dispatch: dispatchId,
      outcome: z.enum(DISPATCH_OUTCOMES),
      problem: z.optional(text),
      instance: z.optional(instance),
      /** The agent tool and its version, as it names itself. */
      tool: z.optional(name),
      /** Milliseconds. */
      duration: z.optional(count),
      turns: z.optional(count),
      tokens: z.optional(count),
      /** US dollars, as the backend reports them. */
      cost: z.optional(z.number().check(z.nonnegative())),
      exit: z.optional(z.nullable(z.int())),
      /** Tools that were denied to it. */
      denied: z.optional(z.array(name).check(z.maxLength(20))),
    }),
  IDENTITY_MISMATCH: () =>
    event('IDENTITY_MISMATCH', {
      claimed: name,
      /** What says who really called: a token, the process that was started, or the agent tool. */
      by: z.enum(['token', 'process', 'tool']),
      action: text,
      document: z.optional(id),
      session: z.optional(sessionId),
      dispatch: z.optional(dispatchId),
    }),
  ATTEMPT: () =>
    event('ATTEMPT', {
      kind: z.enum(ATTEMPTS),
      done: z.enum(['refused', 'replaced']),
      /** The tool that was to be used, by its name. */
      tool: name,
      agent: z.optional(name),
      document: z.optional(id),
      session: z.optional(sessionId),
      /** Of the prompt or the command: what it said is not repeated. */
      digest: z.optional(digest),
      /** Of a prompt: what was in it that may not be. */
      classes: z.optional(z.array(name).check(z.maxLength(10))),
      /** Of a write: where to, from the top of the project. */
      path: z.optional(text),
    }),
})

export type SystemEvent = Parsed<typeof systemEvent>
export type NewSystemEvent = Unlinked<SystemEvent>
