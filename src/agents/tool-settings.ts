/** The hooks of this program in the settings of an agent tool: put there without touching what else is in the file. */
import { uniqueKeysProblem } from '../documents/json.ts'
import type { AgentTool } from './tool-call.ts'

/** One hook that a tool is told to run. */
export interface ToolHook {
  /** As the tool calls it. */
  readonly event: string
  /** Tools that it is asked about; null where the event is about none. */
  readonly matcher: string | null
  readonly command: string
  /** In the tool's own unit. */
  readonly timeout: number
}

/** Tools of Claude Code through which something is written, started or said to an agent. */
export const CLAUDE_TOOLS = 'Agent|Task|SendMessage|Workflow|Bash|Edit|Write|MultiEdit|NotebookEdit'
const CODEX_TOOLS = 'Bash|shell|local_shell|apply_patch|Edit|Write|spawn_agent|send_input'
const GEMINI_TOOLS = 'run_shell_command|write_file|replace'

/** Seconds that a hook may take: a tool that waits no longer goes on without its answer. */
const PATIENCE = 60

/** Exit 2 is what every tool takes for no: whatever ends a guard otherwise may not let a call through. */
const guard = (tool: AgentTool): string => `${call('pre-tool-use', tool)} || exit 2`
const call = (hook: string, tool: AgentTool): string => `qms hook ${hook} --tool ${tool}`

const hook = (event: string, name: string, tool: AgentTool, timeout = PATIENCE): ToolHook => ({
  event,
  matcher: null,
  command: call(name, tool),
  timeout,
})

export const HOOKS: Readonly<Record<AgentTool, readonly ToolHook[]>> = {
  claude: [
    { event: 'PreToolUse', matcher: CLAUDE_TOOLS, command: guard('claude'), timeout: PATIENCE },
    hook('UserPromptSubmit', 'user-prompt-submit', 'claude'),
    hook('SubagentStart', 'subagent-start', 'claude'),
    hook('SubagentStop', 'subagent-stop', 'claude'),
    hook('SessionStart', 'session-start', 'claude'),
  ],
  codex: [
    { event: 'PreToolUse', matcher: CODEX_TOOLS, command: guard('codex'), timeout: PATIENCE },
    hook('UserPromptSubmit', 'user-prompt-submit', 'codex'),
    hook('SessionStart', 'session-start', 'codex'),
  ],
  gemini: [
    { event: 'BeforeTool', matcher: GEMINI_TOOLS, command: guard('gemini'), timeout: PATIENCE * 1000 },
    hook('BeforeAgent', 'user-prompt-submit', 'gemini', PATIENCE * 1000),
    hook('SessionStart', 'session-start', 'gemini', PATIENCE * 1000),
  ],
}

/** Where each tool reads the hooks of a project, from its top. */
export const SETTINGS_FILE: Readonly<Record<AgentTool, string>> = {
  claude: '.claude/settings.json',
  codex: '.codex/hooks.json',
  gemini: '.gemini/settings.json',
}

type Json = Record<string, unknown>
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export interface Settings {
  readonly json: Json
  /** Spaces or a tab, as the file has it. */
  readonly indent: string
}

/** What is wrong with a file of settings, in a few words, and where. */
export interface SettingsProblem {
  readonly problem: string
}

/** Strictly: one entry that the tool cannot read takes every hook of the file out, and nothing says so. */
export const readSettings = (text: string | null): Settings | SettingsProblem => {
  if (text === null || text.trim() === '') return { json: {}, indent: '  ' }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    return { problem: `it is not JSON: ${(error as Error).message}` }
  }
  const twice = uniqueKeysProblem(text)
  if (twice) return { problem: `a key stands twice: ${twice}` }
  if (!isObject(json)) return { problem: 'it is no JSON object' }
  const amiss = hooksProblem(json.hooks)
  return amiss ? { problem: amiss } : { json, indent: /\n([ \t]+)"/.exec(text)?.[1] ?? '  ' }
}

const hooksProblem = (hooks: unknown): string | null => {
  if (hooks === undefined) return null
  if (!isObject(hooks)) return 'hooks is no object'
  for (const [event, groups] of Object.entries(hooks)) {
    if (!Array.isArray(groups)) return `hooks.${event} is no list`
    for (const [i, group] of groups.entries()) {
      const problem = groupProblem(group)
      if (problem) return `hooks.${event}[${i}]${problem}`
    }
  }
  return null
}

const groupProblem = (group: unknown): string | null => {
  if (!isObject(group)) return ' is no object'
  if (group.matcher !== undefined && typeof group.matcher !== 'string') return '.matcher is no text'
  if (!Array.isArray(group.hooks)) return '.hooks is no list'
  const at = group.hooks.findIndex((h) => !isObject(h) || typeof h.type !== 'string' || !hasWhat(h))
  return at < 0 ? null : `.hooks[${at}] has no type, or nothing to run`
}

const hasWhat = (h: Json): boolean =>
  h.type !== 'command' || (typeof h.command === 'string' && h.command.trim() !== '')

/** Ours, whatever version wrote it: it calls the verb. */
const OURS =
  /(?:^|[/\s;])qms(?:\.cjs)?['"]?\s+hook\s+(?:pre-tool-use|user-prompt-submit|subagent-start|subagent-stop|session-start)\b/
export const isOurs = (command: unknown): boolean => typeof command === 'string' && OURS.test(command)

type Group = { matcher?: string; hooks: Json[] }

/** @returns the same settings with exactly these hooks of ours: in place where they stand, else behind the others */
export const withHooks = (json: Json, wanted: readonly ToolHook[]): Json => {
  const hooks = { ...(json.hooks as Record<string, Group[]> | undefined) }
  for (const event of new Set([...Object.keys(hooks), ...wanted.map((w) => w.event)]))
    hooks[event] = groupsWith(
      hooks[event] ?? [],
      wanted.filter((w) => w.event === event),
    )
  const kept = Object.entries(hooks).filter(([event, groups]) => groups.length > 0 || isEmptyIn(json, event))
  if (kept.length === 0 && json.hooks === undefined) return json
  const { hooks: _, ...rest } = json
  if (kept.length === 0) return rest
  return { ...json, hooks: Object.fromEntries(kept) }
}

const isEmptyIn = (json: Json, event: string): boolean => {
  const groups = (json.hooks as Record<string, Group[]> | undefined)?.[event]
  return groups !== undefined && groups.length === 0
}

const groupsWith = (groups: readonly Group[], wanted: readonly ToolHook[]): Group[] => {
  const left = [...wanted]
  const kept = groups.flatMap((group) => {
    if (!group.hooks.some((h) => isOurs(h.command))) return [group]
    const others = group.hooks.filter((h) => !isOurs(h.command))
    if (others.length > 0) return [{ ...group, hooks: others }]
    const next = left.shift()
    return next ? [groupOf(next)] : []
  })
  return [...kept, ...left.map(groupOf)]
}

const groupOf = ({ matcher, command, timeout }: ToolHook): Group => ({
  ...(matcher === null ? {} : { matcher }),
  hooks: [{ type: 'command', command, timeout }],
})

export type HookState = 'installed' | 'absent' | 'outdated'

/** How each hook of a tool stands in its settings. */
export const statesOf = (json: Json, tool: AgentTool): { hook: ToolHook; state: HookState }[] => {
  const hooks = (json.hooks ?? {}) as Record<string, Group[]>
  return HOOKS[tool].map((hook) => {
    const ours = (hooks[hook.event] ?? []).filter((g) => g.hooks.some((h) => isOurs(h.command)))
    const exact = ours.some((g) => JSON.stringify(g) === JSON.stringify(groupOf(hook)))
    return { hook, state: exact ? 'installed' : ours.length > 0 ? 'outdated' : 'absent' }
  })
}

/** Whether whoever wrote the second text left our hooks as they were in the first, or put them there. */
export const keepsHooks = (before: string | null, after: string | null, tool: AgentTool): boolean => {
  const [was, is] = [readSettings(before), after === null ? { problem: 'not told' } : readSettings(after)]
  if ('problem' in is) return false
  if ('problem' in was) return true
  if (is.json.disableAllHooks === true && was.json.disableAllHooks !== true) return false
  const [old, now] = [statesOf(was.json, tool), statesOf(is.json, tool)]
  return old.every(({ state }, i) => state !== 'installed' || now[i]?.state === 'installed')
}

/** How a server of this program is started by a tool. */
const SERVER = { type: 'stdio', command: 'qms', args: ['mcp'] }

/** Whether the server is among those of a project, and as it should be. */
export const serverIn = (json: Json): HookState => {
  const own = isObject(json.mcpServers) ? json.mcpServers.qms : undefined
  return own === undefined
    ? 'absent'
    : JSON.stringify(own) === JSON.stringify(SERVER)
      ? 'installed'
      : 'outdated'
}

/** The servers of a project with that of this program, or without it. */
export const withServer = (json: Json, without: boolean): Json => {
  const { qms: _, ...others } = isObject(json.mcpServers) ? json.mcpServers : {}
  if (!without) return { ...json, mcpServers: { ...(json.mcpServers as Json | undefined), qms: SERVER } }
  if (json.mcpServers === undefined || Object.keys(others).length > 0)
    return json.mcpServers === undefined ? json : { ...json, mcpServers: others }
  const { mcpServers: __, ...rest } = json
  return rest
}

export const settingsText = ({ json, indent }: Settings): string => `${JSON.stringify(json, null, indent)}\n`
