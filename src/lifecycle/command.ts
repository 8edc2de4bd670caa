/** What an actor asks for, and everything that the answer may depend on. No clock, no disk: both are passed in. */
import type { Document } from '../documents/document.ts'
import { type ItemAction, type Outcome, TEXT_LIMIT } from '../documents/event.ts'
import type { Evidence } from '../documents/evidence.ts'
import type { Policy } from '../documents/policy.ts'
import type { Actor, Registry } from '../documents/registry.ts'
import { refuse } from '../errors.ts'

export const ACTIONS = [
  'checkout',
  'checkin',
  'discard',
  'ei',
  'note',
  'summarise',
  'route review',
  'route approval',
  'assign',
  'review',
  'approve',
  'reject',
  'withdraw',
  'release',
  'revert',
  'close',
  'cancel',
  'fix',
] as const

export type Action = (typeof ACTIONS)[number]

/** One request. Fields that an action does not use are absent. */
export interface Command {
  readonly action: Action
  readonly reason?: string | undefined
  readonly comment?: string | undefined
  /** review */
  readonly outcome?: 'RECOMMEND' | 'UPDATES_REQUIRED' | undefined
  /** route review: named reviewers. assign: added members. */
  readonly assign?: readonly string[] | undefined
  readonly remove?: readonly string[] | undefined
  readonly owner?: string | undefined
  /** route review --retire, --abandon; route approval --retire */
  readonly purpose?: 'retire' | 'abandon' | undefined
  /** checkout of a text in force: the change record that authorises it */
  readonly under?: Document | undefined
  /** checkin, fix: the new text */
  readonly text?: TextFacts | undefined
  /** checkin: digest of the text that the copy was taken from, as the workspace remembers it */
  readonly base?: string | undefined
  /** fix: what changed, and why it is too much for a fix, if it is */
  readonly diff?: string | undefined
  readonly tooLarge?: string | null | undefined
  readonly confirmed?: boolean | undefined
  /** checkin: digest of the record of answers that the text was compiled from, where it has changed */
  readonly record?: string | undefined
  /** checkin: what of the sealed text the copy changes, or null. */
  readonly unsealed?: Unsealed | null | undefined
  /** checkin: what the copy changes of items that were recorded by command, such as `EI-2 Task Outcome`. */
  readonly altered?: readonly string[] | undefined
  /** ei, note, summarise */
  readonly recording?: Recording | undefined
}

/** Sealed text that a copy would change. */
export interface Unsealed {
  /** Version of the approved text. */
  readonly version: string
  /** Headings of the sections concerned. */
  readonly sections: readonly string[]
  /** As `diff -u`, of what is sealed alone. */
  readonly redline: string
}

/** What is recorded of the execution, with what its text and trail tell of it. */
export interface Recording {
  /** ei: what goes into the event besides the text's digests. */
  readonly item?: ItemEntry | undefined
  /** note: what is remarked. */
  readonly text?: string | undefined
  readonly reason?: string | undefined
  /** Documents that take a failure, or the rest of the work, over; each as it stands, or null where there is none. */
  readonly carried?: readonly { readonly id: string; readonly document: Document | null }[] | undefined
  /** Whom the item names as its performer. */
  readonly named?: string | null | undefined
  /** The outcome that the item has already. */
  readonly recorded?: string | null | undefined
  /** Runs that failed and that nothing made good: they support no Pass. */
  readonly failedRuns?: readonly string[] | undefined
}

export interface ItemEntry {
  readonly item: string
  readonly action: ItemAction
  readonly outcome?: Outcome | undefined
  readonly task?: string | undefined
  readonly summary?: string | undefined
  readonly evidence?: readonly Evidence[] | undefined
  readonly aside?: readonly number[] | undefined
}

/** What the text of an executable document lacks, for each gate that asks for it; an empty list: nothing. */
export type Shortfalls = Readonly<Record<ExecutionGate, readonly string[]>>

export const EXECUTION_GATES = [
  'itemsDone',
  'failuresCarried',
  'evidenceStands',
  'blanksAnswered',
  'documentsInForce',
  'matrixQualified',
] as const
export type ExecutionGate = (typeof EXECUTION_GATES)[number]

/** What reading a text tells. */
export interface TextFacts {
  readonly digest: string
  /** Why it cannot be read as controlled text, or null. */
  readonly problem: string | null
  readonly title: string | null
  readonly empty: boolean
  /** Blanks of its type's own template that are still there, outside code. */
  readonly blanks: readonly { readonly text: string; readonly line: number }[]
  /** Errors of the linter, but for blanks; absent where nobody asked. */
  readonly faults?: readonly { readonly rule: string; readonly found: string; readonly line: number }[]
}

/** What an actor was last shown of a document. */
export interface Shown {
  readonly content: string
  readonly round: number
}

export interface Circumstances {
  readonly actor: Actor
  /** UTC, milliseconds, `Z`. */
  readonly now: string
  readonly registry: Registry
  readonly policy: Policy
  readonly request?: string | undefined
  /** Of the tables, where an earlier decision is taken again; absent: today's. */
  readonly edition?: number | undefined
  /** The parent, folded, where its state matters to the child (verification records). */
  readonly parent: Document | null
  /** Direct children, folded; loaded for actions that have a gate about them. */
  readonly children: readonly Document[]
  /** Children whose text is complete, by id (verification records). */
  readonly complete: ReadonlySet<string>
  /** Change records that name this investigation as their source. */
  readonly linked: readonly Document[]
  /** The text in hand, where the action asks what it says. */
  readonly text: TextFacts | null
  /** What the execution lacks, where the action asks; null where it was not gathered. */
  readonly shortfalls: Shortfalls | null
  readonly shown: Shown | null
  /** What the actor was called for, where a dispatch of this program called it. */
  readonly dispatch?: Called | undefined
  /** Of which text and round the packet was that the actor was given; null: none; absent: nobody was called. */
  readonly given?: Shown | null | undefined
  /** Digest of the packet that the actor was given of the text in hand. */
  readonly packet?: string | undefined
}

export interface Called {
  /** Such as `D-001`. */
  readonly id: string
  readonly document: string | null
  readonly task: string | null
}

/** What goes into an event must fit there, or nobody could read the trail again. @throws BAD_VALUE */
export const checkLength = (name: string, text: string | undefined, limit = TEXT_LIMIT): void => {
  const length = text?.length ?? 0
  if (length > limit)
    throw refuse('BAD_VALUE', {
      name,
      found: `${length} characters`,
      expected: `at most ${limit} characters`,
    })
}
