import { act, type Result } from '../../../app/act.ts'
import { documentArg } from '../args.ts'
import { QmsCommand, writing } from '../base.ts'
import { resultLines } from '../screen.ts'

export default class Close extends QmsCommand {
  static override summary = 'end an executed and approved document'
  static override examples = ['<%= config.bin %> close CR-001 -u claude']
  static override args = { id: documentArg }
  static override flags = { ...writing }

  async run(): Promise<Result> {
    const { args, flags } = await this.parse(Close)
    const result = await this.using(flags, ({ qms }, ask) => act(qms, ask, args.id, { action: 'close' }))
    this.say(resultLines(result, 'closed'))
    return result
  }
}
