/** Elements of HTML in a text, and what is written in comments. */
import { COMMENT } from '../documents/hidden.ts'
import type { Span } from './places.ts'
import { type Subject, spanOf } from './subject.ts'

export interface Element extends Span {
  /** In lower case. */
  readonly name: string
  /** Names in lower case, values without their quotes. */
  readonly attributes: ReadonlyMap<string, string>
}

export interface Comment extends Span {
  /** Without what begins and ends it. */
  readonly words: string
}

const TAG = /<([a-zA-Z][\w:-]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>/g
const ATTRIBUTE = /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+)))?/g
/** Declarations, instructions and sections of character data are as little to be seen as comments. */
const UNSEEN = /<!--[\s\S]*?(?:-->|$)|<\?[\s\S]*?(?:\?>|$)|<![A-Za-z[][\s\S]*?(?:>|$)/g

/** Tags that begin an element, by place; those in comments are words. */
export const elementsOf = (subject: Subject): Element[] =>
  subject.all('html').flatMap((node) => {
    const { start } = spanOf(node)
    const source = subject.text.slice(start, spanOf(node).end).replace(UNSEEN, (c) => ' '.repeat(c.length))
    return [...source.matchAll(TAG)].map(({ index, 0: tag, 1: name, 2: rest }) => ({
      start: start + index,
      end: start + index + tag.length,
      name: (name ?? '').toLowerCase(),
      attributes: attributesIn(rest ?? ''),
    }))
  })

const attributesIn = (source: string): ReadonlyMap<string, string> =>
  new Map(
    [...source.matchAll(ATTRIBUTE)].map(([, name, a, b, c]) => [
      (name ?? '').toLowerCase(),
      a ?? b ?? c ?? '',
    ]),
  )

export const commentsOf = (subject: Subject): Comment[] =>
  subject.all('html').flatMap((node) => commentsIn(subject.text, spanOf(node)))

const commentsIn = (text: string, { start, end }: Span): Comment[] =>
  [...text.slice(start, end).matchAll(COMMENT)].map(({ index, 0: comment, 1: words }) => ({
    start: start + index,
    end: start + index + comment.length,
    words: words ?? '',
  }))

/** Every comment of a form, for comparing: spaces and ends of lines do not count. */
export const commentsOfForm = (form: string): ReadonlySet<string> =>
  new Set(commentsIn(form, { start: 0, end: form.length }).map(({ words }) => plainComment(words)))

export const plainComment = (words: string): string => words.replace(/\s+/g, ' ').trim()

const NAMED_REFERENCES: Readonly<Record<string, string>> = { colon: ':', tab: '', newline: '', amp: '&' }

/** Where an address leads, as a browser takes it: without spaces and control characters, references resolved. */
export const addressOf = (url: string): string =>
  url
    .replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]+));?/gi, (whole, hex, decimal, name) => {
      const code = hex ? Number.parseInt(hex, 16) : Number(decimal)
      return name ? (NAMED_REFERENCES[String(name).toLowerCase()] ?? whole) : characterOf(code)
    })
    .replace(/[\u0000-\u0020\u007f-\u009f]/g, '')
    .toLowerCase()

const characterOf = (code: number): string => (code <= 0x10ffff ? String.fromCodePoint(code) : '')

/** Schemes that run something, carry something along, or lead into the reader's own machine. */
const ACTIVE = /^(javascript|vbscript|data|file|blob|view-source):/

export const activeScheme = (url: string): string | null => ACTIVE.exec(addressOf(url))?.[1] ?? null

export const isRemote = (url: string): boolean => /^(?:https?:)?\/\//.test(addressOf(url))
