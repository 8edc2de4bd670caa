/** The report as Markdown, which a terminal shows as it is: words from documents cannot become markup. */
import { markdownCell } from '../package/markdown.ts'
import type { Report } from './numbers.ts'
import { plotText } from './plot.ts'
import { introduction, type Section, sectionsOf, type TableSection, type Value } from './sections.ts'

export const reportMarkdown = (report: Report): string =>
  [
    `# Report on document control`,
    '',
    ...introduction(report),
    ...sectionsOf(report).flatMap(section),
    '',
  ].join('\n')

const section = (s: Section): string[] => [
  '',
  `## ${s.title}`,
  '',
  ...(s.kind === 'table' ? table(s) : s.plot.buckets.length === 0 ? ['None.'] : fenced(plotText(s.plot))),
]

const fenced = (lines: readonly string[]): string[] => ['```text', ...lines, '```']

/** Wider cells are not padded to: one long comment would push every other line off the screen. */
const MOST_PADDED = 40

const table = ({ head, rows }: TableSection): string[] => {
  if (rows.length === 0) return ['None.']
  const cells = rows.map((row) => row.map(cell))
  const widths = head.map((name, i) =>
    Math.min(MOST_PADDED, Math.max(3, name.length, ...cells.map((row) => row[i]?.length ?? 0))),
  )
  const line = (row: readonly string[]): string =>
    `| ${row.map((text, i) => padded(text, widths[i] ?? 0, isNumber(rows, i))).join(' | ')} |`
  const rule = widths.map((width, i) => (isNumber(rows, i) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)))
  return [line(head), `| ${rule.join(' | ')} |`, ...cells.map(line)]
}

const isNumber = (rows: TableSection['rows'], column: number): boolean =>
  rows.every((row) => typeof row[column] === 'number')

const padded = (text: string, width: number, toTheRight: boolean): string =>
  toTheRight ? text.padStart(width) : text.padEnd(width)

const cell = (value: Value): string => {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  return markdownCell(value)
}
