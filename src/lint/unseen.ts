/** Characters of a text that nobody sees, where no script and no sign needs them. */
import { pointOf, UNSEEN_RUN } from '../documents/hidden.ts'
import type { Span } from './places.ts'

export interface Unseen extends Span {
  /** The characters, in a row. */
  readonly characters: readonly string[]
}

/** Rows of them, by place. */
export const unseenIn = (text: string): Unseen[] =>
  [...text.matchAll(UNSEEN_RUN)].flatMap(({ index, 0: run }) => {
    const [before, after] = [text.slice(Math.max(0, index - 8), index), text.slice(index + run.length)]
    if (isNeeded(run, before, after)) return []
    return [{ start: index, end: index + run.length, characters: [...run] }]
  })

const isNeeded = (run: string, before: string, after: string): boolean =>
  (run === '\r' && after.startsWith('\n')) ||
  (run === JOINER && PICTURE_BEFORE.test(before) && PICTURE_AFTER.test(after)) ||
  (/^[\u200c\u200d]$/.test(run) && JOINED.test(before.slice(-1)) && JOINED.test(after.slice(0, 1))) ||
  (/^[\u200e\u200f\u061c]$/.test(run) &&
    (RIGHT_TO_LEFT.test(before) || RIGHT_TO_LEFT.test(after.slice(0, 8)))) ||
  (FLAG.test(run) && before.endsWith('\u{1f3f4}')) ||
  (/^\udb40[\udd00-\uddef]$/.test(run) && /\p{Script=Han}$/u.test(before))

const JOINER = '\u200d'
const PICTURE_BEFORE = /(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f)$/u
const PICTURE_AFTER = /^\p{Extended_Pictographic}/u
/** Scripts in which a joiner, or its absence, is spelling. */
const JOINED =
  /[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Mongolian}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Khmer}]/u
const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}]/u
/** The flag of a part of a country: its letters as tags, and the tag that ends them. */
const FLAG = /^(?:\udb40[\udc61-\udc7a\udc30-\udc39]){3,6}\udb40\udc7f$/

const NAMES: Readonly<Record<string, string>> = {
  '00AD': 'soft hyphen',
  '061C': 'Arabic letter mark',
  '200B': 'zero width space',
  '200C': 'zero width non-joiner',
  '200D': 'zero width joiner',
  '200E': 'left-to-right mark',
  '200F': 'right-to-left mark',
  '2028': 'line separator',
  '2029': 'paragraph separator',
  '202A': 'left-to-right embedding',
  '202B': 'right-to-left embedding',
  '202C': 'pop directional formatting',
  '202D': 'left-to-right override',
  '202E': 'right-to-left override',
  '2060': 'word joiner',
  '2066': 'left-to-right isolate',
  '2067': 'right-to-left isolate',
  '2068': 'first strong isolate',
  '2069': 'pop directional isolate',
  FEFF: 'byte order mark',
}

const RANGES: readonly (readonly [number, number, string])[] = [
  [0, 0x9f, 'control character'],
  [0x2060, 0x206f, 'invisible operator or control'],
  [0xfff9, 0xfffb, 'interlinear annotation'],
  [0xe0000, 0xe007f, 'tag character'],
  [0xe0100, 0xe01ef, 'variation selector'],
]

/** Its code point, and what it is. */
export const named = (character: string): string => {
  const code = character.codePointAt(0) ?? 0
  const range = RANGES.find(([from, to]) => from <= code && code <= to)?.[2]
  return `${pointOf(character)} ${NAMES[pointOf(character).slice(2)] ?? range ?? 'character without a shape'}`
}

/** What tag characters say to a program that reads them as the letters that they stand for. */
export const taggedWords = (characters: readonly string[]): string =>
  characters
    .map((c) => (c.codePointAt(0) ?? 0) - 0xe0000)
    .filter((code) => code >= 0x20 && code < 0x7f)
    .map((code) => String.fromCharCode(code))
    .join('')
