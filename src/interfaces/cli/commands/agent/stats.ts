import type { AgentStats } from '../../../../app/agents/stats.ts'
import { sessionFlag, sumsRow } from '../../agents.ts'
import { QmsCommand } from '../../base.ts'
import { table } from '../../screen.ts'

const HEAD = [
  'AGENT',
  'BACKEND',
  'CALLED',
  'RESUMED',
  'VERDICTS',
  'OTHERWISE',
  'TIME',
  'TURNS',
  'TOKENS',
  'USD',
]

export default class Stats extends QmsCommand {
  static override summary = 'what agents were called for, what came of it, and what it cost'
  static override examples = [
    '<%= config.bin %> agent stats',
    '<%= config.bin %> agent stats --session S-001 --json',
  ]
  static override flags = { ...sessionFlag }

  async run(): Promise<AgentStats> {
    const { flags } = await this.parse(Stats)
    const { agentStats } = await import('../../../../app/agents/stats.ts')
    const stats = await this.using(flags, ({ qms }) => agentStats(qms, flags.session))
    const rows = [...stats.agents, ...(stats.agents.length > 1 ? [stats.all] : [])].map(sumsRow)
    this.say(rows.length > 0 ? table(HEAD, rows) : ['Nobody was called yet: qms agent spawn qa --doc ID'])
    return stats
  }
}
