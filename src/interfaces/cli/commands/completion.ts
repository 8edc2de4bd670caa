import { Args } from '@oclif/core'
import { QmsCommand } from '../base.ts'
import { SCRIPTS, SHELLS, type Shell } from '../completion/scripts.ts'

export default class Completion extends QmsCommand {
  static override summary = 'a script that completes verbs, flags, ids and names in your shell'
  static override description =
    'The first lines of the script say where it goes. Ids, users and statuses are those of the project you are in.'
  static override examples = [
    '<%= config.bin %> completion bash',
    '<%= config.bin %> completion zsh',
    '<%= config.bin %> completion fish',
    '<%= config.bin %> completion powershell',
  ]
  static override args = {
    shell: Args.string({
      description: SHELLS.join(', '),
      options: [...SHELLS],
      required: true,
      ignoreStdin: true,
    }),
  }

  async run(): Promise<{ shell: string; script: string }> {
    const { args } = await this.parse(Completion)
    const script = SCRIPTS[args.shell as Shell]
    this.say([script.trimEnd()])
    return { shell: args.shell, script }
  }
}
