import { Args, Flags } from '@oclif/core'
import { type Hit, search } from '../../../app/survey.ts'
import { visibleLine } from '../../visible.ts'
import { QmsCommand } from '../base.ts'
import { bold, dim } from '../screen.ts'

export default class Search extends QmsCommand {
  static override summary = 'find words in live, draft and archived texts'
  static override examples = [
    '<%= config.bin %> search "review team"',
    '<%= config.bin %> search retention --type SOP --current',
  ]
  static override args = {
    text: Args.string({ description: 'words to find, case ignored', required: true, ignoreStdin: true }),
  }
  static override flags = {
    type: Flags.string({ description: 'in documents of this type', helpValue: 'TYPE' }),
    current: Flags.boolean({ description: 'leave superseded texts out' }),
  }

  async run(): Promise<{ hits: readonly Hit[] }> {
    const { args, flags } = await this.parse(Search)
    const hits = await this.using(flags, ({ qms }) => search(qms, args.text, flags))
    const line = (h: Hit) =>
      `${bold(h.document)} ${dim(`${h.version ?? h.place}:${h.line}`)}  ${visibleLine(h.text.trim())}`
    this.say(hits.length > 0 ? hits.map(line) : ['Nothing found.'])
    return { hits }
  }
}
