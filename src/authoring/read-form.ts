/**
 * Reads a template that asks: tags in HTML comments between the lines of the form. What is wrong with it is told with
 * its line and what was expected there.
 */
import { readFrontmatter } from '../documents/frontmatter.ts'
import { formOf } from '../documents/template.ts'
import { lineOf } from '../documents/text.ts'
import { flowProblems } from './flow.ts'
import type { Form, FormProblem, Part, Prompt } from './form.ts'
import { readTag, type Tag } from './tag.ts'

const COMMENT = /<!--[ \t\r\n]*(@[\s\S]*?)[ \t\r\n]*-->/g
const HEADER = /<!--[ \t\r\n]*(@template\b[^\r\n]*?)[ \t]*(?:\r?\n[\s\S]*?)?-->/
/** What remains of the lines that a tag stood on. */
const EMPTY_LINES = /^(?:[ \t]*\r?\n)+/

/** The form of a template; null where it asks nothing; else what is wrong with it. */
export const readPrompts = (template: string): Form | readonly FormProblem[] | null => {
  const whole = formOf(template)
  const at = readFrontmatter(whole).bodyStart
  const body = whole.slice(at).trimStart()
  const offset = template.length - body.length
  const header = HEADER.exec(template.slice(0, offset))
  const tags = [...body.matchAll(COMMENT)]
  if (!header) return tags[0] ? headless(template, offset + tags[0].index) : null
  const reader = new Reader(template, offset, body)
  const head = reader.header(header[1] ?? '', header.index)
  for (const tag of tags) reader.take(tag.index, tag[0].length, tag[1] ?? '')
  reader.finish()
  const form = { ...head, frontmatter: whole.slice(0, at), ...reader.form }
  const problems = reader.problems.length > 0 ? reader.problems : flowProblems(form)
  return problems.length > 0 ? [...problems].sort((a, b) => a.line - b.line) : form
}

const headless = (template: string, offset: number): FormProblem[] => [
  {
    line: lineOf(template, offset),
    problem: 'a tag, and no header before the form',
    expected: '<!-- @template: NAME | version: N | start: PROMPT --> above the form',
  },
]

/** Takes the tags one after the other, and sorts what stands between them into text and guidance. */
class Reader {
  readonly problems: FormProblem[] = []
  readonly #template: string
  readonly #offset: number
  readonly #body: string
  readonly #parts: Part[] = []
  readonly #prompts = new Map<string, Prompt>()
  readonly #loops = new Map<string, string>()
  #loop: { name: string; line: number; parts: Part[] } | null = null
  #asking: Prompt | null = null
  #ended = false
  #from = 0
  #afterTag = false

  constructor(template: string, offset: number, body: string) {
    this.#template = template
    this.#offset = offset
    this.#body = body
  }

  get form(): Pick<Form, 'parts' | 'prompts' | 'loops'> {
    return { parts: this.#parts, prompts: this.#prompts, loops: this.#loops }
  }

  header(text: string, index: number): Pick<Form, 'name' | 'version' | 'start'> {
    const tag = this.#read(text, lineOf(this.#template, index))
    return { name: tag?.value ?? '', version: tag?.own.version ?? '', start: tag?.own.start ?? '' }
  }

  take(index: number, length: number, text: string): void {
    const line = this.#lineAt(index)
    const before = this.#body.slice(this.#from, index)
    const tag = this.#read(text, line)
    this.#between(before, tag)
    this.#from = index + length
    this.#afterTag = true
    if (tag) this.#obey(tag, line)
  }

  finish(): void {
    this.#between(this.#body.slice(this.#from), null)
    const end = this.#lineAt(this.#body.length)
    if (this.#asking)
      this.#wrong(this.#asking.line, `the guidance of ${this.#asking.id} has no end`, '@end-prompt')
    if (this.#loop) {
      this.#wrong(this.#loop.line, `the loop ${this.#loop.name} has no end`, `@end-loop: ${this.#loop.name}`)
      this.#closeLoop()
    }
    if (!this.#ended) this.#wrong(end, 'the form has no end', '<!-- @end --> where the last answer leads')
  }

  #lineAt(index: number): number {
    return lineOf(this.#template, this.#offset + index)
  }

  #wrong(line: number, problem: string, expected: string): void {
    this.problems.push({ line, problem, expected })
  }

  #read(text: string, line: number): Tag | null {
    const tag = readTag(text)
    if (!('problem' in tag)) return tag
    this.#wrong(line, tag.problem, tag.expected)
    return null
  }

  /** Between a prompt and its end stands guidance, anywhere else text. */
  #between(text: string, next: Tag | null): void {
    if (this.#asking) {
      this.#prompts.set(this.#asking.id, { ...this.#asking, guidance: text.trim() })
      if (next && next.name !== 'end-prompt') {
        this.#wrong(
          this.#asking.line,
          `the guidance of ${this.#asking.id} has no end`,
          `@end-prompt before @${next.name}`,
        )
        this.#asking = null
      }
      return
    }
    const own = this.#afterTag ? text.replace(EMPTY_LINES, '') : text
    const line = this.#lineAt(this.#from + text.length - own.length)
    if (own !== '') (this.#loop?.parts ?? this.#parts).push({ kind: 'text', text: own, line })
  }

  #obey(tag: Tag, line: number): void {
    if (tag.name === 'end-prompt') this.#endPrompt(line)
    else if (tag.name === 'loop') this.#openLoop(tag, line)
    else if (tag.name === 'end-loop') this.#endLoop(tag, line)
    else if (tag.name === 'end') this.#end(line)
    else if (tag.name === 'template') this.#wrong(line, 'a second header', 'one @template, above the form')
    else this.#ask(tag, line)
  }

  #ask({ name, value: id, own }: Tag, line: number): void {
    const gate = name === 'gate'
    const choices = own.choices?.split(',').map((choice) => choice.trim()) ?? null
    if (this.#prompts.has(id))
      this.#wrong(line, `the id ${id} stands twice`, 'an id of its own for each prompt')
    if (choices && own.default !== undefined && !choices.includes(own.default))
      this.#wrong(
        line,
        `${id}: default: ${own.default.slice(0, 40)} is none of its choices`,
        choices.join(', '),
      )
    if (this.#loop && !this.#loops.has(this.#loop.name)) this.#loops.set(this.#loop.name, id)
    this.#asking = {
      id,
      line,
      loop: this.#loop?.name ?? null,
      gate,
      ways: gate ? { yes: own.yes ?? '', no: own.no ?? '' } : { next: own.next ?? '' },
      commits: own.commit === 'true',
      default: own.default ?? null,
      choices,
      guidance: '',
    }
    if (!this.#prompts.has(id)) this.#prompts.set(id, this.#asking)
  }

  #endPrompt(line: number): void {
    if (!this.#asking) this.#wrong(line, '@end-prompt ends nothing', '@prompt or @gate before it')
    this.#asking = null
  }

  #openLoop({ value: name }: Tag, line: number): void {
    if (this.#loop) this.#wrong(line, `a loop inside the loop ${this.#loop.name}`, `@end-loop before it`)
    else if (this.#loops.has(name) || this.#parts.some((p) => p.kind === 'loop' && p.name === name))
      this.#wrong(line, `the loop ${name} stands twice`, 'a name of its own for each loop')
    this.#loop ??= { name, line, parts: [] }
  }

  #endLoop({ value: name }: Tag, line: number): void {
    const open = this.#loop
    if (open?.name !== name)
      this.#wrong(
        line,
        `@end-loop: ${name} ends no loop`,
        open ? `@end-loop: ${open.name}` : `@loop: ${name} before it`,
      )
    if (open && !this.#loops.has(open.name))
      this.#wrong(open.line, `the loop ${open.name} asks nothing`, 'a prompt in it')
    this.#closeLoop()
  }

  #closeLoop(): void {
    if (this.#loop) this.#parts.push({ kind: 'loop', name: this.#loop.name, parts: this.#loop.parts })
    this.#loop = null
  }

  #end(line: number): void {
    if (this.#ended || this.#loop)
      this.#wrong(line, this.#loop ? '@end in a loop' : '@end stands twice', 'one @end, outside of loops')
    this.#ended = true
  }
}
