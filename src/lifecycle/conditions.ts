/** Which of several rows applies. Conditions select; gates refuse. */
import { type Document, textInHand } from '../documents/document.ts'
import type { Circumstances, Command } from './command.ts'

/** Everything a condition, a gate or an event may look at. */
export interface Frame {
  readonly d: Document
  readonly command: Command
  readonly c: Circumstances
  /** Gates that did not hold and were waived for this decision. */
  readonly waived?: readonly string[]
}

interface Condition {
  readonly holds: (f: Frame) => boolean
  /** What must be so, for the refusal where no row applies. */
  readonly expected: string
}

const pendingAfterVerdict = ({ d, c }: Frame): number =>
  (d.round?.pending ?? []).filter((name) => name !== c.actor.name).length

/** Who is still asked once `assign` has added and removed. */
export const pendingAfterAssign = ({ d, command }: Frame): string[] => {
  const removed = new Set(command.remove ?? [])
  return [...new Set([...(d.round?.pending ?? []), ...(command.assign ?? [])])].filter(
    (name) => !removed.has(name),
  )
}

/** Digest of the text that a new one takes the place of: the one handed out, or, where execution writes into it, the one in hand. */
export const baseOf = (d: Document): string | undefined => d.checkout?.base ?? textInHand(d)?.content

/** Does the text that is taken in differ from the one that it takes the place of? */
export const textChanged = ({ d, command }: Frame): boolean => command.text?.digest !== baseOf(d)

const asks = ({ d, command }: Frame): 'ordinary' | 'retire' | 'abandon' =>
  command.purpose && command.purpose !== d.purpose.kind ? command.purpose : 'ordinary'

export const CONDITIONS = {
  ordinary: {
    holds: ({ d }) => d.purpose.kind === 'ordinary',
    expected: 'no retirement or abandonment under way',
  },
  special: {
    holds: ({ d }) => d.purpose.kind !== 'ordinary',
    expected: 'a retirement or abandonment under way',
  },
  retiring: { holds: ({ d }) => d.purpose.kind === 'retire', expected: 'a retirement under way' },
  notRetiring: { holds: ({ d }) => d.purpose.kind !== 'retire', expected: 'no retirement under way' },
  asksOrdinary: { holds: (f) => asks(f) === 'ordinary', expected: 'neither --retire nor --abandon' },
  asksRetire: { holds: (f) => asks(f) === 'retire', expected: '--retire, with a --reason' },
  asksAbandon: { holds: (f) => asks(f) === 'abandon', expected: '--abandon, with a --reason' },
  othersPending: { holds: (f) => pendingAfterVerdict(f) > 0, expected: 'others who have yet to answer' },
  lastPending: { holds: (f) => pendingAfterVerdict(f) === 0, expected: 'nobody else who has yet to answer' },
  stillPending: {
    holds: (f) => pendingAfterAssign(f).length > 0,
    expected: 'someone left who has yet to answer',
  },
  nonePending: {
    holds: (f) => pendingAfterAssign(f).length === 0,
    expected: 'nobody left who has yet to answer',
  },
  textDiffers: { holds: textChanged, expected: 'a changed text' },
  textSame: { holds: (f) => !textChanged(f), expected: 'an unchanged text' },
  justOpened: { holds: ({ d }) => d.fresh && d.live !== null, expected: 'a revision just opened' },
  notJustOpened: { holds: ({ d }) => !(d.fresh && d.live !== null), expected: 'a draft of its own' },
  revision: {
    holds: ({ d }) => d.live !== null,
    expected: 'a revision of a text in force (a first draft: cancel)',
  },
} as const satisfies Record<string, Condition>

export type ConditionName = keyof typeof CONDITIONS

export const holds = (name: ConditionName, frame: Frame): boolean => CONDITIONS[name].holds(frame)
