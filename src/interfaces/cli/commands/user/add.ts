import { Flags } from '@oclif/core'
import { addUser } from '../../../../app/govern.ts'
import type { Receipt } from '../../../../app/transact.ts'
import { GROUPS, type Group } from '../../../../documents/event.ts'
import { nameArg } from '../../args.ts'
import { QmsCommand, writing } from '../../base.ts'
import { receiptLines } from '../../screen.ts'

export default class UserAdd extends QmsCommand {
  static override summary = 'register a person or an agent (an administrator)'
  static override examples = [
    '<%= config.bin %> user add tu_api --group reviewer --kind agent -u lead',
    '<%= config.bin %> user add ann --group initiator --kind human -u lead',
  ]
  static override args = { name: nameArg('the new user') }
  static override flags = {
    group: Flags.string({ description: 'what they may start', options: [...GROUPS], required: true }),
    kind: Flags.string({
      description: 'a person or a program',
      options: ['human', 'agent'],
      default: 'agent',
    }),
    ...writing,
  }

  async run(): Promise<Receipt> {
    const { args, flags } = await this.parse(UserAdd)
    const kind = flags.kind === 'human' ? 'human' : 'agent'
    const receipt = await this.using(flags, ({ qms }, ask) =>
      addUser(qms, ask, args.name, flags.group as Group, kind),
    )
    this.say(receiptLines(receipt, `${args.name} is registered: ${flags.group}, ${kind}.`))
    return receipt
  }
}
