import { listTemplates } from '../../../../app/read.ts'
import { QmsCommand } from '../../base.ts'
import { listing } from '../../listing.ts'
import { table } from '../../screen.ts'

export default class TemplateList extends QmsCommand {
  static override summary = 'templates that documents begin from'
  static override examples = ['<%= config.bin %> template list']

  static override flags = { ...listing }

  async run(): Promise<object> {
    const { flags } = await this.parse(TemplateList)
    const templates = await this.using(flags, ({ qms }) => listTemplates(qms))
    const rows = templates.map((t) => [t.type, t.version ?? '-', t.status, t.title])
    return this.listed(flags, {
      answer: { templates },
      key: 'templates',
      columns: ['type', 'version', 'status', 'title'],
      lines: () => table(['TYPE', 'VERSION', 'STATUS', 'TITLE'], rows),
    })
  }
}
