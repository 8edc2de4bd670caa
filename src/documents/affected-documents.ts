/**
 * The controlled documents that a record says it creates, changes or retires: tables and lists below the headings
 * `Documents Affected` and `Files Affected` (SOP-002, 2.3, 7.1 and 7.2). A document is named by its id, as text or as
 * code, or by its path in the store. What only describes an effect, such as a table without a column for the change,
 * announces none.
 */
import type { List, Nodes, Table } from 'mdast'
import { END, sectionsBelow, wordsOf } from './affected.ts'
import { parseId } from './id.ts'
import { treeOf } from './markdown.ts'
import type { DocType } from './types.ts'

export interface AffectedDocument {
  readonly id: string
  readonly change: 'retired' | 'in force'
}

const HEADING =
  /^(?:\d+(?:\.\d+)*\.?\s+)?(?:files|documents)(?:(?: and |\s*\/\s*)(?:files|documents))? affected$/i
const CHANGE = /^change(?: type)?$/i
const UNCHANGED = /^(?:$|-|–|—|none\b|n\/a|no\b|not\b|out of scope|unchanged|reference)/i
const RETIRED = /^(?:retire|delete|remove|withdraw|obsolete)/i

/** Each document once, in order of appearance; where two places differ, retirement wins. */
export const documentsAffected = (text: string, types: readonly DocType[]): AffectedDocument[] => {
  const named = sectionsBelow(treeOf(text), HEADING)
    .flat()
    .flatMap((node) => (node.type === 'table' ? ofTable(node) : node.type === 'list' ? ofList(node) : []))
    .flatMap(({ subject, change }) =>
      UNCHANGED.test(change)
        ? []
        : idsIn(subject, types).map((id) => ({ id, retired: RETIRED.test(change) })),
    )
  const found = new Map<string, AffectedDocument>()
  for (const { id, retired } of named)
    found.set(id, { id, change: retired || found.get(id)?.change === 'retired' ? 'retired' : 'in force' })
  return [...found.values()]
}

interface Named {
  readonly subject: string
  readonly change: string
}

const ofTable = ({ children: [head, ...rows] }: Table): Named[] => {
  const at = head?.children.findIndex((cell) => CHANGE.test(wordsOf(cell).trim())) ?? -1
  if (at < 1) return []
  return rows.map(({ children }) => {
    const cell = (i: number): string => (children[i] ? wordsOf(children[i]).trim() : '')
    return { subject: cell(0), change: cell(at) }
  })
}

/** `` `QMS/SOP/SOP-001.md` - what happens to it``; without a word on that, it is affected all the same. */
const ofList = (list: List): Named[] =>
  list.children.flatMap((item) => {
    const [first, ...rest] = item.children
    const inner = rest.flatMap((node) => (node.type === 'list' ? ofList(node) : []))
    if (first?.type !== 'paragraph') return inner
    const words = first.children.map((node: Nodes) => wordsOf(node)).join('')
    const end = END.exec(words)
    const subject = end ? words.slice(0, end.index) : words
    const change = end ? words.slice(end.index + end[0].length).trim() : 'affected'
    return [{ subject, change: change === '' ? 'affected' : change }, ...inner]
  })

const PATH = /^(?:\.\/)?QMS\/(?:[^/]+\/)*([A-Za-z0-9-]+?)(?:-draft)?\.md$/

const idsIn = (subject: string, types: readonly DocType[]): string[] =>
  subject.split(/[\s,;()[\]`*]+/).flatMap((word) => {
    const name = word.includes('/') ? PATH.exec(word)?.[1] : word.replace(/[.:]+$/, '')
    const id = name && /^[A-Z]/.test(name) ? parseId(name, types) : null
    return id ? [id.id] : []
  })
