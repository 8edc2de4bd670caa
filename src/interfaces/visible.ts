/** Text that is safe to print: control, bidirectional and zero-width characters in visible form. */

import { spellOut } from '../documents/hidden.ts'

/** Line feeds and tabs stay; everything that could move the cursor or hide text is spelled out. */
export const visible = (text: string): string => spellOut(text.replace(/\r\n/g, '\n'))

/** The same on one line. */
export const visibleLine = (text: string): string =>
  visible(text).replaceAll('\n', ' ⏎ ').replaceAll('\t', ' ')
