import { Flags } from '@oclif/core'
import type { Result } from '../../../app/act.ts'
import { documentArg } from '../args.ts'
import { writing } from '../base.ts'
import { Transition } from '../transition.ts'

export default class Release extends Transition {
  static override summary = 'start the execution of an approved plan'
  static override examples = ['<%= config.bin %> release CR-001 -u claude']
  static override args = { id: documentArg }
  static override flags = { reason: Flags.string({ description: 'why', helpValue: 'TEXT' }), ...writing }

  async run(): Promise<Result> {
    const { args, flags } = await this.parse(Release)
    return this.move(flags, args.id, { action: 'release', reason: flags.reason }, 'released for execution')
  }
}
