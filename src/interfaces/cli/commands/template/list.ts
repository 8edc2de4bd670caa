import { listTemplates, type TemplateInfo } from '../../../../app/read.ts'
import { QmsCommand } from '../../base.ts'
import { table } from '../../screen.ts'

export default class TemplateList extends QmsCommand {
  static override summary = 'templates that documents begin from'
  static override examples = ['<%= config.bin %> template list']

  async run(): Promise<{ templates: readonly TemplateInfo[] }> {
    const { flags } = await this.parse(TemplateList)
    const templates = await this.using(flags, ({ qms }) => listTemplates(qms))
    this.say(
      table(
        ['TYPE', 'VERSION', 'STATUS', 'TITLE'],
        templates.map((t) => [t.type, t.version ?? '-', t.status, t.title]),
      ),
    )
    return { templates }
  }
}
