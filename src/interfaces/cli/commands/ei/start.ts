import type { Result } from '../../../../app/act.ts'
import { writing } from '../../base.ts'
import { evidenced, ItemCommand, itemArgs } from '../../item.ts'

export default class EiStart extends ItemCommand {
  static override summary = 'record that the work on an execution item begins'
  static override examples = ['<%= config.bin %> ei start CR-001 EI-1 -u claude']
  static override args = itemArgs
  static override flags = { ...evidenced, ...writing }

  async run(): Promise<Result> {
    const { args, flags } = await this.parse(EiStart)
    return this.record(flags, args.id, { action: 'start', item: args.item }, (item) => `${item} begun`)
  }
}
