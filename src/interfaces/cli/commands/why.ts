import { Args } from '@oclif/core'
import { type Foresight, next } from '../../../app/foresight.ts'
import { documentArg } from '../args.ts'
import { QmsCommand } from '../base.ts'
import { whyLines } from '../why.ts'

export default class Why extends QmsCommand {
  static override summary =
    'why an action is possible or not: the rule, who may, each gate with what was found'
  static override examples = [
    '<%= config.bin %> why CR-001 approve -u qa',
    '<%= config.bin %> why CR-001 route-approval -u claude',
  ]
  static override args = {
    id: documentArg,
    action: Args.string({
      description: 'checkout, route-review, approve, close, ...',
      required: true,
      ignoreStdin: true,
    }),
  }

  async run(): Promise<Foresight> {
    const { args, flags } = await this.parse(Why)
    const answer = await this.using(flags, ({ qms }, ask) => next(qms, ask, args.id, args.action))
    this.say(whyLines(answer))
    return answer
  }
}
