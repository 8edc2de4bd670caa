import { Flags } from '@oclif/core'
import type { Result } from '../../../../app/act.ts'
import { writing } from '../../base.ts'
import { amending, evidenced, ItemCommand, itemArgs, needSummary, summed } from '../../item.ts'

export default class EiFail extends ItemCommand {
  static override summary = 'record that an execution item could not be done as approved'
  static override description =
    'A failure is taken over by another document: a variance (VAR), in a test protocol an exception report (ER). Name it, or have it drafted with the scope that it takes over.'
  static override examples = [
    '<%= config.bin %> ei fail CR-001 EI-2 --summary "Times out on Node 22" --create-var "EI-2 fails on Node 22" -u claude',
    '<%= config.bin %> ei fail CR-001 EI-2 --summary "Times out on Node 22" --var CR-001-VAR-001 -u claude',
  ]
  static override args = itemArgs
  static override flags = {
    var: Flags.string({
      description: 'the variance that takes it over',
      helpValue: 'ID',
      multiple: true,
      delimiter: ',',
    }),
    er: Flags.string({
      description: 'the exception report that takes it over, in a test protocol',
      helpValue: 'ID',
      multiple: true,
      delimiter: ',',
    }),
    'create-var': Flags.string({
      description: 'draft the variance (in a test protocol the exception report) with this title',
      helpValue: 'TITLE',
      exclusive: ['var', 'er'],
    }),
    kind: Flags.string({
      description: 'of the drafted variance: 1 closes before this document, 2 need only be approved',
      options: ['1', '2'],
      dependsOn: ['create-var'],
    }),
    ...summed,
    ...evidenced,
    ...amending,
    ...writing,
  }

  async run(): Promise<Result> {
    const { args, flags } = await this.parse(EiFail)
    needSummary(flags, 'fail', args)
    const title = flags['create-var']
    const asked = {
      action: 'record',
      item: args.item,
      outcome: 'Fail',
      carried: [...(flags.var ?? []), ...(flags.er ?? [])],
      draft: title === undefined ? undefined : { title, kind: kindOf(flags.kind) },
    } as const
    return this.record(flags, args.id, asked, (item) => `${item} is Fail`)
  }
}

const kindOf = (kind: string | undefined): 1 | 2 | undefined =>
  kind === undefined ? undefined : kind === '1' ? 1 : 2
