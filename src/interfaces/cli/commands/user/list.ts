import { listAccounts } from '../../../../app/agents/accounts.ts'
import { QmsCommand } from '../../base.ts'
import { localTime } from '../../display.ts'
import { listing } from '../../listing.ts'
import { table } from '../../screen.ts'

export default class UserList extends QmsCommand {
  static override summary = 'who may act, and where agents are described'
  static override examples = ['<%= config.bin %> user list']

  static override flags = { ...listing }

  async run(): Promise<object> {
    const { flags } = await this.parse(UserList)
    const users = await this.using(flags, async ({ qms, agents }) => listAccounts(qms, await agents()))
    const rows = users.map((u) => [
      u.name,
      u.group,
      u.kind,
      u.enabled ? 'enabled' : 'disabled',
      u.backend ?? '',
      u.definition ?? '',
      localTime(u.since),
    ])
    return this.listed(flags, {
      answer: { users },
      key: 'users',
      columns: [
        'name',
        'group',
        'kind',
        'enabled',
        'since',
        'definition',
        'description',
        'domain',
        'backend',
      ],
      lines: () => table(['NAME', 'GROUP', 'KIND', 'STATE', 'BACKEND', 'DEFINITION', 'SINCE'], rows),
    })
  }
}
