/** Every command as data, for programs that have to call them. */
import { EXIT } from '../../errors.ts'
import { UNDO } from '../undo.ts'
import { type Described, examplesOf, nameOf } from './help-pages.ts'

export interface CommandCard {
  readonly name: string
  readonly summary: string
  /** `writes`: it records events or settings. `shell`: it is about this program and needs no store. */
  readonly effects: 'reads' | 'writes' | 'shell'
  readonly arguments: readonly {
    name: string
    description: string
    required: boolean
    options: readonly string[] | null
  }[]
  readonly flags: readonly CommandFlag[]
  readonly examples: readonly string[]
  /** What the command may end with; `qms help exit-codes` explains them. */
  readonly exitCodes: readonly number[]
  /** How it is taken back, where it writes. */
  readonly undo: string | null
}

interface CommandFlag {
  readonly name: string
  readonly char: string | null
  readonly type: 'boolean' | 'string'
  readonly required: boolean
  readonly multiple: boolean
  readonly options: readonly string[] | null
  readonly description: string
}

/** They mend or check, and record nothing; 6 says that they have findings. */
const CHECKING: ReadonlySet<string> = new Set(['doctor'])
/** It mends files of the work tree, and records nothing either. */
const MENDING: ReadonlySet<string> = new Set(['lint'])
/** They record, and 6 says that what they ran failed, or that an agent that was called gave no verdict. */
const RUNNING: ReadonlySet<string> = new Set(['ei run', 'route'])
const FINDINGS = 6
/** It runs other commands, and those record. */
const SERVING: ReadonlySet<string> = new Set(['mcp'])
const SHELL: ReadonlySet<string> = new Set(['help', 'commands', 'completion', 'agent-guide'])

const CODES = [...new Set([0, ...Object.values(EXIT), 70, 130])].sort((a, b) => a - b)
/** They end with 6 where they find something. */
const FINDING: ReadonlySet<string> = new Set(['audit', 'lint', 'trace', 'agent check', 'agent lint-prompt'])
/** No rule refuses a reader, and no race is lost by one. */
const ONLY_WRITING: ReadonlySet<number> = new Set([1, 4, 5, 9])
/** Nothing is written, and a rule refuses all the same. */
const JUDGING = /^hook /
const WITHOUT_STORE = [0, 2, 70, 130]

export const cardsOf = (commands: readonly Described[]): CommandCard[] =>
  commands
    .filter((command) => !command.hidden)
    .map(cardOf)
    .sort((a, b) => (a.name < b.name ? -1 : 1))

const cardOf = (command: Described): CommandCard => {
  const name = nameOf(command)
  const writes = 'dry-run' in command.flags && !CHECKING.has(name) && !MENDING.has(name)
  const effects = SHELL.has(name) ? 'shell' : writes || SERVING.has(name) ? 'writes' : 'reads'
  return {
    name,
    summary: command.summary ?? '',
    effects,
    arguments: Object.values(command.args).map((arg) => ({
      name: arg.name,
      description: arg.description ?? '',
      required: arg.required ?? false,
      options: arg.options ?? null,
    })),
    flags: Object.values(command.flags)
      .filter((flag) => !flag.hidden)
      .map(flagOf),
    examples: examplesOf(command),
    exitCodes: CHECKING.has(name)
      ? sorted([...WITHOUT_STORE, FINDINGS])
      : RUNNING.has(name)
        ? sorted([...CODES, FINDINGS])
        : effects === 'shell'
          ? WITHOUT_STORE
          : CODES.filter((code) => effects === 'writes' || JUDGING.test(name) || !ONLY_WRITING.has(code))
              .concat(FINDING.has(name) ? [6] : [])
              .sort((a, b) => a - b),
    undo: UNDO[name]?.replaceAll('`', '') ?? null,
  }
}

const sorted = (codes: readonly number[]): number[] => [...new Set(codes)].sort((a, b) => a - b)

const flagOf = (flag: Described['flags'][string]): CommandFlag => ({
  name: flag.name,
  char: flag.char ?? null,
  type: flag.type === 'boolean' ? 'boolean' : 'string',
  required: flag.required ?? false,
  multiple: (flag.type === 'option' && flag.multiple) ?? false,
  options: (flag.type === 'option' && flag.options) || null,
  description: flag.description ?? '',
})
