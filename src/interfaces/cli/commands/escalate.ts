import { Flags } from '@oclif/core'
import { escalate, type Result } from '../../../app/act.ts'
import { documentArg } from '../args.ts'
import { QmsCommand, writing } from '../base.ts'
import { resultLines } from '../screen.ts'

export default class Escalate extends QmsCommand {
  static override summary = 'put a disagreement before the Lead'
  static override examples = [
    '<%= config.bin %> escalate CR-001 --reason "Two reviewers contradict each other." -u claude',
  ]
  static override args = { id: documentArg }
  static override flags = {
    reason: Flags.string({ description: 'in words', helpValue: 'TEXT', required: true }),
    ...writing,
  }

  async run(): Promise<Result> {
    const { args, flags } = await this.parse(Escalate)
    const result = await this.using(flags, ({ qms }, ask) => escalate(qms, ask, args.id, flags.reason))
    this.say(resultLines(result, 'escalated to the Lead'))
    return result
  }
}
