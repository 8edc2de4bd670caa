import { Flags } from '@oclif/core'
import { type Result, route } from '../../../app/act.ts'
import type { SpawnedAll } from '../../../app/agents/spawn-all.ts'
import { agentPorts } from '../../../compose-agents.ts'
import { calledLines, tellerFor } from '../agents.ts'
import { documentArg } from '../args.ts'
import { type CommonFlags, QmsCommand, writing } from '../base.ts'
import { resultLines } from '../screen.ts'

type CalledResult = Result & SpawnedAll

const NO_VERDICT = 6

export default class Route extends QmsCommand {
  static override summary =
    'send a document to its reviewers or approvers; without a flag, wherever its state allows'
  static override examples = [
    '<%= config.bin %> route CR-001 --review -u claude',
    '<%= config.bin %> route CR-001 --review --assign qa tu_api -u claude',
    '<%= config.bin %> route CR-001 --approval -u claude',
    '<%= config.bin %> route CR-001 --review --spawn -u claude',
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
    spawn: Flags.boolean({
      description: 'then call every agent that is asked, side by side, and wait for their verdicts',
    }),
    ...writing,
  }

  async run(): Promise<Result | CalledResult> {
    const { args, flags } = await this.parse(Route)
    const to = flags.review ? 'review' : flags.approval ? 'approval' : undefined
    const purpose = flags.retire ? 'retire' : flags.abandon ? 'abandon' : undefined
    const asked = { to, purpose, assign: flags.assign, reason: flags.reason } as const
    const result = await this.using(flags, async ({ qms, agents }, ask) => {
      const sent = await route(qms, ask, args.id, asked)
      if (flags.assign) return sent
      return (await import('../../../app/agents/suggest.ts')).withSuggestion(qms, agents, sent)
    })
    this.#sent(result)
    return flags.spawn && !result.dryRun ? this.#called(flags, args.id, result) : result
  }

  #sent(result: Result): void {
    const where = result.document?.status.endsWith('APPROVAL') ? 'approval' : 'review'
    const special = result.document?.purpose ?? 'ordinary'
    this.say(resultLines(result, `sent for ${where}${special === 'ordinary' ? '' : ` (to ${special})`}`))
  }

  /** Ends with 6 where one of them gave no verdict: that the document was sent stands all the same. */
  async #called(flags: CommonFlags, id: string, result: Result): Promise<CalledResult> {
    const { spawnAll } = await import('../../../app/agents/spawn-all.ts')
    const tell = tellerFor(this.jsonEnabled())
    const all = await this.using(flags, async (opened, ask) => {
      const ports = await agentPorts(opened, {})
      return spawnAll(opened.qms, ask, { document: id, parallel: ports.parallel, tell }, ports)
    })
    this.say(calledLines(all))
    if (all.called.some((call) => call.refused !== null)) process.exitCode = NO_VERDICT
    return { ...result, ...all }
  }
}
