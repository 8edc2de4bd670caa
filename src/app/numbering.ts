/** The id of a new document: the next number, or the one that its name or namespace gives. */

import { type DocId, formatNumber, isNamespace, isTemplateName, parseId } from '../documents/id.ts'
import type { DocType } from '../documents/types.ts'
import { refuse } from '../errors.ts'
import * as layout from '../store/layout.ts'
import type { Loaded, Records } from './records.ts'

/** What names a document that has no number. */
interface Naming {
  readonly namespace?: string | undefined
  readonly name?: string | undefined
}

export const newId = async (
  records: Records,
  type: DocType,
  what: Naming,
  parent: Loaded | null,
): Promise<DocId> => {
  if (type.numbering === 'named') return singular(records, templateId(what.name), records.system.types)
  if (type.numbering === 'namespaced')
    return singular(records, namespacedId(records, type, what.namespace), records.system.types)
  const prefix = parent ? `${parent.d.id.id}-${type.name}` : type.name
  const number = (await highest(records, type, parent?.d.id ?? null)) + 1
  const id = parseId(`${prefix}-${formatNumber(number)}`, records.system.types)
  if (!id) throw refuse('BAD_ID', { id: `${prefix}-${formatNumber(number)}`, suggestions: [] })
  return id
}

const templateId = (name: string | undefined): string => {
  const upper = name?.toUpperCase() ?? ''
  if (!isTemplateName(upper))
    throw refuse('BAD_NAME', {
      name: name ?? '',
      what: 'template',
      expected: '--name with letters and digits, such as CR',
    })
  return `TEMPLATE-${upper}`
}

const namespacedId = (records: Records, type: DocType, namespace: string | undefined): string => {
  const upper = namespace?.toUpperCase() ?? ''
  const { namespaces } = records.system
  if (!isNamespace(upper) || !namespaces.includes(upper))
    throw refuse('NO_NAMESPACE', { name: namespace ?? '', namespaces })
  return `SDLC-${upper}-${type.name}`
}

const singular = async (records: Records, text: string, types: readonly DocType[]): Promise<DocId> => {
  const id = parseId(text, types)
  if (!id) throw refuse('BAD_ID', { id: text, suggestions: [] })
  if ((await records.find(id)) || (await hasNamesake(records, id)))
    throw refuse('ALREADY_EXISTS', { what: 'document', name: text })
  return id
}

/** A file that differs in case only would be the same file on other systems. */
const hasNamesake = async (records: Records, { id, pathType }: DocId): Promise<boolean> => {
  const entries = await records.snapshot.list(`${layout.AUDIT_FOLDER}/${pathType}`)
  return entries.some(({ name }) => name.toUpperCase() === `${id}.JSONL`)
}

/** The highest number ever used: in trails, metadata, live and archive folders alike, in whatever case. */
const highest = async (records: Records, type: DocType, parent: DocId | null): Promise<number> => {
  const root = parent?.folder ?? type.name
  const folders = [
    `${layout.AUDIT_FOLDER}/${type.name}`,
    `${layout.META_FOLDER}/${type.name}`,
    `${layout.STORE_FOLDER}/${root}`,
    `${layout.ARCHIVE_FOLDER}/${root}`,
  ]
  const entries = (await Promise.all(folders.map((folder) => records.snapshot.list(folder)))).flat()
  const start = `${parent ? `${parent.id}-` : ''}${type.name}-`
  const numbers = entries.map(({ name }) =>
    name.toUpperCase().startsWith(start) ? Number.parseInt(name.slice(start.length), 10) : 0,
  )
  return Math.max(0, ...numbers.filter(Number.isFinite))
}
