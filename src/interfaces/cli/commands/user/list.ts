import { listUsers } from '../../../../app/govern.ts'
import type { Actor } from '../../../../documents/registry.ts'
import { QmsCommand } from '../../base.ts'
import { table } from '../../screen.ts'

export default class UserList extends QmsCommand {
  static override summary = 'who may act'
  static override examples = ['<%= config.bin %> user list']

  async run(): Promise<{ users: readonly Actor[] }> {
    const { flags } = await this.parse(UserList)
    const users = await this.using(flags, ({ qms }) => listUsers(qms))
    this.say(
      table(
        ['NAME', 'GROUP', 'KIND', 'STATE', 'SINCE'],
        users.map((u) => [u.name, u.group, u.kind, u.enabled ? 'enabled' : 'disabled', u.since]),
      ),
    )
    return { users }
  }
}
