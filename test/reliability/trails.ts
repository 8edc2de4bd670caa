/** Trails as their format document describes them, read without the program's own modules: they judge it. */
import { createHash } from 'node:crypto'

export interface Line {
  readonly ts: string
  readonly event: string
  readonly user: string
  readonly version: string
  readonly request?: string
  readonly seq: number
  readonly prev: string
  readonly [key: string]: unknown
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Where the chain of an adopted trail begins; what stands before it is another program's. */
const startOf = (lines: readonly string[]): number =>
  Math.max(
    0,
    lines.findIndex((line) => /"seq": ?1,"prev":"0{64}"\}$/.test(line)),
  )

/** What is wrong with the chain of a trail; nothing where it is whole. Source: store-format.md, "The chain rule". */
export const chainProblems = (name: string, text: string): string[] => {
  if (text !== '' && !text.endsWith('\n')) return [`${name}: its last line has no end`]
  const all = text.split('\n').slice(0, -1)
  const lines = all.slice(startOf(all))
  return lines.flatMap((line, i) => {
    const { seq, prev } = JSON.parse(line) as Line
    const expected = i === 0 ? '0'.repeat(64) : sha256(lines[i - 1] as string)
    const problems = seq === i + 1 ? [] : [`${name}, line ${i + 1}: seq is ${seq}`]
    return prev === expected ? problems : [...problems, `${name}, line ${i + 1}: prev is not the line before`]
  })
}

export const linesOf = (text: string): Line[] => {
  const all = text.split('\n').filter((line) => line !== '')
  return all.slice(startOf(all)).map((line) => JSON.parse(line) as Line)
}
