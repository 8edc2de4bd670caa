/**
 * The files that a record says it affects: lists and tables below a heading `Files Affected` (SOP-002, 2.3 and 7.1).
 * An entry names its files in backticks, before the dash or in the first column: a path, a folder, or a pattern with
 * `*` and `?`. What is written otherwise is handed back as it stands: nothing is guessed.
 */
import type { List, Nodes, PhrasingContent, Root, Table } from 'mdast'
import { treeOf } from './markdown.ts'
import { isPattern, withoutDot } from './path-pattern.ts'

export interface FilesAffected {
  /** Paths, folders and patterns, as written. */
  readonly entries: readonly string[]
  /** Entries that name no file that could be read. */
  readonly unreadable: readonly string[]
}

/** What the text lists; null where it has no such heading. */
export const filesAffected = (text: string): FilesAffected | null => {
  const sections = sectionsBelow(treeOf(text), HEADING)
  if (sections.length === 0) return null
  const read = sections.flat().flatMap((node) => {
    if (node.type === 'list') return ofList(node)
    return node.type === 'table' ? ofTable(node) : []
  })
  return {
    entries: [...new Set(read.flatMap((entry) => entry.paths))],
    unreadable: [
      ...new Set(read.filter((e) => e.paths.length === 0 && !NONE.test(e.text)).map((e) => e.text)),
    ],
  }
}

const HEADING = /^(?:\d+(?:\.\d+)*\.?\s+)?files affected$/i
const NONE = /^(?:none|n\/a|-|–|—)?\.?$/i

/** What stands below each such heading, up to the next heading of any level. */
export const sectionsBelow = (root: Root, heading: RegExp): Nodes[][] => {
  const found: Nodes[][] = []
  let open: Nodes[] | null = null
  for (const node of root.children) {
    if (node.type !== 'heading') open?.push(node)
    else {
      open = heading.test(wordsOf(node).trim()) ? [] : null
      if (open) found.push(open)
    }
  }
  return found
}

interface Entry {
  readonly text: string
  readonly paths: readonly string[]
}

const ofList = (list: List): Entry[] =>
  list.children.flatMap((item) => {
    const [first, ...rest] = item.children
    const inner = rest.flatMap((node) => (node.type === 'list' ? ofList(node) : []))
    return [...(first?.type === 'paragraph' ? [entryOf(first.children)] : []), ...inner]
  })

const ofTable = (table: Table): Entry[] =>
  table.children.slice(1).flatMap(({ children: [cell] }) => (cell ? [entryOf(cell.children)] : []))

/** A dash between spaces, or a colon, ends what names the files. */
export const END = /\s[-–—]\s|:\s/

const entryOf = (nodes: readonly PhrasingContent[]): Entry => {
  const paths: string[] = []
  for (const node of nodes) {
    if (node.type === 'inlineCode') paths.push(node.value.trim())
    if (node.type === 'text' && END.test(node.value)) break
  }
  const whole = nodes.map(wordsOf).join('').trim()
  return { text: whole, paths: paths.every(isPattern) ? paths.map(withoutDot) : [] }
}

export const wordsOf = (node: Nodes): string => {
  if ('value' in node) return node.type === 'html' ? '' : node.value
  return 'children' in node ? node.children.map(wordsOf).join('') : ''
}
