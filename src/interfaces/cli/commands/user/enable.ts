import { enableUser } from '../../../../app/govern.ts'
import type { Receipt } from '../../../../app/transact.ts'
import { nameArg } from '../../args.ts'
import { QmsCommand, writing } from '../../base.ts'
import { receiptLines } from '../../screen.ts'

export default class UserEnable extends QmsCommand {
  static override summary = 'let a disabled user act again (an administrator)'
  static override examples = ['<%= config.bin %> user enable tu_api -u lead']
  static override args = { name: nameArg('whom') }
  static override flags = { ...writing }

  async run(): Promise<Receipt> {
    const { args, flags } = await this.parse(UserEnable)
    const receipt = await this.using(flags, ({ qms }, ask) => enableUser(qms, ask, args.name))
    this.say(receiptLines(receipt, `${args.name} is enabled.`))
    return receipt
  }
}
