/** Did you mean: the candidates that come closest to what was typed. */
import { distance } from 'fastest-levenshtein'

/** At most three, nearest first, within a third of the length; of a short word no more than half may differ. */
export const closest = (typed: string, candidates: readonly string[]): string[] =>
  candidates
    .map((name) => ({ name, far: distance(typed.slice(0, 120).toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, far }) => far <= slack(typed, name))
    .sort((a, b) => a.far - b.far || swapped(typed, a.name, b.name) || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map(({ name }) => name)

/** Of two that are as far away, the one of the same letters: two of them were typed in the wrong order. */
const swapped = (typed: string, a: string, b: string): number =>
  Number(letters(b) === letters(typed)) - Number(letters(a) === letters(typed))

const letters = (word: string): string => [...word.toLowerCase()].sort().join('')

const slack = (typed: string, name: string): number => {
  const half = Math.max(1, Math.floor(Math.min(typed.length, name.length) / 2))
  return Math.min(half, Math.max(2, Math.floor(name.length / 3)))
}
