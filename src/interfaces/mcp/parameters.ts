/** What a command is given, as a tool is given it: read from the command's own arguments and flags, never written twice. */
import { type Described, nameOf } from '../cli/help-pages.ts'

export interface Parameter {
  readonly name: string
  /** Where it stands on a command line: `rest` is the last argument, repeated; `line` a command of its own behind `--`. */
  readonly kind: 'argument' | 'rest' | 'line' | 'switch' | 'option'
  readonly many: boolean
  readonly required: boolean
  readonly description: string
  readonly options: readonly string[] | null
  readonly isNumber: boolean
}

/** What no call may choose: ways of printing, and what is settled where the server is started. */
const ASIDE = new Set(['json', 'plain', 'sarif'])

/** By command: what is for a person or a shell; secrets; and files of pictures, which the answer holds as well. */
const WITHHELD: Readonly<Record<string, readonly string[]>> = {
  doctor: ['fix', 'dry-run', 'backend', 'live'],
  checkpoint: ['accept'],
  'session start': ['export'],
  status: ['out', 'force'],
  tree: ['out', 'force'],
}

/** What a command takes behind `--`. */
const LINES: Readonly<Record<string, Pick<Parameter, 'name' | 'description'>>> = {
  'ei run': { name: 'command', description: 'the program and its words; it is run without a shell' },
}

/** Values that the help gives as a number. */
const NUMBERS = new Set(['S', 'N'])

/** In the order in which the help shows them: arguments, then flags. */
export const parametersOf = (command: Described): Parameter[] => {
  const line = LINES[nameOf(command)]
  const args = Object.values(command.args).filter((arg) => !arg.hidden)
  const repeated = command.strict === false && !line ? args.at(-1) : undefined
  return [
    ...args.map((arg) => argumentOf(arg, arg === repeated)),
    ...(line ? [{ ...PLAIN, ...line, kind: 'line' as const, many: true, required: true }] : []),
    ...Object.values(command.flags)
      .filter((flag) => isOffered(command, flag))
      .map(flagOf),
  ]
}

const isOffered = (command: Described, flag: Described['flags'][string]): boolean =>
  !flag.hidden &&
  flag.helpGroup !== 'GLOBAL' &&
  !ASIDE.has(flag.name) &&
  !WITHHELD[nameOf(command)]?.includes(flag.name)

const PLAIN = { many: false, required: false, options: null, isNumber: false }

const argumentOf = (arg: Described['args'][string], repeated: boolean): Parameter => ({
  ...PLAIN,
  name: arg.name,
  kind: repeated ? 'rest' : 'argument',
  many: repeated,
  required: arg.required ?? false,
  description: arg.description ?? '',
  options: arg.options ?? null,
})

const flagOf = (flag: Described['flags'][string]): Parameter => {
  const option = flag.type === 'option' ? flag : null
  const others = flag.exclusive?.filter((name) => !ASIDE.has(name)) ?? []
  const notes = [
    others.length > 0 ? `not with ${others.join(', ')}` : null,
    typeof option?.default === 'string' ? `default: ${option.default}` : null,
  ].filter((note) => note !== null)
  return {
    ...PLAIN,
    name: flag.name,
    kind: option ? 'option' : 'switch',
    many: option?.multiple ?? false,
    required: (flag.required ?? false) && option?.default === undefined,
    description: `${flag.description ?? ''}${notes.length > 0 ? ` (${notes.join('; ')})` : ''}`,
    options: option?.options ?? null,
    isNumber: NUMBERS.has(String(option?.helpValue ?? '')),
  }
}
