/** What may stand where the cursor is: from the list of commands and the words before it. Pure but for the lookup. */
import type { WordKind } from '../../../app/vocabulary.ts'

/** A command as the manifest describes it. */
export interface KnownCommand {
  readonly id: string
  readonly summary?: string
  readonly hidden?: boolean
  readonly args: Readonly<Record<string, { readonly name: string }>>
  readonly flags: Readonly<Record<string, KnownFlag>>
}

interface KnownFlag {
  readonly name: string
  readonly char?: string
  readonly type: string
  readonly description?: string
  readonly options?: readonly string[]
  readonly multiple?: boolean
}

export interface Candidate {
  readonly word: string
  readonly meaning: string
}

/** Asks the shell for file names. */
export const FILES: Candidate = { word: ':files', meaning: '' }

export interface Lookup {
  readonly commands: readonly KnownCommand[]
  /** Words after `qms help` that are no commands: topics, codes. */
  readonly topics: Readonly<Record<string, string>>
  words(kind: WordKind): Promise<readonly string[]>
}

const FLAG_WORDS: Readonly<Record<string, WordKind | 'files'>> = {
  user: 'user',
  agent: 'user',
  doc: 'id',
  owner: 'user',
  assign: 'user',
  remove: 'user',
  lead: 'user',
  under: 'id',
  parent: 'id',
  source: 'id',
  without: 'id',
  status: 'status',
  type: 'type',
  as: 'type',
  name: 'type',
  namespace: 'namespace',
  file: 'files',
  'comment-file': 'files',
  since: 'files',
  project: 'files',
  out: 'files',
  report: 'files',
  rs: 'files',
  rtm: 'files',
}

/** By command and name of the argument, or by the name alone. */
const ARG_WORDS: Readonly<Record<string, WordKind>> = {
  id: 'id',
  action: 'action',
  type: 'type',
  names: 'user',
  'user:show name': 'user',
  'user:disable name': 'user',
  'user:enable name': 'user',
  'config key': 'setting',
  'policy:set key': 'policy',
  'trace namespace': 'namespace',
}

/** @param words behind `qms`; the last one is being typed and may be empty */
export const candidatesFor = async (words: readonly string[], lookup: Lookup): Promise<Candidate[]> => {
  const joined = withoutEquals(words)
  const current = joined.at(-1) ?? ''
  const before = joined.slice(0, -1)
  const inline = /^(--[\w-]+)=(.*)$/s.exec(current)
  if (inline) {
    const [, flag = '', value = ''] = inline
    const found = await wanted([...before, flag], value, lookup)
    return matching(found, value).map((c) => (c === FILES ? c : { ...c, word: `${flag}=${c.word}` }))
  }
  return matching(await wanted(before, current, lookup), current)
}

/** bash splits at `=`: `--status`, `=`, `DR`. */
const withoutEquals = (words: readonly string[]): string[] => {
  const last = words.at(-1) === '=' ? [...words, ''] : words
  return last.filter((word, i) => !(word === '=' && (last[i - 1] ?? '').startsWith('--')))
}

const matching = (all: readonly Candidate[], typed: string): Candidate[] =>
  all.filter((c) => c === FILES || c.word.toLowerCase().startsWith(typed.toLowerCase()))

interface Scanned {
  readonly verbs: readonly string[]
  readonly flags: readonly string[]
}

const wanted = async (before: readonly string[], current: string, lookup: Lookup): Promise<Candidate[]> => {
  const all = [
    ...new Map(lookup.commands.flatMap((c) => Object.values(c.flags)).map((f) => [f.name, f])).values(),
  ]
  const { verbs, flags } = scan(before, all)
  const command = commandOf(verbs, lookup.commands)
  const known = command ? Object.values(command.flags) : all.filter((f) => isGlobal(f, lookup.commands))
  const pending = before.includes('--') ? undefined : flagNamed(before.at(-1) ?? '', command ? known : all)
  if (pending?.type === 'option') return valuesOf(pending, lookup)
  if (current.startsWith('-') && !before.includes('--')) return flagCandidates(known, flags)
  if (command) return argumentsOf(command, verbs.slice(command.id.split(':').length), lookup)
  return verbCandidates(verbs, lookup.commands)
}

/** Words that are neither flags nor their values. */
const scan = (before: readonly string[], known: readonly KnownFlag[]): Scanned => {
  const verbs: string[] = []
  const flags: string[] = []
  const end = before.includes('--') ? before.indexOf('--') : before.length
  for (let at = 0; at < end; at++) {
    const word = before[at] ?? ''
    if (!word.startsWith('-')) verbs.push(word)
    else {
      flags.push(word.replace(/=.*$/s, ''))
      if (!word.includes('=') && flagNamed(word, known)?.type === 'option') at++
    }
  }
  return { verbs: [...verbs, ...before.slice(end + 1)], flags }
}

const flagNamed = (word: string, known: readonly KnownFlag[]): KnownFlag | undefined =>
  known.find((f) => word === `--${f.name}` || (f.char !== undefined && word === `-${f.char}`))

const commandOf = (verbs: readonly string[], commands: readonly KnownCommand[]): KnownCommand | undefined =>
  commands.find((c) => c.id === verbs.slice(0, 2).join(':') && verbs.length > 1) ??
  commands.find((c) => c.id === verbs[0])

const isGlobal = (flag: KnownFlag, commands: readonly KnownCommand[]): boolean =>
  commands.filter((c) => flag.name in c.flags).length > commands.length / 2 && flag.name !== 'dry-run'

const valuesOf = async (flag: KnownFlag, lookup: Lookup): Promise<Candidate[]> => {
  if (flag.options) return flag.options.map(bare)
  const kind = FLAG_WORDS[flag.name]
  if (kind === undefined) return []
  return kind === 'files' ? [FILES] : (await lookup.words(kind)).map(bare)
}

const bare = (word: string): Candidate => ({ word, meaning: '' })

const flagCandidates = (known: readonly KnownFlag[], used: readonly string[]): Candidate[] =>
  [...known]
    .filter((f) => f.multiple || !used.some((word) => flagNamed(word, [f])))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((f) => ({ word: `--${f.name}`, meaning: f.description ?? '' }))
    .concat({ word: '--help', meaning: 'examples, arguments and flags' })

const verbCandidates = (verbs: readonly string[], commands: readonly KnownCommand[]): Candidate[] => {
  const shown = commands
    .filter((c) => !c.hidden)
    .map((c) => ({ parts: c.id.split(':'), meaning: c.summary ?? '' }))
  const here = shown.filter(({ parts }) => verbs.every((verb, i) => parts[i] === verb))
  const words = here.map(({ parts, meaning }) => ({
    word: parts[verbs.length] ?? '',
    meaning: parts.length > verbs.length + 1 ? '' : meaning,
  }))
  return [...new Map(words.filter((c) => c.word !== '').map((c) => [c.word, c])).values()].sort((a, b) =>
    a.word < b.word ? -1 : 1,
  )
}

const argumentsOf = async (
  command: KnownCommand,
  given: readonly string[],
  lookup: Lookup,
): Promise<Candidate[]> => {
  if (command.id === 'audit:verify') return given.length === 0 ? [FILES] : []
  if (command.id === 'help') return helpCandidates(given, lookup)
  const names = Object.values(command.args).map((arg) => arg.name)
  const name = names[given.length] ?? (names.at(-1) === 'names' ? 'names' : undefined)
  if (name === undefined) return []
  if (command.id === 'completion') return ['bash', 'fish', 'powershell', 'zsh'].map(bare)
  const kind = ARG_WORDS[`${command.id} ${name}`] ?? ARG_WORDS[name]
  return kind === undefined ? [] : (await lookup.words(kind)).map(bare)
}

const helpCandidates = (given: readonly string[], lookup: Lookup): Candidate[] => [
  ...verbCandidates(given, lookup.commands),
  ...(given.length === 0 ? Object.entries(lookup.topics).map(([word, meaning]) => ({ word, meaning })) : []),
]
