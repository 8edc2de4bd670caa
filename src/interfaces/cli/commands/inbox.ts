import { inbox } from '../../../app/tasks.ts'
import { QmsCommand } from '../base.ts'
import { inboxLines } from '../foresight.ts'
import { listing } from '../listing.ts'

export default class Inbox extends QmsCommand {
  static override summary = 'what is asked of you, with the commands that answer it'
  static override examples = ['<%= config.bin %> inbox -u qa']

  static override flags = { ...listing }

  async run(): Promise<object> {
    const { flags } = await this.parse(Inbox)
    const answer = await this.using(flags, ({ qms }, ask) => inbox(qms, ask))
    return this.listed(flags, {
      answer,
      key: 'tasks',
      columns: ['document', 'kind', 'status', 'version', 'round', 'since', 'title'],
      lines: () => inboxLines(answer),
    })
  }
}
