/** What stands in the way of a review: blanks, and what the linter calls an error. The text is parsed once for both. */
import type { Document } from '../../documents/document.ts'
import { blanksLeft, treeOf } from '../../documents/markdown.ts'
import { readForm } from '../../documents/template.ts'
import { blanksOf, decode } from '../../documents/text.ts'
import type { Status } from '../../documents/types.ts'
import type { TextFacts } from '../../lifecycle/command.ts'
import { type Levels, lint } from '../../lint/lint.ts'
import { subjectOf } from '../../lint/read.ts'
import type { Level } from '../../lint/rule.ts'
import { RULES } from '../../lint/rules.ts'
import type { Known } from '../../lint/subject.ts'
import { livePath, placeOf } from '../../store/layout.ts'
import { committedAgents } from '../agents/definitions.ts'
import { readConfiguration } from '../configuration.ts'
import type { Records } from '../records.ts'

/** Templates keep their blanks. */
export const judgedText = async (
  records: Records,
  d: Document,
  text: string,
): Promise<Pick<TextFacts, 'blanks' | 'faults'>> => {
  const type = d.id.type.name
  const form =
    type === 'TEMPLATE' ? null : readForm(decode((await records.template(type)) ?? new Uint8Array()) ?? '')
  const tree = type === 'TEMPLATE' ? undefined : treeOf(text)
  const material = {
    text,
    path: livePath(placeOf(d.id)),
    document: { id: d.id.id, status: d.status, adopted: d.adopted !== null },
    type,
    form,
    known: await knownTo(records),
    agents: await agentsIn(records),
  }
  const findings = await lint(subjectOf(material, tree), deciding(records.system.policy.lint))
  return {
    blanks: form === null ? [] : blanksLeft(text, blanksOf(form), tree),
    faults: findings
      .filter((f) => f.severity === 'error')
      .map(({ rule, found, line }) => ({ rule, found, line })),
  }
}

/** Only what can be an error is looked at. Blanks are a question of their own, which no policy takes away. */
const deciding = (levels: Levels): Levels => {
  const off = RULES.filter(({ name, severity }) => (levels[name] ?? severity) !== 'error').map(
    ({ name }) => name,
  )
  return {
    ...levels,
    ...Object.fromEntries([...off, 'blanks'].map((name): [string, Level] => [name, 'off'])),
  }
}

/** A decision believes no listing, and to read the metadata of all takes long: only where the policy asks for it. */
const knownTo = async (records: Records): Promise<ReadonlyMap<string, Known> | null> => {
  if (!Object.values(records.system.policy.lint).includes('error')) return null
  const all = await records.metadata()
  return new Map(all.map((m) => [m.doc_id, { status: m.status as Status, title: m.title }]))
}

const agentsIn = async ({ snapshot }: Records): Promise<ReadonlyMap<string, string>> => {
  const { agents } = await readConfiguration(snapshot)
  const files = await committedAgents(snapshot, agents)
  return new Map([...files].map(([path, bytes]) => [path, decode(bytes) ?? '']))
}
