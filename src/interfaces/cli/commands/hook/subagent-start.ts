import { ToolHookCommand, toolFlags } from '../../tool-hook.ts'

export default class HookSubagentStart extends ToolHookCommand {
  static override summary = 'for agent tools: bind an agent that begins to the call that it was made by'
  static override description =
    'Reads the event from standard input. Tells an agent that was called what it was called for, and one that was not called through qms that nothing is asked of it; it cannot keep it from beginning.'
  static override examples = ['<%= config.bin %> hook subagent-start --tool claude']
  static override flags = toolFlags

  async run(): Promise<{ context: string | null }> {
    const { flags } = await this.parse(HookSubagentStart)
    const context = await this.told(flags, async (ports, input) => {
      const { subagentStarts } = await import('../../../../app/agents/hooks/subagents.ts')
      return subagentStarts(ports, input)
    })
    this.tellContext(flags.tool, 'SubagentStart', context)
    return { context }
  }
}
