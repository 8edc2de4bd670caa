import { listUsers } from '../../../../app/govern.ts'
import { QmsCommand } from '../../base.ts'
import { localTime } from '../../display.ts'
import { listing } from '../../listing.ts'
import { table } from '../../screen.ts'

export default class UserList extends QmsCommand {
  static override summary = 'who may act'
  static override examples = ['<%= config.bin %> user list']

  static override flags = { ...listing }

  async run(): Promise<object> {
    const { flags } = await this.parse(UserList)
    const users = await this.using(flags, ({ qms }) => listUsers(qms))
    const rows = users.map((u) => [
      u.name,
      u.group,
      u.kind,
      u.enabled ? 'enabled' : 'disabled',
      localTime(u.since),
    ])
    return this.listed(flags, {
      answer: { users },
      key: 'users',
      columns: ['name', 'group', 'kind', 'enabled', 'since'],
      lines: () => table(['NAME', 'GROUP', 'KIND', 'STATE', 'SINCE'], rows),
    })
  }
}
