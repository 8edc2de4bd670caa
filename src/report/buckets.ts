/** Counts for plots: events over time, and how long rounds took. All times are UTC. */

export interface Bucket {
  readonly label: string
  readonly count: number
}

export type Unit = 'day' | 'week' | 'month' | 'year'

const DAY = 86_400_000

/** The longest span in days that is still shown in this unit. */
const SPANS: readonly (readonly [Unit, number])[] = [
  ['day', 31],
  ['week', 182],
  ['month', 1096],
  ['year', Number.POSITIVE_INFINITY],
]

const startOf = (time: number, unit: Unit): Date => {
  const at = new Date(time)
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()]
  if (unit === 'year') return new Date(Date.UTC(year, 0, 1))
  if (unit === 'month') return new Date(Date.UTC(year, month, 1))
  const monday = unit === 'week' ? (at.getUTCDay() + 6) % 7 : 0
  return new Date(Date.UTC(year, month, day - monday))
}

const nextOf = (start: Date, unit: Unit): Date => {
  const [year, month, day] = [start.getUTCFullYear(), start.getUTCMonth(), start.getUTCDate()]
  if (unit === 'year') return new Date(Date.UTC(year + 1, 0, 1))
  if (unit === 'month') return new Date(Date.UTC(year, month + 1, 1))
  return new Date(Date.UTC(year, month, day + (unit === 'week' ? 7 : 1)))
}

const LABEL_LENGTH = { day: 10, week: 10, month: 7, year: 4 } as const

const labelOf = (start: Date, unit: Unit): string => start.toISOString().slice(0, LABEL_LENGTH[unit])

/** More than these are not shown: a clock that was far off would make a plot without end. */
const MOST_BUCKETS = 200

/**
 * From the beginning of the period, else from the first event, to its end; a unit with no event counts 0. A week is
 * named by its Monday. The sum is the number of times given.
 */
export const bucketsOf = (
  times: readonly string[],
  since: string | null,
  asOf: string,
): { unit: Unit; buckets: Bucket[] } => {
  const sorted = times.map((ts) => Date.parse(ts)).sort((a, b) => a - b)
  const first = since === null ? (sorted[0] ?? Date.parse(asOf)) : Date.parse(since)
  const last = Math.max(Date.parse(asOf), sorted.at(-1) ?? 0)
  const days = (last - first) / DAY
  const unit = SPANS.find(([, most]) => days <= most)?.[0] ?? 'year'
  const counts = new Map<string, number>()
  for (
    let at = startOf(first, unit);
    at.getTime() <= last && counts.size < MOST_BUCKETS;
    at = nextOf(at, unit)
  )
    counts.set(labelOf(at, unit), 0)
  for (const time of sorted) {
    const label = labelOf(startOf(time, unit), unit)
    counts.set(label, (counts.get(label) ?? 0) + 1)
  }
  return { unit, buckets: [...counts].map(([label, count]) => ({ label, count })) }
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** Upper ends, not included. */
const CLASSES: readonly (readonly [string, number])[] = [
  ['under 1 min', MINUTE],
  ['1 to 10 min', 10 * MINUTE],
  ['10 to 60 min', HOUR],
  ['1 to 8 h', 8 * HOUR],
  ['8 to 24 h', DAY],
  ['1 to 3 days', 3 * DAY],
  ['3 to 7 days', 7 * DAY],
  ['7 days or more', Number.POSITIVE_INFINITY],
]

/** @param lengths milliseconds */
export const distribution = (lengths: readonly number[]): Bucket[] =>
  CLASSES.map(([label, end], i) => ({
    label,
    count: lengths.filter((length) => length < end && length >= (CLASSES[i - 1]?.[1] ?? 0)).length,
  }))

/** `45 s`, `12 min`, `3.5 h`, `2.1 days`. */
export const spoken = (length: number): string => {
  if (length < MINUTE) return `${Math.round(length / 1000)} s`
  if (length < HOUR) return `${Math.round(length / MINUTE)} min`
  return length < 2 * DAY ? `${tenths(length / HOUR)} h` : `${tenths(length / DAY)} days`
}

const tenths = (n: number): string => String(Math.round(n * 10) / 10)
