/**
 * What of an approved text may not change while it is executed: everything but the frontmatter, the executed cells of
 * its items, rows added below them, Execution Comments, Execution Summary and References. A template marks its open
 * sections; texts of older forms are open by their headings. Source: lifecycle design, "Sealed text"; SOP-004 section 3.
 */
import type { Nodes } from 'mdast'
import { unifiedDiff } from '../documents/redline.ts'
import { isExecuted } from './columns.ts'
import { endOf, type Outline, outlineOf, plainTitle, type Section, startOf, wordsOf } from './outline.ts'
import { holds, type Range, reachingFrom } from './reach.ts'
import { type ItemTable, readTables } from './table.ts'

/** Sealed text that was changed. */
export interface Breach {
  /** Headings of the sections concerned. */
  readonly sections: readonly string[]
  /** As `diff -u`, of what is sealed alone: `[open]` stands for what may change. */
  readonly redline: string
}

/** What of `now` differs from the sealed text of `approved`; null where the seal is kept. @throws FrontmatterError */
export const breachOf = (approved: string, now: string): Breach | null =>
  breachBetween(outlineOf(approved), outlineOf(now))

/** The same of texts that have been read. */
export const breachBetween = (approved: Outline, now: Outline): Breach | null => {
  const before = sealedIn(approved, null)
  const after = sealedIn(now, before.rows)
  if (before.text === after.text) return null
  return {
    sections: changedSections(before, after),
    redline: unifiedDiff(['approved', 'now'], shown(before.text), shown(after.text)),
  }
}

const shown = (text: string): string => text.replaceAll(OPEN, '[open]')

/** Whether anything may be written into it during execution. */
export const holdsOpenParts = (text: string): boolean => {
  const outline = outlineOf(text)
  const { tables } = readTables(outline)
  return tables.length > 0 || openSections(outline, tables).length > 0
}

interface Sealed {
  readonly text: string
  /** Rows of each table of items that are part of the plan. */
  readonly rows: readonly number[]
  readonly sections: ReadonlyMap<string, string>
  /** What bears on the sealed text from open parts, by what it is. */
  readonly bearing: ReadonlyMap<string, string>
}

interface Part {
  readonly start: number
  readonly end: number
  readonly value: string
}

/** @param rows how many rows of each table were approved; further ones are open. Null: all of them. */
const sealedIn = (outline: Outline, rows: readonly number[] | null): Sealed => {
  const { tables } = readTables(outline)
  const planned = tables.map((table, i) => rows?.[i] ?? table.rows.length)
  const open = openSections(outline, tables).map((section) => openPart(outline, section))
  const parts = [...tables.map((table, i) => tablePart(table, planned[i] ?? 0)), ...open].sort(
    (a, b) => a.start - b.start,
  )
  const cells = tables.flatMap((table, i) => openCells(table, planned[i] ?? 0))
  const beyond = [...reachingFrom(outline, open, 'section'), ...reachingFrom(outline, cells, 'cell')]
  const body = without(outline.text, outline.bodyStart, outline.text.length, parts)
  const bearing = new Map([
    ['what its links and notes lead to', resolved(outline, [...open, ...cells]).join('\n')],
    ['HTML that reaches beyond its open part', beyond.join('\n')],
  ])
  return {
    text: [body, ...[...bearing.values()].filter((lines) => lines !== '')].join('\n'),
    rows: tables.map((table) => table.rows.length),
    sections: sectionTexts(outline, parts),
    bearing,
  }
}

/** No text holds it: controlled text has no NUL. */
const OPEN = '\0'

const without = (text: string, from: number, to: number, parts: readonly Part[]): string => {
  let at = from
  let out = ''
  for (const part of parts) {
    if (part.start < at || part.end > to) continue
    out += text.slice(at, part.start) + part.value
    at = part.end
  }
  return out + text.slice(at, to)
}

/** A table of items, row by row: what was planned as it stands, what is executed as an open cell. */
const tablePart = (table: ItemTable, planned: number): Part => {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const rows = table.rows
    .slice(0, planned)
    .map((row) => line(row.cells.map((cell) => (isExecuted(cell) ? OPEN : cell.source))))
  const head = line(table.head)
  return { start: table.start, end: table.end, value: [head, ...rows, ...table.odd].join('\n') }
}

/** Executed cells, and rows that were added. */
const openCells = ({ rows }: ItemTable, planned: number): Range[] =>
  rows.flatMap((row, i) => row.cells.filter((cell) => i >= planned || isExecuted(cell)))

/**
 * What references in sealed text lead to, wherever that is defined: a definition in an open section would change how
 * the sealed text reads, though not a character of it.
 */
const resolved = ({ root, shift, text }: Outline, open: readonly Range[]): string[] => {
  const defined = new Map<string, string>()
  const define = (key: string, value: string) => defined.has(key) || defined.set(key, value)
  const found: string[] = []
  const isOpen = (node: Nodes): boolean => open.some((range) => holds(range, node, shift))
  const visit = (node: Nodes): void => {
    if (node.type === 'definition') define(keyOf(node), `${node.url} ${node.title ?? ''}`.trim())
    if (node.type === 'footnoteDefinition')
      define(keyOf(node), text.slice(startOf(node) + shift, endOf(node) + shift))
    if ('identifier' in node && node.type.endsWith('Reference') && !isOpen(node)) found.push(keyOf(node))
    if ('children' in node) (node.children as Nodes[]).forEach(visit)
  }
  visit(root)
  return found.map((key) => `[${key}]: ${defined.get(key) ?? ''}`)
}

/** Notes and links have names of their own. */
const keyOf = (node: Extract<Nodes, { identifier: string }>): string =>
  `${node.type.startsWith('footnote') ? '^' : ''}${node.identifier}`

const OPEN_TITLES =
  /^(?:(?:execution|resolution|investigation|test|verification) (?:comments|summary)|(?:var|er|add|inv|variance|investigation)? ?closure|references)$/i

/** Open sections, none of them inside another; one that holds items is open in their cells alone. */
const openSections = (outline: Outline, tables: readonly ItemTable[]): Section[] => {
  const anyMarked = outline.sections.some((section) => section.marked)
  const isOpen = (s: Section): boolean => (anyMarked ? s.marked : OPEN_TITLES.test(plainTitle(s.title)))
  const holdsItems = (s: Section): boolean => tables.some((t) => t.start >= s.start && t.end <= s.end)
  const open = outline.sections.filter((s) => isOpen(s) && !holdsItems(s))
  return open.filter((s) => !open.some((other) => other !== s && other.start < s.start && other.end >= s.end))
}

const DO_NOT_DELETE = /do not delete this comment/i

/** What is open of a section: below its heading and mark, up to what ends it. Comments that say so stay sealed. */
const openPart = (outline: Outline, section: Section): Part => {
  const { text, shift } = outline
  const first = section.marked ? section.nodes[0] : undefined
  const lineEnd = text.indexOf('\n', section.start)
  const start = first ? endOf(first) + shift : lineEnd < 0 ? section.end : lineEnd
  const kept = section.nodes.flatMap((node) =>
    node.type === 'html' && DO_NOT_DELETE.test(node.value) ? [node.value] : [],
  )
  const last = section.nodes.findLast((node) => !isClosing(node))
  const written = Math.max(start, last ? endOf(last) + shift : start)
  const end = written + (/^\s*/.exec(text.slice(written, section.end))?.[0].length ?? 0)
  return { start, end, value: `\n${[OPEN, ...kept].join('\n')}\n\n` }
}

const isClosing = (node: Section['nodes'][number]): boolean =>
  node.type === 'thematicBreak' || /^END OF [A-Z ]+$/.test(wordsOf(node).trim())

const sectionTexts = (outline: Outline, parts: readonly Part[]): ReadonlyMap<string, string> => {
  const own = outline.sections.map((section, i) => {
    const next = outline.sections[i + 1]
    const end = next && next.start < section.end ? next.start : section.end
    const within = parts.filter((part) => part.start >= section.start && part.end <= end)
    return [section.title, without(outline.text, section.start, end, within)] as const
  })
  return new Map(own)
}

const changedSections = (before: Sealed, after: Sealed): string[] => {
  const changed = differing(before.sections, after.sections)
  const found = changed.length > 0 ? changed : differing(before.bearing, after.bearing)
  return found.length > 0 ? found : ['what stands above its first heading']
}

const differing = (before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] =>
  [...new Set([...before.keys(), ...after.keys()])].filter((name) => before.get(name) !== after.get(name))
