import { showPolicy } from '../../../../app/govern.ts'
import { QmsCommand } from '../../base.ts'
import { bold, table } from '../../screen.ts'

export default class PolicyShow extends QmsCommand {
  static override summary = 'what the project chose, where the rules leave a choice'
  static override examples = ['<%= config.bin %> policy show']

  async run(): Promise<Awaited<ReturnType<typeof showPolicy>>> {
    const { flags } = await this.parse(PolicyShow)
    const answer = await this.using(flags, ({ qms }) => showPolicy(qms))
    const rows = Object.entries(answer.policy).map(([key, value]) => [
      key,
      plain(value),
      answer.keys[key as keyof typeof answer.keys],
    ])
    this.say([`Policy, version ${bold(answer.version)}`, ...table(['KEY', 'VALUE', 'MAY BE'], rows)])
    return answer
  }
}

const plain = (value: unknown): string =>
  typeof value === 'string' ? value : value === null ? '(the first registered)' : JSON.stringify(value)
