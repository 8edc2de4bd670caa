import { Flags } from '@oclif/core'
import { diff } from '../../../app/read.ts'
import type { Difference } from '../../../app/versions.ts'
import { documentArg } from '../args.ts'
import { QmsCommand } from '../base.ts'
import { differenceLines } from '../redline.ts'

export default class Diff extends QmsCommand {
  static override summary = 'what changed between two versions, word by word'
  static override description = 'By default from the text last approved (else the one before) to the newest.'
  static override examples = [
    '<%= config.bin %> diff SOP-001',
    '<%= config.bin %> diff CR-001 --from 0.1 --to 0.2',
    '<%= config.bin %> diff CR-001 --unified',
  ]
  static override args = { id: documentArg }
  static override flags = {
    from: Flags.string({ description: 'the former version', helpValue: 'N.M' }),
    to: Flags.string({ description: 'the later version', helpValue: 'N.M' }),
    unified: Flags.boolean({ description: 'as diff -u prints it' }),
  }

  async run(): Promise<Difference> {
    const { args, flags } = await this.parse(Diff)
    const difference = await this.using(flags, ({ qms }, ask) => diff(qms, ask, args.id, flags))
    this.say(differenceLines(difference, flags.unified))
    return difference
  }
}
