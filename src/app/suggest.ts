/** Did you mean: the candidates that come closest to what was typed. */
import { distance } from 'fastest-levenshtein'

/** At most three, nearest first, within a third of the length; of a short word no more than half may differ. */
export const closest = (typed: string, candidates: readonly string[]): string[] =>
  candidates
    .map((name) => ({ name, far: distance(typed.slice(0, 120).toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, far }) => far <= slack(typed, name))
    .sort((a, b) => a.far - b.far || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map(({ name }) => name)

const slack = (typed: string, name: string): number => {
  const half = Math.max(1, Math.floor(Math.min(typed.length, name.length) / 2))
  return Math.min(half, Math.max(2, Math.floor(name.length / 3)))
}
