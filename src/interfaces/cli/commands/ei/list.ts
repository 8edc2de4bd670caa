import { type ItemList, listItems } from '../../../../app/items.ts'
import { visibleLine } from '../../../visible.ts'
import { documentArg } from '../../args.ts'
import { QmsCommand } from '../../base.ts'
import { listing } from '../../listing.ts'
import { nextLines, table } from '../../screen.ts'

export default class EiList extends QmsCommand {
  static override summary = 'the execution items of a document: task, outcome, who and when'
  static override examples = ['<%= config.bin %> ei list CR-001', '<%= config.bin %> ei list CR-001 --json']
  static override args = { id: documentArg }
  static override flags = { ...listing }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(EiList)
    const answer = await this.using(flags, ({ qms }, ask) => listItems(qms, ask, args.id))
    return this.listed(flags, {
      answer,
      key: 'items',
      columns: ['item', 'outcome', 'performer', 'date', 'task'],
      lines: () => [...itemLines(answer), ...unreadableLines(answer), ...nextLines(answer.next)],
    })
  }
}

const itemLines = ({ items, document, unreadable }: ItemList): string[] => {
  if (items.length > 0)
    return table(
      ['ITEM', 'OUTCOME', 'BY', 'DATE', 'TASK'],
      items.map((i) => [
        i.item,
        i.outcome ?? (i.started ? 'started' : '-'),
        i.performer ?? i.assignee ?? '-',
        i.date ?? '-',
        i.task,
      ]),
    )
  return unreadable.length > 0 ? [] : [`${document.doc_id} has no execution table.`]
}

const unreadableLines = ({ unreadable }: ItemList): string[] =>
  unreadable.map((u) => visibleLine(`Line ${u.line} cannot be read: ${u.found} (expected ${u.expected})`))
