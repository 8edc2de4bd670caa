/** Starts the command line: finds the command, or says which was meant. */
import { Config } from '@oclif/core'
import { closest } from '../../app/suggest.ts'
import { EXIT, refuse } from '../../errors.ts'
import { present } from '../present.ts'
import { encodeAnswer, failure } from './answer.ts'
import { flagsLast } from './argv.ts'
import { asUsage } from './base.ts'
import type { Catalogue } from './catalogue.ts'
import { pluginOf } from './plugin.ts'
import { print, printError, refusalLines } from './screen.ts'

/**
 * Runs `argv` (without node and script). Sets `process.exitCode`; never throws.
 * @param root folder of the package
 */
export const run = async (argv: readonly string[], root: string, catalogue: Catalogue): Promise<void> => {
  quietOnClosedPipe()
  const words = flagsLast(argv)
  try {
    await dispatch(words, await configured(root, catalogue))
  } catch (error) {
    if ((error as { oclif?: { exit?: number } }).oclif?.exit !== 0) fail(error as Error, words)
  }
}

/** Without the colours that a user may have chosen for every program made with oclif. */
class Configuration extends Config {
  override async loadTheme(): Promise<undefined> {}
}

const configured = async (root: string, catalogue: Catalogue): Promise<Config> => {
  const plugin = pluginOf(root, catalogue)
  const plugins = new Map([[plugin.name, plugin]])
  const config = new Configuration({ root, pjson: catalogue.pjson, plugins })
  await config.load()
  return config
}

const dispatch = async (words: readonly string[], config: Config): Promise<void> => {
  const [first] = words
  if (first === undefined) {
    const { frontPage } = await import('./front-page.ts')
    return print(await frontPage(process.cwd(), config.version))
  }
  if (first === '--version') return print([config.userAgent])
  if (asksForHelp(words)) return help(words, config)
  refuseUnknown(words, config)
  const topic = config.findCommand(words.slice(0, 2).join(':'))
  if (topic) await config.runCommand(topic.id, words.slice(2))
  else if (config.findCommand(first)) await config.runCommand(first, words.slice(1))
  else return help(words, config)
}

const asksForHelp = (words: readonly string[]): boolean => {
  const end = words.indexOf('--')
  return words.slice(0, end < 0 ? undefined : end).some((word) => word === '--help' || word === '-h')
}

const help = async (words: readonly string[], config: Config): Promise<void> => {
  const { default: Help } = await import('./help.ts')
  await new Help(config).showHelp([...words])
}

/** `| head` closes our output: that is no error. A full disk behind it is one, but undoes nothing. */
const quietOnClosedPipe = (): void => {
  // Before the parser's own listener, which throws.
  for (const stream of [process.stdout, process.stderr])
    stream.prependListener('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0)
      process.exitCode = EXIT.IO
      if (stream === process.stdout)
        printError([`The answer could not be written: ${error.message}. What was done is done: qms status`])
      process.exit(EXIT.IO)
    })
}

const fail = (error: Error, words: readonly string[]): void => {
  const refusal = present(asUsage(error, ''))
  process.exitCode = refusal.exit
  if (process.env.QMS_DEBUG) printError([String(error.stack)])
  if (words.includes('--json')) print([encodeAnswer(failure(words[0] ?? '', refusal))])
  else printError(refusalLines(refusal))
}

/** @throws USAGE with the commands that come closest */
const refuseUnknown = (words: readonly string[], config: Config): void => {
  const verbs = words.slice(
    0,
    words.findIndex((w) => w.startsWith('-')) < 0 ? undefined : words.findIndex((w) => w.startsWith('-')),
  )
  const first = verbs[0]
  if (first === undefined || config.findCommand(first) || config.findCommand(verbs.slice(0, 2).join(':')))
    return
  const asked = verbs.slice(0, 2).join(' ')
  const topic = config.topics.some((t) => t.name === first)
  if (topic && verbs.length === 1) return
  const names = config.commands.filter((c) => !c.hidden).map((c) => c.id.replaceAll(':', ' '))
  const near = [
    ...closest(
      first,
      names.filter((n) => !n.includes(' ')),
    ),
    ...closest(asked, names),
  ]
  const hint = near[0] ? `: did you mean ${near[0]}?` : ''
  throw refuse('USAGE', {
    problem: `there is no command "${topic ? asked : first}"${hint}`,
    usage: near[0] ? `qms ${near[0]} --help` : 'qms help',
  })
}
