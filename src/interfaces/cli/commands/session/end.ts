import { Flags } from '@oclif/core'
import type { SessionReceipt } from '../../../../app/agents/sessions.ts'
import { endedNext, sessionFlag } from '../../agents.ts'
import { QmsCommand, writing } from '../../base.ts'
import { receiptLines } from '../../screen.ts'

export default class SessionEnd extends QmsCommand {
  static override summary =
    'end a session: its tokens are good no more (its orchestrator, or an administrator)'
  static override examples = [
    '<%= config.bin %> session end -u claude',
    '<%= config.bin %> session end --session S-001 --reason "Left open" -u lead',
  ]
  static override flags = {
    ...sessionFlag,
    reason: Flags.string({ description: 'why', helpValue: 'TEXT' }),
    ...writing,
  }

  async run(): Promise<SessionReceipt> {
    const { flags } = await this.parse(SessionEnd)
    const { endSession } = await import('../../../../app/agents/sessions.ts')
    const receipt = await this.using(flags, ({ qms, grants }, ask) =>
      endSession(qms, ask, grants, flags.session, flags.reason),
    )
    this.say([...receiptLines(receipt, `${receipt.session} is ended.`), ...endedNext(receipt.session)])
    return receipt
  }
}
