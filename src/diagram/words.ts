/** Words from outside in a drawing: nothing hidden, nothing that is taken for markup, no wider than its place. */
import { spelled, spellOut } from '../documents/hidden.ts'

/** What neither a line nor XML may hold, beyond what is hidden: tabs, line feeds, noncharacters, halves of characters. */
const UNFIT = /[\t\n\ufffe\uffff]|\p{Cs}/gu

/** One line in which everything can be seen: what cannot stands there as `\uXXXX`. */
export const plain = (text: string): string => spellOut(text).replace(UNFIT, spelled)

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** As text or attribute of XML. */
export const xml = (text: string): string => plain(text).replace(/[&<>"']/g, (c) => ENTITIES[c] ?? c)

/**
 * As a label of mermaid between quotes: everything by its number but letters, digits, single spaces, and the signs
 * that join them (`CR-001`, `1.0`). So no quote ends it, no `;` or `%%` begins something else, and neither Markdown,
 * its lists included, nor HTML is read in it.
 */
export const label = (text: string): string =>
  plain(text)
    .replace(/ +/g, ' ')
    .trim()
    .replace(/(?<![\p{L}\p{N}])[._-]|[._-](?![\p{L}\p{N}])|[^\p{L}\p{M}\p{N} ._-]/gu, byNumber)

const byNumber = (c: string): string => `#${c.codePointAt(0)};`

/** Columns at most, in a font of fixed width: two for each sign that may be a wide one. */
export const columns = (text: string): number =>
  [...text].reduce((sum, c) => sum + (c <= '\u02ff' ? 1 : 2), 0)

/** As much as fits, with `…` for what does not. @param most columns */
export const cut = (text: string, most: number): string => {
  if (columns(text) <= most) return text
  let kept = ''
  for (const c of text) {
    if (columns(kept + c) > most - 2) break
    kept += c
  }
  return `${kept}…`
}
