import { Flags } from '@oclif/core'
import type { Result } from '../../../app/act.ts'
import { documentArg } from '../args.ts'
import { writing } from '../base.ts'
import { judging, Verdict } from '../transition.ts'

export default class Review extends Verdict {
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
    ...judging,
    ...writing,
  }

  async run(): Promise<Result> {
    const { args, flags } = await this.parse(Review)
    const outcome = flags.recommend ? 'RECOMMEND' : 'UPDATES_REQUIRED'
    return this.judge(
      flags,
      args.id,
      { action: 'review' as const, outcome },
      flags.recommend ? 'recommended' : 'needs updates',
    )
  }
}
