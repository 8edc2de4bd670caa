/**
 * Frontmatter of controlled texts: YAML and nothing else, every scalar a string. The only importer of gray-matter, whose
 * defaults run JavaScript, cache results and turn 1.10 into 1.1. Written by splicing, never by a printer.
 */
import matter from 'gray-matter'
import { isMap, isScalar, type Node, parseDocument, visit } from 'yaml'
import * as z from 'zod/mini'

export interface Frontmatter {
  readonly title: string | null
  readonly revisionSummary: string | null
  /** Every key with its value: strings, lists and maps of strings. Unknown keys are kept. */
  readonly fields: ReadonlyMap<string, unknown>
  /** Offset in the text where the body begins. */
  readonly bodyStart: number
}

export class FrontmatterError extends Error {
  readonly line: number | null
  constructor(message: string, line: number | null = null) {
    super(message.slice(0, 200))
    this.line = line
  }
}

const LIMIT = 65_536
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype'])
const MARK = '\ufeff'
const OPENING = /^---[ \t]*\r?\n/

/** Lists and maps inside one another. The parser calls itself for each, and would run out of stack. */
const DEEPEST = 64
/** A chain of list and key signs on one line nests as deeply as it is long. */
const CHAIN = new RegExp(`(?:[-?:][ \\t]+){${DEEPEST}}`)

/** Brackets in quotes count, too: nobody's title opens 64 of them. */
const isTooDeep = (source: string): boolean => {
  let depth = 0
  for (const [bracket] of source.matchAll(/[[\]{}]/g)) {
    depth = bracket === '[' || bracket === '{' ? depth + 1 : Math.max(0, depth - 1)
    if (depth > DEEPEST) return true
  }
  return CHAIN.test(source)
}

const parseYaml = (source: string): Map<string, unknown> => {
  if (isTooDeep(source)) throw new FrontmatterError('it is nested too deeply')
  const document = parseDocument(source, {
    schema: 'failsafe',
    uniqueKeys: true,
    prettyErrors: false,
    strict: true,
  })
  const trouble = document.errors[0] ?? document.warnings[0]
  if (trouble) throw new FrontmatterError(trouble.message, lineAt(source, trouble.pos[0]))
  if (source.includes('&')) refuseAnchors(document, source)
  const value = document.toJS({ mapAsMap: true, maxAliasCount: 0 })
  if (value === null || value === '') return new Map()
  if (!(value instanceof Map)) throw new FrontmatterError('it is not a list of "key: value" lines', 2)
  return value
}

const refuseAnchors = (document: ReturnType<typeof parseDocument>, source: string): void =>
  visit(document, {
    Node: (_, node: Node & { anchor?: string }) => {
      if (node.anchor)
        throw new FrontmatterError('anchors are not allowed', lineAt(source, node.range?.[0] ?? 0))
    },
  })

const lineAt = (source: string, offset: number): number => source.slice(0, offset).split('\n').length

const denied = {
  parse: (): never => {
    throw new FrontmatterError('only YAML frontmatter is read')
  },
  stringify: (): never => {
    throw new FrontmatterError('frontmatter is never printed')
  },
}

const fieldsSchema = z.object({
  title: z.optional(z.string()),
  revision_summary: z.optional(z.string()),
})

/** @throws FrontmatterError with a sentence and, where known, the 1-based line in the text */
export const readFrontmatter = (text: string): Frontmatter => {
  if (text.startsWith(MARK)) {
    const read = readFrontmatter(text.slice(MARK.length))
    return { ...read, bodyStart: read.bodyStart + MARK.length }
  }
  if (!text.startsWith('---')) return { title: null, revisionSummary: null, fields: new Map(), bodyStart: 0 }
  if (!OPENING.test(text))
    throw new FrontmatterError('only YAML frontmatter is read: the first line must be ---', 1)
  if (closing(text).at > LIMIT)
    throw new FrontmatterError(`the frontmatter is longer than ${LIMIT} characters`, 1)
  try {
    return parseWithMatter(text)
  } catch (error) {
    if (error instanceof FrontmatterError) throw error
    throw new FrontmatterError(
      error instanceof RangeError ? 'it is nested too deeply' : (error as Error).message,
    )
  }
}

/** Where the line feed before the closing line stands, and where the body begins. The first line with --- must be it. */
const closing = (text: string): { at: number; bodyStart: number } => {
  const end = /\n---(?:([ \t]*(?:\r?\n|$))|)/.exec(text)
  if (end?.[1] === undefined) throw new FrontmatterError('the frontmatter is not closed by a line ---', 1)
  return { at: end.index, bodyStart: end.index + end[0].length }
}

const parseWithMatter = (text: string): Frontmatter => {
  let fields = new Map<string, unknown>()
  const yaml = {
    parse: (source: string): object => {
      // gray-matter cuts before the line feed, which leaves half of a CRLF behind.
      fields = parseYaml(`${source}\n`)
      return {}
    },
    stringify: denied.stringify,
  }
  const engines = { yaml, js: denied, javascript: denied, json: denied, toml: denied, coffee: denied }
  matter(text, { language: 'yaml', engines })
  for (const key of fields.keys())
    if (FORBIDDEN.has(String(key))) throw new FrontmatterError(`the key ${key} is not allowed`)
  const known = fieldsSchema.safeParse(Object.fromEntries(fields))
  if (!known.success)
    throw new FrontmatterError(`${known.error.issues[0]?.path.join('.')} must be one line of text`)
  return {
    title: known.data.title ?? null,
    revisionSummary: known.data.revision_summary ?? null,
    fields,
    bodyStart: closing(text).bodyStart,
  }
}

/** The text with one top-level frontmatter value replaced; every other byte stays. The key must be there. */
export const spliceFrontmatter = (text: string, key: string, value: string): string => {
  if (text.startsWith(MARK)) return MARK + spliceFrontmatter(text.slice(MARK.length), key, value)
  const open = OPENING.exec(text)?.[0].length
  if (open === undefined) return text
  const source = text.slice(open, closing(text).at + 1)
  const document = parseDocument(source, { schema: 'failsafe' })
  const pair = isMap(document.contents)
    ? document.contents.items.find((p) => isScalar(p.key) && p.key.value === key)
    : null
  if (!pair || !isScalar(pair.value) || !pair.value.range) return text
  const [start, end] = pair.value.range
  const [former, rest] = [source.slice(start, end), source.slice(end)]
  const gap = source[start - 1] === ':' ? ' ' : ''
  const ending = /\r?\n$/.exec(former)?.[0] ?? (rest.startsWith('#') ? ' ' : '')
  return text.slice(0, open + start) + gap + quote(value) + ending + text.slice(open + end)
}

const quote = (value: string): string => `'${value.replaceAll("'", "''")}'`
