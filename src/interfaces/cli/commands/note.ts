import { Flags } from '@oclif/core'
import type { Result } from '../../../app/act.ts'
import { note } from '../../../app/remarks.ts'
import { refuse } from '../../../errors.ts'
import { documentArg } from '../args.ts'
import { QmsCommand, wordsOf, writing } from '../base.ts'
import { resultLines } from '../screen.ts'

export default class Note extends QmsCommand {
  static override summary = 'add a row to the Execution Comments of a document'
  static override examples = [
    '<%= config.bin %> note CR-001 --text "Work paused: the staging server is down" -u claude',
    '<%= config.bin %> note CR-001 --text "Plan B for the whole change" --var CR-001-VAR-001 -u claude',
  ]
  static override args = { id: documentArg }
  static override flags = {
    text: Flags.string({ description: 'what was observed or decided', helpValue: 'TEXT' }),
    file: Flags.string({
      char: 'f',
      description: 'the same from a file, - for standard input',
      helpValue: 'FILE',
    }),
    var: Flags.string({
      description: 'a variance that concerns the document as a whole',
      helpValue: 'ID',
      multiple: true,
      delimiter: ',',
    }),
    ...writing,
  }

  async run(): Promise<Result> {
    const { args, flags } = await this.parse(Note)
    const text = await wordsOf(flags.text, flags.file)
    if (!text?.trim())
      throw refuse('USAGE', {
        problem: 'say what: --text, or --file',
        usage: 'qms note CR-001 --text "TEXT"',
      })
    const asked = { text, carried: flags.var }
    const result = await this.using(flags, ({ qms }, ask) => note(qms, ask, args.id, asked))
    this.say(resultLines(result, 'has one more comment'))
    return result
  }
}
