/** Whether a form can be walked through: every prompt is reached, every way leads on, and only loops come back. */
import { blanksIn } from './blanks.ts'
import { END, type Form, type FormProblem, type Part, type Prompt } from './form.ts'

export const flowProblems = (form: Form): FormProblem[] => {
  const dangling = waysNowhere(form)
  return [...dangling, ...blankProblems(form), ...(dangling.length > 0 ? [] : walkProblems(form))]
}

/** The way from a prompt of a loop to the first of the same loop: one more pass. */
export const isAgain = (form: Form, from: Prompt, to: string): boolean =>
  from.loop !== null && form.loops.get(from.loop) === to

const waysNowhere = (form: Form): FormProblem[] => {
  const ids = [...form.prompts.keys()]
  const expected = `one of: ${[...ids, END].join(', ')}`
  const start = form.prompts.get(form.start)
  const wrong: FormProblem[] = start
    ? []
    : [{ line: 1, problem: `the form starts with ${form.start}, which it does not have`, expected }]
  for (const prompt of form.prompts.values())
    for (const [key, to] of Object.entries(prompt.ways)) {
      const problem = to === END ? null : wayProblem(form, prompt, to)
      if (problem)
        wrong.push({ line: prompt.line, problem: `${prompt.id}: ${key}: ${to} ${problem}`, expected })
    }
  return wrong
}

const wayProblem = (form: Form, from: Prompt, to: string): string | null => {
  const target = form.prompts.get(to)
  if (!target) return 'is no prompt of the form'
  const enters = target.loop !== null && target.loop !== from.loop
  return enters && form.loops.get(target.loop ?? '') !== to
    ? `leads into the middle of the loop ${target.loop}`
    : null
}

const waysOf = (form: Form, prompt: Prompt): string[] =>
  Object.values(prompt.ways).filter((to) => !isAgain(form, prompt, to))

const walkProblems = (form: Form): FormProblem[] => {
  const reached = closure([form.start], (id) => Object.values(form.prompts.get(id)?.ways ?? {}))
  const ending = backwards(form)
  return [...form.prompts.values()].flatMap((prompt): FormProblem[] => {
    const { id, line } = prompt
    if (!reached.has(id))
      return [{ line, problem: `${id} is never reached`, expected: 'a way that leads to it' }]
    if (closure(waysOf(form, prompt), (to) => waysFrom(form, to)).has(id))
      return [{ line, problem: `${id} comes back to itself`, expected: 'a loop, or a way that leads on' }]
    return ending.has(id) ? [] : [{ line, problem: `from ${id} the end is never reached`, expected: END }]
  })
}

const waysFrom = (form: Form, id: string): string[] => {
  const prompt = form.prompts.get(id)
  return prompt ? waysOf(form, prompt) : []
}

const closure = (from: readonly string[], on: (id: string) => readonly string[]): Set<string> => {
  const seen = new Set<string>()
  const open = [...from]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (seen.has(id)) continue
    seen.add(id)
    open.push(...on(id))
  }
  return seen
}

/** Prompts from which the end can be reached. */
const backwards = (form: Form): Set<string> =>
  closure([END], (to) =>
    [...form.prompts.values()].filter((p) => Object.values(p.ways).includes(to)).map((p) => p.id),
  )

/** What may stand in double braces without being asked: what is known when the document is made. */
export const GIVEN: ReadonlySet<string> = new Set([
  'doc_id',
  'title',
  'type',
  'parent_id',
  'parent_doc_id',
  'source_id',
  'namespace',
  'author',
  'date',
  'kind',
])

/** What of an answer may be named: `{{id}}` itself, who gave it, and on which day. */
const ASPECTS: ReadonlySet<string> = new Set(['', 'author', 'date'])

/** `vr_id` in a form for VRs. */
export const isGiven = (form: Pick<Form, 'name'>, name: string): boolean =>
  GIVEN.has(name) || name === `${form.name.toLowerCase()}_id`

const blankProblems = (form: Form): FormProblem[] => {
  const shown = new Set<string>()
  const wrong = form.parts.flatMap((part) => partProblems(form, part, null, shown))
  for (const { id, line, gate } of form.prompts.values())
    if (!gate && !shown.has(id))
      wrong.push({ line, problem: `the answer to ${id} stands nowhere`, expected: `{{${id}}} in the form` })
  return wrong
}

const partProblems = (form: Form, part: Part, loop: string | null, shown: Set<string>): FormProblem[] => {
  if (part.kind === 'loop') return part.parts.flatMap((p) => partProblems(form, p, part.name, shown))
  return blanksIn(part.text).flatMap(({ name, aspect, line: down }): FormProblem[] => {
    const line = part.line + down
    if (name === '_n' && aspect === '')
      return loop ? [] : [{ line, problem: '{{_n}} outside of a loop', expected: 'a loop around it' }]
    const prompt = form.prompts.get(name)
    if (!prompt || prompt.gate || !ASPECTS.has(aspect))
      return isGiven(form, name.toLowerCase()) && aspect === '' && !prompt
        ? []
        : [{ line, problem: `nothing fills {{${name}${aspect && `.${aspect}`}}}`, expected: fillers(form) }]
    if (aspect === '') shown.add(name)
    return prompt.loop === null || prompt.loop === loop
      ? []
      : [{ line, problem: `{{${name}}} outside of its loop`, expected: `a place in the loop ${prompt.loop}` }]
  })
}

const fillers = (form: Form): string => {
  const asked = [...form.prompts.values()].filter((p) => !p.gate).map((p) => p.id)
  return `a prompt (${asked.join(', ')}) or one of: ${[...GIVEN].join(', ')}`
}
