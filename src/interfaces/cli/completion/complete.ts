/** `qms complete [--empty] [--] WORDS`: called by the shell at each press of the key. Quick, silent, and never a writer. */
import { commonWords, type WordKind, wordsOf } from '../../../app/vocabulary.ts'
import { EXPLANATIONS } from '../../explain.ts'
import { TOPICS } from '../../topics.ts'
import { visibleLine } from '../../visible.ts'
import type { Catalogue } from '../catalogue.ts'
import { print } from '../screen.ts'
import { type Candidate, candidatesFor, type KnownCommand } from './candidates.ts'

/** Prints one candidate a line, with its meaning behind a tab. Whatever goes wrong, nothing is proposed. */
export const complete = async (argv: readonly string[], commands: Catalogue['commands']): Promise<void> => {
  // Some shells cannot hand over an empty word: --empty stands for it.
  const empty = argv[0] === '--empty'
  const rest = empty ? argv.slice(1) : argv
  const words = rest[0] === '--' ? rest.slice(1) : rest
  try {
    const found = await proposed(empty ? [...words, ''] : words, commands)
    if (found.length > 0) print(found.map(lineOf))
  } catch {
    // a half-typed command in a folder without a store: the shell has its own way to say that nothing fits
  }
}

const lineOf = ({ word, meaning }: Candidate): string =>
  meaning === '' ? visibleLine(word) : `${visibleLine(word)}\t${visibleLine(meaning)}`

const proposed = (words: readonly string[], commands: Catalogue['commands']): Promise<Candidate[]> =>
  candidatesFor(words, {
    commands: Object.values(commands) as KnownCommand[],
    topics: {
      ...Object.fromEntries(Object.entries(TOPICS).map(([name, { summary }]) => [name, summary])),
      ...Object.fromEntries(Object.keys(EXPLANATIONS).map((code) => [code, 'a refusal'])),
    },
    words: (kind) => wordsHere(kind, folderOf(words)),
  })

/** What `-C` names, for ids and users of that project. */
const folderOf = (words: readonly string[]): string => {
  const at = words.findIndex((word) => word === '-C' || word === '--project')
  return (at >= 0 && at < words.length - 2 ? words[at + 1] : undefined) ?? '.'
}

const wordsHere = async (kind: WordKind, folder: string): Promise<readonly string[]> => {
  const common = commonWords(kind)
  if (common) return common
  const { peekQms } = await import('../../../compose.ts')
  const opened = await peekQms(folder)
  try {
    return await wordsOf(opened.qms, kind)
  } finally {
    await opened.close()
  }
}
