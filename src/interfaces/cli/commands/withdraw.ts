import { Flags } from '@oclif/core'
import type { Result } from '../../../app/act.ts'
import { documentArg } from '../args.ts'
import { writing } from '../base.ts'
import { Transition } from '../transition.ts'

export default class Withdraw extends Transition {
  static override summary = 'take a document back from review or approval; give a revision up'
  static override examples = ['<%= config.bin %> withdraw CR-001 -u claude']
  static override args = { id: documentArg }
  static override flags = { reason: Flags.string({ description: 'why', helpValue: 'TEXT' }), ...writing }

  async run(): Promise<Result> {
    const { args, flags } = await this.parse(Withdraw)
    return this.move(flags, args.id, { action: 'withdraw', reason: flags.reason }, 'withdrawn')
  }
}
