/**
 * The text of a document from its form and its record. Guidance is left out, loops are gone through as often as they
 * were, and each answer stands where the form shows it. What comes out is read again: it has the headings, tables and
 * blocks of the form, whatever was answered.
 */
import type { Code, Nodes, Parents, Root, RootContent } from 'mdast'
import { spliceFrontmatter } from '../documents/frontmatter.ts'
import { blanksIn, type FormBlank } from './blanks.ts'
import type { Form, FormProblem, Part } from './form.ts'
import { type AnswerRecord, current, type Entry, isComplete, keyOf, passesOf } from './record.ts'
import { asBlock, besideCode, codeSpan, fenced, inCell, inline, type Tree } from './render.ts'

export type Compiled =
  | { readonly text: string }
  /** The form shows an answer where none can stand. */
  | { readonly problems: readonly FormProblem[] }
  /** What came out is not built as the form is. */
  | { readonly broken: { readonly expected: string; readonly found: string } }

/** A place of the form that something fills. */
interface Hole {
  readonly token: string
  readonly line: number
  readonly name: string
  /** All entries of an answer; null where it is a value that is known, or a part of an answer. */
  readonly entries: readonly Entry[] | null
  /** What stands there now: the answer, a value, or a blank. */
  readonly value: string
}

interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
  /** What stands at the top of the text afterwards instead of the block that was there. */
  readonly outline?: readonly string[]
}

export const compile = async (form: Form, record: AnswerRecord): Promise<Compiled> => {
  const { treeOf } = await import('../documents/markdown.ts')
  const filling = new Filling(form, record)
  const body = form.parts.map((part) => filling.part(part, null)).join('')
  const skeleton = spliceFrontmatter(form.frontmatter.trimEnd(), 'title', record.given.title ?? '')
  const text = `${skeleton}\n\n${body.trim()}\n`
  const tree = treeOf(text)
  const placed = filling.holes.map((hole) => placeOf(hole, text, tree, treeOf))
  const problems = placed.flatMap((place) => ('problem' in place ? [place] : []))
  if (problems.length > 0) return { problems }
  const edits = [
    ...placed.flatMap((place) => ('problem' in place ? [] : [place])),
    ...codeEdits(filling.holes, text, tree, treeOf),
  ]
  return checked(applied(text, edits), outlineAfter(tree, edits), treeOf)
}

const checked = (text: string, expected: readonly string[], treeOf: Tree): Compiled => {
  const found = treeOf(text).children.map(outlineOf)
  const at = expected.findIndex((one, i) => one !== found[i])
  if (at < 0 && found.length === expected.length) return { text }
  const odd = at < 0 ? expected.length : at
  return { broken: { expected: expected[odd] ?? 'the end', found: found[odd] ?? 'the end' } }
}

/** Writes the form out, with a word of its own for each hole. */
class Filling {
  readonly holes: Hole[] = []
  readonly #form: Form
  readonly #record: AnswerRecord
  readonly #mark: string

  constructor(form: Form, record: AnswerRecord) {
    this.#form = form
    this.#record = record
    const all = JSON.stringify([form.frontmatter, form.parts, record.given.title])
    this.#mark = 'hole'
    while (all.includes(this.#mark)) this.#mark += 'x'
  }

  part(part: Part, pass: number | null): string {
    if (part.kind === 'loop') return this.#loop(part)
    let text = ''
    let from = 0
    for (const blank of blanksIn(part.text)) {
      text += part.text.slice(from, blank.start) + this.#fill(blank, part.line + blank.line, pass)
      from = blank.end
    }
    return text + part.text.slice(from)
  }

  #loop({ name, parts }: Extract<Part, { kind: 'loop' }>): string {
    const passes = passesOf(this.#form, this.#record, name)
    const shown = Math.max(passes, isComplete(this.#record) ? 0 : 1)
    return Array.from({ length: shown }, (_, i) => parts.map((part) => this.part(part, i + 1)).join('')).join(
      '',
    )
  }

  #fill(blank: FormBlank, line: number, pass: number | null): string {
    if (blank.name === '_n') return String(pass ?? 1)
    const token = `${this.#mark}${this.holes.length}z`
    this.holes.push({ token, line, name: blank.name, ...this.#content(blank, pass) })
    return token
  }

  #content({ name, aspect }: FormBlank, pass: number | null): Pick<Hole, 'entries' | 'value'> {
    const prompt = this.#form.prompts.get(name)
    if (!prompt) return { entries: null, value: this.#given(name.toLowerCase()) }
    const key = keyOf(name, prompt.loop === null ? null : pass)
    const entry = current(this.#record, key)
    if (aspect !== '') return { entries: null, value: entry ? aspectOf(entry, aspect) : this.#blank(aspect) }
    return { entries: this.#record.answers[key] ?? [], value: entry?.value ?? this.#blank(name) }
  }

  /** What is complete will not be asked any more: a gate led past it. */
  #blank(name: string): string {
    return isComplete(this.#record) ? 'Not applicable' : `[${name.toUpperCase()}]`
  }

  #given(name: string): string {
    const own = name === `${this.#form.name.toLowerCase()}_id` ? 'doc_id' : name
    return this.#record.given[own] ?? 'None'
  }
}

const aspectOf = (entry: Entry, aspect: string): string =>
  aspect === 'author' ? entry.author : entry.timestamp.slice(0, 10)

interface Found {
  readonly node: Nodes
  readonly above: readonly Parents[]
}

const find = (token: string, node: Nodes, above: readonly Parents[] = []): Found | null => {
  if ('value' in node && node.value.includes(token)) return { node, above }
  if (!('children' in node)) return null
  for (const child of node.children) {
    const found = find(token, child, [...above, node])
    if (found) return found
  }
  return null
}

const nothing = (hole: Hole, where: string): FormProblem => ({
  line: hole.line,
  problem: `{{${hole.name}}} stands ${where}`,
  expected: 'a paragraph, a cell of a table, or code between fences',
})

/** How a hole is filled where it stands; code with holes is written anew as a whole, later. */
const placeOf = (hole: Hole, text: string, tree: Root, treeOf: Tree): Edit | FormProblem => {
  const found = find(hole.token, tree)
  const start = text.indexOf(hole.token)
  const edit = (value: string): Edit => ({ start, end: start + hole.token.length, text: value })
  if (!found || found.node.type === 'html') return nothing(hole, 'where no answer can stand')
  const { node, above } = found
  if (node.type === 'code') {
    const fence = above.length === 1 && /^[`~]/.test(text.slice(startOf(node)))
    return fence ? { start: 0, end: 0, text: '' } : nothing(hole, 'in code without fences, or inside a list')
  }
  if (node.type === 'inlineCode') return codeSpanEdit(hole, node, above)
  if (above.some((parent) => parent.type === 'tableCell'))
    return edit(hole.entries?.length === 0 ? hole.value : inCell(hole.value, treeOf))
  const paragraph = hole.entries === null ? null : alone(hole, found)
  if (!paragraph) return edit(hole.entries?.length === 0 ? hole.value : inline(hole.value, treeOf))
  const block = hole.entries?.length ? asBlock(hole.entries, treeOf) : hole.value
  const outline = [hole.entries?.length ? 'blockquote' : 'paragraph']
  return { start: startOf(paragraph), end: endOf(paragraph), text: block, outline }
}

const codeSpanEdit = (hole: Hole, node: Nodes, above: readonly Parents[]): Edit | FormProblem => {
  const own = 'value' in node ? node.value : ''
  const cell = above.some((parent) => parent.type === 'tableCell')
  if (own.trim() !== hole.token || cell)
    return nothing(hole, 'in a span of code with other words, or in a table')
  return { start: startOf(node), end: endOf(node), text: codeSpan(hole.value) }
}

/** The paragraph at the top of the text that holds nothing but this hole, in bold or not. */
const alone = ({ token }: Hole, { node, above }: Found): Nodes | null => {
  const [root, paragraph] = above
  const only = above.slice(1).every((parent) => parent.children.length === 1)
  const whole = 'value' in node && node.value.trim() === token
  return root?.type === 'root' && paragraph?.type === 'paragraph' && only && whole ? paragraph : null
}

const startOf = (node: Nodes): number => node.position?.start.offset ?? 0
const endOf = (node: Nodes): number => node.position?.end.offset ?? 0

const codeEdits = (holes: readonly Hole[], text: string, tree: Root, treeOf: Tree): Edit[] =>
  tree.children
    .filter((node): node is Code => node.type === 'code')
    .flatMap((node) => {
      const own = holes.filter((hole) => node.value.includes(hole.token))
      return own.length > 0 ? [codeEdit(node, own, text, treeOf)] : []
    })

const codeEdit = (node: Code, holes: readonly Hole[], text: string, treeOf: Tree): Edit => {
  const [, fence = '```', info = ''] = /^(`+|~+)([^\r\n]*)/.exec(text.slice(startOf(node))) ?? []
  const value = holes.reduce((code, hole) => code.replace(hole.token, () => hole.value), node.value)
  const lines = fenced(value, info, fence.startsWith('~') ? '~' : '`', fence.length)
  const said = holes.flatMap((hole) => (hole.entries?.length ? [besideCode(hole.entries, treeOf)] : []))
  return {
    start: startOf(node),
    end: endOf(node),
    text: [lines.join('\n'), ...said].join('\n\n'),
    outline: ['code', ...said.map(() => 'blockquote')],
  }
}

/** From the end, so that what comes before keeps its place. */
const applied = (text: string, edits: readonly Edit[]): string =>
  [...edits]
    .sort((a, b) => b.start - a.start || a.end - b.end)
    .reduce((now, { start, end, text: own }) => now.slice(0, start) + own + now.slice(end), text)

const outlineAfter = (tree: Root, edits: readonly Edit[]): string[] =>
  tree.children.flatMap(
    (node) => edits.find((e) => e.outline && e.start === startOf(node))?.outline ?? [outlineOf(node)],
  )

/** What a block at the top of a text is, and how many of what it holds. */
const outlineOf = (node: RootContent): string => {
  if (node.type === 'heading') return `heading ${node.depth}`
  if (node.type === 'table') return `table ${node.children.map((row) => row.children.length).join(' ')}`
  return node.type === 'list' ? `list ${node.children.length}` : node.type
}
