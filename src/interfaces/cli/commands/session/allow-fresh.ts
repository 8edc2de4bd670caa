import { Flags } from '@oclif/core'
import type { SessionReceipt } from '../../../../app/agents/sessions.ts'
import { sessionFlag } from '../../agents.ts'
import { nameArg } from '../../args.ts'
import { QmsCommand, writing } from '../../base.ts'
import { receiptLines } from '../../screen.ts'

export default class SessionAllowFresh extends QmsCommand {
  static override summary = 'allow one fresh agent in the place of the one that serves (the Lead)'
  static override examples = [
    '<%= config.bin %> session allow-fresh qa --reason "Its context is exhausted" -u lead',
  ]
  static override args = { name: nameArg('which agent') }
  static override flags = {
    ...sessionFlag,
    reason: Flags.string({ description: 'why', helpValue: 'TEXT', required: true }),
    ...writing,
  }

  async run(): Promise<SessionReceipt> {
    const { args, flags } = await this.parse(SessionAllowFresh)
    const { allowFresh } = await import('../../../../app/agents/sessions.ts')
    const receipt = await this.using(flags, ({ qms }, ask) =>
      allowFresh(qms, ask, args.name, flags.reason, flags.session),
    )
    this.say(receiptLines(receipt, `${receipt.session}: one fresh ${args.name} is allowed.`))
    return receipt
  }
}
