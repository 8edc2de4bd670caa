import { Args } from '@oclif/core'
import type { SessionStanding } from '../../../../app/agents/sessions.ts'
import { standingLines } from '../../agents.ts'
import { QmsCommand } from '../../base.ts'

export default class SessionShow extends QmsCommand {
  static override summary =
    'where a session stands: its agents, what they were called for, and what is awaited'
  static override description =
    'Without a name: your open session, or the only open one. It is all that an orchestrator needs to go on after it was stopped, or has forgotten.'
  static override examples = [
    '<%= config.bin %> session show -u claude',
    '<%= config.bin %> session show S-001',
  ]
  static override args = {
    session: Args.string({ description: 'which session', ignoreStdin: true }),
  }

  async run(): Promise<SessionStanding> {
    const { args, flags } = await this.parse(SessionShow)
    const { showSession } = await import('../../../../app/agents/sessions.ts')
    const standing = await this.using(flags, ({ qms, grants, calls }, ask) =>
      showSession(qms, ask, { grants, calls }, args.session),
    )
    this.say(standingLines(standing))
    return standing
  }
}
