/**
 * From an effective template to the form that an author fills. A template has its own frontmatter, a notice for its
 * authors, the form's frontmatter and the form; one without the second frontmatter is a form as it stands.
 */
import { FrontmatterError, readFrontmatter, spliceFrontmatter } from './frontmatter.ts'
import { decode, textProblem } from './text.ts'

/** Values of the blanks that are filled at creation, by name; those given as null stay for the author. */
export type Filling = Readonly<Record<string, string | null>>

const FORM_START = /^---[ \t]*$/m
/** But not a tag that asks the author: `<!-- @prompt: ... -->` belongs to the form, and only its header does not. */
const COMMENT = /^\s*<!--(?!\s*@(?!template\b))[\s\S]*?-->[ \t]*(?:\r?\n)?/

/** The form with its known blanks filled and guidance for template authors removed. */
export const fillTemplate = (template: string, title: string, filling: Filling): string => {
  const form = formOf(template)
  const titled = spliceFrontmatter(form, 'title', title)
  const start = readFrontmatter(titled).bodyStart
  return titled.slice(0, start) + fill(titled.slice(start), { ...filling, TITLE: title })
}

/** The form with blanks answered that are the author's: `{{NAME - what is asked}}`, by name. */
export const answerBlanks = (text: string, answers: Readonly<Record<string, string>>): string =>
  text.replace(/\{\{([A-Z][A-Z0-9_]*)\b[^{}\n]*\}\}/g, (blank, name: string) =>
    Object.hasOwn(answers, name) ? (answers[name] ?? blank) : blank,
  )

/** Why no form can be taken from these bytes, or null: the frontmatter of the form itself may be unreadable. */
export const formProblem = (bytes: Uint8Array): string | null => {
  const problem = textProblem(bytes)
  if (problem) return problem.problem
  try {
    formOf(decode(bytes) ?? '')
    return null
  } catch (error) {
    if (!(error instanceof FrontmatterError)) throw error
    return `the frontmatter of its form cannot be read: ${error.message}`
  }
}

/** The form inside a template, notice and usage guide removed, blanks untouched. */
export const formOf = (template: string): string => {
  const own = readFrontmatter(template)
  const rest = template.slice(own.bodyStart)
  const lead = leadingComments(rest)
  const inner = rest.slice(lead)
  const hasForm = FORM_START.exec(inner)?.index === inner.search(/\S/) && inner.trim() !== ''
  const form = hasForm ? inner.trimStart() : template.slice(0, own.bodyStart) + inner
  const body = readFrontmatter(form).bodyStart
  const text = form.slice(body)
  return `${form.slice(0, body).trimEnd()}\n\n${text.slice(leadingComments(text)).trimStart()}`
}

/** As `formOf`; null where the frontmatter of the template, or of the form in it, cannot be read. */
export const readForm = (template: string): string | null => {
  try {
    const form = formOf(template)
    return readFrontmatter(form) && form
  } catch (error) {
    if (error instanceof FrontmatterError) return null
    throw error
  }
}

const leadingComments = (text: string): number => {
  let at = 0
  for (let match = COMMENT.exec(text.slice(at)); match; match = COMMENT.exec(text.slice(at)))
    at += match[0].length
  return at
}

/** One pass, so that what was filled in, a title above all, is never filled in itself. */
const fill = (body: string, filling: Filling): string =>
  body.replace(
    /\{\{([A-Z][A-Z_]*)\}\}|\b([A-Z]+)-XXX/g,
    (blank, name: string | undefined, type: string | undefined) =>
      name !== undefined
        ? (filling[name] ?? blank)
        : type === filling.TYPE
          ? (filling.DOC_ID ?? blank)
          : blank,
  )
