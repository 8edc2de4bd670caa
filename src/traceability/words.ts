/** What parts of a Markdown tree say, and where they stand. */
import type { Nodes, Table } from 'mdast'

/** The words of a node on one line; code without its backticks, comments left out. */
export const wordsOf = (node: Nodes): string => plain(node).replace(/\s+/g, ' ').trim()

const plain = (node: Nodes): string => {
  if (node.type === 'break') return ' '
  if ('value' in node) return node.type === 'html' ? ' ' : node.value
  return 'children' in node ? node.children.map(plain).join(node.type === 'listItem' ? ' ' : '') : ''
}

export const lineOfNode = (node: Nodes): number => node.position?.start.line ?? 1

/** Names of the columns, in lower case. */
export const headsOf = (table: Table): string[] =>
  (table.children[0]?.children ?? []).map((cell) => wordsOf(cell).toLowerCase())

/** The column whose name fits, from `from` on; -1 for none. */
export const columnOf = (heads: readonly string[], name: RegExp, from = 0): number =>
  heads.findIndex((head, i) => i >= from && name.test(head))
