import { isatty } from 'node:tty'

/**
 * Agent tools that say in the environment of the commands they run that it is they who run them. A tool that is not here,
 * or that was told to say nothing, is not recognised: this catches an agent that takes a person's name in good faith.
 */
const TOOLS: Readonly<Record<string, readonly string[]>> = {
  'Claude Code': ['CLAUDECODE', 'CLAUDE_CODE_ENTRYPOINT'],
  Codex: ['CODEX_SANDBOX', 'CODEX_SANDBOX_NETWORK_DISABLED', 'CODEX_THREAD_ID'],
  'Gemini CLI': ['GEMINI_CLI'],
  Cursor: ['CURSOR_AGENT', 'CURSOR_TRACE_ID'],
  OpenCode: ['OPENCODE'],
}

/** The tool that runs this program; undefined at a terminal, where a person may have typed the command. */
export const agentTool = (
  env: NodeJS.ProcessEnv = process.env,
  atTerminal: () => boolean = () => isatty(0) || isatty(1),
): string | undefined => {
  const tool = Object.keys(TOOLS).find((name) => TOOLS[name]?.some((key) => env[key]))
  return tool !== undefined && atTerminal() ? undefined : tool
}
