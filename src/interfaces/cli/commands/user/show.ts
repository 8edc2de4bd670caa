import { showAccount } from '../../../../app/agents/accounts.ts'
import { visibleLine } from '../../../visible.ts'
import { nameArg } from '../../args.ts'
import { QmsCommand } from '../../base.ts'
import { localTime } from '../../display.ts'
import { bold, folded } from '../../screen.ts'

const fact = (name: string, value: string | null): string[] =>
  value ? folded(`  ${name.padEnd(9)}  ${visibleLine(value)}`, 13) : []

export default class UserShow extends QmsCommand {
  static override summary = 'one user: what was decided about them, and what a definition file says'
  static override examples = ['<%= config.bin %> user show qa']
  static override args = { name: nameArg('whom') }

  async run(): Promise<Awaited<ReturnType<typeof showAccount>>> {
    const { args, flags } = await this.parse(UserShow)
    const user = await this.using(flags, async ({ qms, agents }) =>
      showAccount(qms, await agents(), args.name),
    )
    this.say([
      `${bold(user.name)}  ${user.group}, ${user.kind}, ${user.enabled ? 'enabled' : 'disabled'}`,
      ...fact('described', user.description),
      ...fact('file', user.definition),
      ...fact('domain', user.domain.join(', ')),
      ...fact('backend', user.backend),
      ...user.history.map((e) => `  ${localTime(e.ts)}  ${e.event} by ${e.by}`),
    ])
    return user
  }
}
