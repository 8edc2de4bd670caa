import { Flags } from '@oclif/core'
import { type Result, verdict } from '../../../app/act.ts'
import { documentArg } from '../args.ts'
import { QmsCommand, wordsOf, writing } from '../base.ts'
import { resultLines } from '../screen.ts'

export default class Reject extends QmsCommand {
  static override summary = 'refuse approval; the round is void and the text must be reviewed again'
  static override examples = [
    '<%= config.bin %> reject CR-001 --comment "EI-2 cannot be verified as written." -u qa',
  ]
  static override args = { id: documentArg }
  static override flags = {
    comment: Flags.string({ description: 'what you found', helpValue: 'TEXT' }),
    'comment-file': Flags.string({
      description: 'the comment from a file, - for standard input',
      helpValue: 'FILE',
    }),
    text: Flags.string({
      description: 'judge the text with this digest (first 8 characters or more)',
      helpValue: 'DIGEST',
    }),
    ...writing,
  }

  async run(): Promise<Result> {
    const { args, flags } = await this.parse(Reject)
    const comment = await wordsOf(flags.comment, flags['comment-file'])
    const command = { action: 'reject' as const, comment }
    const result = await this.using(flags, ({ qms }, ask) => verdict(qms, ask, args.id, command, flags.text))
    this.say(resultLines(result, 'rejected'))
    return result
  }
}
