/** Places in a text: offsets, and lines and columns of them. */

/** Offsets in the text of the subject, which has no byte order mark; the end is exclusive. */
export interface Span {
  readonly start: number
  readonly end: number
}

export interface Edit extends Span {
  readonly insert: string
}

export interface Point {
  /** From 1. */
  readonly line: number
  /** In UTF-16 code units, from 1, as editors count. */
  readonly column: number
  readonly offset: number
}

/** Asks for many places of one text: its lines are found once. */
export const placesOf = (text: string): ((span: Span) => { start: Point; end: Point }) => {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  const pointOf = (offset: number): Point => {
    const line = lastNotAfter(starts, offset)
    return { line: line + 1, column: offset - (starts[line] ?? 0) + 1, offset }
  }
  return ({ start, end }) => ({ start: pointOf(start), end: pointOf(end) })
}

/** Index of the last of these ascending numbers that is not greater. */
const lastNotAfter = (ascending: readonly number[], value: number): number => {
  let [low, high] = [0, ascending.length - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((ascending[middle] ?? 0) <= value) low = middle
    else high = middle - 1
  }
  return low
}
