/** The first page of a package: what is in it, who acted, what an audit found, and how to check it. */
import type { Metadata } from '../documents/placement.ts'
import type { Actor } from '../documents/registry.ts'
import { AGENTS_PAGE, DISPATCHES_TABLE } from './agents-page.ts'
import { type CellLike, escaped, htmlTable, link, page, picture, utc } from './html.ts'
import { type Finding, pageOf, STORE_IN_PACKAGE, type UnreadableRecord } from './record.ts'

/** What the package is of, and what made it. */
export interface Manifest {
  /** Of the package's own form. */
  readonly format: number
  readonly qms: string
  readonly storeFormat: string
  /** The commit whose store this is. */
  readonly tip: string
  readonly branch: string
  /** Of the last event: the records end here. */
  readonly recordsUntil: string | null
  /** When it was made, where the maker said so; the same commit gives the same bytes otherwise. */
  readonly exported: string | null
  readonly documents: number
  readonly unreadable: number
  readonly events: number
  readonly texts: number
  readonly findings: number
  readonly verdict: string
}

export interface Acting extends Actor {
  readonly events: number
}

export interface Overview {
  readonly manifest: Manifest
  readonly documents: readonly Metadata[]
  readonly unreadable: readonly UnreadableRecord[]
  /** Documents with children: a picture of each, as SVG. */
  readonly families: readonly { readonly root: string; readonly members: number; readonly svg: string }[]
  readonly actors: readonly Acting[]
  readonly findings: readonly Finding[]
  /** Of the audit: `clean`, `findings`, `damaged`, `incomplete`. */
  readonly verdict: string
  readonly titleOf: (code: string) => string
  /** Files beside the records, by name. */
  readonly extras: readonly string[]
  /** Whether there is a page of sessions and calls of agents. */
  readonly agents: boolean
}

export const overviewPage = (o: Overview): string =>
  page('Records of document control', [
    '<h1>Records of document control</h1>',
    about(o),
    totals(o.documents),
    ...byType(o.documents),
    ...families(o),
    htmlTable(
      'Documents whose trail cannot be read',
      ['Document', 'Problem'],
      o.unreadable.map(({ id, problem }) => [{ html: link(pageOf(id), id) }, problem]),
    ),
    actors(o.actors),
    findings(o),
    files(o),
  ])

const about = ({ manifest: m }: Overview): string => {
  const rows: [string, CellLike][] = [
    ['Commit', { html: `<code>${escaped(m.tip)}</code>` }],
    ['Branch', m.branch],
    ['Records until', m.recordsUntil === null ? 'no event' : utc(m.recordsUntil)],
    ['Made by', `qms ${m.qms}, store format ${m.storeFormat}, package format ${m.format}`],
    ['Made at', m.exported === null ? 'not noted, so that one commit gives one package' : utc(m.exported)],
    ['Documents', m.documents],
    ['Events', m.events],
    ['Texts', m.texts],
    ['Findings', m.findings],
  ]
  return htmlTable('This package', ['', ''], rows)
}

const countBy = <T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> => {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groups.get(key(item))
    if (group) group.push(item)
    else groups.set(key(item), [item])
  }
  return new Map([...groups].sort(([a], [b]) => (a < b ? -1 : 1)))
}

const totals = (documents: readonly Metadata[]): string => {
  const statuses = [...countBy(documents, (m) => m.status).keys()]
  const rows = [...countBy(documents, (m) => m.doc_type)].map(([type, all]) => [
    type,
    ...statuses.map((s) => all.filter((m) => m.status === s).length || null),
    all.length,
  ])
  const sums = statuses.map((s) => documents.filter((m) => m.status === s).length)
  return htmlTable(
    'Documents by type and status',
    ['Type', ...statuses, 'All'],
    rows.length > 0 ? [...rows, ['All', ...sums, documents.length]] : [],
  )
}

const byType = (documents: readonly Metadata[]): string[] =>
  [...countBy(documents, (m) => m.doc_type)].map(([type, all]) =>
    htmlTable(
      type,
      ['Document', 'Title', 'Status', 'Version', 'Owner', 'Events', 'Last change'],
      all.map((m) => [
        { html: link(pageOf(m.doc_id), m.doc_id) },
        m.title,
        m.status,
        m.version,
        m.responsible_user,
        m.events,
        utc(m.changed),
      ]),
    ),
  )

const families = ({ families: all }: Overview): string[] =>
  all.length === 0
    ? []
    : [
        '<h2>Documents that belong together</h2>',
        ...all.map(({ root, members, svg }) => picture(`${root}, ${members} documents`, svg)),
      ]

const actors = (all: readonly Acting[]): string =>
  htmlTable(
    'Actors',
    ['Name', 'Group', 'Kind', 'Enabled', 'Since', 'Events'],
    all.map((a) => [a.name, a.group, a.kind, a.enabled ? 'yes' : 'no', utc(a.since), a.events]),
  )

const findings = ({ findings: all, verdict, titleOf }: Overview): string =>
  htmlTable(
    `Findings of the audit (verdict: ${verdict})`,
    ['Severity', 'Code', 'What', 'Document', 'Path', 'Line', 'Expected', 'Found'],
    all.map((f) => [
      ...[f.severity, f.code, titleOf(f.code), f.document, f.path, f.line, f.expected, f.found],
    ]),
  )

const FILES: readonly (readonly [string, string])[] = [
  ['README.txt', 'what is in this package, and how to check it by hand'],
  ['records.json', 'everything on these pages, for programs'],
  ['documents.csv', 'one row a document'],
  ['events.csv', 'one row an event'],
  ['findings.csv', 'one row a finding'],
  ['findings.json', 'the findings and the verdict of the audit, for programs'],
  ['manifest.json', 'which commit, made by which version'],
  ['SHA256SUMS', 'digests of every file: sha256sum -c SHA256SUMS'],
]

const AGENT_FILES: readonly (readonly [string, string])[] = [
  [AGENTS_PAGE, 'sessions, calls of agents and what each was told, and what was tried past the rules'],
  [DISPATCHES_TABLE, 'one row a call of an agent'],
]

const files = ({ extras, agents }: Overview): string => {
  const rows = [
    ...FILES,
    ...(agents ? AGENT_FILES : []),
    ...extras.map((name) => [name, EXTRAS[name] ?? ''] as const),
  ]
  const own = rows.map(([name, what]): CellLike[] => [{ html: link(name, name) }, what])
  const store = [`${STORE_IN_PACKAGE}/`, 'the store itself: trails, texts, metadata, byte for byte']
  return htmlTable('Files', ['File', 'What it is'], [...own, store])
}

const EXTRAS: Readonly<Record<string, string>> = {
  'store-format.md': 'what each file of the store means, and how to verify it without this program',
  'rules.json': 'the rules by which each change of status is judged, for programs',
  'verify.py': 'a verifier that shares no code with this program',
}
