import { Args } from '@oclif/core'
import { setPolicy } from '../../../../app/govern.ts'
import type { Receipt } from '../../../../app/transact.ts'
import { QmsCommand, writing } from '../../base.ts'
import { receiptLines } from '../../screen.ts'

export default class PolicySet extends QmsCommand {
  static override summary = 'choose where the rules leave a choice; recorded as an event (an administrator)'
  static override examples = [
    '<%= config.bin %> policy set changeControl required -u lead',
    '<%= config.bin %> policy set quality qa -u lead',
    `<%= config.bin %> policy set lint '{"end-marker":"error","heading-numbers":"off"}' -u lead`,
    `<%= config.bin %> policy set masks '["MYAPP-[0-9a-f]{32}"]' -u lead`,
  ]
  static override args = {
    key: Args.string({
      description: 'quality, changeControl, selfApproval, types, commits, lint, masks',
      required: true,
      ignoreStdin: true,
    }),
    value: Args.string({ description: 'its new value', required: true, ignoreStdin: true }),
  }
  static override flags = { ...writing }

  async run(): Promise<Receipt> {
    const { args, flags } = await this.parse(PolicySet)
    const receipt = await this.using(flags, ({ qms }, ask) => setPolicy(qms, ask, args.key, args.value))
    this.say(receiptLines(receipt, `Policy: ${args.key} is now ${args.value}.`))
    return receipt
  }
}
