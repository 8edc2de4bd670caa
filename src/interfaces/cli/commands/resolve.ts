import { Flags } from '@oclif/core'
import { type Result, resolve } from '../../../app/act.ts'
import { documentArg } from '../args.ts'
import { QmsCommand, writing } from '../base.ts'
import { resultLines } from '../screen.ts'

export default class Resolve extends QmsCommand {
  static override summary = 'decide what was escalated (a human administrator)'
  static override examples = [
    '<%= config.bin %> resolve CR-001 --decision "The stricter reading holds." -u lead',
  ]
  static override args = { id: documentArg }
  static override flags = {
    decision: Flags.string({ description: 'in words', helpValue: 'TEXT', required: true }),
    ...writing,
  }

  async run(): Promise<Result> {
    const { args, flags } = await this.parse(Resolve)
    const result = await this.using(flags, ({ qms }, ask) => resolve(qms, ask, args.id, flags.decision))
    this.say(resultLines(result, 'resolved'))
    return result
  }
}
