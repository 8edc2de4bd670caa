/** Pages of help as lines: examples first, nothing wider than the screen. */
import type { Command } from '@oclif/core'
import { EXIT, type FaultCode } from '../../errors.ts'
import { EXPLANATIONS } from '../explain.ts'
import { EXIT_MEANINGS, TOPICS } from '../topics.ts'
import { UNDO } from '../undo.ts'
import { bold, dim } from './screen.ts'
import { padTo, widthOf, wrap } from './text.ts'

export type Described = Command.Loadable | Command.Cached
type Flag = Command.Flag.Cached
type Arg = Command.Arg.Cached

/** Of a page: that of the screen, but no wider than can be read; 80 where there is none. */
const pageWidth = (): number => Math.min(process.stdout.isTTY ? process.stdout.columns || 80 : 80, 100)

const paragraph = (text: string, indent = 0): string[] => wrap(text, pageWidth(), indent)

/** Names on the left, what they mean on the right, wrapped there. */
const pairs = (rows: readonly (readonly [string, string])[], most = 26): string[] => {
  const left = Math.min(Math.max(...rows.map(([name]) => widthOf(name))), most)
  return rows.flatMap(([name, meaning]) => {
    const [first = '', ...rest] = wrap(meaning, pageWidth() - left - 4)
    const head =
      widthOf(name) > left
        ? [`  ${name}`, `  ${' '.repeat(left)}  ${first}`]
        : [`  ${padTo(name, left)}  ${first}`]
    return [...head.map((line) => line.trimEnd()), ...rest.map((line) => `  ${' '.repeat(left)}  ${line}`)]
  })
}

const section = (name: string, lines: readonly string[]): string[] =>
  lines.length > 0 ? ['', bold(name), ...lines] : []

export const nameOf = (command: Described): string => command.id.replaceAll(':', ' ')

export const examplesOf = (command: Described): string[] =>
  [command.examples ?? []].flat().map((e) => String(e).replaceAll('<%= config.bin %>', 'qms'))

/** A command keeps its small letters. */
const sentence = (text: string): string =>
  `${text.startsWith('qms ') ? text.charAt(0) : text.charAt(0).toUpperCase()}${text.slice(1)}.`

export const commandPage = (command: Described): string[] => {
  const name = nameOf(command)
  const flags = Object.values(command.flags).filter((flag) => !flag.hidden)
  const own = flags.filter((flag) => flag.helpGroup !== 'GLOBAL').sort((a, b) => (a.name < b.name ? -1 : 1))
  const shared = flags.filter((flag) => flag.helpGroup === 'GLOBAL')
  const args = Object.values(command.args).filter((arg) => !arg.hidden)
  const back = UNDO[name]
  return [
    ...paragraph(`${bold(`qms ${name}`)}: ${command.summary ?? ''}`, 2),
    ...section(
      'EXAMPLES',
      examplesOf(command).map((example) => `  $ ${example}`),
    ),
    ...section('USAGE', [
      `  $ qms ${[name, ...args.map((arg) => usageOf(arg)), ...(own.length > 0 ? ['[FLAGS]'] : [])].join(' ')}`,
    ]),
    ...(command.description ? section('MEANING', wrap(`  ${command.description}`, pageWidth(), 2)) : []),
    ...section(
      'ARGUMENTS',
      args.length > 0 ? pairs(args.map((arg) => [arg.name.toUpperCase(), arg.description ?? ''])) : [],
    ),
    ...section('FLAGS', own.length > 0 ? pairs(own.map((flag) => [flagName(flag), flagMeaning(flag)])) : []),
    ...section('TAKE IT BACK', back ? wrap(`  ${sentence(plain(back))}`, pageWidth(), 2) : []),
    ...section('GLOBAL FLAGS', pairs(shared.map((flag) => [flagName(flag), flagMeaning(flag)]))),
  ]
}

/** What stands behind a command that is a group as well: `audit export` behind `audit`. */
export const belowPage = (commands: readonly Described[]): string[] =>
  section('COMMANDS', commands.length > 0 ? pairs(commands.map((c) => [nameOf(c), c.summary ?? ''])) : [])

const plain = (text: string): string => text.replaceAll('`', '')

const usageOf = (arg: Arg): string => (arg.required ? arg.name.toUpperCase() : `[${arg.name.toUpperCase()}]`)

const flagName = (flag: Flag): string => {
  const value = flag.type === 'option' ? ` ${flag.helpValue ?? 'VALUE'}${flag.multiple ? '...' : ''}` : ''
  return `${flag.char ? `-${flag.char}, ` : ''}--${flag.name}${value}`
}

const flagMeaning = (flag: Flag): string => {
  if (flag.name === 'json') return 'one JSON object instead of words'
  const option = flag.type === 'option' ? flag : null
  const notes = [
    option?.options ? `one of ${option.options.join(', ')}` : null,
    option?.default === undefined ? null : `default: ${option.default}`,
    flag.required ? 'required' : null,
    option?.env ? `or ${option.env}` : null,
  ].filter((note) => note !== null)
  return `${flag.description ?? ''}${notes.length > 0 ? ` (${notes.join('; ')})` : ''}`
}

/** A word before several commands: `qms user`. */
export const groupPage = (name: string, description: string, commands: readonly Described[]): string[] => [
  ...paragraph(`${bold(`qms ${name}`)}: ${description}`, 2),
  ...section(
    'EXAMPLES',
    commands.flatMap((c) => examplesOf(c).slice(0, 1)).map((example) => `  $ ${example}`),
  ),
  ...section('COMMANDS', pairs(commands.map((c) => [nameOf(c), c.summary ?? '']))),
]

export const rootPage = (
  tasks: Readonly<Record<string, readonly string[]>>,
  summaryOf: (name: string) => string,
): string[] => [
  `${bold('qms')} document control in git, for teams of people and agents`,
  '',
  bold('Examples'),
  ...pairs(
    [
      ['qms init', 'begin a store here'],
      ['qms create CR --title "Add rate limits" -u claude', 'begin a change'],
      ['qms inbox -u qa', 'what is asked of qa'],
    ],
    50,
  ),
  ...Object.entries(tasks).flatMap(([task, names]) =>
    section(task, pairs(names.map((name) => [name, summaryOf(name)]))),
  ),
  ...section('Topics', pairs(Object.entries(TOPICS).map(([name, topic]) => [`help ${name}`, topic.summary]))),
  '',
  ...paragraph(
    `Every command takes ${bold('--json')}, ${bold('-u NAME')} (or QMS_USER) and ${bold('-C DIR')}. ${bold('qms help COMMAND')} has examples, ${bold('qms help CODE')} explains a refusal.`,
  ),
]

export const topicPage = (name: string): string[] => {
  const topic = TOPICS[name]
  return topic ? [...paragraph(`${bold(name)}: ${topic.summary}`), '', ...textLines(topic.text)] : []
}

/** Commands and tables as they are, everything else wrapped. */
const textLines = (text: string): string[] =>
  plain(text)
    .split('\n')
    .flatMap((line) => (/^ /.test(line) ? [line] : wrap(line, pageWidth(), line.startsWith('- ') ? 2 : 0)))

export const codePage = (code: keyof typeof EXPLANATIONS): string[] => {
  const { means, remedy } = EXPLANATIONS[code]
  const exit = code === 'INTERNAL' ? 70 : EXIT[code as FaultCode]
  return [
    `${bold(code)}  ${dim(`exit ${exit}: ${EXIT_MEANINGS[exit]}`)}`,
    '',
    ...paragraph(plain(means)),
    '',
    ...paragraph(plain(remedy)),
  ]
}
