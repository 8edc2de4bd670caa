/** Starts the command line: finds the command, or says which was meant. */
import { Config } from '@oclif/core'
import { EXIT } from '../../errors.ts'
import { present } from '../present.ts'
import { encodeAnswer, failure, success } from './answer.ts'
import { flagsLast } from './argv.ts'
import type { Catalogue } from './catalogue.ts'
import { pluginOf } from './plugin.ts'
import { print, printError, refusalLines, show } from './screen.ts'
import { traced } from './trace.ts'
import { refuseUnknown } from './unknown.ts'
import { asUsage } from './usage.ts'

/**
 * Runs `argv` (without node and script). Sets `process.exitCode`; never throws.
 * @param root folder of the package
 */
export const run = async (argv: readonly string[], root: string, catalogue: Catalogue): Promise<void> => {
  quietOnClosedPipe()
  if (argv[0] === 'complete') {
    const { complete } = await import('./completion/complete.ts')
    return complete(argv.slice(1), catalogue.commands)
  }
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
  if (first === '--version') return version(words, config)
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

/** @throws USAGE where there is nothing of that name */
const help = async (words: readonly string[], config: Config): Promise<void> => {
  const { pageOf } = await import('./help.ts')
  const asked = words.filter((word) => word !== '--help' && word !== '-h')
  const end = asked.findIndex((word) => word.startsWith('-'))
  show(await pageOf(config, end < 0 ? asked : asked.slice(0, end)))
}

const version = async (words: readonly string[], config: Config): Promise<void> => {
  if (!words.includes('--json')) return print([config.userAgent])
  const { versions } = await import('./version.ts')
  print([encodeAnswer(success('version', await versions(config.version)))])
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
  const refusal = traced(present(asUsage(error, '')), error, words[0] ?? '')
  process.exitCode = refusal.exit
  if (process.env.QMS_DEBUG) printError([String(error.stack)])
  if (words.includes('--json')) print([encodeAnswer(failure(words[0] ?? '', refusal))])
  else printError(refusalLines(refusal))
}
