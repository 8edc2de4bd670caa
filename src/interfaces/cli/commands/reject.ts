import type { Result } from '../../../app/act.ts'
import { documentArg } from '../args.ts'
import { writing } from '../base.ts'
import { judging, Verdict } from '../transition.ts'

export default class Reject extends Verdict {
  static override summary = 'refuse approval; the round is void and the text must be reviewed again'
  static override examples = [
    '<%= config.bin %> reject CR-001 --comment "EI-2 cannot be verified as written." -u qa',
  ]
  static override args = { id: documentArg }
  static override flags = {
    ...judging,
    ...writing,
  }

  async run(): Promise<Result> {
    const { args, flags } = await this.parse(Reject)
    return this.judge(flags, args.id, { action: 'reject' }, 'rejected')
  }
}
