/** Characters that could hide or reorder text on a screen, or move its cursor; and how they are spelled out. */

/**
 * Control characters, soft hyphen, bidirectional and zero-width characters, byte order mark, interlinear annotations,
 * tag characters and their like (U+E0000 to U+E03FF). Line feeds and tabs are none.
 */
export const HIDDEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udfff]/g

/** Letters and marks that are drawn as nothing. */
const EMPTY = '[\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180d\\u2800\\u3164\\uffa0]'

/** A row of what nobody sees: of hidden characters, and of letters that are empty. */
export const UNSEEN_RUN = new RegExp(`(?:${HIDDEN.source}|${EMPTY})+`, 'g')

/** A comment of HTML; one that is not ended goes on to the end of the text. */
export const COMMENT = /<!--([\s\S]*?)(?:-->|$)/g

export const pointOf = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`

export const hidesSomething = (text: string): boolean => text.search(HIDDEN) >= 0

/** Each code unit as `\uXXXX`. */
export const spelled = (characters: string): string =>
  [...Array(characters.length).keys()].map((i) => unicodeEscape(characters.charCodeAt(i))).join('')

const unicodeEscape = (code: number): string => `\\u${code.toString(16).padStart(4, '0')}`

/** The text with every hidden character spelled out. */
export const spellOut = (text: string): string => text.replace(HIDDEN, spelled)

/** A text in which nothing is hidden any more, and how much was. */
export interface Marked {
  readonly text: string
  readonly characters: number
  readonly comments: number
}

/** What marks are made of: where a text has them itself they are spelled out, so that it cannot imitate a mark. */
const BRACKETS = /[\u27e6\u27e7]/g

/**
 * The text with each character that nobody sees as `⟦U+202E⟧`, and each comment between `⟦comment⟧` and
 * `⟦/comment⟧`. Ends of lines become line feeds.
 */
export const marked = (source: string): Marked => {
  let [characters, comments] = [0, 0]
  const point = (character: string): string => `⟦${pointOf(character)}⟧`
  const seen = source
    .replace(/\r\n/g, '\n')
    .replace(BRACKETS, point)
    .replace(UNSEEN_RUN, (run) => {
      characters += [...run].length
      return [...run].map(point).join('')
    })
  const text = seen.replace(COMMENT, (comment) => {
    comments++
    return `⟦comment⟧${comment}⟦/comment⟧`
  })
  return { text, characters, comments }
}
