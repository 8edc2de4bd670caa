import type { Result } from '../../../../app/act.ts'
import { writing } from '../../base.ts'
import { amending, evidenced, ItemCommand, itemArgs, needSummary, summed } from '../../item.ts'

export default class EiPass extends ItemCommand {
  static override summary = 'record that an execution item was done as approved'
  static override examples = [
    '<%= config.bin %> ei pass CR-001 EI-1 --summary "Limit added; 12 requests in a second give 429" -u claude',
    '<%= config.bin %> ei pass CR-001 EI-1 --summary "Merged" --evidence commit:HEAD --evidence file:src/code.txt -u claude',
  ]
  static override args = itemArgs
  static override flags = { ...summed, ...evidenced, ...amending, ...writing }

  async run(): Promise<Result> {
    const { args, flags } = await this.parse(EiPass)
    needSummary(flags, 'pass', args)
    const asked = { action: 'record', item: args.item, outcome: 'Pass' } as const
    return this.record(flags, args.id, asked, (item) => `${item} is Pass`)
  }
}
