import { Args, Flags } from '@oclif/core'
import type { Result } from '../../../app/act.ts'
import { documentArg } from '../args.ts'
import { writing } from '../base.ts'
import { Transition } from '../transition.ts'

export default class Assign extends Transition {
  static override summary = 'change who is asked in an open round, or who owns a document'
  static override examples = [
    '<%= config.bin %> assign CR-001 tu_api -u qa',
    '<%= config.bin %> assign CR-001 --remove tu_api -u qa',
    '<%= config.bin %> assign CR-001 --owner ben -u lead',
  ]
  static override strict = false
  static override args = {
    id: documentArg,
    names: Args.string({ description: 'who is asked too', ignoreStdin: true }),
  }
  static override flags = {
    remove: Flags.string({
      description: 'no longer asked',
      helpValue: 'NAME',
      multiple: true,
      delimiter: ',',
    }),
    owner: Flags.string({ description: 'the new owner', helpValue: 'NAME' }),
    ...writing,
  }

  async run(): Promise<Result> {
    const { args, argv, flags } = await this.parse(Assign)
    const command = {
      action: 'assign' as const,
      assign: argv.slice(1) as string[],
      remove: flags.remove,
      owner: flags.owner,
    }
    return this.move(flags, args.id, command, 'assigned')
  }
}
