/** The subject that an example of a rule describes. */
import { parseId } from '../documents/id.ts'
import { textProblem } from '../documents/text.ts'
import type { Bad, Good } from './rule.ts'
import type { Known, Material } from './subject.ts'

export const materialOf = (example: Good | Bad): Material => {
  const path = example.file ?? `${example.type ?? 'notes'}.md`
  const id = parseId(path.replace(/^.*\//, '').replace(/(?:-draft)?\.md$/, ''))
  const type = example.type ?? id?.type.name ?? null
  return {
    text: example.text,
    path,
    document: id && { id: id.id, status: example.status ?? null, adopted: example.adopted ?? false },
    type,
    form: example.form ?? null,
    known: example.known ? new Map(Object.entries(example.known).map(knownOf)) : null,
    problem: textProblem(new TextEncoder().encode(example.text)),
    agents: new Map(Object.entries(example.agents ?? {})),
  }
}

const knownOf = ([id, status]: [string, Known['status']]): [string, Known] => [id, { status, title: id }]
