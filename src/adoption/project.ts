/** Who there is and which namespaces, as a project of the peer says it. */
import type { Group } from '../documents/event.ts'
import { GROUPS } from '../documents/event.ts'
import { readFrontmatter } from '../documents/frontmatter.ts'
import { isNamespace, isUserName } from '../documents/id.ts'
import { decode, withoutMark } from '../documents/text.ts'
import * as layout from '../store/layout.ts'
import { asObject } from './lines.ts'
import { brief, type Finding } from './notes.ts'
import { NAMESPACES_FILE } from './papers.ts'

export interface Person {
  readonly name: string
  readonly group: Group
  readonly kind: 'human' | 'agent'
}

/** The peer knows these two without a file. */
const BORN: readonly Person[] = [
  { name: 'lead', group: 'administrator', kind: 'human' },
  { name: 'claude', group: 'administrator', kind: 'agent' },
]

/** @param agents agent files by path; @param lead who answers for the adoption */
export const peopleFound = (
  agents: ReadonlyMap<string, Uint8Array>,
  lead: string,
): { readonly people: readonly Person[]; readonly findings: readonly Finding[] } => {
  const known = BORN.some((p) => p.name === lead)
  const people: Person[] = known
    ? [...BORN]
    : [{ name: lead, group: 'administrator', kind: 'human' }, ...BORN]
  const findings: Finding[] = []
  for (const [path, bytes] of agents) {
    const name = path.slice(path.lastIndexOf('/') + 1, -'.md'.length)
    if (people.some((p) => p.name === name)) continue
    const group = groupIn(bytes)
    if (typeof group === 'string')
      findings.push({ document: null, code: 'USER_UNFIT', file: path, found: group })
    else if (group === null) findings.push({ document: null, code: 'USER_WITHOUT_GROUP', file: path })
    else if (!isUserName(name)) findings.push({ document: null, code: 'USER_UNFIT', file: path, found: name })
    else people.push({ name, group: group.group, kind: 'agent' })
  }
  return { people, findings }
}

/** Null where the file names no group; words where it cannot be read or the group is none. */
const groupIn = (bytes: Uint8Array): { readonly group: Group } | string | null => {
  const text = decode(bytes)
  if (text === null) return 'not UTF-8'
  try {
    const value = readFrontmatter(withoutMark(text)).fields.get('group')
    const group = GROUPS.find((g) => g === value)
    if (group) return { group }
    return value === undefined ? null : brief(value)
  } catch (error) {
    return brief((error as Error).message)
  }
}

const BUILT_IN = ['FLOW', 'QMS']

/** Built in, listed, and met in the paths of documents. @param configured those that the configuration names */
export const namespacesFound = (
  files: ReadonlyMap<string, Uint8Array>,
  configured: readonly string[],
): { readonly names: readonly string[]; readonly findings: readonly Finding[] } => {
  const listed = Object.keys(objectIn(files.get(NAMESPACES_FILE)) ?? {})
  const met = [...files.keys()].flatMap((path) => MET.exec(path)?.slice(1).filter(Boolean) ?? [])
  const all = [...new Set([...BUILT_IN, ...listed, ...configured, ...met].map((name) => name.toUpperCase()))]
  return {
    names: all.filter(isNamespace),
    findings: all
      .filter((name) => !isNamespace(name))
      .map((name) => ({ document: null, code: 'NAMESPACE_UNFIT', found: brief(name) })),
  }
}

const MET = new RegExp(
  `^(?:${layout.STORE_FOLDER}|${layout.ARCHIVE_FOLDER})/SDLC-([A-Z0-9_]+)/|^${layout.STORE_FOLDER}/\\.(?:meta|audit)/([A-Z0-9_]+)-(?:RS|RTM)/`,
)

const objectIn = (bytes: Uint8Array | undefined): Record<string, unknown> | null => {
  try {
    return asObject(JSON.parse(new TextDecoder().decode(bytes)))
  } catch {
    return null
  }
}
