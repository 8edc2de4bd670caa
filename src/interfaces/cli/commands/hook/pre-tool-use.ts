import type { Decision } from '../../../../app/agents/hooks/ports.ts'
import { present } from '../../../present.ts'
import { reasonOf, refuseTool, ToolHookCommand, toolFlags } from '../../tool-hook.ts'
import { asUsage } from '../../usage.ts'

interface Judged {
  readonly decision: 'pass' | 'deny' | 'replace'
  /** Null where nothing is said. */
  readonly reason: string | null
}

export default class HookPreToolUse extends ToolHookCommand {
  static override summary = 'for agent tools: judge a tool call before it is made'
  static override description =
    'Reads the call from standard input, as the tool writes it. What would write past qms is refused; an agent that judges a document is called in the canonical words, and the call is recorded; a call of qms gets a token that is good once. What cannot be read is refused. Where there is no qms project, it says nothing.'
  static override examples = ['<%= config.bin %> hook pre-tool-use --tool claude']
  static override flags = toolFlags

  async run(): Promise<Judged> {
    const { flags } = await this.parse(HookPreToolUse)
    const can = { replaces: flags.tool === 'claude' }
    const decision = await this.told(flags, async (ports, input) => {
      const { judgeTool } = await import('../../../../app/agents/hooks/pre-tool-use.ts')
      return judgeTool(ports, input, can)
    })
    if (decision === null || decision.do === 'pass') return { decision: 'pass', reason: null }
    if (decision.do === 'deny') return this.#deny(flags.tool, reasonOf(decision))
    return this.#replace(decision)
  }

  #deny(tool: 'claude' | 'codex' | 'gemini', reason: string): Judged {
    if (!this.jsonEnabled()) this.tell(refuseTool(tool, reason))
    return { decision: 'deny', reason }
  }

  #replace({ input, because }: Extract<Decision, { do: 'replace' }>): Judged {
    this.tell({
      hookSpecificOutput: {
        hookEventName: 'PreToolUse',
        permissionDecision: 'allow',
        permissionDecisionReason: because,
        updatedInput: input,
      },
    })
    return { decision: 'replace', reason: because }
  }

  /** Whatever keeps the guard from judging, keeps the call from being made. */
  override async catch(error: Error & { exitCode?: number; oclif?: { exit?: number } }): Promise<void> {
    if (this.jsonEnabled() || error.oclif?.exit === 0) return super.catch(error)
    this.parsed = true
    const { message, found, next } = present(
      asUsage(error, this.id ?? '', this.argv, this.example()),
      undefined,
    )
    const why = [`Not run: qms cannot judge this call. ${message}`, found ?? '', ...next.map((n) => `  ${n}`)]
    const tool = /codex|gemini/.exec(this.argv.join(' '))?.[0] === undefined ? 'claude' : 'codex'
    this.tell(refuseTool(tool, why.filter((line) => line !== '').join('\n')))
  }
}
