/** What does not add up between documents. */
import { type DocId, formatNumber } from '../documents/id.ts'
import type { Adoption } from './assume.ts'
import { AT_REST } from './fit.ts'
import type { Finding } from './notes.ts'
import type { Papers } from './papers.ts'

/** Numbers that are missing below the highest, by series: of a type, or of a parent's children of a type. */
export const numberGaps = (ids: readonly DocId[]): Finding[] => {
  const series = new Map<string, Set<number>>()
  for (const { id, number } of ids) {
    if (number === null) continue
    const key = id.slice(0, id.lastIndexOf('-'))
    series.set(key, (series.get(key) ?? new Set()).add(number))
  }
  return [...series].flatMap(([key, numbers]): Finding[] => {
    const missing = gapsIn(numbers)
    if (missing.length === 0) return []
    const shown = missing.slice(0, 5).map((n) => `${key}-${formatNumber(n)}`)
    const more = missing.length > 5 ? [`and ${missing.length - 5} more`] : []
    return [{ document: null, code: 'NUMBER_GAP', found: [...shown, ...more].join(', ') }]
  })
}

const gapsIn = (numbers: ReadonlySet<number>): number[] => {
  const highest = [...numbers].reduce((a, b) => Math.max(a, b), 0)
  const missing: number[] = []
  for (let n = 1; n < highest && missing.length < 1000; n++) if (!numbers.has(n)) missing.push(n)
  return missing
}

/** Children that were left open below a closed parent. */
export const openChildren = (
  adoptions: readonly { readonly papers: Papers; readonly event: Adoption }[],
): Finding[] => {
  const status = new Map(adoptions.map(({ papers, event }) => [papers.id.id, event.assumed.status]))
  return adoptions.flatMap(({ papers, event }): Finding[] => {
    const parent = event.assumed.parent
    const above = parent === null ? undefined : status.get(parent)
    if (!above || !AT_REST.has(above) || AT_REST.has(event.assumed.status)) return []
    return [
      {
        document: parent,
        code: 'OPEN_CHILD',
        found: `${papers.id.id} is ${event.assumed.status}`,
        expected: `${parent} is ${above}`,
      },
    ]
  })
}
