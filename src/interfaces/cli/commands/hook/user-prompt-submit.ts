import { ToolHookCommand, toolFlags } from '../../tool-hook.ts'

export default class HookUserPromptSubmit extends ToolHookCommand {
  static override summary = 'for agent tools: remind the orchestrator of what is open, with each prompt'
  static override description =
    'Reads the event from standard input. Tells the main thread, and nobody inside of it, its session with its agents, what is open, and the rules in three lines.'
  static override examples = ['<%= config.bin %> hook user-prompt-submit --tool claude']
  static override flags = toolFlags

  async run(): Promise<{ context: string | null }> {
    const { flags } = await this.parse(HookUserPromptSubmit)
    const context = await this.told(flags, async (ports, input) => {
      const { contextFor } = await import('../../../../app/agents/hooks/context.ts')
      return contextFor(ports, input, false)
    })
    this.tellContext(flags.tool, 'UserPromptSubmit', context)
    return { context }
  }
}
