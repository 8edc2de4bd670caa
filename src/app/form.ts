/** The text that a new document begins with: its filled template, or one that the author brings. */

import { spliceFrontmatter } from '../documents/frontmatter.ts'
import type { DocId } from '../documents/id.ts'
import { answerBlanks, type Filling, fillTemplate, formProblem } from '../documents/template.ts'
import { decode } from '../documents/text.ts'
import { refuse } from '../errors.ts'
import { textFacts } from './circumstances.ts'
import { readConfiguration } from './configuration.ts'
import { type Qms, timestamp } from './qms.ts'
import type { Records } from './records.ts'

/** What a form says of where the document comes from. */
interface Origin {
  readonly answers?: Readonly<Record<string, string>> | undefined
  readonly source?: string | undefined
  readonly kind?: 1 | 2 | undefined
}

/** A text that the author brings, and the name it goes by in messages. */
export interface Brought {
  readonly bytes: Uint8Array
  readonly from: string
}

/** The text of a form; where it asks, with the record of answers from which the text is compiled. */
export interface FirstText {
  readonly text: Uint8Array
  readonly record?: Uint8Array
}

export const formText = async (
  qms: Qms,
  records: Records,
  id: DocId,
  title: string,
  author: string,
  what: Origin,
): Promise<FirstText> => {
  const template = await records.template(id.type.name)
  if (!template?.length) return { text: new TextEncoder().encode(plainForm(id, title)) }
  checkForm(template, id.type.name)
  const form = decode(template) ?? ''
  const filling = fillingOf(id, timestamp(qms), author, what)
  if (form.includes('@template')) {
    const { unanswered } = await import('./prompted.ts')
    const asking = await unanswered(records, id.id, id.type.name, givenBy(filling, title))
    if (asking) return asking
  }
  const text = answerBlanks(fillTemplate(form, title, filling), what.answers ?? {})
  return { text: new TextEncoder().encode(text) }
}

/** What is known when a document is made, by the names that a form that asks has for it. */
const givenBy = (filling: Filling, title: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries({ ...filling, TITLE: title }).map(([name, value]) => [
      name.toLowerCase(),
      value ?? 'None',
    ]),
  )

const fillingOf = (id: DocId, now: string, author: string, what: Origin): Filling => ({
  TYPE: id.type.name,
  DOC_ID: id.id,
  [`${id.type.name}_ID`]: id.id,
  PARENT_ID: id.parent ?? 'None',
  PARENT_DOC_ID: id.parent ?? what.source ?? 'None',
  SOURCE_ID: what.source?.toUpperCase() ?? 'None',
  NAMESPACE: id.namespace,
  DATE: now.slice(0, 10),
  AUTHOR: author,
  KIND: String(what.kind ?? 1),
})

/** @throws TEXT_UNREADABLE where no form can be taken from the template */
export const checkForm = (template: Uint8Array, type: string): void => {
  const problem = formProblem(template)
  if (problem) throw refuse('TEXT_UNREADABLE', { file: `TEMPLATE-${type}`, problem })
}

/** For a type that the store has no template of. */
const plainForm = (id: DocId, title: string): string =>
  `---\ntitle: '${title.replaceAll("'", "''")}'\nrevision_summary: 'Initial draft'\n---\n\n# ${id.id}: ${title}\n\n## 1. Purpose\n\n## 2. Scope\n\n## 3. Content\n`

/** A text that the author brings. Its title, where it has one, is brought in line with the document's. */
export const givenText = async (records: Records, text: Brought, title: string): Promise<Uint8Array> => {
  checkSize(text.bytes, text.from, (await readConfiguration(records.snapshot)).documentLimit)
  const facts = await textFacts(records, null, text.bytes)
  if (facts.problem) throw refuse('TEXT_UNREADABLE', { file: text.from, problem: facts.problem })
  if (facts.title === null || facts.title === title) return text.bytes
  return new TextEncoder().encode(spliceFrontmatter(decode(text.bytes) ?? '', 'title', title))
}

export const checkSize = (bytes: Uint8Array, file: string, limit: number): void => {
  if (bytes.length > limit) throw refuse('TEXT_TOO_LARGE', { file, bytes: bytes.length, limit })
}
