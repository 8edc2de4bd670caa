/**
 * The definition file of an agent: frontmatter and instructions, as the tools that run agents read them. It describes
 * the agent and grants nothing. Source: lifecycle design, "Groups and permissions"; SOP-007 section 4.
 */
import { FrontmatterError, readFrontmatter } from '../documents/frontmatter.ts'
import { HIDDEN, spelled } from '../documents/hidden.ts'
import { isUserName } from '../documents/id.ts'
import { isPattern, withoutDot } from '../documents/path-pattern.ts'
import { decode, lineOf, withoutMark } from '../documents/text.ts'

/** What is said of an agent; what cannot be read of it counts as not said. */
export interface Definition {
  /** Null where the file gives none. */
  readonly name: string | null
  readonly description: string | null
  /** Null where none are named: then the agent tool gives it all that it has. */
  readonly tools: readonly string[] | null
  readonly disallowedTools: readonly string[]
  readonly model: string | null
  readonly role: string | null
  /** Paths, folders and patterns that it knows about, as `Files Affected` has them. */
  readonly domain: readonly string[]
}

export type ProblemCode =
  | 'DEFINITION_UNREADABLE'
  | 'NAME_DIFFERS'
  | 'VALUE_UNFIT'
  | 'KEY_UNKNOWN'
  | 'TEXT_HIDDEN'

/** An error: agent tools, or this program, cannot use the file as it is meant. */
export interface Problem {
  readonly code: ProblemCode
  readonly weight: 'error' | 'warning'
  /** From 1; null where it is about the whole file. */
  readonly line: number | null
  readonly found: string
  readonly expected: string
}

export interface DefinitionRead {
  /** Null where the frontmatter cannot be read. */
  readonly definition: Definition | null
  /** By line. */
  readonly problems: readonly Problem[]
}

/** Bytes of the whole file. */
export const LARGEST_DEFINITION = 262_144
const LONGEST_DESCRIPTION = 4_000
const LONGEST_WORD = 200
const MOST_ENTRIES = 200

/** What agent tools themselves read: taken as it is. */
const OF_TOOLS: ReadonlySet<string> = new Set([
  ...['permissionMode', 'maxTurns', 'skills', 'mcpServers', 'hooks', 'memory', 'background', 'effort'],
  ...['isolation', 'color', 'initialPrompt', 'omitClaudeMd', 'autoCompactWindow', 'observer'],
  ...['observerMessage', 'kind', 'display_name', 'temperature', 'max_turns', 'timeout_mins'],
])

/** What this program reads, `group` and the two ways to write allowed tools being other names. */
const OWN = ['name', 'description', 'tools', 'disallowedTools', 'model', 'role', 'domain'] as const
const OTHER_NAMES: Readonly<Record<string, string>> = {
  group: 'role',
  'allowed-tools': 'tools',
  allowedTools: 'tools',
}
const KNOWN: ReadonlySet<string> = new Set([...OWN, ...Object.keys(OTHER_NAMES), ...OF_TOOLS])

/** @param file name of the file without `.md`, which is the name of the agent */
export const readDefinition = (file: string, bytes: Uint8Array): DefinitionRead => {
  const text = decode(bytes)
  if (bytes.length > LARGEST_DEFINITION)
    return unreadable(null, `${bytes.length} bytes`, `at most ${LARGEST_DEFINITION} bytes`)
  if (text === null) return unreadable(null, 'bytes that are no UTF-8', 'a text in UTF-8')
  if (text.includes('\0')) return unreadable(lineOf(text, text.indexOf('\0')), 'a NUL byte', 'a text')
  return readText(file, withoutMark(text))
}

const unreadable = (line: number | null, found: string, expected: string): DefinitionRead => ({
  definition: null,
  problems: [{ code: 'DEFINITION_UNREADABLE', weight: 'error', line, found, expected }],
})

const EXPECTED_HEAD = 'frontmatter between two lines ---, with name and description'

const readText = (file: string, text: string): DefinitionRead => {
  try {
    const { fields, bodyStart } = readFrontmatter(text)
    if (bodyStart === 0) return unreadable(1, 'no frontmatter', EXPECTED_HEAD)
    const reading = new Reading(text, fields, bodyStart)
    const definition = definitionIn(reading)
    const problems = [...reading.problems, ...namedWrong(file, reading), ...unknown(reading), ...hidden(text)]
    return { definition, problems: problems.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)) }
  } catch (error) {
    if (!(error instanceof FrontmatterError)) throw error
    return unreadable(error.line, `frontmatter that cannot be read: ${error.message}`, EXPECTED_HEAD)
  }
}

const definitionIn = (from: Reading): Definition => ({
  name: from.word('name'),
  description: from.required('description', LONGEST_DESCRIPTION, 'what the agent is for'),
  tools: from.list('tools'),
  disallowedTools: from.list('disallowedTools') ?? [],
  model: from.word('model'),
  role: from.word('role'),
  domain: from.patterns('domain'),
})

/** The fields of one file, with what is wrong with them. */
class Reading {
  readonly problems: Problem[] = []
  readonly fields: ReadonlyMap<string, unknown>
  readonly #head: readonly string[]

  constructor(text: string, fields: ReadonlyMap<string, unknown>, bodyStart: number) {
    this.fields = fields
    this.#head = text.slice(0, bodyStart).split('\n')
  }

  /** One line of text; null where there is none. */
  word(key: string, longest = LONGEST_WORD): string | null {
    const [name, value] = this.#valueOf(key)
    if (value === undefined || value === '') return null
    if (typeof value !== 'string') return this.#wrong(name, kindOf(value), 'text')
    if (value.length > longest)
      return this.#wrong(name, `${value.length} characters`, `at most ${longest} characters`)
    return value
  }

  required(key: string, longest: number, what: string): string | null {
    const value = this.#valueOf(key)[1] ?? ''
    if (typeof value === 'string' && value.trim() === '') return this.#wrong(key, 'nothing', what)
    return this.word(key, longest)
  }

  /** A list, or text with commas; null where the key is not there. */
  list(key: string): string[] | null {
    const [name, value] = this.#valueOf(key)
    if (value === undefined) return null
    const entries = typeof value === 'string' ? splitTools(value) : value
    if (!Array.isArray(entries)) return this.#wrong(name, kindOf(value), 'a list, or text with commas')
    if (entries.length > MOST_ENTRIES)
      return this.#wrong(name, `${entries.length} entries`, `at most ${MOST_ENTRIES}`)
    const words = entries.filter((e): e is string => typeof e === 'string' && e.length <= LONGEST_WORD)
    const odd = entries.find((e) => !(words as unknown[]).includes(e))
    if (odd !== undefined)
      this.#wrong(name, shown(odd), `entries of text, of at most ${LONGEST_WORD} characters`)
    return words
  }

  patterns(key: string): string[] {
    const entries = this.list(key) ?? []
    for (const entry of entries.filter((e) => !isPattern(e)))
      this.#wrong(key, shown(entry), 'paths, folders or patterns within the repository, such as src/api/**')
    return [...new Set(entries.filter(isPattern).map(withoutDot))]
  }

  /** Line of a key of the first level. */
  line(key: string): number | null {
    const at = this.#head.findIndex((l) => /^(["']?)([\w-]+)\1\s*:/.exec(l)?.[2] === key)
    return at < 0 ? null : at + 1
  }

  #valueOf(key: string): [name: string, value: unknown] {
    const others = Object.keys(OTHER_NAMES).filter((other) => OTHER_NAMES[other] === key)
    const name = [key, ...others].find((one) => this.fields.has(one)) ?? key
    return [name, this.fields.get(name)]
  }

  #wrong(key: string, found: string, expected: string): null {
    const line = this.line(key)
    this.problems.push({ code: 'VALUE_UNFIT', weight: 'error', line, found: `${key}: ${found}`, expected })
    return null
  }
}

/** At commas outside of brackets, as in `Agent(a, b), Read`. */
const splitTools = (text: string): string[] =>
  (text.match(/(?:[^,()]|\([^()]*\)|[()])+/g) ?? []).map((word) => word.trim()).filter((word) => word !== '')

const kindOf = (value: unknown): string =>
  Array.isArray(value) ? 'a list' : value instanceof Map ? 'a map' : shown(value)

const shown = (value: unknown): string =>
  typeof value === 'string' ? (value.length > 60 ? `${value.slice(0, 60)}...` : value) : kindOf(value)

/** Agent tools call an agent by the name that is given; the registry and this program by that of the file. */
const namedWrong = (file: string, from: Reading): Problem[] => {
  const name = from.fields.get('name') ?? ''
  if (typeof name !== 'string' || (name === file && isUserName(name))) return []
  const [code, line] = ['NAME_DIFFERS', from.line('name')] as const
  const found = name === '' ? 'no name' : `name: ${shown(name)}`
  if (name === file)
    return [{ code, weight: 'warning', line, found, expected: 'a name that a user can have' }]
  return [{ code, weight: 'error', line, found, expected: `name: ${file}, like the file` }]
}

function* unknown(from: Reading): Iterable<Problem> {
  for (const key of from.fields.keys())
    if (!KNOWN.has(key))
      yield {
        code: 'KEY_UNKNOWN',
        weight: 'warning',
        line: from.line(key),
        found: `the key ${shown(key)}, which nothing reads`,
        expected: `one of ${OWN.join(', ')}, or what agent tools know`,
      }
}

/** What a person who reads the file would not see, and the agent would. */
function* hidden(text: string): Iterable<Problem> {
  const plain = text.replaceAll('\r\n', '\n')
  const at = plain.search(HIDDEN)
  if (at < 0) return
  yield {
    code: 'TEXT_HIDDEN',
    weight: 'warning',
    line: lineOf(plain, at),
    found: `a character that no screen shows (${spelled(plain.charAt(at))})`,
    expected: 'text that shows all that it says',
  }
}
