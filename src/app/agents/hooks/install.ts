/** Hooks of this program in the settings of an agent tool: put there, taken out, told. What else is in the file stays. */
import type { AgentTool } from '../../../agents/tool-call.ts'
import {
  HOOKS,
  readSettings,
  SETTINGS_FILE,
  type Settings,
  serverIn,
  settingsText,
  statesOf,
  withHooks,
  withServer,
} from '../../../agents/tool-settings.ts'
import { refuse } from '../../../errors.ts'

/** One file of settings, below the top of the work tree. */
export interface SettingsFiles {
  /** Null where there is none. @throws LINK_IN_STORE, IO */
  read(path: string): Promise<string | null>
  /** Whole or not at all; null takes it away. @throws LINK_IN_STORE, IO */
  write(path: string, text: string | null): Promise<void>
}

export interface ToolHookState {
  readonly tool: AgentTool
  readonly hook: string
  readonly file: string
  readonly state: 'installed' | 'absent' | 'outdated'
}

export interface ToolHookChange {
  readonly hook: string
  readonly file: string
  readonly did: 'written' | 'renewed' | 'unchanged' | 'taken away' | 'none'
  readonly former: null
}

/** The file in which Claude Code finds servers of a project. */
const SERVERS_FILE = '.mcp.json'

/** @throws HOOK_IN_THE_WAY where the tool could not read the file either */
const settingsAt = async (files: SettingsFiles, path: string, tool: AgentTool): Promise<Settings> => {
  const read = readSettings(await files.read(path))
  if (!('problem' in read)) return read
  throw refuse('HOOK_IN_THE_WAY', {
    hook: HOOKS[tool][0]?.event ?? tool,
    file: path,
    problem: read.problem,
    expected: 'a file of settings that the tool can read: with one mistake in it, it runs none of its hooks',
    next: [`qms hooks install --agent ${tool}`],
  })
}

interface Installing {
  readonly tool: AgentTool
  readonly uninstall: boolean
  readonly dryRun: boolean
}

/** Every file is read, and every change made up, before the first is written. @throws HOOK_IN_THE_WAY, LINK_IN_STORE, IO */
export const installToolHooks = async (
  files: SettingsFiles,
  { tool, uninstall, dryRun }: Installing,
): Promise<ToolHookChange[]> => {
  const path = SETTINGS_FILE[tool]
  const settings = await settingsAt(files, path, tool)
  const servers = tool === 'claude' ? await settingsAt(files, SERVERS_FILE, tool) : null
  const changes = statesOf(settings.json, tool).map(({ hook, state }) => ({
    hook: hook.event,
    file: path,
    did: didTo(state, uninstall),
    former: null,
  }))
  const next = withHooks(settings.json, uninstall ? [] : HOOKS[tool])
  if (!dryRun) await put(files, path, settings, next)
  if (servers === null) return changes
  const served = withServer(servers.json, uninstall)
  if (!dryRun) await put(files, SERVERS_FILE, servers, served)
  const server = {
    hook: 'mcp server',
    file: SERVERS_FILE,
    did: didTo(serverIn(servers.json), uninstall),
    former: null,
  }
  return [...changes, server]
}

const DID = { absent: 'written', outdated: 'renewed', installed: 'unchanged' } as const

const didTo = (state: ToolHookState['state'], uninstall: boolean): ToolHookChange['did'] =>
  uninstall ? (state === 'absent' ? 'none' : 'taken away') : DID[state]

const put = async (
  files: SettingsFiles,
  path: string,
  before: Settings,
  json: Settings['json'],
): Promise<void> => {
  if (JSON.stringify(json) === JSON.stringify(before.json)) return
  const empty = Object.keys(json).length === 0
  await files.write(path, empty ? null : settingsText({ json, indent: before.indent }))
}

/** How the hooks of one tool stand. @throws HOOK_IN_THE_WAY, LINK_IN_STORE, IO */
export const toolHooks = async (files: SettingsFiles, tool: AgentTool): Promise<ToolHookState[]> => {
  const { json } = await settingsAt(files, SETTINGS_FILE[tool], tool)
  return statesOf(json, tool).map(({ hook, state }) => ({
    tool,
    hook: hook.event,
    file: SETTINGS_FILE[tool],
    state,
  }))
}
