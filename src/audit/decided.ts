/** An event of a system record against the decision that must have led to it: taken again, it gives the very event. */
import type { SystemEvent } from '../documents/event.ts'
import { QmsError } from '../errors.ts'

/** What is said against an event. */
export type Said = readonly [expected: string, found: string]

/** @param decide gives the event as it must be; null where the record has no such event */
export const objectionTo = (e: SystemEvent, decide: () => object | null): Said | null => {
  try {
    const decided = decide()
    if (decided === null) return ['an event of this record', `${e.event} by ${e.user}`]
    return differing(e as never, decided as never)
  } catch (error) {
    if (!(error instanceof QmsError)) throw error
    const facts = error.facts as { needs?: string; expected?: string; unmet?: { expected: string }[] }
    const expected = facts.needs ?? facts.expected ?? facts.unmet?.[0]?.expected ?? error.code
    return [String(expected), `${e.event} by ${e.user}`]
  }
}

const LINKS: ReadonlySet<string> = new Set(['seq', 'prev'])

const differing = (is: Record<string, unknown>, must: Record<string, unknown>): Said | null => {
  for (const key of new Set([...Object.keys(is), ...Object.keys(must)])) {
    const [a, b] = [JSON.stringify(must[key]), JSON.stringify(is[key])]
    if (!LINKS.has(key) && a !== b) return [`${key} ${a ?? 'absent'}`, `${key} ${b ?? 'absent'}`]
  }
  return null
}
