import { ToolHookCommand, toolFlags } from '../../tool-hook.ts'

export default class HookSubagentStop extends ToolHookCommand {
  static override summary =
    'for agent tools: hold an agent that ends without its verdict, once, and record its end'
  static override description =
    'Reads the event from standard input. An agent that was called and gave no verdict goes on once more, with what is missing; then its dispatch ends as it did.'
  static override examples = ['<%= config.bin %> hook subagent-stop --tool claude']
  static override flags = toolFlags

  async run(): Promise<{ held: string | null }> {
    const { flags } = await this.parse(HookSubagentStop)
    const stop = await this.told(flags, async (ports, input) => {
      const { subagentStops } = await import('../../../../app/agents/hooks/subagents.ts')
      return subagentStops(ports, input)
    })
    const held = stop?.do === 'hold' ? stop.because : null
    if (held !== null) this.tell({ decision: 'block', reason: held })
    return { held }
  }
}
