import { Args, Command, loadHelpClass } from '@oclif/core'

export default class Help extends Command {
  static override summary = 'every command by task, or one command with examples'
  static override examples = ['<%= config.bin %> help', '<%= config.bin %> help route']
  static override strict = false
  static override args = { command: Args.string({ description: 'command to explain', ignoreStdin: true }) }

  async run(): Promise<void> {
    const { argv } = await this.parse(Help)
    const HelpClass = await loadHelpClass(this.config)
    await new HelpClass(this.config, this.config.pjson.oclif.helpOptions).showHelp(argv as string[])
  }
}
