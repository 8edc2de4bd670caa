/** Text that is safe to print: control, bidirectional and zero-width characters in visible form. */

const HIDDEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|\udb40[\udc00-\udfff]/g

const escaped = (c: string): string => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`

/** Line feeds and tabs stay; everything that could move the cursor or hide text is spelled out. */
export const visible = (text: string): string => text.replace(/\r\n/g, '\n').replace(HIDDEN, escaped)

/** The same on one line. */
export const visibleLine = (text: string): string =>
  visible(text).replaceAll('\n', ' ⏎ ').replaceAll('\t', ' ')
