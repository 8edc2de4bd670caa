import { resolve } from 'node:path'
import { Flags } from '@oclif/core'
import { AGENT_TOOLS } from '../../../../app/agents/hooks/input.ts'
import {
  type HookFile,
  type HookPlace,
  openHooks,
  openServerHooks,
  openToolSettings,
  type ToolHookState,
} from '../../../../compose-hooks.ts'
import { QmsCommand } from '../../base.ts'
import { placeLines, stateLines, toolLines } from '../../hooks.ts'
import { bold } from '../../screen.ts'

export default class HooksShow extends QmsCommand {
  static override summary = 'which hooks call qms, where they are, and what else they call'
  static override examples = [
    '<%= config.bin %> hooks show',
    '<%= config.bin %> hooks show --server ../server.git',
  ]
  static override flags = {
    server: Flags.string({ description: 'of a bare repository', helpValue: 'DIR' }),
  }

  async run(): Promise<{ place: HookPlace; hooks: readonly HookFile[]; tools: readonly ToolHookState[] }> {
    const { flags } = await this.parse(HooksShow)
    const folder = this.folder(flags)
    const opened = flags.server
      ? await openServerHooks(resolve(folder, flags.server))
      : await openHooks(folder, false)
    const hooks = opened.list()
    const wanting = hooks.some(({ state }) => state !== 'installed')
    const how = flags.server ? `--server ${flags.server}` : '--git'
    const more = wanting ? ['', bold('Next'), `  qms hooks install ${how}`] : []
    const tools = flags.server ? [] : await inTools(folder)
    this.say([...placeLines(opened), ...stateLines(hooks), ...toolLines(tools), ...more])
    return { place: opened.place, hooks, tools }
  }
}

/** Of those agent tools that have any hook of ours in their settings. */
const inTools = async (folder: string): Promise<ToolHookState[]> => {
  const { files } = await openToolSettings(folder, false)
  const { toolHooks } = await import('../../../../app/agents/hooks/install.ts')
  const all = await Promise.all(AGENT_TOOLS.map((tool) => toolHooks(files, tool)))
  return all.filter((hooks) => hooks.some(({ state }) => state !== 'absent')).flat()
}
