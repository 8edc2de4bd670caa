/** Pages that open without a network: plain HTML and CSS, no script, nothing loaded, every word from outside escaped. */

import { HIDDEN, spelled, spellOut } from '../documents/hidden.ts'

/** Nothing hidden: what cannot be seen is spelled out as `\uXXXX`. */
export const shown = (text: string): string => spellOut(text.replaceAll('\r\n', '\n'))

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** As text in a page or in an attribute: markup of any kind is words, and hidden characters are marked. */
export const escaped = (text: string): string =>
  text
    .replaceAll('\r\n', '\n')
    .replace(/[&<>"']/g, (c) => ENTITIES[c] ?? c)
    .replace(HIDDEN, (c) => `<mark>${spelled(c)}</mark>`)

/** In an attribute: hidden characters are spelled out without a mark. */
const attribute = (text: string): string => shown(text).replace(/[&<>"']/g, (c) => ENTITIES[c] ?? c)

/** A link to a file of the package: each name of the path encoded, so that no path is anything but a path. */
export const link = (path: string, words: string): string =>
  `<a href="${attribute(path.split('/').map(encoded).join('/'))}">${escaped(words)}</a>`

/** Half of a pair of code units becomes the sign for what cannot be shown, as in the file's own name. */
const encoded = (name: string): string =>
  encodeURIComponent(new TextDecoder().decode(new TextEncoder().encode(name)))

const CSS = `
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:75rem;margin:0 auto;padding:1rem}
table{border-collapse:collapse;margin:.5rem 0 1.5rem}
caption{text-align:left;font-weight:600}
th,td{border:1px solid #8886;padding:.25rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
td.n{text-align:right}
pre{white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid #8886;padding:.5rem;margin:.25rem 0}
ins{background:#2a82;text-decoration:underline}
del{background:#c332;text-decoration:line-through}
mark{background:#fc06;color:inherit}
code{font-size:.9em;overflow-wrap:anywhere}
summary{cursor:pointer}
svg{max-width:100%;height:auto}
svg text{fill:currentColor;font:12px system-ui,sans-serif}
svg rect{fill:#4678b4}
svg line{stroke:currentColor}
.wide{overflow-x:auto}
`

/** The policy keeps a browser from loading or running anything, whatever a later change may let through. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'"

/** A whole page. @param body HTML */
export const page = (title: string, body: readonly string[]): string =>
  `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${attribute(title)}</title>
<style>${CSS}</style>
</head>
<body>
${body.join('\n')}
</body>
</html>
`

/** A picture that is unfolded by who wants to see it. @param svg as it stands in a page */
export const picture = (words: string, svg: string): string =>
  `<details><summary>${escaped(words)}</summary>\n<div class="wide">\n${svg.trimEnd()}\n</div>\n</details>`

/** A cell that is HTML already. */
export interface Cell {
  readonly html: string
  readonly number?: boolean
}

export type CellLike = Cell | string | number | null

const cellOf = (cell: CellLike): string => {
  if (cell === null) return '<td></td>'
  if (typeof cell === 'number') return `<td class="n">${cell}</td>`
  if (typeof cell === 'string') return `<td>${escaped(cell)}</td>`
  return `<td${cell.number ? ' class="n"' : ''}>${cell.html}</td>`
}

/** A table with a caption and headed columns; a sentence where it has no rows. */
export const htmlTable = (
  caption: string,
  head: readonly string[],
  rows: readonly (readonly CellLike[])[],
): string => {
  if (rows.length === 0) return `<p>${escaped(caption)}: none.</p>`
  const top = head.map((name) => `<th scope="col">${escaped(name)}</th>`).join('')
  const body = rows.map((row) => `<tr>${row.map(cellOf).join('')}</tr>`).join('\n')
  return `<div class="wide"><table>\n<caption>${escaped(caption)}</caption>\n<thead><tr>${top}</tr></thead>\n<tbody>\n${body}\n</tbody>\n</table></div>`
}

/** `2026-11-21 07:25:37 UTC`; what is no time of ours stays as it is. */
export const utc = (ts: string): string =>
  ts.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)\.\d{3}Z$/, '$1 $2 UTC')
