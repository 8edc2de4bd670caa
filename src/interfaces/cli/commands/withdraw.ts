import { Flags } from '@oclif/core'
import { act, type Result } from '../../../app/act.ts'
import { documentArg } from '../args.ts'
import { QmsCommand, writing } from '../base.ts'
import { resultLines } from '../screen.ts'

export default class Withdraw extends QmsCommand {
  static override summary = 'take a document back from review or approval; give a revision up'
  static override examples = ['<%= config.bin %> withdraw CR-001 -u claude']
  static override args = { id: documentArg }
  static override flags = { reason: Flags.string({ description: 'why', helpValue: 'TEXT' }), ...writing }

  async run(): Promise<Result> {
    const { args, flags } = await this.parse(Withdraw)
    const result = await this.using(flags, ({ qms }, ask) =>
      act(qms, ask, args.id, { action: 'withdraw', reason: flags.reason }),
    )
    this.say(resultLines(result, 'withdrawn'))
    return result
  }
}
