import { Args, Command } from '@oclif/core'

export default class Help extends Command {
  static override summary = 'every command by task, or one command with examples'
  static override examples = ['<%= config.bin %> help', '<%= config.bin %> help route']
  static override strict = false
  static override args = { command: Args.string({ description: 'command to explain', ignoreStdin: true }) }

  async run(): Promise<void> {
    const { argv } = await this.parse(Help)
    const { default: HelpPages } = await import('../help.ts')
    await new HelpPages(this.config).showHelp(argv as string[])
  }
}
