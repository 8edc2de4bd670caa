/** What the argument parser refuses, in our words: what is wrong, what was meant, and a command line that works. */
import { closest } from '../../app/suggest.ts'
import { QmsError, refuse } from '../../errors.ts'
import { type Call, callOf } from '../call.ts'

interface ParserFlag {
  readonly name: string
  readonly char?: string
  readonly options?: readonly string[]
}
interface ParserArg {
  readonly name: string
  readonly description?: string
}

/** The parser's errors, as far as they are read here; their classes have no names in the bundle. */
interface ParserError extends Error {
  readonly oclif?: { exit?: number }
  readonly flags?: readonly string[]
  readonly args?: readonly (ParserArg | string)[]
  readonly parse?: { readonly input?: { readonly flags?: Readonly<Record<string, ParserFlag>> } }
}

interface Wrong {
  readonly problem: string
  readonly instead?: string | null | undefined
}

/** What the argument parser says, as a refusal of ours. Anything else stays what it is. @param example that parses */
export const asUsage = (
  error: Error,
  command: string,
  argv: readonly string[] = [],
  example?: string,
): Error => {
  if (error instanceof QmsError || (error as ParserError).oclif === undefined) return error
  const verb = command.replaceAll(':', ' ')
  const { problem, instead } = wrong(error as ParserError, callOf(verb, argv), example)
  return refuse(
    'USAGE',
    { problem, usage: `qms ${verb} --help`.replace('  ', ' '), ...(instead ? { instead } : {}) },
    error,
  )
}

const wrong = (error: ParserError, call: Call, example: string | undefined): Wrong => {
  const { message } = error
  if (message.startsWith('Nonexistent flag')) return unknownFlag(error, call)
  if (BAD_OPTION.test(message)) return badOption(error, call)
  if (/^Missing \d+ required arg/.test(message))
    return { problem: `missing: ${(error.args as ParserArg[]).map(spoken).join(' and ')}`, instead: example }
  if (message.startsWith('Unexpected argument'))
    return { problem: `too many words: "${(error.args as string[]).join('", "')}"`, instead: example }
  return { problem: said(error), instead: example }
}

const spoken = (arg: ParserArg): string => `${arg.name.toUpperCase()} (${arg.description ?? ''})`

const unknownFlag = (error: ParserError, call: Call): Wrong => {
  const typed = (error.flags?.[0] ?? '').replace(/=.*$/s, '')
  const known = Object.values(error.parse?.input?.flags ?? {})
  const near = closest(typed, [
    ...known.map((f) => `--${f.name}`),
    ...known.flatMap((f) => (f.char ? [`-${f.char}`] : [])),
  ])[0]
  const problem = `there is no flag ${typed}${near ? `: did you mean ${near}?` : ''}`
  return { problem, instead: near ? call.replacing(typed, near) : null }
}

/** `Expected --group=boss to be one of: administrator, ...`, or without a flag where an argument is meant. */
const BAD_OPTION = /^Expected (?:(--[\w-]+)=)?(.*) to be one of: (.*)$/m

const badOption = (error: ParserError, call: Call): Wrong => {
  const [, flag = 'that word', found = '', options = ''] = BAD_OPTION.exec(error.message) ?? []
  const near = closest(found, options.split(', '))[0]
  const meant = near ? `: did you mean ${near}?` : ''
  return {
    problem: `${flag} cannot be "${found}"; it is one of ${options}${meant}`,
    instead: near ? call.replacing(found, near) : null,
  }
}

/** The parser's own sentence without its colours, its advice and its line breaks. */
const said = (error: Error): string =>
  error.message
    .replace(/\nSee more help with --help$/, '')
    .replaceAll(/\u001b\[[0-9;]*m/g, '')
    .replace(/^The following errors? occurred:\s*/, '')
    .split('\n')
    .map((line) => line.trim())
    .join('; ')
