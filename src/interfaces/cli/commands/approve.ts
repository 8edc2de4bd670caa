import type { Result } from '../../../app/act.ts'
import { documentArg } from '../args.ts'
import { writing } from '../base.ts'
import { judging, Verdict } from '../transition.ts'

export default class Approve extends Verdict {
  static override summary = 'approve the text that was reviewed'
  static override examples = ['<%= config.bin %> approve CR-001 -u qa']
  static override args = { id: documentArg }
  static override flags = {
    ...judging,
    ...writing,
  }

  async run(): Promise<Result> {
    const { args, flags } = await this.parse(Approve)
    return this.judge(flags, args.id, { action: 'approve' }, 'approved')
  }
}
