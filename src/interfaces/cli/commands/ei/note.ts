import type { Result } from '../../../../app/act.ts'
import { writing } from '../../base.ts'
import { amending, evidenced, ItemCommand, itemArgs, needSummary, summed } from '../../item.ts'

export default class EiNote extends ItemCommand {
  static override summary = 'add to the summary of an execution item, without an outcome'
  static override examples = ['<%= config.bin %> ei note CR-001 EI-1 --summary "First half merged" -u claude']
  static override args = itemArgs
  static override flags = { ...summed, ...evidenced, ...amending, ...writing }

  async run(): Promise<Result> {
    const { args, flags } = await this.parse(EiNote)
    needSummary(flags, 'note', args)
    return this.record(flags, args.id, { action: 'note', item: args.item }, (item) => `${item} noted`)
  }
}
