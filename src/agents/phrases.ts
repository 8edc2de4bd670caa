/**
 * Phrases that a closed grammar allows, in a notation of one line each: words as they stand, `{class}` for a word that
 * is looked up, `<rule>` for a phrase named before, `[may be]`, `(one | other)`. There is no repetition and no recursion,
 * so that what a phrase can match has a greatest length, and looking for one costs no more than that.
 */

/** What a word may be taken for: as it stands, or as a class, `{id}`. */
export type Symbols = ReadonlySet<string>

interface Beginning {
  /** What the first word of it can be. */
  readonly first: Symbols
  /** It may be left out: what follows may come first as well. */
  readonly empty: boolean
}

export type Phrase = Beginning &
  (
    | { readonly kind: 'one'; readonly symbol: string }
    | { readonly kind: 'row'; readonly parts: readonly Phrase[] }
    | { readonly kind: 'choice'; readonly among: readonly Phrase[] }
  )

const one = (symbol: string): Phrase => ({ kind: 'one', symbol, first: new Set([symbol]), empty: false })

const row = (parts: readonly Phrase[]): Phrase => {
  const needed = parts.findIndex((part) => !part.empty)
  const leading = needed < 0 ? parts : parts.slice(0, needed + 1)
  return { kind: 'row', parts, first: firstOf(leading), empty: needed < 0 }
}

const choice = (among: readonly Phrase[]): Phrase => ({
  kind: 'choice',
  among,
  first: firstOf(among),
  empty: among.some((part) => part.empty),
})

const firstOf = (parts: readonly Phrase[]): Symbols => new Set(parts.flatMap(({ first }) => [...first]))

const NOTATION = /\{[a-z]+\}|<[a-z-]+>|[[\]()|]|[^\s[\]()|<>{}]+/g
const NOTHING = row([])

type Known = ReadonlyMap<string, Phrase>

/** @param rules in the order in which they name one another. @throws Error where one cannot be read */
export const grammarOf = (rules: Readonly<Record<string, string>>): ReadonlyMap<string, Phrase> => {
  const known = new Map<string, Phrase>()
  for (const [name, text] of Object.entries(rules)) {
    const reader = new Reader(text, known)
    known.set(name, reader.choice())
    if (!reader.isAtEnd()) throw new Error(`rule ${name}: cannot be read to its end`)
  }
  return known
}

class Reader {
  readonly #words: readonly string[]
  readonly #known: Known
  #at = 0

  constructor(text: string, known: Known) {
    this.#words = text.match(NOTATION) ?? []
    this.#known = known
  }

  isAtEnd(): boolean {
    return this.#at === this.#words.length
  }

  choice(): Phrase {
    const among = [this.#row()]
    while (this.#words[this.#at] === '|') {
      this.#at++
      among.push(this.#row())
    }
    return among.length === 1 && among[0] ? among[0] : choice(among)
  }

  #row(): Phrase {
    const parts: Phrase[] = []
    while (!this.isAtEnd() && !/^[\])|]$/.test(this.#words[this.#at] ?? '')) parts.push(this.#part())
    return row(parts)
  }

  #part(): Phrase {
    const word = this.#words[this.#at++] ?? ''
    if (word === '(') return this.#enclosed(')')
    if (word === '[') return choice([this.#enclosed(']'), NOTHING])
    if (!word.startsWith('<')) return one(word.toLowerCase())
    const rule = this.#known.get(word.slice(1, -1))
    if (!rule) throw new Error(`no rule ${word} before this one`)
    return rule
  }

  #enclosed(end: string): Phrase {
    const inner = this.choice()
    if (this.#words[this.#at++] !== end) throw new Error(`${end} expected`)
    return inner
  }
}

/** What phrases are looked for in. */
export interface Line {
  /** What the word at this place may be taken for; nothing behind the last. */
  at(place: number): Symbols
  /** The place behind that word. */
  behind(place: number): number
}

const NOWHERE: ReadonlySet<number> = new Set()

/** Every place at which the phrase may end that begins at `at`. */
export const endsOf = (phrase: Phrase, line: Line, at: number): ReadonlySet<number> => {
  if (!begins(phrase, line.at(at))) return phrase.empty ? new Set([at]) : NOWHERE
  if (phrase.kind === 'one') return new Set([line.behind(at)])
  if (phrase.kind === 'row') return endsOfRow(phrase.parts, line, at)
  return new Set(phrase.among.flatMap((part) => [...endsOf(part, line, at)]))
}

const begins = ({ first }: Phrase, found: Symbols): boolean => {
  for (const symbol of found) if (first.has(symbol)) return true
  return false
}

const endsOfRow = (parts: readonly Phrase[], line: Line, at: number): ReadonlySet<number> => {
  let ends: ReadonlySet<number> = new Set([at])
  for (const part of parts) {
    if (ends.size === 0) break
    ends = new Set([...ends].flatMap((end) => [...endsOf(part, line, end)]))
  }
  return ends
}
