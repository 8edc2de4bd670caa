import { Flags } from '@oclif/core'
import type { Result } from '../../../app/act.ts'
import { checkin, discard } from '../../../app/author.ts'
import { documentArg } from '../args.ts'
import { QmsCommand, writing } from '../base.ts'
import { resultLines } from '../screen.ts'

export default class Checkin extends QmsCommand {
  static override summary = 'take the copy in from your workspace, or give the checkout up'
  static override examples = [
    '<%= config.bin %> checkin CR-001 -u claude',
    '<%= config.bin %> checkin CR-001 --discard -u claude',
  ]
  static override args = { id: documentArg }
  static override flags = {
    discard: Flags.boolean({
      description: 'end the checkout without taking the copy in; the copy is put aside',
    }),
    ...writing,
  }

  async run(): Promise<Result> {
    const { args, flags } = await this.parse(Checkin)
    const work = flags.discard ? discard : checkin
    const result = await this.using(flags, ({ qms }, ask) => work(qms, ask, args.id))
    this.say(resultLines(result, flags.discard ? 'given back' : 'checked in'))
    return result
  }
}
