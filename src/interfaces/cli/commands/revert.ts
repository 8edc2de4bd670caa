import { Flags } from '@oclif/core'
import { act, type Result } from '../../../app/act.ts'
import { documentArg } from '../args.ts'
import { QmsCommand, writing } from '../base.ts'
import { resultLines } from '../screen.ts'

export default class Revert extends QmsCommand {
  static override summary = 'go back to execution from a finished post-review'
  static override examples = [
    '<%= config.bin %> revert CR-001 --reason "EI-3 was run against the wrong commit" -u claude',
  ]
  static override args = { id: documentArg }
  static override flags = { reason: Flags.string({ description: 'why', helpValue: 'TEXT' }), ...writing }

  async run(): Promise<Result> {
    const { args, flags } = await this.parse(Revert)
    const result = await this.using(flags, ({ qms }, ask) =>
      act(qms, ask, args.id, { action: 'revert', reason: flags.reason }),
    )
    this.say(resultLines(result, 'back in execution'))
    return result
  }
}
