/**
 * How much is tried: little in every check, more where the runner (`build/reliability.mjs`) asks for it. What is left
 * out is drawn by a seed, which is printed.
 */
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Share {
  /** Points of each command in each place: kills, and failing calls. */
  readonly kills: number
  readonly errors: number
  /** Commands that are killed at every point where the control branch is checked out. */
  readonly whole: readonly string[]
  /** Each command in both places, or in one of them. */
  readonly bothPlaces: boolean
  /** A race: how many at once, how many commands each, and where. */
  readonly processes: number
  readonly commands: number
}

const BRIEF: Share = { kills: 3, errors: 2, whole: [], bothPlaces: false, processes: 6, commands: 7 }

export const share: Share = { ...BRIEF, ...JSON.parse(process.env.RELIABILITY_SHARE ?? '{}') }
export const seed = Number(process.env.RELIABILITY_SEED ?? 1)
console.log(`reliability: ${JSON.stringify(share)}, seed ${seed}`)

/** Numbers from 0 to below 1, the same for the same words and seed. Source: mulberry32, seeded by FNV-1a. */
export const randomOf = (...words: readonly (string | number)[]): (() => number) => {
  let state = 2166136261
  for (const c of [...words, seed].join(' ')) state = Math.imul(state ^ c.charCodeAt(0), 16777619)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** So many of them, in their order; all where there are no more. */
export const sampled = <T>(items: readonly T[], count: number, random: () => number): T[] => {
  const drawn = items.map((item, i) => ({ item, i, by: random() }))
  const chosen = drawn.sort((a, b) => a.by - b.by).slice(0, count)
  return chosen.sort((a, b) => a.i - b.i).map(({ item }) => item)
}

/** One line for the table, where the runner asks for them. */
export const report = (line: object): void => {
  const folder = process.env.RELIABILITY_OUT
  if (folder) appendFileSync(join(folder, `${process.pid}.jsonl`), `${JSON.stringify({ seed, ...line })}\n`)
}
