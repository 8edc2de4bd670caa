/** The command line for what a tool was called with. */
import { closest } from '../../app/suggest.ts'
import { refuse } from '../../errors.ts'
import { type Described, nameOf } from '../cli/help-pages.ts'
import { type Parameter, parametersOf } from './parameters.ts'

/** Standard input and output, by every name that a command knows for them: here they are the protocol's. */
const STREAM = /^(?:-|\/(?:dev|proc\/(?:self|\d+))\/(?:fd\/\d+|stdin|stdout|stderr))$/

/**
 * Words behind the verb. Values stay with their flags, and what begins with `-` behind `--`: no value becomes a flag.
 * @param user who acts; absent for nobody
 * @throws USAGE for a name that the command does not know; BAD_VALUE for a value of another kind
 */
export const wordsFor = (
  command: Described,
  given: Readonly<Record<string, unknown>>,
  user: string | undefined,
): string[] => {
  const parameters = parametersOf(command)
  refuseUnknown(command, parameters, given)
  const texts = new Map(parameters.map((p) => [p, textsOf(p, given[p.name])]))
  const of = (...kinds: readonly Parameter['kind'][]) =>
    parameters.filter((p) => kinds.includes(p.kind)).flatMap((p) => texts.get(p) ?? [])
  const flags = parameters.flatMap((p) => flagWords(command, p, texts.get(p) ?? []))
  const who = user === undefined ? [] : ['-u', user]
  return arranged(command, of('argument', 'rest'), [...flags, ...who], of('line'))
}

const arranged = (
  command: Described,
  args: readonly string[],
  flags: readonly string[],
  line: readonly string[],
): string[] => {
  const dashed = args.find((arg) => arg.startsWith('-'))
  const takesLine = parametersOf(command).some((p) => p.kind === 'line')
  if (dashed !== undefined && takesLine)
    throw refuse('BAD_VALUE', {
      name: 'an argument',
      found: dashed,
      expected: 'a word that begins without -',
    })
  if (takesLine) return [...args, ...flags, '--', ...line]
  return dashed === undefined ? [...args, ...flags] : [...flags, '--', ...args]
}

const refuseUnknown = (
  command: Described,
  parameters: readonly Parameter[],
  given: Readonly<Record<string, unknown>>,
): void => {
  const names = parameters.map((p) => p.name)
  const unknown = Object.keys(given).find((name) => !names.includes(name))
  if (unknown === undefined) return
  const near = closest(unknown, names)[0]
  const known = names.length > 0 ? `it takes ${names.join(', ')}` : 'it takes none'
  throw refuse('USAGE', {
    problem: `${nameOf(command)} has no argument "${unknown.slice(0, 80)}": ${near ? `did you mean ${near}?` : known}`,
    usage: `qms ${nameOf(command)} --help`,
  })
}

const wrong = (p: Parameter, value: unknown, expected: string) =>
  refuse('BAD_VALUE', { name: p.name, found: JSON.stringify(value)?.slice(0, 200) ?? '', expected })

/** For a switch that is on, its own name. */
const textsOf = (p: Parameter, value: unknown): string[] => {
  if (value === undefined || value === null) return []
  if (p.kind !== 'switch') return (p.many && Array.isArray(value) ? value : [value]).map((v) => textOf(p, v))
  if (typeof value !== 'boolean') throw wrong(p, value, 'true or false')
  return value ? [p.name] : []
}

const textOf = (p: Parameter, value: unknown): string => {
  const text = typeof value === 'number' ? String(value) : value
  if (typeof text !== 'string') throw wrong(p, value, p.many ? 'a list of texts' : 'a text')
  if (p.kind !== 'line' && STREAM.test(text))
    throw wrong(p, text, 'words, or the path of a file: standard input and output belong to the server')
  return text
}

const flagWords = (command: Described, p: Parameter, texts: readonly string[]): string[] => {
  if (p.kind === 'switch') return texts.map((name) => `--${name}`)
  if (p.kind !== 'option') return []
  const taken = texts.find((text) => isFlagOf(command, text))
  if (taken !== undefined) throw wrong(p, taken, 'words that do not begin as a flag of this command does')
  return texts.map((text) => `--${p.name}=${text}`)
}

/** The parser takes such a value for a flag, wherever it stands. */
const isFlagOf = (command: Described, text: string): boolean => {
  const flags = Object.values(command.flags)
  if (text.startsWith('--')) return flags.some(({ name }) => text === `--${name}`)
  return text.startsWith('-') && flags.some(({ char }) => char === text.charAt(1))
}
