/** Command lines through the program's own parser, without running them. */
import { Config, Flags, Parser } from '@oclif/core'
import { flagsLast } from '../../src/interfaces/cli/argv.ts'
import { ROOT, words } from './cli.ts'

let loaded: Promise<Config> | undefined

export const config = (): Promise<Config> => {
  loaded ??= Config.load(ROOT)
  return loaded
}

/** Every command a user can give, as it is typed: `user add`. */
export const commandNames = async (): Promise<string[]> =>
  (await config()).commands
    .filter((c) => !c.hidden)
    .map((c) => c.id.replaceAll(':', ' '))
    .sort()

/** Parses `qms ...`. @throws whatever the parser says, or an unknown command */
export const parseLine = async (line: string): Promise<string> => {
  const [program, ...argv] = words(line)
  if (program !== 'qms') throw new Error(`not a qms command: ${line}`)
  const all = await config()
  const given = flagsLast(argv)
  const two = all.findCommand(given.slice(0, 2).join(':'))
  const found = two ?? all.findCommand(given[0] ?? '')
  if (!found) throw new Error(`no such command: ${line}`)
  const { args, flags, baseFlags, strict } = await found.load()
  await Parser.parse(given.slice(two ? 2 : 1), {
    args: args ?? {},
    flags: { json: Flags.boolean(), ...baseFlags, ...flags },
    strict: strict ?? true,
  })
  return found.id.replaceAll(':', ' ')
}
