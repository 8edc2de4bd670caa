import { showUser, type UserAccount } from '../../../../app/govern.ts'
import { nameArg } from '../../args.ts'
import { QmsCommand } from '../../base.ts'
import { localTime } from '../../display.ts'
import { bold } from '../../screen.ts'

export default class UserShow extends QmsCommand {
  static override summary = 'one user, with what was decided about them'
  static override examples = ['<%= config.bin %> user show qa']
  static override args = { name: nameArg('whom') }

  async run(): Promise<UserAccount> {
    const { args, flags } = await this.parse(UserShow)
    const user = await this.using(flags, ({ qms }) => showUser(qms, args.name))
    this.say([
      `${bold(user.name)}  ${user.group}, ${user.kind}, ${user.enabled ? 'enabled' : 'disabled'}`,
      ...user.history.map((e) => `  ${localTime(e.ts)}  ${e.event} by ${e.by}`),
    ])
    return user
  }
}
