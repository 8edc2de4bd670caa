/** What a rule may look at: one text, read once as a tree, and what is known around it. */
import type { Nodes, Root } from 'mdast'
import { type Frontmatter, FrontmatterError, readFrontmatter } from '../documents/frontmatter.ts'
import { treeOf } from '../documents/markdown.ts'
import { withoutMark } from '../documents/text.ts'
import type { Status } from '../documents/types.ts'
import { ownForm } from './form.ts'
import type { Span } from './places.ts'

/** A document of the store, as far as its listing tells. */
export interface Known {
  readonly status: Status
  readonly title: string
}

/** The document that a text belongs to. */
export interface Owner {
  readonly id: string
  readonly status: Status | null
  /** Taken over from another program's store: it was written by other forms. */
  readonly adopted: boolean
}

/** What is handed in. */
export interface Material {
  /** As it was read; a byte order mark stays. */
  readonly text: string
  /** As the user knows it, with `/`; `-` for standard input. */
  readonly path: string
  /** Null for a text that belongs to no document that is known. */
  readonly document: Owner | null
  /** Name of its type, such as `CR`; null where nothing tells it. */
  readonly type: string | null
  /** The form that documents of its type begin from, blanks untouched; null where there is none. */
  readonly form: string | null
  /** Every document of the store by id; null where there is no store. */
  readonly known: ReadonlyMap<string, Known> | null
  /** Definition files of the agents that may act, text by path. */
  readonly agents: ReadonlyMap<string, string>
}

type Kind = Nodes['type']
type Of<K extends Kind> = Extract<Nodes, { type: K }>

export interface Subject extends Material {
  /** Without a byte order mark. Every offset counts in it. */
  readonly text: string
  readonly hasMark: boolean
  readonly tree: Root
  /** Null where it cannot be read. */
  readonly frontmatter: Frontmatter | null
  /** Every node of a kind, in the order of the text. The tree is walked once for all rules. */
  readonly all: <K extends Kind>(kind: K) => readonly Of<K>[]
}

/**
 * @param tree of the same text, where it has been parsed already; not for a template, whose form has a frontmatter of
 * its own, which Markdown would read as a heading
 */
export const subjectOf = (material: Material, tree?: Root): Subject => {
  const text = withoutMark(material.text)
  const root = tree ?? treeOf(material.type === 'TEMPLATE' ? withoutFormHead(text) : text)
  let sorted: ReadonlyMap<Kind, readonly Nodes[]> | null = null
  return {
    ...material,
    text,
    hasMark: text.length < material.text.length,
    tree: root,
    frontmatter: frontmatterOf(text),
    all: <K extends Kind>(kind: K) => {
      sorted ??= byKind(root)
      return (sorted.get(kind) ?? []) as readonly Of<K>[]
    },
  }
}

const byKind = (root: Root): ReadonlyMap<Kind, readonly Nodes[]> => {
  const kinds = new Map<Kind, Nodes[]>()
  const visit = (node: Nodes): void => {
    const same = kinds.get(node.type)
    if (same) same.push(node)
    else kinds.set(node.type, [node])
    if ('children' in node) for (const child of node.children) visit(child)
  }
  visit(root)
  return kinds
}

const frontmatterOf = (text: string): Frontmatter | null => {
  try {
    return readFrontmatter(text)
  } catch (error) {
    if (error instanceof FrontmatterError) return null
    throw error
  }
}

/** The text with the frontmatter of its form blanked, every offset kept. */
const withoutFormHead = (text: string): string => {
  const head = ownForm(text)
  if (!head) return text
  return (
    text.slice(0, head.start) + text.slice(head.start, head.end).replace(/[^\n]/g, ' ') + text.slice(head.end)
  )
}

/** Where a node stands. One without a place was not read from the text, which does not happen. */
export const spanOf = (node: Nodes): Span => ({
  start: node.position?.start.offset ?? 0,
  end: node.position?.end.offset ?? 0,
})

/** The characters of the text that a node was read from. */
export const sourceOf = (subject: Subject, node: Nodes): string => {
  const { start, end } = spanOf(node)
  return subject.text.slice(start, end)
}

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

/** Places in code, in blocks and in lines: text in them is quoted, not said. */
export const codeSpans = (subject: Subject): Span[] =>
  [...subject.all('code'), ...subject.all('inlineCode')].map(spanOf)
