/** The command line that was refused, as it can be typed again, with one thing put right. */

export interface Call {
  /** As it was given. Null where it cannot be typed again: it holds what no screen should show. */
  readonly line: string | null
  /** With these words added. */
  readonly with: (words: string) => string | null
  /** With one word in another's place. Null where it does not stand there. */
  readonly replacing: (wrong: string, right: string) => string | null
}

/** What every shell takes as one plain word. */
const PLAIN = /^[\w@%+=:,./-]+$/
const UNPRINTABLE = /[^\x20-\x7e\u00a1-\u00ac\u00ae-\u024f]/

/** One word of a command that can be pasted: a name from outside must not become a command of its own. */
export const quoted = (word: string): string => {
  if (PLAIN.test(word)) return word
  return /["\\$`!]/.test(word) ? `'${word.replaceAll("'", "'\\''")}'` : `"${word}"`
}

/** Ways of printing an answer are not part of what is asked. */
const ASIDE = new Set(['--json', '--no-color', '--no-pager', '-q', '--quiet', '-v', '--verbose'])

const LONGEST = 400

const lineOf = (verb: string, words: readonly string[], more = '', rest: readonly string[] = []) => {
  const given = [...words, ...rest]
  if (given.some((word) => UNPRINTABLE.test(word))) return null
  const parts = ['qms', verb, ...words.map(quoted), more, ...rest.map(quoted)]
  const line = parts.filter((part) => part !== '').join(' ')
  return line.length > LONGEST ? null : line
}

/** Where nothing was typed: a use case was called by a program. */
export const NO_CALL: Call = { line: null, with: () => null, replacing: () => null }

/** @param argv the words behind the verb */
export const callOf = (verb: string, argv: readonly string[]): Call => {
  const words = argv.filter((word) => !ASIDE.has(word))
  const line = lineOf(verb, words)
  const end = words.includes('--') ? words.indexOf('--') : words.length
  return {
    line,
    with: (more) => lineOf(verb, words.slice(0, end), more, words.slice(end)),
    replacing: (wrong, right) => {
      const at = words.findIndex((word) => word === wrong || word.split(/[=,]/).includes(wrong))
      if (at < 0) return null
      return lineOf(
        verb,
        words.with(
          at,
          (words[at] ?? '').replace(wrong, () => right),
        ),
      )
    },
  }
}
