/**
 * One answer as Markdown, in the place where it stands. An answer keeps its Markdown where that stays inside its place,
 * and is shown verbatim, or sign by sign, where it would not.
 */
import type { Nodes, Root } from 'mdast'
import { markdownProblem } from '../documents/markdown-limits.ts'
import type { Entry } from './record.ts'

export type Tree = (text: string) => Root

/** What may stand in a line of text. Pictures are not among it: to look at one would tell somebody. */
const PHRASING: ReadonlySet<string> = new Set(['text', 'emphasis', 'strong', 'inlineCode', 'link', 'break'])
/** What may stand in a quotation: nothing that another reader could take for a part of the form. */
const FLOW: ReadonlySet<string> = new Set([...PHRASING, 'paragraph', 'code', 'list', 'listItem'])

const all = (node: Nodes, allowed: ReadonlySet<string>): boolean =>
  !('children' in node) || node.children.every((child) => allowed.has(child.type) && all(child, allowed))

/** A parser must not be kept busy, and nothing may look like a blank of the form. */
const isTame = (value: string): boolean => !value.includes('{{') && markdownProblem(value) === null

const linesOf = (value: string): string[] => value.split(/\r\n|\r|\n/)
const oneLine = (value: string): string => value.trim().replaceAll(/\s*[\r\n\u2028\u2029]\s*/g, ' ')

const longestRun = (text: string, sign: string): number =>
  Math.max(0, ...(text.match(sign === '~' ? /~+/g : /`+/g) ?? []).map((run) => run.length))

/** Lines between fences that none of them can end. */
export const fenced = (text: string, info = '', sign: '`' | '~' = '`', least = 3): string[] => {
  const fence = sign.repeat(Math.max(least, longestRun(text, sign) + 1))
  return [`${fence}${info}`, ...linesOf(text), fence]
}

/** On one line, between so many backticks that none in it can end it. */
export const codeSpan = (value: string): string => {
  const text = oneLine(value)
  const ticks = '`'.repeat(longestRun(text, '`') + 1)
  const pad = /^[` ]|[` ]$/.test(text) ? ' ' : ''
  return `${ticks}${pad}${text}${pad}${ticks}`
}

/** Every sign of ASCII that could mean something, made to mean itself. */
const literal = (text: string): string => text.replaceAll(/[!-/:-@[-`{-~]/g, '\\$&')

/** In a line of text. */
export const inline = (value: string, tree: Tree): string => {
  const text = oneLine(value)
  return isTame(text) && isOneParagraph(tree(`x ${text} x`)) ? text : literal(text)
}

const isOneParagraph = (root: Root): boolean =>
  root.children.length === 1 && root.children[0]?.type === 'paragraph' && all(root.children[0], PHRASING)

/** In a cell of a table: its bars, and backslashes before them, are taken from their meaning. */
export const inCell = (value: string, tree: Tree): string => {
  const text = oneLine(value).replaceAll(/(\\*)(\||$)/g, (_, slashes: string, bar: string) =>
    bar === '' && slashes === '' ? '' : `${slashes}${slashes}${bar && `\\${bar}`}`,
  )
  if (!isTame(text)) return literal(oneLine(value))
  const table = tree(`| a |\n| - |\n| ${text} |`).children
  const row = table[0]?.type === 'table' && table.length === 1 ? table[0].children[1] : undefined
  const fits = row?.children.length === 1 && row.children[0] && all(row.children[0], PHRASING)
  return fits ? text : literal(oneLine(value))
}

const quoted = (lines: readonly string[]): string[] => lines.map((line) => (line === '' ? '>' : `> ${line}`))

/** Who said it, when, why, and with the project in which state. */
const attribution = (entry: Entry, tree: Tree): string => {
  const deed = entry.reason === undefined ? 'Answered' : 'Changed'
  const why = entry.reason === undefined ? '' : `, because: ${plainly(entry.reason, tree)}`
  const state = entry.commit === undefined ? '' : `, the project being at ${entry.commit}`
  return `${deed} by ${entry.author} at ${entry.timestamp}${state}${why}`
}

const plainly = (reason: string, tree: Tree): string => {
  const text = oneLine(reason)
  const paragraph = isTame(text) ? tree(`x ${text} x`).children : []
  const plain =
    paragraph.length === 1 && paragraph[0]?.type === 'paragraph' && paragraph[0].children.length === 1
  return plain && paragraph[0]?.type === 'paragraph' && paragraph[0].children[0]?.type === 'text'
    ? text
    : codeSpan(text)
}

/** As a quotation: what was said before, struck through; what counts; each with who said it. */
export const asBlock = (entries: readonly Entry[], tree: Tree): string =>
  entries
    .map((entry, i) => (i < entries.length - 1 ? formerLines(entry, tree) : currentLines(entry, tree)))
    .map((lines) => lines.join('\n'))
    .join('\n>\n')

/** Beside code that shows the value: who gave it, and what it was before. */
export const besideCode = (entries: readonly Entry[], tree: Tree): string =>
  [
    ...entries.slice(0, -1).map((entry) => formerLines(entry, tree).join('\n')),
    ...entries.slice(-1).map((entry) => `> ${attribution(entry, tree)}`),
  ].join('\n>\n')

const signed = (lines: readonly string[], said: string): string[] => quoted([...lines, '', said])

/** The last paragraph is who said it, and all before it may stand in a quotation. */
const staysInside = (lines: readonly string[], tree: Tree, allowed: ReadonlySet<string>): boolean => {
  const { children } = tree(lines.join('\n'))
  const quotation = children[0]
  if (children.length !== 1 || quotation?.type !== 'blockquote') return false
  const last = quotation.children.at(-1)
  return last?.type === 'paragraph' && last.position?.start.line === lines.length && all(quotation, allowed)
}

const currentLines = (entry: Entry, tree: Tree): string[] => {
  const said = attribution(entry, tree)
  const plain = signed(linesOf(entry.value), said)
  const fits = isTame(entry.value) && staysInside(plain, tree, FLOW)
  return fits ? plain : signed(fenced(entry.value, 'text'), said)
}

const STRUCK: ReadonlySet<string> = new Set([...PHRASING, 'paragraph', 'delete'])

const formerLines = (entry: Entry, tree: Tree): string[] => {
  const said = `Superseded. ${attribution(entry, tree)}`
  const lines = linesOf(entry.value).map((line) => (line.trim() === '' ? '' : `~~${line.trim()}~~`))
  const struck = signed(lines, said)
  const fits = isTame(entry.value) && staysInside(struck, tree, STRUCK) && isStruck(struck, tree, lines)
  return fits ? struck : signed(fenced(entry.value, 'text'), said)
}

/** Each line is one deletion, and nothing stands beside it. */
const isStruck = (struck: readonly string[], tree: Tree, lines: readonly string[]): boolean => {
  const quotation = tree(struck.join('\n')).children[0]
  if (quotation?.type !== 'blockquote') return false
  const parts: Nodes[] = []
  for (const child of quotation.children.slice(0, -1)) if ('children' in child) parts.push(...child.children)
  const deleted = parts.filter((part) => part.type === 'delete').length
  const rest = parts.filter((part) => part.type !== 'delete')
  return (
    deleted === lines.filter((line) => line !== '').length &&
    rest.every((part) => part.type === 'text' && part.value.trim() === '')
  )
}
