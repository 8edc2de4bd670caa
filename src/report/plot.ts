/** Plots of counts: bars drawn as SVG beside a table of the same numbers, and bars of signs for plain text. */
import { escaped, htmlTable } from '../package/html.ts'
import type { Bucket } from './buckets.ts'

export interface Plot {
  readonly title: string
  /** What the rows are, with their unit. */
  readonly rows: string
  /** What is counted, with its unit. */
  readonly counts: string
  readonly buckets: readonly Bucket[]
}

const ROW = 22
const LEFT = 150
const WIDTH = 640
const TOP = 26

const longest = (buckets: readonly Bucket[]): number => Math.max(1, ...buckets.map((b) => b.count))

/** The drawing says nothing that the table does not: it is named for those who hear the page, and the table is read. */
export const plotHtml = (plot: Plot, name: string): string => {
  const { title, rows, counts, buckets } = plot
  const table = htmlTable(
    title,
    [rows, counts],
    buckets.map((b) => [b.label, b.count]),
  )
  return buckets.length === 0 ? table : `${drawing(plot, name)}\n${table}`
}

const drawing = ({ title, rows, counts, buckets }: Plot, name: string): string => {
  const height = TOP + buckets.length * ROW + 30
  const room = WIDTH - LEFT - 60
  const most = longest(buckets)
  const bars = buckets.map((bucket, i) => bar(bucket, TOP + i * ROW, (bucket.count / most) * room))
  const foot = TOP + buckets.length * ROW
  return [
    `<svg viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="${name}">`,
    `<title id="${name}">${escaped(title)}: ${escaped(counts)} by ${escaped(rows)}; the table below has the numbers</title>`,
    `<text x="${LEFT - 8}" y="14" text-anchor="end">${escaped(rows)}</text>`,
    ...bars,
    `<line x1="${LEFT}" y1="${TOP - 4}" x2="${LEFT}" y2="${foot}"/>`,
    `<line x1="${LEFT}" y1="${foot}" x2="${WIDTH - 60}" y2="${foot}"/>`,
    `<text x="${LEFT}" y="${foot + 18}">0</text>`,
    `<text x="${WIDTH - 60}" y="${foot + 18}" text-anchor="end">${escaped(counts)}, up to ${most}</text>`,
    '</svg>',
  ].join('\n')
}

const bar = ({ label, count }: Bucket, y: number, width: number): string =>
  [
    `<text x="${LEFT - 8}" y="${y + 14}" text-anchor="end">${escaped(label)}</text>`,
    `<rect x="${LEFT}" y="${y + 2}" width="${Math.round(width)}" height="${ROW - 6}"/>`,
    `<text x="${LEFT + Math.round(width) + 6}" y="${y + 14}">${count}</text>`,
  ].join('\n')

const SIGNS = 40

/** `label  ######  12`: each line with its number; at least one sign for what is not nothing. */
export const plotText = ({ rows, counts, buckets }: Plot): string[] => {
  const most = longest(buckets)
  const width = Math.max(rows.length, ...buckets.map((b) => b.label.length))
  const digits = Math.max(...buckets.map((b) => String(b.count).length), 1)
  const lines = buckets.map(({ label, count }) => {
    const signs = '#'.repeat(Math.ceil((count / most) * SIGNS))
    return `${label.padEnd(width)}  ${String(count).padStart(digits)}  ${signs}`.trimEnd()
  })
  return [`${rows.padEnd(width)}  ${counts}`, ...lines]
}
