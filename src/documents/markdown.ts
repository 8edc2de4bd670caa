/** What needs the Markdown of a text read as a tree. Apart, because to load the parser takes longer than most commands. */
import type { Nodes, Root } from 'mdast'
import remarkFrontmatter from 'remark-frontmatter'
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import { unified } from 'unified'
import { BLANK, lineOf, withoutMark } from './text.ts'

export interface Blank {
  readonly text: string
  readonly line: number
}

/** Which of the form's own blanks still stand in the text, outside code. @param tree of the same text, where it was parsed */
export const blanksLeft = (text: string, form: ReadonlySet<string>, tree?: Root): Blank[] => {
  const found = [...text.matchAll(BLANK)].filter((m) => form.has(m[0]))
  if (found.length === 0) return []
  const code = codeRanges(text, tree ?? treeOf(text))
  return found
    .filter((m) => !code.some(([start, end]) => m.index >= start && m.index < end))
    .map((m) => ({ text: m[0], line: lineOf(text, m.index) }))
}

const parser = unified().use(remarkParse).use(remarkFrontmatter).use(remarkGfm)

/** The text as a tree; positions are those of the text without its byte order mark. */
export const treeOf = (text: string): Root => parser.parse(withoutMark(text))

export const codeRanges = (text: string, tree: Root): [number, number][] => {
  const shift = text.length - withoutMark(text).length
  const ranges: [number, number][] = []
  const visit = (node: Nodes): void => {
    const { start, end } = node.position ?? {}
    if (
      (node.type === 'code' || node.type === 'inlineCode') &&
      start?.offset !== undefined &&
      end?.offset !== undefined
    )
      ranges.push([start.offset + shift, end.offset + shift])
    if ('children' in node) for (const child of node.children) visit(child)
  }
  visit(tree)
  return ranges
}
