/**
 * What a text says, piece by piece, as somebody who reads it would take it in: marks of Markdown, character references
 * and hidden characters are no hindrance, a break of a line is a space. Each piece knows where it stands in the text.
 */
import type { Nodes, PhrasingContent } from 'mdast'
import { HIDDEN } from '../documents/hidden.ts'
import type { Span } from './places.ts'
import { type Subject, sourceOf, spanOf, wordsOf } from './subject.ts'

/** Said in the document's own voice; quoted from elsewhere, as in code; or hidden from whoever reads it rendered. */
export type Voice = 'said' | 'quoted' | 'hidden'

export interface Passage {
  readonly words: string
  /** Of these characters of `words`. */
  readonly voice: (start: number, end: number) => Voice
  readonly span: (start: number, end: number) => Span
}

/** Every passage of a text, its frontmatter and comments included. Kept for as long as the subject is. */
export const passagesOf = (subject: Subject): readonly Passage[] => {
  const kept = all.get(subject)
  if (kept) return kept
  const found = [
    ...blocksOf(subject.tree, false).map((block) => prose(subject, block)),
    ...subject.all('code').map((node) => verbatim(subject, node, 'quoted')),
    ...subject.all('html').map((node) => verbatim(subject, node, isComment(node.value) ? 'hidden' : 'said')),
    ...subject.all('yaml').map((node) => verbatim(subject, node, 'said')),
    ...subject.all('definition').map((node) => verbatim(subject, node, 'hidden')),
    ...titled(subject),
  ].filter(({ words }) => words.trim() !== '')
  all.set(subject, found)
  return found
}

const all = new WeakMap<Subject, readonly Passage[]>()

export const isComment = (html: string): boolean => /^\s*<[!?]/.test(html)

interface Block {
  readonly node: Nodes & { readonly children: readonly PhrasingContent[] }
  readonly quoted: boolean
}

/** What introduces a list or a table of things that nobody is to say or do, or that are shown as examples. */
const SHOWN =
  /\b(?:not|never|prohibited|forbidden|unacceptable|violations?|bad|wrong|avoid|hostile|examples?|such as)\b/i
const INTRODUCES = (words: string): boolean =>
  words.trimEnd().endsWith(':') && SHOWN.test(words.split(/[.!?]\s/).at(-1) ?? '')

const blocksOf = (node: Nodes, quoted: boolean): Block[] => {
  if (node.type === 'paragraph' || node.type === 'heading' || node.type === 'tableCell')
    return [{ node, quoted }]
  if (!('children' in node)) return []
  const within = quoted || node.type === 'blockquote' || (node.type === 'table' && isShown(node.children[0]))
  const { children } = node
  return children.flatMap((child, i) => blocksOf(child, within || isIntroduced(child, children[i - 1])))
}

/** By the heading of its columns. */
const isShown = (row: Nodes | undefined): boolean =>
  row?.type === 'tableRow' && row.children.some((cell) => SHOWN.test(wordsOf(cell)))

const isIntroduced = (node: Nodes, before: Nodes | undefined): boolean =>
  (node.type === 'list' || node.type === 'table') &&
  (before?.type === 'paragraph' || before?.type === 'heading') &&
  (before.type === 'heading' ? SHOWN.test(wordsOf(before)) : INTRODUCES(wordsOf(before)))

/** A run of characters that stand in the text as they stand in the passage. */
interface Run {
  readonly from: number
  readonly at: number
}

class Words {
  readonly runs: Run[] = []
  readonly quotes: Span[] = []
  words = ''

  /** Adds words that stand at an offset, without their hidden characters. */
  add(words: string, at: number): void {
    let from = 0
    for (const hidden of words.matchAll(HIDDEN)) {
      this.run(words.slice(from, hidden.index), at + from)
      from = hidden.index + hidden[0].length
    }
    this.run(words.slice(from), at + from)
  }

  private run(words: string, at: number): void {
    if (words === '') return
    this.runs.push({ from: this.words.length, at })
    this.words += words
  }

  passage(within: Span, voice: Voice): Passage {
    const { runs, words, quotes } = this
    const offset = (index: number): number => {
      const run = runs.findLast(({ from }) => from <= index)
      return Math.min(run ? run.at + index - run.from : within.start, within.end)
    }
    return {
      words,
      voice: (start, end) =>
        voice === 'said' && quotes.some((q) => q.start <= start && end <= q.end) ? 'quoted' : voice,
      span: (start, end) => ({ start: offset(start), end: offset(end - 1) + 1 }),
    }
  }
}

const QUOTATIONS =
  /"[^"]{1,400}"|\u201c[^\u201d]{1,400}\u201d|\u00ab[^\u00bb]{1,400}\u00bb|(?<![\p{L}\p{N}])['\u2018][^'\u2019]{1,400}['\u2019](?![\p{L}\p{N}])/gu

const quotationsIn = (words: string): Span[] =>
  [...words.matchAll(QUOTATIONS)].map((m) => ({ start: m.index, end: m.index + m[0].length }))

/** Code, comments and frontmatter: read as they stand. */
const verbatim = (subject: Subject, node: Nodes, voice: Voice): Passage => {
  const words = new Words()
  words.add(sourceOf(subject, node), spanOf(node).start)
  return words.passage(spanOf(node), voice)
}

/** Read as it is rendered. */
const prose = (subject: Subject, { node, quoted }: Block): Passage => {
  const words = new Words()
  for (const child of node.children) gather(subject, child, words)
  words.quotes.push(...quotationsIn(words.words))
  return words.passage(spanOf(node), quoted ? 'quoted' : 'said')
}

const gather = (subject: Subject, node: PhrasingContent, words: Words): void => {
  if (node.type === 'text') addText(sourceOf(subject, node), node.value, spanOf(node).start, words)
  else if (node.type === 'inlineCode') addCode(subject, node, words)
  else if (node.type === 'break') words.add(' ', spanOf(node).start)
  else if ('alt' in node) words.add(node.alt ?? '', spanOf(node).start)
  else if ('children' in node) for (const child of node.children) gather(subject, child, words)
}

const addCode = (subject: Subject, node: Extract<Nodes, { type: 'inlineCode' }>, words: Words): void => {
  const start = words.words.length
  addText(sourceOf(subject, node), node.value, spanOf(node).start, words)
  words.quotes.push({ start, end: words.words.length })
}

/** Line by line: a line that stands as it is written has exact places, another (escapes, references) its beginning. */
const addText = (source: string, value: string, start: number, words: Words): void => {
  const [written, read] = [source.split('\n'), value.split('\n')]
  let at = start
  for (const [i, line] of read.entries()) {
    const from = written[i] ?? ''
    const found = from.indexOf(line)
    words.add(i === 0 ? line : ` ${line}`, at + Math.max(0, found) - (i === 0 ? 0 : 1))
    at += written.length === read.length ? from.length + 1 : 0
  }
}

/** What a reader sees only with the pointer on a link or an image. */
const titled = (subject: Subject): Passage[] =>
  [...subject.all('link'), ...subject.all('image')].flatMap((node) => {
    const found = node.title ? sourceOf(subject, node).lastIndexOf(node.title) : -1
    if (!node.title) return []
    const words = new Words()
    words.add(node.title, spanOf(node).start + Math.max(0, found))
    return [words.passage(spanOf(node), 'hidden')]
  })
