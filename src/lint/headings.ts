/** Headings of a text, with the numbers that their authors gave them. */
import type { Heading, Root } from 'mdast'
import { wordsOf } from './words.ts'

export interface Section {
  readonly node: Heading
  readonly depth: number
  /** `7.1`, `9A`; null for a heading without one. */
  readonly number: string | null
  /** Without its number. */
  readonly title: string
}

/** `7. Title`, `7.1 Title`, `9A. Title`. A single number needs its full stop: "3 principles" is no third section. */
const NUMBERED = /^(\d{1,3}[A-Z]?(?=\.\s)|\d{1,3}[A-Z]?(?:\.\d{1,3}[A-Z]?)+)\.?\s+(\S.*)$/s

/** Headings at the top of the tree: those in quotes and lists belong to what is quoted. */
export const headingsOf = (tree: Root): Section[] =>
  tree.children.filter((node) => node.type === 'heading').map(sectionOf)

const sectionOf = (node: Heading): Section => {
  const words = wordsOf(node).replace(/\s+/g, ' ').trim()
  const [, number, title] = NUMBERED.exec(words) ?? []
  return { node, depth: node.depth, number: number ?? null, title: title ?? words }
}

/** For comparing: case, marks and spaces at the edges do not count. */
export const plain = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
