import { Args } from '@oclif/core'
import { QmsCommand } from '../base.ts'
import { pageOf } from '../help.ts'

export default class Help extends QmsCommand {
  static override summary = 'every command by task; one command, a topic or a refusal explained'
  static override examples = [
    '<%= config.bin %> help',
    '<%= config.bin %> help route',
    '<%= config.bin %> help lifecycle',
    '<%= config.bin %> help NOT_OPEN',
  ]
  static override strict = false
  static override args = {
    command: Args.string({ description: 'command, topic or code of a refusal', ignoreStdin: true }),
  }

  async run(): Promise<{ lines: readonly string[] }> {
    const { argv } = await this.parse(Help)
    const lines = await pageOf(this.config, argv as string[])
    this.say(lines)
    return { lines }
  }
}
