import { QmsCommand } from '../base.ts'
import { type CommandCard, cardsOf } from '../cards.ts'
import { listing } from '../listing.ts'
import { table } from '../screen.ts'

export default class Commands extends QmsCommand {
  static override summary = 'every command for programs: arguments, flags, whether it writes, exit codes'
  static override examples = [
    '<%= config.bin %> commands --json',
    '<%= config.bin %> commands --fields name,effects --plain',
  ]
  static override flags = { ...listing }

  async run(): Promise<object> {
    const { flags } = await this.parse(Commands)
    const commands: readonly CommandCard[] = cardsOf(this.config.commands)
    return this.listed(flags, {
      answer: { commands },
      key: 'commands',
      columns: ['name', 'effects', 'summary'],
      lines: () =>
        table(
          ['COMMAND', 'EFFECTS', 'SUMMARY'],
          commands.map((c) => [c.name, c.effects, c.summary]),
        ),
    })
  }
}
