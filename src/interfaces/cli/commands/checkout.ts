import { Flags } from '@oclif/core'
import type { Result } from '../../../app/act.ts'
import { checkout } from '../../../app/author.ts'
import { documentArg } from '../args.ts'
import { QmsCommand, writing } from '../base.ts'
import { resultLines } from '../screen.ts'

export default class Checkout extends QmsCommand {
  static override summary = 'get a copy to work on; of a text in force, open a revision'
  static override examples = [
    '<%= config.bin %> checkout CR-001 -u claude',
    '<%= config.bin %> checkout SOP-003 --under CR-001 -u claude',
  ]
  static override args = { id: documentArg }
  static override flags = {
    under: Flags.string({
      description: 'the change record in execution that authorises the revision',
      helpValue: 'CR',
    }),
    ...writing,
  }

  async run(): Promise<Result> {
    const { args, flags } = await this.parse(Checkout)
    const result = await this.using(flags, ({ qms }, ask) => checkout(qms, ask, args.id, flags.under))
    this.say(
      resultLines(result, result.events.length === 0 ? 'is checked out to you already' : 'checked out'),
    )
    return result
  }
}
