import { Flags } from '@oclif/core'
import type { RunResult } from '../../../../app/run-item.ts'
import { userCommands } from '../../../../compose.ts'
import { refuse } from '../../../../errors.ts'
import { quoted } from '../../../call.ts'
import { visibleLine } from '../../../visible.ts'
import { writing } from '../../base.ts'
import { Echo } from '../../echo.ts'
import { toldOf } from '../../exhibits.ts'
import { ItemCommand, itemArgs, itemIn } from '../../item.ts'
import { bold, resultLines } from '../../screen.ts'

/** A command that failed was recorded all the same. */
const FAILED = 6

const DAY = 86_400

export default class EiRun extends ItemCommand {
  static override summary = 'run a command, and keep what came of it as evidence of an execution item'
  static override description =
    'The command stands behind --, and is run without a shell, in the folder where you are, with empty standard input. What it writes is shown as it comes; recorded are its words, exit code, time, the commit that is checked out, and its output, in which secrets are masked. Ends with 0 if the command did, and with 6 if it failed, which is recorded, too.'
  static override examples = [
    '<%= config.bin %> ei run CR-001 EI-1 -u claude -- git log -1 --oneline',
    '<%= config.bin %> ei run CR-001 EI-1 --timeout 600 -u claude -- sh -c "echo checked && git status"',
  ]
  static override args = itemArgs
  /** What stands behind -- is not ours to judge. */
  static override strict = false
  static override flags = {
    timeout: Flags.integer({
      description: 'seconds after which the command is ended, and recorded as failed',
      helpValue: 'S',
      min: 1,
      max: DAY,
    }),
    ...writing,
  }

  async run(): Promise<RunResult> {
    const given = this.argv
    const end = given.includes('--') ? given.indexOf('--') : given.length
    const { args, flags, argv } = await this.parse(EiRun, given.slice(0, end))
    this.argv = given // the parser leaves what it was given
    const command = given.slice(end + 1)
    if (command.length === 0 || argv.length > Object.keys(itemArgs).length)
      throw nothingToRun(args.id, args.item)
    const { runItem } = await import('../../../../app/run-item.ts')
    const echo = new Echo(this.jsonEnabled())
    const asked = {
      item: args.item,
      command,
      folder: this.folder(flags),
      timeout: flags.timeout,
      hear: echo.hear,
    }
    echo.open()
    const done = await this.using(flags, async ({ qms }, ask) =>
      runItem(qms, ask, args.id, asked, await userCommands()),
    ).finally(() => this.#left(echo))
    this.say(linesOf(done, args.item, command))
    if (done.run && done.run.exit !== 0) process.exitCode = FAILED
    return done
  }

  /** Nobody reads the answer any more: what was done is done, and its exit code says so. */
  #left(echo: Echo): void {
    if (!echo.close()) this.say = () => undefined
  }
}

const nothingToRun = (id: string, item: string) =>
  refuse('USAGE', {
    problem: 'which command is to be run? It stands behind --',
    usage: `qms ei run ${id} ${item} -- npm test`,
  })

const linesOf = (done: RunResult, item: string, command: readonly string[]): string[] => {
  if (done.dryRun)
    return [
      bold('Would run'),
      `  ${command.map(quoted).map(visibleLine).join(' ')}`,
      'Nothing was run, and nothing written.',
    ]
  const { run, number } = done
  return resultLines(
    done,
    `${itemIn(done, { item })} has evidence E${number}${run ? `: ${toldOf(run)}` : ''}`,
  )
}
