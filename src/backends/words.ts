/** What the programs say, made short, and what kind of trouble their words tell of. */
import type { ProgramEnd, Trouble, TroubleCode } from '../agents/backend.ts'

/** Characters of what is kept of a message. */
const MOST = 400

/** One line without colours and control characters. */
export const shortened = (text: string, most = MOST): string => {
  const line = text
    .replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
  return line.length > most ? `${[...line].slice(0, most - 1).join('')}…` : line
}

export const trouble = (code: TroubleCode, words: string, transient = false): Trouble => ({
  code,
  words: shortened(words),
  transient,
})

type Kind = readonly [pattern: RegExp, code: TroubleCode, transient: boolean]

/** In order: the first that fits. Words that the tools were seen to use, or that their services answer with. */
const KINDS: readonly Kind[] = [
  [
    /no conversation found|no (?:rollout|thread|session) found|(?:session|thread) not found|unknown (?:session|thread)|invalid session identifier/i,
    'NO_SUCH_SESSION',
    false,
  ],
  [/session id .*already in use|session is already|already (?:exists|running)/i, 'SESSION_IN_USE', true],
  [/not (?:inside a )?trusted|untrusted/i, 'UNTRUSTED_FOLDER', false],
  [/unknown option|unexpected argument|unknown argument|unrecognized|usage:/i, 'USAGE', false],
  [
    /usage limit|quota (?:is )?exhausted|credit balance|billing|max(?:imum)?[ _](?:turns|session turns|budget)/i,
    'LIMIT',
    false,
  ],
  [
    /\b40[13]\b|not logged in|\blog ?in\b|api key|unauthori[sz]ed|authenticat|credentials/i,
    'NOT_AUTHENTICATED',
    false,
  ],
  [
    /overloaded|rate.?limit|too many requests|\b(?:429|503|529)\b|resource_exhausted|capacity/i,
    'OVERLOADED',
    true,
  ],
  [
    /reconnect|stream (?:disconnected|error)|connection|network|fetch failed|timed? ?out|E(?:CONN|NOTFOUND|AI_AGAIN|TIMEDOUT)|\b5\d\d\b/i,
    'API',
    true,
  ],
  [/\bapi error\b|\b400\b|invalid_request/i, 'API', false],
]

/** @param otherwise what it is where the words tell of nothing that is known */
export const troubleIn = (words: string, otherwise: TroubleCode = 'UNKNOWN'): Trouble => {
  const kind = KINDS.find(([pattern]) => pattern.test(words))
  return kind ? trouble(kind[1], words, kind[2]) : trouble(otherwise, words)
}

/** Why the program did not come to its own end, as far as that is not for its words to say. */
export const cutShort = (ended: ProgramEnd, waited: string | null): Trouble | null => {
  if (ended.late && waited !== null) return trouble('API', waited, true)
  if (ended.late === 'time') return trouble('TIMEOUT', 'its time was over')
  if (ended.late === 'silence') return trouble('SILENT', 'it said nothing for too long', true)
  if (ended.signal !== null) return trouble('KILLED', `ended by ${ended.signal}`)
  return null
}

/** The last lines of an output. */
export class Tail {
  readonly #most: number
  #lines: string[] = []

  constructor(most = 20) {
    this.#most = most
  }

  add(line: string): void {
    if (line.trim() === '') return
    this.#lines = [...this.#lines, line.slice(0, 4000)].slice(-this.#most)
  }

  get words(): string {
    return this.#lines.join(' ')
  }
}

/** An object that a line holds; null where it holds anything else. */
export const objectIn = (line: string): Readonly<Record<string, unknown>> | null => {
  if (!line.trimStart().startsWith('{')) return null
  try {
    return asObject(JSON.parse(line))
  } catch {
    return null
  }
}

export const asObject = (value: unknown): Readonly<Record<string, unknown>> | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null

export const textOf = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null

/** A number that counts something; null for anything else. */
export const countOf = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null

/** What a tool that counts on has used in this run: null where either number is not known. */
export const since = (total: number | null, before: number | null | undefined): number | null =>
  total === null || before === null || before === undefined || total < before ? null : total - before
