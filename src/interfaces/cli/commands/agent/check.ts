import { Args } from '@oclif/core'
import { checkAgents } from '../../../../app/agents/accounts.ts'
import { type AgentReport, agentLines, agentReport } from '../../agent-report.ts'
import { QmsCommand } from '../../base.ts'

/** A check has findings. */
const FINDINGS = 6

export default class AgentCheck extends QmsCommand {
  static override summary = 'whether the definition files of agents agree with the registry and with SOP-007'
  static override description =
    'A definition file (.claude/agents/NAME.md; the folder is a setting, qms config agents) says what an agent is and knows; the registry says what it may do, and counts where they disagree. Files are those of the main work tree, and for what is not there those of the control branch. Ends with 6 where there are errors.'
  static override examples = ['<%= config.bin %> agent check', '<%= config.bin %> agent check qa']
  static override args = { name: Args.string({ description: 'one agent', ignoreStdin: true }) }

  async run(): Promise<AgentReport> {
    const { args, flags } = await this.parse(AgentCheck)
    const checked = await this.using(flags, async ({ qms, agents }) =>
      checkAgents(qms, await agents(), args.name),
    )
    const report = agentReport(checked)
    this.say(agentLines(report))
    if (report.errors > 0) process.exitCode = FINDINGS
    return report
  }
}
