/** What is said against a transition: a decision of today that differs, or a refusal of it. */
import type { DocumentEvent, NewEvent } from '../documents/event.ts'
import type { QmsError } from '../errors.ts'

/** Why a transition was not legal, at which event of the trail (index from 0). */
export interface Objection {
  readonly at: number
  readonly code: 'ILLEGAL_EVENT' | 'SELF_APPROVAL' | 'GATE_WAIVED' | 'EARLIER_RULES' | 'NEWER_FORMAT'
  readonly expected: string
  readonly found: string
}

export const illegal = (expected: string, found: string, at = 0): Objection => ({
  at,
  code: 'ILLEGAL_EVENT',
  expected,
  found,
})

type Fields = Readonly<Record<string, unknown>>

/** What was decided against what is on record, key by key. */
export const compared = (group: readonly DocumentEvent[], decided: readonly NewEvent[]): Objection[] => {
  for (let i = 0; i < Math.max(group.length, decided.length); i++) {
    const [is, must] = [group[i], decided[i]]
    if (!is || !must)
      return [
        illegal(must?.event ?? 'nothing more', is?.event ?? 'nothing more', Math.min(i, group.length - 1)),
      ]
    const key = differing(is as unknown as Fields, must as unknown as Fields)
    if (key !== null) {
      const show = (e: object) => `${key} ${JSON.stringify((e as Fields)[key]) ?? 'absent'}`
      return [illegal(`${must.event} with ${show(must)}`, `${is.event} with ${show(is)}`, i)]
    }
  }
  return []
}

/** Links are the chain's, waivers are judged apart, and so is by which call an agent judged (`called.ts`). */
const APART: ReadonlySet<string> = new Set(['seq', 'prev', 'waived', 'dispatch', 'packet'])

const differing = (is: Fields, must: Fields): string | null => {
  const keys = new Set([...Object.keys(must), ...Object.keys(is)])
  for (const key of keys)
    if (!APART.has(key) && JSON.stringify(is[key]) !== JSON.stringify(must[key])) return key
  return null
}

/** A refusal of today as the objection to a deed of then. */
export const refused = (error: QmsError, first: DocumentEvent): Objection => {
  const facts = error.facts as Fields
  const unmet = (facts.unmet ?? []) as readonly { gate: string; expected: string; found: string }[]
  if (unmet.length > 0)
    return illegal(
      unmet.map((u) => `${u.gate}: ${u.expected}`).join('; '),
      `${first.event} by ${first.user}: ${unmet.map((u) => u.found).join('; ')}`,
    )
  const expected = facts.possibleIn ?? facts.needs ?? facts.expected ?? facts.problem
  const said = expected === undefined ? error.code : `${error.code}: ${[expected].flat().join(', ')}`
  return illegal(said, `${first.event} by ${first.user}, ${facts.status ? `in ${facts.status}` : 'refused'}`)
}
