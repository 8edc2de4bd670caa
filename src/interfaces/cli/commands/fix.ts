import { Flags } from '@oclif/core'
import type { Result } from '../../../app/act.ts'
import { fix } from '../../../app/fix.ts'
import { visible } from '../../visible.ts'
import { documentArg } from '../args.ts'
import { QmsCommand, writing } from '../base.ts'
import { readInput } from '../input.ts'
import { resultLines } from '../screen.ts'

export default class Fix extends QmsCommand {
  static override summary =
    'correct spelling or frontmatter of a text in force (an administrator); the diff is recorded'
  static override examples = ['<%= config.bin %> fix SOP-003 --file corrected.md --reason "Spelling" -u lead']
  static override args = { id: documentArg }
  static override flags = {
    file: Flags.string({
      char: 'f',
      description: 'the whole corrected text, - for standard input',
      helpValue: 'FILE',
      required: true,
    }),
    reason: Flags.string({ description: 'why', helpValue: 'TEXT' }),
    ...writing,
  }

  async run(): Promise<Result> {
    const { args, flags } = await this.parse(Fix)
    const file = await readInput(flags.file)
    const result = await this.using(flags, ({ qms }, ask) => fix(qms, ask, args.id, file, flags.reason))
    const diff = (result.events[0] as { diff?: string } | undefined)?.diff ?? ''
    this.say([...visible(diff).trimEnd().split('\n'), ...resultLines(result, 'fixed')])
    return result
  }
}
