/** The page of one document: where it stands, what happened, what was said, each text, and what changed between them. */
import type { DocumentEvent } from '../documents/event.ts'
import type { Hunk } from '../documents/redline.ts'
import { type CellLike, escaped, htmlTable, link, page, picture, utc } from './html.ts'
import { type DocumentRecord, STORE_IN_PACKAGE, type UnreadableRecord, type VersionText } from './record.ts'
import { textOfEvent, told, words } from './told.ts'

/** What changed between two texts that both can be read. */
export interface Change {
  readonly from: string
  readonly to: string
  readonly hunks: readonly Hunk[]
}

const UP = '<p><a href="../index.html">All documents</a></p>'

const stored = (path: string, words: string): string => link(`../${STORE_IN_PACKAGE}/${path}`, words)

/** @param states a picture of them, as SVG */
export const documentPage = (record: DocumentRecord, changes: readonly Change[], states: string): string => {
  const { metadata: m } = record
  return page(`${m.doc_id} ${m.title}`, [
    UP,
    `<h1>${escaped(m.doc_id)}: ${escaped(m.title)}</h1>`,
    facts(record),
    picture('Its states, those it passed, and where it may go', states),
    versionsTable(record.versions),
    timeline(record),
    evidence(record),
    remarks(record),
    escalations(record),
    ...section('What changed', changes.map(changeHtml)),
    ...section('Texts', record.versions.map(textHtml)),
  ])
}

/** The page of a document of which nothing can be told. */
export const unreadablePage = ({ id, trail, problem }: UnreadableRecord): string =>
  page(id, [
    UP,
    `<h1>${escaped(id)}</h1>`,
    `<p>The trail of this document does not prove itself, so nothing is told of it: ${escaped(problem)}</p>`,
    `<p>${stored(trail, trail)}</p>`,
  ])

const section = (title: string, parts: readonly string[]): string[] =>
  parts.length > 0 ? [`<h2>${title}</h2>`, ...parts] : []

const facts = ({ metadata: m, trail }: DocumentRecord): string => {
  const rows: [string, CellLike][] = [
    ['Status', m.status],
    ['Version', m.version],
    ['Type', m.doc_type],
    ['Owner', m.responsible_user],
    ['Checked out by', m.checked_out_by],
    ['Asked, no answer yet', m.pending_assignees.join(', ')],
    ['Parent', m.parent],
    ['Source', m.source],
    ['Outcome', m.outcome],
    ['Created', utc(m.created)],
    ['Last change', utc(m.changed)],
    ['Events', m.events],
    ['Trail', { html: stored(trail, trail) }],
  ]
  const said = rows.filter(([, value]) => value !== null && value !== '')
  return htmlTable('Where it stands', ['', ''], said)
}

const versionsTable = (versions: readonly VersionText[]): string =>
  htmlTable(
    'Versions',
    ['Version', 'Place', 'File', 'SHA-256', ''],
    versions.map((v) => [
      v.version,
      v.place,
      { html: stored(v.path, v.path) },
      { html: `<code>${v.digest}</code>` },
      v.problem,
    ]),
  )

const said = (text: string | null): string => (text ? `<pre>${escaped(text)}</pre>` : '')

const code = (digest: string | null): CellLike =>
  digest === null ? null : { html: `<code>${escaped(digest.slice(0, 8))}</code>` }

const timeline = ({ events, former }: DocumentRecord): string => {
  const before = former.map((line): CellLike[] => [
    '-',
    utc(line.ts ?? '-'),
    line.user ?? '-',
    line.version,
    line.event ?? 'a line that cannot be read',
    { html: said(line.comment ?? (line.event === null ? line.text : null)) },
    null,
  ])
  return htmlTable(
    former.length > 0
      ? 'What happened (lines without a number are from before the adoption, and are not part of the chain)'
      : 'What happened',
    ['No.', 'When', 'Who', 'Version', 'Event', 'What', 'Text'],
    [...before, ...events.map(eventRow)],
  )
}

const eventRow = (e: DocumentEvent): CellLike[] => [
  e.seq,
  utc(e.ts),
  e.user,
  e.version,
  e.event,
  { html: `${escaped(told(e))}${said(words(e))}${e.event === 'FIX' ? said(e.diff) : ''}` },
  code(textOfEvent(e)),
]

const evidence = ({ evidence: all }: DocumentRecord): string =>
  all.length === 0
    ? ''
    : htmlTable(
        'Evidence of execution items',
        ['Item', 'No.', 'Kind', 'What', 'File', 'SHA-256', 'When', 'Who', 'Set aside'],
        all.map((x) => [
          x.item,
          `E${x.number}`,
          x.kind,
          x.told,
          x.file && { html: stored(x.file.path, 'what is kept') },
          x.file && { html: `<code>${x.file.digest}</code>` },
          utc(x.ts),
          x.user,
          x.aside,
        ]),
      )

const remarks = (record: DocumentRecord): string =>
  htmlTable(
    'Comments of reviews, approvals and rejections',
    ['Round', 'When', 'Who', 'Version', 'Verdict', 'Comment'],
    record.remarks.map((r) => [
      r.round,
      utc(r.ts),
      r.user,
      r.version,
      r.outcome ?? r.event,
      { html: said(r.comment) },
    ]),
  )

const escalations = ({ escalations: all }: DocumentRecord): string =>
  all.length === 0
    ? ''
    : htmlTable(
        'Escalations',
        ['When', 'Who', 'Reason', 'Decision'],
        all.map((x) => [utc(x.ts), x.user, { html: said(x.reason) }, { html: said(x.decision) }]),
      )

const changeHtml = ({ from, to, hunks }: Change): string => {
  const title = `${escaped(from)} to ${escaped(to)}`
  if (hunks.length === 0) return `<p>${title}: no difference.</p>`
  const places = hunks.length === 1 ? '1 place' : `${hunks.length} places`
  return `<details><summary>${title}: ${places}</summary>\n${hunks.map(hunkHtml).join('\n')}\n</details>`
}

const MARKS = { same: ['', ''], removed: ['<del>', '</del>'], added: ['<ins>', '</ins>'] } as const

const hunkHtml = ({ to, before, spans, after }: Hunk): string => {
  const changed = spans.map(({ kind, text }) => `${MARKS[kind][0]}${escaped(text)}${MARKS[kind][1]}`).join('')
  const lines = [...before.map(escaped), changed, ...after.map(escaped)]
  return `<p>Line ${to}</p><pre>${lines.join('\n')}</pre>`
}

/** As it was written: markup, comments and links of the text are words, and nothing of it is hidden. */
const textHtml = ({ version, place, digest, text, problem }: VersionText): string => {
  const title = `Version ${escaped(version)} (${place}), SHA-256 <code>${digest}</code>`
  if (text === null) return `<p>${title}: ${escaped(problem ?? 'it cannot be shown')}</p>`
  const open = place === 'archived' ? '' : ' open'
  return `<details${open}><summary>${title}</summary>\n<pre>${escaped(text)}</pre>\n</details>`
}
