/** A trace as a file: Markdown, HTML that needs nothing else, or a table for spreadsheets. Words from outside stay words. */
import { csvRow } from '../package/csv.ts'
import { escaped, htmlTable, page } from '../package/html.ts'
import { markdownCell } from '../package/markdown.ts'
import type { Gap } from './gaps.ts'
import type { TracedRequirement } from './matrix.ts'
import type { Proof } from './proofs.ts'

/** What is written of one namespace. */
export interface Written {
  readonly namespace: string
  readonly specification: { readonly id: string; readonly version: string | null; readonly digest: string }
  readonly matrix: {
    readonly id: string
    readonly version: string | null
    readonly commit: string | null
  } | null
  readonly requirements: readonly TracedRequirement[]
  readonly withdrawn: readonly {
    readonly id: string
    readonly version: string | null
    readonly reason: string | null
  }[]
  readonly gaps: readonly Gap[]
}

export interface Whole {
  readonly namespaces: readonly Written[]
  readonly reports: readonly {
    readonly file: string
    readonly commit: string | null
    readonly tests: number
  }[]
  readonly gaps: readonly Gap[]
}

export type Format = 'markdown' | 'csv' | 'html'

interface Table {
  readonly title: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly (string | number | null)[])[]
}

const ROW_HEAD = ['Requirement', 'Text', 'Verification', 'Kind', 'Proof', 'File', 'Line', 'Outcome', 'Result']

const placeOf = (proof: Proof): (string | number | null)[] => [
  proof.kind,
  proof.name,
  proof.file,
  proof.line,
  proof.outcome,
]

const rowsOf = (r: TracedRequirement): (string | number | null)[][] =>
  (r.proofs.length > 0 ? r.proofs.map(placeOf) : [[null, null, null, null, null]]).map((place) => [
    ...[r.id, r.text, r.verification],
    ...place,
    r.result,
  ])

const named = ({ id, version }: { id: string; version: string | null }): string =>
  version === null ? id : `${id} ${version}`

const tablesOf = (one: Written): Table[] => [
  { title: 'Requirements and their proof', head: ROW_HEAD, rows: one.requirements.flatMap(rowsOf) },
  {
    title: 'Withdrawn requirements',
    head: ['Requirement', 'Version', 'Reason'],
    rows: one.withdrawn.map((r) => [r.id, r.version, r.reason]),
  },
  gapTable(one.gaps),
]

const gapTable = (gaps: readonly Gap[]): Table => ({
  title: 'Gaps',
  head: ['Gap', 'Severity', 'Requirement', 'File', 'Line', 'Expected', 'Found'],
  rows: gaps.map((g) => [g.code, g.severity, g.requirement, g.file, g.line, g.expected, g.found]),
})

const reportTable = (reports: Whole['reports']): Table => ({
  title: 'Reports of test runs',
  head: ['Report', 'Tests', 'Commit'],
  rows: reports.map((r) => [r.file, r.tests, r.commit]),
})

const introduction = (one: Written): string[] => [
  `Requirements: ${named(one.specification)}, text ${one.specification.digest}.`,
  one.matrix
    ? `Matrix: ${named(one.matrix)}, qualified commit ${one.matrix.commit ?? 'not stated'}.`
    : 'Matrix: none.',
]

const TITLE = 'Requirements and their proof'

export const rendered = (whole: Whole, format: Format): string =>
  format === 'csv' ? csvOf(whole) : format === 'html' ? htmlOf(whole) : markdownOf(whole)

/** One row for each proof; a requirement without any has one row. */
const csvOf = ({ namespaces }: Whole): string =>
  [
    csvRow(['Namespace', ...ROW_HEAD]),
    ...namespaces.flatMap((one) =>
      one.requirements.flatMap((r) => rowsOf(r).map((row) => csvRow([one.namespace, ...row]))),
    ),
  ].join('')

const htmlOf = ({ namespaces, reports, gaps }: Whole): string =>
  page(TITLE, [
    `<h1>${TITLE}</h1>`,
    ...namespaces.flatMap((one) => [
      `<h2>${escaped(one.namespace)}</h2>`,
      ...introduction(one).map((words) => `<p>${escaped(words)}</p>`),
      ...tablesOf(one).map(html),
    ]),
    html(reportTable(reports)),
    html(gapTable(gaps)),
  ])

const html = ({ title, head, rows }: Table): string => htmlTable(title, head, rows)

const markdownOf = ({ namespaces, reports, gaps }: Whole): string =>
  [
    `# ${TITLE}`,
    ...namespaces.flatMap((one) => [
      '',
      `## ${one.namespace}`,
      '',
      ...introduction(one).map(markdownCell),
      ...tablesOf(one).flatMap((table) => markdown(table, '###')),
    ]),
    ...markdown(reportTable(reports), '##'),
    ...(gaps.length > 0 ? markdown({ ...gapTable(gaps), title: 'Gaps of no namespace' }, '##') : []),
    '',
  ].join('\n')

const markdown = ({ title, head, rows }: Table, mark: string): string[] => [
  '',
  `${mark} ${title}`,
  '',
  ...(rows.length === 0
    ? ['None.']
    : [line(head), line(head.map(() => '---')), ...rows.map((row) => line(row.map(cell)))]),
]

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

const cell = (value: string | number | null): string =>
  value === null ? '' : typeof value === 'number' ? String(value) : markdownCell(value)
