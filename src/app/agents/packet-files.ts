/** What a packet gives of the project around the store: the definition of the reader's role, and the project guide. */
import type { Part } from '../../agents/packet.ts'
import type { ProjectFiles, Unread } from '../../project/files.ts'
import { readConfiguration } from '../configuration.ts'
import type { Records } from '../records.ts'
import { committedAgents } from './definitions.ts'
import type { Subject } from './packet-subject.ts'

/** Of a reader who is an agent: as it lies here, else as it is committed beside the store. */
export const definitionPart = async ({ records, reader }: Subject, files: ProjectFiles): Promise<Part[]> => {
  if (reader?.kind !== 'agent') return []
  const { agents } = await readConfiguration(records.snapshot)
  const path = `${agents}/${reader.name}.md`
  const here = files.read(path)
  const found = here === 'not a file' ? (await committedAgents(records.snapshot, agents)).get(path) : here
  return [filePart('definition', 'Definition of your role', path, found ?? here, records)]
}

const GUIDES = ['CLAUDE.md', 'AGENTS.md']

export const guideParts = async ({ records }: Subject, files: ProjectFiles): Promise<Part[]> => {
  const { guide } = await readConfiguration(records.snapshot)
  const paths = guide === '' ? GUIDES : [guide]
  const found = paths.map((path) => [path, files.read(path)] as const)
  const there = found.filter(([, bytes]) => bytes !== 'not a file')
  const parts = there.map(([path, bytes]) => filePart('guide', 'Project guide', path, bytes, records))
  const none = filePart('guide', 'Project guide', paths.join(', '), 'not a file', records)
  return parts.length > 0 ? parts : [none]
}

/** A file of the project; what has no text has a title that says so. */
const filePart = (
  name: Part['name'],
  what: string,
  path: string,
  bytes: Uint8Array | Unread,
  { digest }: Records,
): Part => {
  if (bytes === 'not a file') return { name, title: `${what}: none (${path})`, digest: null, body: null }
  if (typeof bytes === 'string')
    return { name, title: `${what}: ${path}, ${bytes}`, digest: null, body: null }
  return { name, title: `${what}: ${path}`, digest: digest(bytes), body: new TextDecoder().decode(bytes) }
}
