/**
 * The requirements that a specification (RS) states: rows of tables, entries of lists and headings that begin with an
 * id. An id anywhere else is a mention and states nothing. What stands below a heading that says "withdrawn" is withdrawn.
 */
import type { Heading, ListItem, Nodes, RootContent, Table } from 'mdast'
import { treeOf } from '../documents/markdown.ts'
import { idAtStart, isNearlyId } from './ids.ts'
import { columnOf, headsOf, lineOfNode, wordsOf } from './words.ts'

export interface Requirement {
  readonly id: string
  /** One line; what it says, without its id and its kind of proof. */
  readonly text: string
  /** The kind of proof that it asks for, as written; null where it names none. */
  readonly verification: string | null
  /** In the text, from 1. */
  readonly line: number
  readonly withdrawn: { readonly version: string | null; readonly reason: string | null } | null
}

/** Where an id should stand and something else does, such as `REQ-APP-1`. */
export interface Malformed {
  readonly text: string
  readonly line: number
}

export interface Specification {
  /** In the order of the text, each id once: where it is stated twice, the one that is withdrawn, else the first. */
  readonly requirements: readonly Requirement[]
  readonly duplicates: readonly { readonly id: string; readonly lines: readonly number[] }[]
  readonly malformed: readonly Malformed[]
}

/** @param text of the document, frontmatter included */
export const requirementsOf = (text: string): Specification => {
  const stated: Requirement[] = []
  const malformed: Malformed[] = []
  for (const one of statements(treeOf(text).children)) ('id' in one ? stated : malformed).push(one as never)
  const byId = new Map<string, Requirement[]>()
  for (const r of stated) byId.set(r.id, [...(byId.get(r.id) ?? []), r])
  return {
    requirements: [...byId.values()].flatMap((all) => all.find((r) => r.withdrawn) ?? all[0] ?? []),
    duplicates: [...byId]
      .filter(([, all]) => all.length > 1)
      .map(([id, all]) => ({ id, lines: all.map((r) => r.line) })),
    malformed,
  }
}

type Statement = Requirement | Malformed

const WITHDRAWN = { version: null, reason: null }

/** @param withdrawnAt depth of the heading below which everything is withdrawn; 0 for none */
function* statements(nodes: readonly RootContent[]): Generator<Statement> {
  let withdrawnAt = 0
  for (const [i, node] of nodes.entries()) {
    if (node.type === 'heading') {
      if (node.depth <= withdrawnAt) withdrawnAt = 0
      if (withdrawnAt === 0 && /\bwithdrawn\b/i.test(wordsOf(node))) withdrawnAt = node.depth
      yield* ofHeading(node, bodyOf(nodes, i), withdrawnAt > 0)
    } else if (node.type === 'table') yield* ofTable(node, withdrawnAt > 0)
    else yield* ofLists(node, withdrawnAt > 0)
  }
}

/** What stands below a heading, up to the next one. */
const bodyOf = (nodes: readonly RootContent[], heading: number): string => {
  const rest = nodes.slice(heading + 1)
  const end = rest.findIndex((node) => node.type === 'heading')
  return rest
    .slice(0, end < 0 ? rest.length : end)
    .filter((node) => node.type === 'paragraph')
    .map(wordsOf)
    .join(' ')
}

const TEXT = /^(?:requirements?|text|statement|description)$/
const KIND = /^(?:verification|verified by|proof|method)$/

function* ofTable(table: Table, below: boolean): Generator<Statement> {
  const heads = headsOf(table)
  const isWithdrawn = below || heads.some((head) => head.includes('withdrawn'))
  const version = columnOf(heads, /version/, 1)
  const reason = columnOf(heads, /reason/, 1)
  const named = columnOf(heads, TEXT, 1)
  const kind = columnOf(heads, KIND, 1)
  for (const row of table.children.slice(1)) {
    const cells = row.children.map(wordsOf)
    const at = (i: number): string | null => cells[i] || null
    const head = cells[0] ?? ''
    const id = idAtStart(head)
    const line = lineOfNode(row)
    if (id === null && isNearlyId(head)) yield { text: head.slice(0, 60), line }
    if (id === null || head.replace(/:$/, '') !== id) continue
    const withdrawn = isWithdrawn ? { version: at(version), reason: at(reason) } : null
    const text = (named < 0 && isWithdrawn ? at(reason) : at(named < 0 ? 1 : named)) ?? ''
    yield { id, text, verification: isWithdrawn ? null : at(kind), line, withdrawn }
  }
}

function* ofLists(node: Nodes, withdrawn: boolean): Generator<Statement> {
  if (node.type === 'listItem') yield* ofItem(node, withdrawn)
  if ('children' in node) for (const child of node.children) yield* ofLists(child, withdrawn)
}

/** Between an id and what it says, unless the id stands apart in bold or as code. */
const SEPARATOR = /^\s*(?::|[-–—](?=\s)|\.(?=\s))\s*/

function* ofItem(item: ListItem, withdrawn: boolean): Generator<Statement> {
  const [first] = item.children
  if (first?.type !== 'paragraph') return
  const words = wordsOf(first)
  const id = idAtStart(words)
  const line = lineOfNode(item)
  if (id === null) {
    if (isNearlyId(words)) yield { text: words.slice(0, 60), line }
    return
  }
  const rest = words.slice(id.length)
  const apart = first.children[0]?.type === 'strong' || first.children[0]?.type === 'inlineCode'
  if (!apart && !SEPARATOR.test(rest)) return
  yield { id, ...saying(rest), line, withdrawn: withdrawn ? WITHDRAWN : null }
}

function* ofHeading(heading: Heading, body: string, withdrawn: boolean): Generator<Statement> {
  const words = wordsOf(heading)
  const id = idAtStart(words)
  const line = lineOfNode(heading)
  if (id !== null)
    yield {
      id,
      ...saying(`${words.slice(id.length)} ${body}`),
      line,
      withdrawn: withdrawn ? WITHDRAWN : null,
    }
  else if (isNearlyId(words)) yield { text: words.slice(0, 60), line }
}

const NAMED_KIND = /\s*[([]?\bVerification:\s*(Test|Inspection|Observation)\b[)\]]?\.?/i

/** The text behind an id, and the kind of proof that stands in it as `Verification: Test`. */
const saying = (rest: string): Pick<Requirement, 'text' | 'verification'> => {
  const kind = NAMED_KIND.exec(rest)
  const text = rest.replace(NAMED_KIND, '').replace(SEPARATOR, '')
  return { text: text.trim(), verification: kind?.[1] ?? null }
}
