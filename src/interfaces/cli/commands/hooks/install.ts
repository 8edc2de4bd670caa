import { resolve } from 'node:path'
import { Flags } from '@oclif/core'
import { type HookChange, type HookPlace, openHooks, openServerHooks } from '../../../../compose-hooks.ts'
import { QmsCommand } from '../../base.ts'
import { changeLines, checkKind, placeLines } from '../../hooks.ts'
import { bold } from '../../screen.ts'

interface Installed {
  readonly place: HookPlace
  readonly hooks: readonly HookChange[]
  readonly dryRun: boolean
}

export default class HooksInstall extends QmsCommand {
  static override summary = 'let git ask qms before a commit, a push, or what a server receives'
  static override description =
    'Hooks that are there go on: they are called first, or ours stands in their first lines. With husky the files of .husky are used, with lefthook its local settings. --uninstall takes away what was installed, and puts the former hooks back.'
  static override examples = [
    '<%= config.bin %> hooks install --git',
    '<%= config.bin %> hooks install --git --uninstall',
    '<%= config.bin %> hooks install --server ../server.git',
  ]
  static override flags = {
    git: Flags.boolean({
      description: 'pre-commit, pre-merge-commit, commit-msg and pre-push of this repository',
    }),
    server: Flags.string({ description: 'pre-receive of a bare repository', helpValue: 'DIR' }),
    uninstall: Flags.boolean({ description: 'take away what was installed' }),
    'dry-run': Flags.boolean({ char: 'n', description: 'say what would be done, and do nothing' }),
  }

  async run(): Promise<Installed> {
    const { flags } = await this.parse(HooksInstall)
    checkKind(flags.git, flags.server)
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
}

const next = (
  flags: { readonly uninstall?: boolean; readonly server?: string | undefined },
  place: HookPlace,
) => [
  ...(place.kind === 'lefthook' && !flags.uninstall ? ['  lefthook install'] : []),
  `  qms hooks show${flags.server ? ` --server ${flags.server}` : ''}`,
]
