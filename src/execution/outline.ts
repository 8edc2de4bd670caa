/** A text as its sections, and what execution may write into. Offsets are those of the whole text, byte order mark included. */
import type { Heading, Nodes, Root, RootContent } from 'mdast'
import { readFrontmatter } from '../documents/frontmatter.ts'
import { treeOf } from '../documents/markdown.ts'
import { withoutMark } from '../documents/text.ts'

export interface Section {
  readonly title: string
  readonly depth: number
  /** Where its heading begins, and its next sibling or an elder. */
  readonly start: number
  readonly end: number
  /** Its own part: from below the heading to the next heading of any depth. */
  readonly own: readonly RootContent[]
  /** All of it, what stands below its subheadings included. */
  readonly nodes: readonly RootContent[]
  /** A template marks what stays open during execution on the line after the heading. */
  readonly marked: boolean
}

export interface Outline {
  readonly text: string
  readonly root: Root
  readonly sections: readonly Section[]
  readonly bodyStart: number
  /** What to add to an offset of the tree. */
  readonly shift: number
}

export const OPEN_MARK = /^<!--\s*qms:open\s*-->$/

/** @throws FrontmatterError */
export const outlineOf = (text: string): Outline => {
  const plain = withoutMark(text)
  const shift = text.length - plain.length
  const root = treeOf(text)
  return {
    text,
    root,
    shift,
    bodyStart: readFrontmatter(plain).bodyStart + shift,
    sections: sectionsOf(root, plain.length, shift),
  }
}

const sectionsOf = (root: Root, length: number, shift: number): Section[] => {
  const all = root.children
  const heads = all.flatMap((node, at) => (node.type === 'heading' ? [{ node, at }] : []))
  return heads.map(({ node, at }, i) => {
    const next = heads[i + 1]?.at ?? all.length
    const after = heads.slice(i + 1).find((h) => h.node.depth <= node.depth)
    const first = all[at + 1]
    return {
      title: wordsOf(node).trim(),
      depth: node.depth,
      start: startOf(node) + shift,
      end: (after ? startOf(after.node) : length) + shift,
      own: all.slice(at + 1, next),
      nodes: all.slice(at + 1, after?.at ?? all.length),
      marked: first?.type === 'html' && OPEN_MARK.test(first.value.trim()) && follows(node, first),
    }
  })
}

const follows = (heading: Heading, node: RootContent): boolean =>
  node.position?.start.line === (heading.position?.end.line ?? 0) + 1

export const startOf = (node: Nodes): number => node.position?.start.offset ?? 0
export const endOf = (node: Nodes): number => node.position?.end.offset ?? 0

/** What a reader sees of a node: no markup, no comments, and without what is struck out. */
export const wordsOf = (node: Nodes): string => {
  if (node.type === 'html') return /^<br\s*\/?>$/i.test(node.value) ? ' ' : ''
  if (node.type === 'delete') return ''
  if (node.type === 'image' || node.type === 'imageReference') return node.alt ?? ''
  if (node.type === 'break') return ' '
  if ('value' in node) return node.value
  return 'children' in node ? (node.children as Nodes[]).map(wordsOf).join('') : ''
}

/** `## 10. Execution` and `### 4.1 Steps` without their numbers. */
export const plainTitle = (title: string): string => title.replace(/^\d+(?:\.\d+)*\.?\s+/, '')
