import { Flags } from '@oclif/core'
import { comments } from '../../../app/read.ts'
import { visible } from '../../visible.ts'
import { documentArg } from '../args.ts'
import { QmsCommand } from '../base.ts'
import { localTime } from '../display.ts'
import { listing } from '../listing.ts'
import { bold, dim } from '../screen.ts'

export default class Comments extends QmsCommand {
  static override summary = 'what reviewers and approvers said'
  static override description =
    'Comments of an open round are hidden from those who have yet to answer, and from readers without a name.'
  static override examples = [
    '<%= config.bin %> comments CR-001 -u claude',
    '<%= config.bin %> comments CR-001 --version 0.2',
  ]
  static override args = { id: documentArg }
  static override flags = {
    version: Flags.string({ description: 'on this version', helpValue: 'N.M' }),
    ...listing,
  }

  async run(): Promise<object> {
    const { args, flags } = await this.parse(Comments)
    const answer = await this.using(flags, ({ qms }, ask) => comments(qms, ask, args.id, flags.version))
    const said = answer.comments.flatMap((c) => [
      `${bold(c.user)}  ${c.outcome ?? c.event}  version ${c.version}, round ${c.round}  ${dim(localTime(c.ts))}`,
      ...visible(c.comment)
        .split('\n')
        .map((line) => `  ${line}`),
    ])
    const hidden = answer.hidden > 0 ? [`${answer.hidden} hidden while the round is open.`] : []
    return this.listed(flags, {
      answer,
      key: 'comments',
      columns: ['ts', 'user', 'event', 'outcome', 'version', 'round', 'comment'],
      lines: () => (said.length + hidden.length > 0 ? [...said, ...hidden] : ['No comments.']),
    })
  }
}
