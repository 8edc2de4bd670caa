/** What nodes of a tree say. */
import type { Nodes } from 'mdast'

/** Words of a node and of all in it, without their marks; code included, comments not. */
export const wordsOf = (node: Nodes): string =>
  'value' in node
    ? node.type === 'html'
      ? ''
      : node.value
    : 'children' in node
      ? node.children.map(wordsOf).join('')
      : node.type === 'break'
        ? '\n'
        : ''

/** `a`, `a and b`, `a, b, c and 4 more`. */
export const listed = (items: readonly string[]): string => {
  const [shown, rest] =
    items.length <= 4 ? [items.slice(0, -1), items.at(-1)] : [items.slice(0, 3), `${items.length - 3} more`]
  return shown.length > 0 ? `${shown.join(', ')} and ${rest}` : `${rest}`
}
