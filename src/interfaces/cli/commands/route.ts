import { Flags } from '@oclif/core'
import { type Result, route } from '../../../app/act.ts'
import { documentArg } from '../args.ts'
import { QmsCommand, writing } from '../base.ts'
import { resultLines } from '../screen.ts'

export default class Route extends QmsCommand {
  static override summary =
    'send a document to its reviewers or approvers; without a flag, wherever its state allows'
  static override examples = [
    '<%= config.bin %> route CR-001 --review -u claude',
    '<%= config.bin %> route CR-001 --review --assign qa tu_api -u claude',
    '<%= config.bin %> route CR-001 --approval -u claude',
    '<%= config.bin %> route SOP-003 --review --retire --reason "Replaced by SOP-008" -u lead',
  ]
  static override args = { id: documentArg }
  static override flags = {
    review: Flags.boolean({ description: 'to its reviewers', exclusive: ['approval'] }),
    approval: Flags.boolean({ description: 'to its approvers: the reviewers who recommended it' }),
    assign: Flags.string({
      description: 'reviewers; a member of quality is always added',
      helpValue: 'NAME',
      multiple: true,
      delimiter: ',',
    }),
    retire: Flags.boolean({
      description: 'take a text in force, or a closed record, out of use',
      exclusive: ['abandon'],
    }),
    abandon: Flags.boolean({ description: 'end an approved plan, or its execution, unfinished' }),
    reason: Flags.string({ description: 'why it is retired or abandoned', helpValue: 'TEXT' }),
    ...writing,
  }

  async run(): Promise<Result> {
    const { args, flags } = await this.parse(Route)
    const to = flags.review ? 'review' : flags.approval ? 'approval' : undefined
    const purpose = flags.retire ? 'retire' : flags.abandon ? 'abandon' : undefined
    const asked = { to, purpose, assign: flags.assign, reason: flags.reason } as const
    const result = await this.using(flags, ({ qms }, ask) => route(qms, ask, args.id, asked))
    const where = result.document?.status.endsWith('APPROVAL') ? 'approval' : 'review'
    const special = result.document?.purpose ?? 'ordinary'
    this.say(resultLines(result, `sent for ${where}${special === 'ordinary' ? '' : ` (to ${special})`}`))
    return result
  }
}
