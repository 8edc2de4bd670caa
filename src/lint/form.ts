/** Where the form of a template stands in the text of the template. */
import { FrontmatterError, readFrontmatter } from '../documents/frontmatter.ts'
import type { Span } from './places.ts'

const COMMENTS = /^(?:\s*<!--[\s\S]*?-->)*\s*/
const HEAD = /^---[ \t]*\r?\n[\s\S]*?\n---[ \t]*(?:\r?\n|$)/

/** The frontmatter of the form inside a template, its lines with --- included; null where the template is the form. */
export const ownForm = (text: string): Span | null => {
  const body = bodyOf(text)
  const start = body + (COMMENTS.exec(text.slice(body))?.[0].length ?? 0)
  const head = HEAD.exec(text.slice(start))
  return head ? { start, end: start + head[0].length } : null
}

const bodyOf = (text: string): number => {
  try {
    return readFrontmatter(text).bodyStart
  } catch (error) {
    if (error instanceof FrontmatterError) return 0
    throw error
  }
}
