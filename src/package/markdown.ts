/** Words from outside in Markdown: none of them becomes markup, and none is hidden. */
import { shown } from './html.ts'

/** What Markdown would take for markup. An underscore inside a word is none. */
const MARKUP = /[\\`*[\]<>|~&]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g

/** A bare address would become a link. */
const ADDRESS = /\b(?:(?:https?|ftp|mailto|xmpp)(?=:)|www(?=\.))/gi

/** As one cell of a table, on one line. */
export const markdownCell = (value: string): string =>
  shown(value).replace(/\s+/g, ' ').trim().replace(MARKUP, '\\$&').replace(ADDRESS, '$&\\')
