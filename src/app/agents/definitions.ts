/** Where definition files of agents are read from, and what they say. */
import { type DefinitionRead, readDefinition } from '../../agents/definition.ts'
import { decode } from '../../documents/text.ts'
import type { Snapshot } from '../../store/store.ts'

/** The files as they lie in the work tree. */
export interface AgentFiles {
  /** From the top of the project, without a slash at its end. */
  readonly folder: string
  /** Bytes by path; null where it is no regular file of a sensible size. */
  readonly files: ReadonlyMap<string, Uint8Array | null>
}

/** A definition file, with what it says. */
export interface DefinitionFile extends DefinitionRead {
  readonly path: string
  /** Null where it is no text. */
  readonly text: string | null
}

const END = '.md'

/** Name of the agent that a file is about. */
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1, -END.length)

/** Definition files as they are committed beside the store, by path; beside a branch of its own there are none. */
export const committedAgents = async (
  snapshot: Snapshot,
  folder: string,
): Promise<ReadonlyMap<string, Uint8Array>> => {
  const names = (await snapshot.list(folder)).filter(
    ({ name, kind }) => kind === 'file' && name.endsWith(END),
  )
  const paths = names.map(({ name }) => `${folder}/${name}`)
  const texts = await snapshot.readAll(paths)
  return new Map(paths.flatMap((path, i) => (texts[i] ? [[path, texts[i]]] : [])))
}

/**
 * By name of the agent. Agent tools read the work tree; another branch may be checked out there, so what is not in it is
 * taken from the control branch.
 */
export const definitionFiles = async (
  snapshot: Snapshot,
  { folder, files }: AgentFiles,
): Promise<ReadonlyMap<string, DefinitionFile>> => {
  const all = new Map([...(await committedAgents(snapshot, folder)), ...files])
  return new Map([...all].map(([path, bytes]) => [nameOf(path), fileOf(path, bytes)]))
}

const fileOf = (path: string, bytes: Uint8Array | null): DefinitionFile => {
  if (bytes !== null) return { path, text: decode(bytes), ...readDefinition(nameOf(path), bytes) }
  const problem = { weight: 'error', line: null, found: 'no regular file of a sensible size' } as const
  const expected = 'a text file, not a link'
  return {
    path,
    text: null,
    definition: null,
    problems: [{ code: 'DEFINITION_UNREADABLE', ...problem, expected }],
  }
}
