import { Args, Flags } from '@oclif/core'
import { type Hit, search } from '../../../app/survey.ts'
import { visibleLine } from '../../visible.ts'
import { QmsCommand } from '../base.ts'
import { listing } from '../listing.ts'
import { bold, dim, folded } from '../screen.ts'

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
    ...listing,
  }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(Search)
    const hits = await this.using(flags, ({ qms }) => search(qms, args.text, flags))
    const line = (h: Hit) =>
      `${bold(h.document)} ${dim(`${h.version ?? h.place}:${h.line}`)}  ${visibleLine(h.text.trim())}`
    return this.listed(flags, {
      answer: { hits },
      key: 'hits',
      columns: ['document', 'place', 'version', 'line', 'text'],
      lines: () => (hits.length > 0 ? hits.flatMap((h) => folded(line(h), 2)) : ['Nothing found.']),
    })
  }
}
