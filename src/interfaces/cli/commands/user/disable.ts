import { Flags } from '@oclif/core'
import { disableUser } from '../../../../app/govern.ts'
import type { Receipt } from '../../../../app/transact.ts'
import { nameArg } from '../../args.ts'
import { QmsCommand, writing } from '../../base.ts'
import { receiptLines } from '../../screen.ts'

export default class UserDisable extends QmsCommand {
  static override summary = 'take a user out of action; what they did stays (an administrator)'
  static override examples = ['<%= config.bin %> user disable tu_api --reason "Unit dissolved" -u lead']
  static override args = { name: nameArg('whom') }
  static override flags = { reason: Flags.string({ description: 'why', helpValue: 'TEXT' }), ...writing }

  async run(): Promise<Receipt> {
    const { args, flags } = await this.parse(UserDisable)
    const receipt = await this.using(flags, ({ qms, grants }, ask) =>
      disableUser(qms, ask, args.name, flags.reason, grants),
    )
    this.say(receiptLines(receipt, `${args.name} is disabled.`))
    return receipt
  }
}
