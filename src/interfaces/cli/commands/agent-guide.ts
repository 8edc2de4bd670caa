import { AGENT_GUIDE } from '../../agent-guide.ts'
import { QmsCommand } from '../base.ts'

export default class AgentGuide extends QmsCommand {
  static override summary = 'what an agent must know, as a section for AGENTS.md'
  static override examples = ['<%= config.bin %> agent-guide', '<%= config.bin %> agent-guide --json']

  async run(): Promise<{ markdown: string }> {
    await this.parse(AgentGuide)
    this.say([AGENT_GUIDE.trimEnd()])
    return { markdown: AGENT_GUIDE }
  }
}
