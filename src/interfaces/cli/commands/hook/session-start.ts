import { ToolHookCommand, toolFlags } from '../../tool-hook.ts'

export default class HookSessionStart extends ToolHookCommand {
  static override summary =
    'for agent tools: tell the orchestrator where it stands, when a conversation begins or goes on'
  static override description =
    'Reads the event from standard input. After a resumption or a compaction it names what brings back the state that was lost. Binds the conversation of the tool to the open session.'
  static override examples = ['<%= config.bin %> hook session-start --tool claude']
  static override flags = toolFlags

  async run(): Promise<{ context: string | null }> {
    const { flags } = await this.parse(HookSessionStart)
    const context = await this.told(flags, async (ports, input) => {
      const { contextFor } = await import('../../../../app/agents/hooks/context.ts')
      return contextFor(ports, input, true)
    })
    this.tellContext(flags.tool, 'SessionStart', context)
    return { context }
  }
}
