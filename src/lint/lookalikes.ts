/** Words of which a letter is not what it looks like. */
import { parseId } from '../documents/id.ts'
import type { Span } from './places.ts'

export interface Lookalike extends Span {
  readonly word: string
  /** What it looks like, in ASCII. */
  readonly looks: string
  /** The characters that are not what they look like. */
  readonly others: readonly string[]
}

/** Letters of other scripts in pairs with the Latin ones that they look like. */
const PAIRS =
  '\u0410A\u0412B\u0415E\u0405S\u0406I\u0408J\u041aK\u041cM\u041dH\u041eO\u0420P\u0421C\u0422T\u0423Y\u0425X\u0430a\u0441c\u0435e\u043eo\u0440p\u0445x\u0443y\u0456i\u0455s\u0458j\u0501d\u04cfl\u04bbh\u0391A\u0392B\u0395E\u0396Z\u0397H\u0399I\u039aK\u039cM\u039dN\u039fO\u03a1P\u03a4T\u03a5Y\u03a7X\u03bfo'
const LOOKS: ReadonlyMap<string, string> = new Map(
  Array.from({ length: PAIRS.length / 2 }, (_, i) => [PAIRS[2 * i] ?? '', PAIRS[2 * i + 1] ?? '']),
)

/** Hyphens that are not the one of ids. A dash between two numbers or two ids is a range, and no hyphen. */
const HYPHEN = /[\u2010\u2011\u2212\ufe58\ufe63\uff0d]|(?<=[\p{L}])[\u2012\u2013](?=\p{N})/u
const WORD =
  /[\p{L}\p{N}]+(?:(?:[-\u2010\u2011\u2212\ufe58\ufe63\uff0d]|(?<=\p{L})[\u2012\u2013](?=\p{N}))[\p{L}\p{N}]+)*/gu
const ASCII = /^[\x00-\x7f]*$/

/** Ids that look like others, and words that mix letters of two scripts that look the same. */
export const lookalikesIn = (text: string): Lookalike[] => {
  if (ASCII.test(text)) return []
  return [...text.matchAll(WORD)].flatMap(({ index, 0: word }) => {
    if (ASCII.test(word)) return []
    const looks = [...word].map(asciiOf).join('')
    const others = [...new Set([...word].filter((c) => asciiOf(c) !== c))]
    if (!isId(looks) && !word.split(/[-\u2010-\u2013]/).some(isMixed)) return []
    return ASCII.test(looks) || isMixed(word)
      ? [{ start: index, end: index + word.length, word, looks, others }]
      : []
  })
}

const asciiOf = (character: string): string => {
  if (HYPHEN.test(character) || /[\u2012\u2013]/.test(character)) return '-'
  const plain = LOOKS.get(character) ?? character.normalize('NFKC')
  return ASCII.test(plain) ? plain : character
}

/** Of documents, requirements, items and actions. */
const isId = (looks: string): boolean =>
  (/\d|^(?:SDLC|TEMPLATE)-/.test(looks) && parseId(looks) !== null && looks === looks.toUpperCase()) ||
  /^(?:EI|CAPA)-\d{1,3}$|^REQ(?:-[A-Z0-9]+)+-\d{3}$/.test(looks)

/** Latin letters beside Cyrillic or Greek ones that look like Latin ones. */
const isMixed = (part: string): boolean =>
  part.length > 2 && /\p{Script=Latin}/u.test(part) && [...part].some((c) => LOOKS.has(c))

export const scriptOf = (character: string): string => {
  if (/\p{Script=Cyrillic}/u.test(character)) return 'Cyrillic'
  if (/\p{Script=Greek}/u.test(character)) return 'Greek'
  return /[\p{L}\p{N}]/u.test(character) ? 'of another width or style' : 'no hyphen of ids'
}
