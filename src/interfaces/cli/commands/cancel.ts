import { Flags } from '@oclif/core'
import type { Result } from '../../../app/act.ts'
import { documentArg } from '../args.ts'
import { writing } from '../base.ts'
import { Transition } from '../transition.ts'

export default class Cancel extends Transition {
  static override summary = 'give up a document that was never approved; its number and events stay for ever'
  static override examples = [
    '<%= config.bin %> cancel CR-001 --confirm --reason "Superseded by CR-002" -u claude',
  ]
  static override args = { id: documentArg }
  static override flags = {
    confirm: Flags.boolean({ description: 'yes, cancel it' }),
    reason: Flags.string({ description: 'why', helpValue: 'TEXT' }),
    ...writing,
  }

  async run(): Promise<Result> {
    const { args, flags } = await this.parse(Cancel)
    const command = { action: 'cancel' as const, confirmed: flags.confirm, reason: flags.reason }
    return this.move(flags, args.id, command, 'cancelled')
  }
}
