/** A prompt as words and marks. Emphasis, quotation marks and spaces say nothing and are left out; all else is there. */

export interface Token {
  /** `odd`: no character of ASCII. `fence`: begins or ends a block of code. */
  readonly kind: 'word' | 'mark' | 'line' | 'fence' | 'odd'
  /** As it stands, in lower case. */
  readonly text: string
  readonly start: number
  readonly end: number
}

/** Dashes and a bullet. */
const SIGNS = '\\u2013\\u2014\\u2022'
/** Each alternative begins with another character and takes what it can: one pass, nothing is tried twice. */
const TOKEN = new RegExp(
  [
    '(?<space>[ \\t*"\'`\\u2018\\u2019\\u201c\\u201d]+)',
    '(?<line>\\r?\\n)',
    "(?<word>(?:\\.?/)?\\.?[A-Za-z0-9_]+(?:[-./'\\u2019][A-Za-z0-9_]+)*|--?[A-Za-z]+(?:-[A-Za-z]+)*)",
    `(?<odd>[^\\x00-\\x7f${SIGNS}\\u2018\\u2019\\u201c\\u201d]+)`,
    `(?<mark>[\\x00-\\x7f${SIGNS}])`,
  ].join('|'),
  'gy',
)
const FENCE = /[ \t]*(?:```|~~~)(?:bash|sh|shell|console|text|txt|markdown|md)?[ \t]*(?=\r?\n|$)/giy

/** @param from the least of `length` of the text and `upTo` is looked at */
export const tokensOf = (text: string, upTo: number): Token[] => {
  const looked = text.slice(0, upTo)
  const tokens: Token[] = []
  let at = 0
  while (at < looked.length) {
    const fresh = at === 0 || looked[at - 1] === '\n'
    const token = (fresh && fenceAt(looked, at)) || tokenAt(looked, at)
    if (token.kind !== 'space') tokens.push(token as Token)
    at = token.end
  }
  return tokens
}

const fenceAt = (text: string, at: number): Token | null => {
  FENCE.lastIndex = at
  const found = FENCE.exec(text)
  return found && { kind: 'fence', text: '```', start: at, end: at + found[0].length }
}

const tokenAt = (text: string, at: number): Omit<Token, 'kind'> & { kind: Token['kind'] | 'space' } => {
  TOKEN.lastIndex = at
  const found = TOKEN.exec(text)
  const [kind, says] = Object.entries(found?.groups ?? {}).find(([, group]) => group !== undefined) ?? [
    'odd',
    text.charAt(at),
  ]
  return {
    kind: kind as Token['kind'] | 'space',
    text: says.toLowerCase(),
    start: at,
    end: at + says.length,
  }
}
