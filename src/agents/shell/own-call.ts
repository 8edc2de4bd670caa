/** Whether a command is one call of this program and nothing beside it: only then may it be given something to act with. */
import { type Command, parse, type Word } from 'unbash'

/** Calls that run a command of the caller, or are made by a tool. */
const OTHERS = /^(?:ei run|hook |mcp\b|complete\b)/

/** The words behind `qms`, all of them known before it runs; null for any other command. */
export const ownCall = (command: string): readonly string[] | null => {
  const script = parse(command)
  const [statement, ...more] = script.commands
  if (script.errors?.length || !statement || more.length > 0 || statement.background) return null
  const node = statement.command
  if (node.type !== 'Command' || node.name?.text !== 'qms') return null
  const words = literal(node)
  return words === null || OTHERS.test(`${words.join(' ')} `) ? null : words
}

const literal = (node: Command): string[] | null => {
  if (node.prefix.length > 0 || !node.redirects.every(isHarmless)) return null
  const words = node.args.map((arg) => (arg.type === 'Word' && isLiteral(arg) ? arg.value : null))
  return words.every((word): word is string => word !== null) ? words : null
}

const PLAIN = new Set(['Literal', 'SingleQuoted', 'AnsiCQuoted'])

const isLiteral = (word: Word): boolean =>
  (word.parts ?? []).every(
    (part) =>
      PLAIN.has(part.type) ||
      (part.type === 'DoubleQuoted' && part.parts.every((child) => child.type === 'Literal')),
  )

/** Words on standard input, errors to where answers go, and what is thrown away. */
const isHarmless = (redirect: Command['redirects'][number]): boolean => {
  if (redirect.type === 'HereDoc') return (redirect.body.parts ?? []).every((part) => part.type === 'Literal')
  if (!redirect.target || !isLiteral(redirect.target)) return false
  if (redirect.type === 'HereString') return true
  return redirect.operator === '>&'
    ? /^\d$/.test(redirect.target.value)
    : redirect.target.value === '/dev/null'
}
