import { Flags } from '@oclif/core'
import type { Result } from '../../../app/act.ts'
import { documentArg } from '../args.ts'
import { writing } from '../base.ts'
import { Transition } from '../transition.ts'

export default class Revert extends Transition {
  static override summary = 'go back to execution from a finished post-review'
  static override examples = [
    '<%= config.bin %> revert CR-001 --reason "EI-3 was run against the wrong commit" -u claude',
  ]
  static override args = { id: documentArg }
  static override flags = { reason: Flags.string({ description: 'why', helpValue: 'TEXT' }), ...writing }

  async run(): Promise<Result> {
    const { args, flags } = await this.parse(Revert)
    return this.move(flags, args.id, { action: 'revert', reason: flags.reason }, 'back in execution')
  }
}
