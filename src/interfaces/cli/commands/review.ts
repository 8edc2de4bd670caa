import { Flags } from '@oclif/core'
import { type Result, verdict } from '../../../app/act.ts'
import { documentArg } from '../args.ts'
import { QmsCommand, wordsOf, writing } from '../base.ts'
import { resultLines } from '../screen.ts'

export default class Review extends QmsCommand {
  static override summary = 'answer a review: recommend the text, or ask for updates'
  static override examples = [
    '<%= config.bin %> review CR-001 --recommend --comment "Complete and testable." -u qa',
    '<%= config.bin %> review CR-001 --request-updates --comment "Section 8 names no test." -u qa',
  ]
  static override args = { id: documentArg }
  static override flags = {
    recommend: Flags.boolean({
      description: 'the text may go to approval',
      exactlyOne: ['recommend', 'request-updates'],
    }),
    'request-updates': Flags.boolean({ description: 'the text must change first' }),
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
    const { args, flags } = await this.parse(Review)
    const comment = await wordsOf(flags.comment, flags['comment-file'])
    const command = {
      action: 'review' as const,
      outcome: flags.recommend ? ('RECOMMEND' as const) : ('UPDATES_REQUIRED' as const),
      comment,
    }
    const result = await this.using(flags, ({ qms }, ask) => verdict(qms, ask, args.id, command, flags.text))
    this.say(resultLines(result, flags.recommend ? 'recommended' : 'needs updates'))
    return result
  }
}
