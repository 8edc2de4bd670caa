import { Flags } from '@oclif/core'
import { act, type Result } from '../../../app/act.ts'
import { documentArg } from '../args.ts'
import { QmsCommand, writing } from '../base.ts'
import { resultLines } from '../screen.ts'

export default class Release extends QmsCommand {
  static override summary = 'start the execution of an approved plan'
  static override examples = ['<%= config.bin %> release CR-001 -u claude']
  static override args = { id: documentArg }
  static override flags = { reason: Flags.string({ description: 'why', helpValue: 'TEXT' }), ...writing }

  async run(): Promise<Result> {
    const { args, flags } = await this.parse(Release)
    const result = await this.using(flags, ({ qms }, ask) =>
      act(qms, ask, args.id, { action: 'release', reason: flags.reason }),
    )
    this.say(resultLines(result, 'released for execution'))
    return result
  }
}
