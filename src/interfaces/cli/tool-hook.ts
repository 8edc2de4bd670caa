/** What the commands that agent tools run as hooks share: one JSON object in, and the answer that the tool understands. */
import { isAbsolute } from 'node:path'
import { Flags } from '@oclif/core'
import { AGENT_TOOLS, type AgentTool, type HookInput, readHookInput } from '../../app/agents/hooks/input.ts'
import type { Decision, HookPorts } from '../../app/agents/hooks/ports.ts'
import { openForTool } from '../../compose-hooks.ts'
import { refuse } from '../../errors.ts'
import { present } from '../present.ts'
import { type CommonFlags, QmsCommand } from './base.ts'
import { readInput } from './input.ts'
import { print, printError } from './screen.ts'

export const toolFlags = {
  tool: Flags.option({
    description: 'the agent tool that runs the hook: inputs and answers differ',
    options: AGENT_TOOLS,
    default: 'claude' as const,
  })(),
}

export interface ToolFlags extends CommonFlags {
  readonly tool: AgentTool
}

/** Names of the events, as each tool calls them in its answers. */
const EVENTS: Readonly<Record<string, Partial<Record<AgentTool, string>>>> = {
  PreToolUse: { gemini: 'BeforeTool' },
  UserPromptSubmit: { gemini: 'BeforeAgent' },
}

/** A tool call may hold a whole file. */
const MOST_INPUT = 64_000_000

export abstract class ToolHookCommand extends QmsCommand {
  /** Reads the input and works on the project that the tool works in; null where that is none of ours. */
  protected async told<T>(
    flags: ToolFlags,
    work: (ports: HookPorts, input: HookInput) => Promise<T>,
  ): Promise<T | null> {
    const input = await inputOf()
    const opened = await openForTool(this.#folder(flags, input), flags.user)
    if (opened === null) return null
    try {
      return await work(opened.ports, input)
    } finally {
      await opened.close()
    }
  }

  /** Where the tool was started counts, not where its shell has gone to. */
  #folder(flags: ToolFlags, input: HookInput): string {
    const { CLAUDE_PROJECT_DIR: claude, GEMINI_PROJECT_DIR: gemini } = process.env
    const started = flags.tool === 'gemini' ? gemini : flags.tool === 'claude' ? claude : undefined
    if (flags.project !== undefined) return this.folder(flags)
    if (started && isAbsolute(started)) return started
    return input.cwd !== null && isAbsolute(input.cwd) ? input.cwd : this.folder(flags)
  }

  /** Says it to the tool; with `--json` the answer of this program tells it instead. */
  protected tell(answer: object | null): void {
    if (answer !== null && !this.jsonEnabled()) print([JSON.stringify(answer)])
  }

  /** For a tool exit 2 is a no: to a prompt, to the end of an agent. What only fails here stands in nobody's way. */
  override async catch(error: Error & { exitCode?: number; oclif?: { exit?: number } }): Promise<void> {
    await super.catch(error)
    if (process.exitCode === 2 && !this.jsonEnabled()) process.exitCode = 1
  }

  /** Words beside a prompt. */
  protected tellContext(tool: AgentTool, event: string, text: string | null): void {
    if (text !== null)
      this.tell({ hookSpecificOutput: { hookEventName: nameOf(event, tool), additionalContext: text } })
  }
}

export const nameOf = (event: string, tool: AgentTool): string => EVENTS[event]?.[tool] ?? event

/** @throws USAGE at a terminal, and for what is no input of a hook */
const inputOf = async (): Promise<HookInput> => {
  const usage = 'qms hooks install --agent claude'
  if (process.stdin.isTTY)
    throw refuse('USAGE', { problem: 'an agent tool gives this command its input on standard input', usage })
  const { bytes } = await readInput('-', MOST_INPUT)
  const read = readHookInput(new TextDecoder().decode(bytes))
  if (typeof read === 'string')
    throw refuse('USAGE', { problem: `this is no input of a hook: ${read}`, usage })
  return read
}

/** Why, and what to do instead, for whoever reads it in the tool. */
export const reasonOf = ({ because, next }: Extract<Decision, { do: 'deny' }>): string => {
  if (typeof because === 'string') return [because, ...instead(next)].join('\n')
  const refusal = present(because, undefined)
  const facts = [
    refusal.found && `Found: ${refusal.found}`,
    refusal.expected && `Expected: ${refusal.expected}`,
  ].filter((line) => typeof line === 'string' && line !== '')
  return [
    `Refused [${refusal.code}] ${refusal.message}`,
    ...facts,
    ...instead([...next, ...refusal.next]),
  ].join('\n')
}

const instead = (next: readonly string[]): string[] =>
  next.length > 0 ? ['Instead:', ...[...new Set(next)].map((line) => `  ${line}`)] : []

/** Says no in the way of a tool: those whose answers are not known for sure take exit 2 and what stands on standard error. */
export const refuseTool = (tool: AgentTool, reason: string): object | null => {
  if (tool === 'claude')
    return {
      hookSpecificOutput: {
        hookEventName: 'PreToolUse',
        permissionDecision: 'deny',
        permissionDecisionReason: reason,
      },
    }
  printError([reason])
  process.exitCode = 2
  return null
}
