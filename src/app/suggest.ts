/** Did you mean: the candidates that come closest to what was typed. */

/** At most three, nearest first, within a third of the length. */
export const closest = (typed: string, candidates: readonly string[]): string[] =>
  candidates
    .map((name) => ({ name, far: distance(typed, name) }))
    .filter(({ name, far }) => far <= Math.max(2, Math.floor(name.length / 3)))
    .sort((a, b) => a.far - b.far || a.name.localeCompare(b.name, 'en'))
    .slice(0, 3)
    .map(({ name }) => name)

/** Levenshtein distance, case ignored. Candidates too different in length are not measured. */
const distance = (a: string, b: string): number => {
  if (Math.abs(a.length - b.length) > 6 || a.length > 120) return Number.POSITIVE_INFINITY
  const [x, y] = [a.toLowerCase(), b.toLowerCase()]
  let row = Array.from({ length: y.length + 1 }, (_, i) => i)
  for (let i = 1; i <= x.length; i++) {
    const next = [i]
    for (let j = 1; j <= y.length; j++)
      next.push(
        Math.min(
          (row[j] ?? 0) + 1,
          (next[j - 1] ?? 0) + 1,
          (row[j - 1] ?? 0) + (x[i - 1] === y[j - 1] ? 0 : 1),
        ),
      )
    row = next
  }
  return row[y.length] ?? 0
}
