/** What reading a controlled text tells: is it text, has it a title, which blanks of its form are left. */
import { FrontmatterError, readFrontmatter } from './frontmatter.ts'
import { CONFLICT_PROBLEM } from './json.ts'
import { markdownProblem } from './markdown-limits.ts'

export const BLANK = /\{\{[^{}\n]*\}\}/g
/** Either end of a conflict; the line between them also underlines a heading. */
const CONFLICT = /^\ufeff?(?:<{7}|>{7}) /m

/** Strict UTF-8 with any byte order mark kept. Null where the bytes are not that. */
export const decode = (bytes: Uint8Array): string | null => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

/**
 * Why bytes cannot be a controlled text, or null: invalid UTF-8, NUL, conflict markers, unreadable frontmatter, and
 * Markdown that nobody could parse in a sensible time.
 */
export const textProblem = (bytes: Uint8Array): { problem: string; line: number | null } | null => {
  const text = decode(bytes)
  if (text === null) return { problem: 'it is not valid UTF-8', line: null }
  if (text.includes('\0')) return { problem: 'it holds a NUL byte', line: lineOf(text, text.indexOf('\0')) }
  const conflict = CONFLICT.exec(text)
  if (conflict) return { problem: CONFLICT_PROBLEM, line: lineOf(text, conflict.index) }
  try {
    readFrontmatter(withoutMark(text))
    const tangled = markdownProblem(text)
    return tangled && { problem: tangled.problem, line: lineOf(text, tangled.offset) }
  } catch (error) {
    if (!(error instanceof FrontmatterError)) throw error
    return { problem: `its frontmatter cannot be read: ${error.message}`, line: error.line }
  }
}

export const withoutMark = (text: string): string => (text.charCodeAt(0) === 0xfeff ? text.slice(1) : text)

export const titleOf = (text: string): string | null => readFrontmatter(withoutMark(text)).title

export const isEmptyBody = (text: string): boolean => {
  const plain = withoutMark(text)
  return plain.slice(readFrontmatter(plain).bodyStart).trim() === ''
}

export const lineOf = (text: string, offset: number): number => text.slice(0, offset).split('\n').length

/** Every `{{blank}}` of a form, once. */
export const blanksOf = (form: string): ReadonlySet<string> => new Set(form.match(BLANK) ?? [])
