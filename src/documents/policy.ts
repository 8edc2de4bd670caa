/** The project's own rules, as far as it may choose. Every change is an event. Source: lifecycle design. */
import type { DeclaredType, LintLevels, SystemEvent, Unlinked } from './event.ts'
import { BUILT_IN_TYPES, type DocType } from './types.ts'

export interface Policy {
  /** The member of quality who is added to a team that has none; null: the first registered. */
  readonly quality: string | null
  /** Must a revision of a text in force name a change record in execution? */
  readonly changeControl: 'required' | 'recommended'
  /** For a team of one; every use of it stays visible in the trail. */
  readonly selfApproval: 'forbidden' | 'allowed'
  readonly types: readonly DeclaredType[]
  /** Must a commit of other files name a record in execution, and keep to the files that it lists? */
  readonly commits: 'free' | 'recorded' | 'listed'
  /** Rules of the linter that count for more or less here, or are off; a rule that is not named is as it comes. */
  readonly lint: LintLevels
  /** Regular expressions of what is masked in captured output, besides what looks like a secret anyway. */
  readonly masks: readonly string[]
  /** Is the name that an agent gives believed, or must it hold a token of this program? */
  readonly identity: 'declared' | 'verified'
  /** Types of documents that no agents alone may approve. */
  readonly humanApproval: readonly string[]
  /** Commits that one agent may make in an hour. */
  readonly agentQuota: string
}

export const DEFAULT_POLICY: Policy = {
  quality: null,
  changeControl: 'recommended',
  selfApproval: 'forbidden',
  types: [],
  commits: 'free',
  lint: {},
  masks: [],
  identity: 'declared',
  humanApproval: [],
  agentQuota: '1000',
}

/** What each key may hold, for messages and for checking; `null` means that any actor of quality may be named. */
export const POLICY_KEYS = {
  quality: 'the name of an enabled actor of the group quality',
  changeControl: 'required or recommended',
  selfApproval: 'forbidden or allowed',
  types: 'a JSON list of {"name","title","executable","parents"}',
  commits: 'free, recorded or listed',
  lint: 'a JSON object of rules (qms lint --rules), each error, warning or off',
  masks: 'a JSON list of regular expressions, such as ["MYAPP-[0-9a-f]{32}"]',
  identity: 'declared or verified',
  humanApproval: 'a JSON list of types of documents, such as ["SOP","CR"]',
  agentQuota: 'commits an hour, from 1 to 9999999',
} as const satisfies Record<keyof Policy, string>

export type PolicyKey = keyof typeof POLICY_KEYS

export const isPolicyKey = (key: string): key is PolicyKey => Object.hasOwn(POLICY_KEYS, key)

export const foldPolicy = (events: readonly Unlinked<SystemEvent>[]): Policy =>
  events.reduce<Policy>(
    (policy, e) =>
      e.event === 'POLICY_SET' && isPolicyKey(e.key) ? { ...policy, [e.key]: e.value } : policy,
    DEFAULT_POLICY,
  )

/** Built-in and declared types together. A declared type without parents is numbered, with parents a child. */
export const typesOf = (policy: Policy): readonly DocType[] => [
  ...BUILT_IN_TYPES,
  ...policy.types.map(declared),
]

const declared = (t: DeclaredType): DocType => ({
  name: t.name,
  title: t.title,
  machine: t.executable ? 'executable' : 'controlled',
  numbering: t.parents.length > 0 ? 'child' : 'numbered',
  parents: t.parents,
  parentMust: t.parents.length > 0 ? 'not be final' : null,
})
