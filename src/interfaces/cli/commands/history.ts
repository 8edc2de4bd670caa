import type { FormerLine } from '../../../app/former.ts'
import { history } from '../../../app/read.ts'
import type { DocumentEvent } from '../../../documents/event.ts'
import { visible, visibleLine } from '../../visible.ts'
import { documentArg } from '../args.ts'
import { QmsCommand } from '../base.ts'
import { localTime } from '../display.ts'
import { listing } from '../listing.ts'
import { bold, dim, folded } from '../screen.ts'

export default class History extends QmsCommand {
  static override summary = 'the audit trail of a document, oldest first'
  static override examples = ['<%= config.bin %> history CR-001', '<%= config.bin %> history CR-001 --plain']
  static override args = { id: documentArg }
  static override flags = { ...listing }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(History)
    const answer = await this.using(flags, ({ qms }, ask) => history(qms, ask, args.id))
    return this.listed(flags, {
      answer,
      key: 'events',
      columns: ['seq', 'ts', 'user', 'version', 'event'],
      lines: () => [
        ...folded(`${bold(answer.document.doc_id)}  ${visibleLine(answer.document.title)}`, 2),
        ...answer.former.flatMap(formerLine),
        ...answer.events.flatMap(eventLines),
      ],
    })
  }
}

/** A line from before the adoption: its parts where it has them, else the line itself. */
const formerLine = ({ ts, event, user, version, comment, text }: FormerLine): string[] => {
  if (event === null) return [`  - ${dim(visibleLine(text))}`]
  const head = `${dim(visibleLine(ts ?? '-'))}  ${visibleLine(user ?? '-').padEnd(8)} ${visibleLine(version ?? '-').padEnd(4)}`
  return [
    `  - ${head} ${bold(visibleLine(event))}  ${visibleLine(ownFields(text))}`.trimEnd(),
    ...commentLines(comment),
  ]
}

const ownFields = (text: string): string => {
  try {
    const fields = Object.entries(JSON.parse(text) as object).filter(([key]) => !FORMER.has(key))
    return fields.map(([key, value]) => `${key} ${plain(value)}`).join(', ')
  } catch {
    return text
  }
}

const commentLines = (comment: string | null): string[] =>
  comment
    ? visible(comment)
        .split('\n')
        .map((line) => `        ${line}`)
    : []

const COMMON = new Set([
  'ts',
  'event',
  'user',
  'version',
  'seq',
  'prev',
  'comment',
  'diff',
  'content',
  'base',
  'edition',
  'request',
])

const FORMER = new Set(['ts', 'timestamp', 'event', 'action', 'user', 'version', 'comment'])

const eventLines = (e: DocumentEvent): string[] => {
  const own = Object.entries(e).filter(([key]) => !COMMON.has(key))
  const said =
    e.event === 'STATUS_CHANGE'
      ? `${e.from_status} -> ${e.to_status}`
      : own.map(([key, value]) => `${key} ${plain(value)}`).join(', ')
  const content = 'content' in e ? dim(`  ${e.content.slice(0, 8)}`) : ''
  if (e.event === 'ADOPT') return [adoptionLine(e)]
  return [
    ...folded(
      `${String(e.seq).padStart(3)} ${dim(localTime(e.ts))}  ${e.user.padEnd(8)} ${e.version.padEnd(4)} ${bold(e.event)}  ${visibleLine(said)}${content}`.trimEnd(),
      8,
    ),
    ...commentLines('comment' in e && e.comment ? e.comment : null),
  ]
}

const adoptionLine = ({ seq, ts, user, version, event, files, assumed }: AdoptEvent): string =>
  `${String(seq).padStart(3)} ${dim(localTime(ts))}  ${user.padEnd(8)} ${version.padEnd(4)} ${bold(event)}  ${assumed.status}, ${files.length} files, ${assumed.notes.length} notes`

type AdoptEvent = Extract<DocumentEvent, { event: 'ADOPT' }>

/** Evidence by its kinds: `qms ei show` tells the rest. */
const isPiece = (value: unknown): value is { kind: string } =>
  typeof value === 'object' && value !== null && 'kind' in value

const plain = (value: unknown): string => {
  if (Array.isArray(value)) return value.map((x) => (isPiece(x) ? x.kind : x)).join(' ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
