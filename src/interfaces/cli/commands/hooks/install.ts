import { resolve } from 'node:path'
import { Flags } from '@oclif/core'
import { AGENT_TOOLS, type AgentTool } from '../../../../app/agents/hooks/input.ts'
import {
  type HookChange,
  type HookPlace,
  openHooks,
  openServerHooks,
  openToolSettings,
  type ToolHookChange,
} from '../../../../compose-hooks.ts'
import { visibleLine } from '../../../visible.ts'
import { type CommonFlags, QmsCommand } from '../../base.ts'
import { changeLines, checkKind, placeLines } from '../../hooks.ts'
import { bold } from '../../screen.ts'

interface Installed {
  readonly place: HookPlace | { readonly kind: 'settings'; readonly folder: string; readonly because: null }
  readonly hooks: readonly (HookChange | ToolHookChange)[]
  readonly dryRun: boolean
}

export default class HooksInstall extends QmsCommand {
  static override summary = 'let git, or an agent tool, ask qms before something is done'
  static override description =
    'Hooks that are there go on: they are called first, or ours stands in their first lines. With husky the files of .husky are used, with lefthook its local settings. In the settings of an agent tool ours stand beside what is there, and for Claude Code the server of qms in .mcp.json. --uninstall takes away what was installed, and puts the former hooks back.'
  static override examples = [
    '<%= config.bin %> hooks install --git',
    '<%= config.bin %> hooks install --git --uninstall',
    '<%= config.bin %> hooks install --server ../server.git',
    '<%= config.bin %> hooks install --agent claude',
  ]
  static override flags = {
    git: Flags.boolean({
      description: 'pre-commit, pre-merge-commit, commit-msg and pre-push of this repository',
    }),
    server: Flags.string({ description: 'pre-receive of a bare repository', helpValue: 'DIR' }),
    agent: Flags.option({
      description: 'an agent tool: its settings in this work tree',
      options: AGENT_TOOLS,
    })(),
    uninstall: Flags.boolean({ description: 'take away what was installed' }),
    'dry-run': Flags.boolean({ char: 'n', description: 'say what would be done, and do nothing' }),
  }

  async run(): Promise<Installed> {
    const { flags } = await this.parse(HooksInstall)
    checkKind(flags.git, flags.server, flags.agent)
    if (flags.agent) return this.#tool(flags.agent, flags)
    const folder = this.folder(flags)
    const hooks = flags.server
      ? await openServerHooks(resolve(folder, flags.server))
      : await openHooks(folder, !flags.uninstall)
    const dryRun = flags['dry-run'] ?? false
    const changes = await (flags.uninstall ? hooks.uninstall(dryRun) : hooks.install(dryRun))
    this.say([
      ...placeLines(hooks),
      ...changeLines(changes, dryRun),
      '',
      bold('Next'),
      ...next(flags, hooks.place),
    ])
    return { place: hooks.place, hooks: changes, dryRun }
  }

  async #tool(
    tool: AgentTool,
    flags: CommonFlags & { readonly uninstall?: boolean | undefined },
  ): Promise<Installed> {
    const uninstall = flags.uninstall ?? false
    const dryRun = flags['dry-run'] ?? false
    const { folder, files } = await openToolSettings(this.folder(flags), !uninstall)
    const { installToolHooks } = await import('../../../../app/agents/hooks/install.ts')
    const changes = await installToolHooks(files, { tool, uninstall, dryRun })
    this.say([
      `Settings of ${tool} in ${bold(visibleLine(folder))}`,
      ...changeLines(changes, dryRun),
      ...(uninstall
        ? []
        : ['', 'The hooks call the qms on the PATH. No hook of an agent tool is certain to run.']),
      '',
      bold('Next'),
      '  qms hooks show',
      '  qms doctor',
    ])
    return { place: { kind: 'settings', folder, because: null }, hooks: changes, dryRun }
  }
}

const next = (
  flags: { readonly uninstall?: boolean; readonly server?: string | undefined },
  place: HookPlace,
) => [
  ...(place.kind === 'lefthook' && !flags.uninstall ? ['  lefthook install'] : []),
  `  qms hooks show${flags.server ? ` --server ${flags.server}` : ''}`,
]
