import { Flags } from '@oclif/core'
import type { Result } from '../../../app/act.ts'
import { summarise } from '../../../app/remarks.ts'
import { refuse } from '../../../errors.ts'
import { documentArg } from '../args.ts'
import { QmsCommand, wordsOf, writing } from '../base.ts'
import { resultLines } from '../screen.ts'

export default class Summarise extends QmsCommand {
  static override summary = 'write the Execution Summary of a document'
  static override examples = [
    '<%= config.bin %> summarise CR-001 --text "All items passed; nothing is left over." -u claude',
    '<%= config.bin %> summarise CR-001 --file summary.md --reason "EI-3 was done again" -u claude',
  ]
  static override args = { id: documentArg }
  static override flags = {
    text: Flags.string({ description: 'the summary', helpValue: 'TEXT' }),
    file: Flags.string({
      char: 'f',
      description: 'the same from a file, - for standard input',
      helpValue: 'FILE',
    }),
    reason: Flags.string({ description: 'why a summary is written anew', helpValue: 'TEXT' }),
    ...writing,
  }

  async run(): Promise<Result> {
    const { args, flags } = await this.parse(Summarise)
    const text = await wordsOf(flags.text, flags.file)
    if (!text?.trim())
      throw refuse('USAGE', {
        problem: 'say what: --text, or --file',
        usage: 'qms summarise CR-001 --text "TEXT"',
      })
    const asked = { text, reason: flags.reason }
    const result = await this.using(flags, ({ qms }, ask) => summarise(qms, ask, args.id, asked))
    this.say(resultLines(result, 'is summarised'))
    return result
  }
}
