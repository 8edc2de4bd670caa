import { Flags } from '@oclif/core'
import type { Result } from '../../../../app/act.ts'
import { documentArg } from '../../args.ts'
import { writing } from '../../base.ts'
import { ItemCommand } from '../../item.ts'

export default class EiAdd extends ItemCommand {
  static override summary = 'add an execution item below the approved ones'
  static override examples = [
    '<%= config.bin %> ei add CR-001 --task "Tell the users of the old limit" -u claude',
  ]
  static override args = { id: documentArg }
  static override flags = {
    task: Flags.string({
      description: 'one task, so stated that it can be judged as done or not',
      helpValue: 'TEXT',
      required: true,
    }),
    expected: Flags.string({ description: 'the result that counts as Pass', helpValue: 'TEXT' }),
    item: Flags.string({ description: 'its name; by default the next free number', helpValue: 'EI-9' }),
    ...writing,
  }

  async run(): Promise<Result> {
    const { args, flags } = await this.parse(EiAdd)
    const { task, expected, item } = flags
    return this.record(
      flags,
      args.id,
      { action: 'add', task, expected, item },
      (name) => `has one more item, ${name}`,
    )
  }
}
