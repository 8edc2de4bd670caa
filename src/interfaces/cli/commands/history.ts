import { type History as Answer, history } from '../../../app/read.ts'
import type { DocumentEvent } from '../../../documents/event.ts'
import { visible, visibleLine } from '../../visible.ts'
import { documentArg } from '../args.ts'
import { QmsCommand } from '../base.ts'
import { bold, dim } from '../screen.ts'

export default class History extends QmsCommand {
  static override summary = 'the audit trail of a document, oldest first'
  static override examples = ['<%= config.bin %> history CR-001', '<%= config.bin %> history CR-001 --json']
  static override args = { id: documentArg }

  async run(): Promise<Answer> {
    const { args, flags } = await this.parse(History)
    const answer = await this.using(flags, ({ qms }, ask) => history(qms, ask, args.id))
    this.say([
      `${bold(answer.document.doc_id)}  ${visibleLine(answer.document.title)}`,
      ...answer.events.flatMap(eventLines),
    ])
    return answer
  }
}

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

const eventLines = (e: DocumentEvent): string[] => {
  const own = Object.entries(e).filter(([key]) => !COMMON.has(key))
  const said =
    e.event === 'STATUS_CHANGE'
      ? `${e.from_status} -> ${e.to_status}`
      : own.map(([key, value]) => `${key} ${plain(value)}`).join(', ')
  const content = 'content' in e ? dim(`  ${e.content.slice(0, 8)}`) : ''
  const comment =
    'comment' in e && e.comment
      ? visible(e.comment)
          .split('\n')
          .map((line) => `        ${line}`)
      : []
  return [
    `${String(e.seq).padStart(3)} ${dim(e.ts)}  ${e.user.padEnd(8)} ${e.version.padEnd(4)} ${bold(e.event)}  ${visibleLine(said)}${content}`.trimEnd(),
    ...comment,
  ]
}

const plain = (value: unknown): string => (Array.isArray(value) ? value.join(' ') : String(value))
