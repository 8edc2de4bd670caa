import { addNamespace } from '../../../../app/govern.ts'
import type { Receipt } from '../../../../app/transact.ts'
import { nameArg } from '../../args.ts'
import { QmsCommand, writing } from '../../base.ts'
import { receiptLines } from '../../screen.ts'

export default class NamespaceAdd extends QmsCommand {
  static override summary =
    'register a namespace for requirements: SDLC-NAME-RS, SDLC-NAME-RTM (an administrator)'
  static override examples = ['<%= config.bin %> namespace add API -u lead']
  static override args = { name: nameArg('the new namespace') }
  static override flags = { ...writing }

  async run(): Promise<Receipt> {
    const { args, flags } = await this.parse(NamespaceAdd)
    const receipt = await this.using(flags, ({ qms }, ask) => addNamespace(qms, ask, args.name))
    this.say(receiptLines(receipt, `Namespace ${args.name.toUpperCase()} is registered.`))
    return receipt
  }
}
