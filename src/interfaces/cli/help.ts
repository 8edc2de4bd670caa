/** Help: examples first, commands by task. */
import { type Command, Help as OclifHelp } from '@oclif/core'
import { bold, dim } from './screen.ts'

/** Every command under the task that it serves; a test proves that none is missing. */
export const TASKS: Readonly<Record<string, readonly string[]>> = {
  'Set up': [
    'init',
    'user add',
    'user list',
    'user show',
    'user disable',
    'user enable',
    'namespace add',
    'namespace list',
    'policy show',
    'policy set',
    'config',
  ],
  Write: [
    'create',
    'checkout',
    'checkin',
    'read',
    'diff',
    'list',
    'search',
    'tree',
    'template list',
    'template show',
  ],
  'Review and approve': [
    'route',
    'assign',
    'review',
    'approve',
    'reject',
    'withdraw',
    'release',
    'revert',
    'close',
    'cancel',
    'fix',
    'escalate',
    'resolve',
  ],
  Know: ['status', 'next', 'inbox', 'workspace', 'history', 'comments', 'help'],
}

const EXIT_CODES =
  '0 done, 1 refused by a rule, 2 usage, 3 not found, 4 not allowed, 5 conflict, 7 record damaged, 8 input/output, 9 cannot be verified, 70 a bug'

export default class Help extends OclifHelp {
  protected override async showRootHelp(): Promise<void> {
    this.log(this.rootLines().join('\n'))
  }

  private rootLines(): string[] {
    const summary = (name: string): string => this.config.findCommand(name.replace(' ', ':'))?.summary ?? ''
    return [
      `${bold('qms')} document control in git, for teams of people and agents`,
      '',
      bold('Examples'),
      '  qms init                                              begin a store in this repository',
      '  qms create CR --title "Add rate limits" -u claude     begin a change record',
      '  qms inbox -u qa                                       what is asked of the reviewer',
      '',
      ...Object.entries(TASKS).flatMap(([task, names]) => [
        bold(task),
        ...names.map((n) => `  ${n.padEnd(16)} ${summary(n)}`),
        '',
      ]),
      `Every command takes ${bold('--json')}, ${bold('-u NAME')} (or QMS_USER) and ${bold('-C DIR')}; ${bold('qms help COMMAND')} has examples.`,
      dim(`Exit codes: ${EXIT_CODES}.`),
    ]
  }

  /** Examples come before flags: most readers want one that runs. */
  protected override formatCommand(command: Command.Loadable | Command.Cached): string {
    const examples = [command.examples ?? []]
      .flat()
      .map((e) => `  $ ${String(e).replaceAll('<%= config.bin %>', this.config.bin)}`)
    const rest = super.formatCommand({ ...command, examples: [] } as unknown as Command.Loadable)
    return [...(examples.length > 0 ? [bold('EXAMPLES'), ...examples, ''] : []), rest].join('\n')
  }
}
