/** What an actor asks for, and everything that the answer may depend on. No clock, no disk: both are passed in. */
import type { Document } from '../documents/document.ts'
import { TEXT_LIMIT } from '../documents/event.ts'
import type { Policy } from '../documents/policy.ts'
import type { Actor, Registry } from '../documents/registry.ts'
import { refuse } from '../errors.ts'

export const ACTIONS = [
  'checkout',
  'checkin',
  'discard',
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
}

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
  readonly shown: Shown | null
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
