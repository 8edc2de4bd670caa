import { Args } from '@oclif/core'
import { showTemplate } from '../../../../app/read.ts'
import { visible } from '../../../visible.ts'
import { QmsCommand } from '../../base.ts'

export default class TemplateShow extends QmsCommand {
  static override summary = 'the form as create hands it out, its blanks unfilled'
  static override examples = ['<%= config.bin %> template show CR']
  static override args = {
    type: Args.string({ description: 'document type', required: true, ignoreStdin: true }),
  }

  async run(): Promise<{ type: string; form: string }> {
    const { args, flags } = await this.parse(TemplateShow)
    const answer = await this.using(flags, ({ qms }) => showTemplate(qms, args.type))
    this.say([visible(answer.form).trimEnd()])
    return answer
  }
}
