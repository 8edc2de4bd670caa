import { Args, Flags } from '@oclif/core'
import type { TrustedBackend, Trusting } from '../../../../app/agents/trust.ts'
import { refuse } from '../../../../errors.ts'
import { quoted } from '../../../call.ts'
import { visibleLine } from '../../../visible.ts'
import { QmsCommand } from '../../base.ts'
import { bold, print, table } from '../../screen.ts'

export default class ConfigTrust extends QmsCommand {
  static override summary = 'agree to a program that the project names for its agents, on this machine'
  static override description =
    'qms.config.json may name programs that run agents (`qms config backends`); none of them is run before you agreed to exactly these words. Shows the command and asks; without a terminal, --yes says that you have read it. What you trust is kept for this clone, outside of the repository; a changed word has to be trusted anew. Without a name, or with --list, all of them are listed.'
  static override examples = [
    '<%= config.bin %> config trust --list',
    '<%= config.bin %> config trust own --dry-run',
    '<%= config.bin %> config trust own --yes',
    '<%= config.bin %> config trust own --remove',
  ]
  static override args = {
    name: Args.string({ description: 'a backend of the project', ignoreStdin: true }),
  }
  static override flags = {
    list: Flags.boolean({
      description: 'every command that the project names or you trust',
      exclusive: ['yes'],
    }),
    yes: Flags.boolean({ description: 'you have read the command and agree to it' }),
    remove: Flags.boolean({ description: 'trust it no longer', exclusive: ['yes', 'list'] }),
    'dry-run': Flags.boolean({ char: 'n', description: 'show the command, and change nothing' }),
  }

  async run(): Promise<Trusting> {
    const { args, flags } = await this.parse(ConfigTrust)
    const { listTrust, trustCommand, distrustCommand } = await import('../../../../app/agents/trust.ts')
    const { name } = args
    if (name === undefined && (flags.yes || flags.remove))
      throw refuse('USAGE', { problem: 'which backend?', usage: 'qms config trust NAME' })
    const done = await this.using(flags, async ({ qms, agentTools }, ask) => {
      const { trust } = await agentTools()
      if (name === undefined || flags.list) return listTrust(qms, trust)
      if (flags.remove) return distrustCommand(qms, ask, trust, name)
      return trustCommand(qms, ask, trust, name, (command) => this.#agree(command, flags.yes))
    })
    this.say(linesOf(done))
    return done
  }

  async #agree(command: TrustedBackend, yes: boolean): Promise<boolean> {
    if (yes) return true
    if (this.jsonEnabled() || !process.stdin.isTTY || !process.stdout.isTTY) return false
    const { createInterface } = await import('node:readline/promises')
    const terminal = createInterface({ input: process.stdin, output: process.stdout })
    try {
      print(commandLines(command))
      return /^y(?:es)?$/i.test((await terminal.question('Run it on this machine? [y/N] ')).trim())
    } catch {
      return false // left with Ctrl-C or Ctrl-D
    } finally {
      terminal.close()
    }
  }
}

const line = (words: readonly string[] | null): string =>
  words === null ? '' : words.map(quoted).map(visibleLine).join(' ')

const commandLines = ({ name, start, resume }: TrustedBackend): string[] => [
  bold(`The backend ${name} of this project runs`),
  `  ${line(start)}`,
  ...(resume ? [`  ${line(resume)}`] : []),
]

const STATE: Readonly<Record<TrustedBackend['state'], string>> = {
  trusted: 'trusted',
  untrusted: 'not trusted',
  changed: 'not trusted: its words have changed',
  gone: 'no longer named by the project',
}

const linesOf = ({ commands, changed, dryRun }: Trusting): string[] => {
  const [first] = commands
  if (dryRun && first)
    return [...commandLines(first), `It is ${STATE[first.state]}. Nothing was changed.`, ...next(first)]
  if (changed !== null) {
    const trusted = first?.state === 'trusted'
    return [`${changed} is ${trusted ? 'trusted' : 'no longer trusted'} on this machine.`, ...next(first)]
  }
  if (commands.length === 0) return ['The project names no command of its own.', ...next(undefined)]
  const rows = commands.map((c) => [c.name, STATE[c.state], line(c.start), line(c.resume)])
  return [
    ...table(['BACKEND', 'STATE', 'START', 'RESUME'], rows),
    ...next(commands.find((c) => c.state !== 'trusted')),
  ]
}

const next = (command: TrustedBackend | undefined): string[] => [
  '',
  bold('Next'),
  ...(command && command.state !== 'trusted' && command.state !== 'gone'
    ? [`  qms config trust ${command.name}`]
    : []),
  '  qms config backends',
]
