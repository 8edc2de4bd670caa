/** Characters that could hide or reorder text on a screen, or move its cursor; and how they are spelled out. */

/**
 * Control characters, soft hyphen, bidirectional and zero-width characters, byte order mark, interlinear annotations,
 * tag characters and their like (U+E0000 to U+E03FF). Line feeds and tabs are none.
 */
export const HIDDEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udfff]/g

export const hidesSomething = (text: string): boolean => text.search(HIDDEN) >= 0

/** Each code unit as `\uXXXX`. */
export const spelled = (characters: string): string =>
  [...Array(characters.length).keys()].map((i) => unicodeEscape(characters.charCodeAt(i))).join('')

const unicodeEscape = (code: number): string => `\\u${code.toString(16).padStart(4, '0')}`

/** The text with every hidden character spelled out. */
export const spellOut = (text: string): string => text.replace(HIDDEN, spelled)
