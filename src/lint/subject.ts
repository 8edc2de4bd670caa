/** What a rule may look at: one text, read once as a tree, and what is known around it. */
import type { Nodes, Root } from 'mdast'
import type { Frontmatter } from '../documents/frontmatter.ts'
import type { Status } from '../documents/types.ts'
import type { Section } from './headings.ts'
import type { Span } from './places.ts'

export { wordsOf } from './words.ts'

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

export interface Unreadable {
  readonly problem: string
  /** From 1. */
  readonly line: number | null
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
  /** Why the bytes are no controlled text, where they are none. */
  readonly problem?: Unreadable | null
}

export type Kind = Nodes['type']
export type Of<K extends Kind> = Extract<Nodes, { type: K }>

export interface Subject extends Material {
  /** Why the text cannot be read as a tree, and where; only the rule that is about that looks at it then. */
  readonly problem: Unreadable | null
  /** Without a byte order mark. Every offset counts in it. */
  readonly text: string
  readonly hasMark: boolean
  readonly tree: Root
  /** Null where it cannot be read. */
  readonly frontmatter: Frontmatter | null
  /** Every node of a kind, in the order of the text. The tree is walked once for all rules. */
  readonly all: <K extends Kind>(kind: K) => readonly Of<K>[]
  /** Headings below the one that names the document. */
  readonly sections: () => readonly Section[]
  /** Those of the form; none where there is no form. */
  readonly formSections: () => readonly Section[]
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

/** Places in code, in blocks and in lines: text in them is quoted, not said. */
export const codeSpans = (subject: Subject): Span[] =>
  [...subject.all('code'), ...subject.all('inlineCode')].map(spanOf)
