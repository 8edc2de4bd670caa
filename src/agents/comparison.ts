/**
 * The registry beside the definition files of agents. The registry grants; a file describes. Where they disagree the
 * registry counts, and somebody should know. Source: lifecycle design, "Groups and permissions"; SOP-007 section 4.
 */
import { GROUPS, type Group } from '../documents/event.ts'
import { isUserName } from '../documents/id.ts'
import { type Actor, enabledIn, type Registry } from '../documents/registry.ts'
import type { DefinitionRead, Problem, ProblemCode } from './definition.ts'

export type AgentFindingCode =
  | ProblemCode
  | 'DEFINITION_MISSING'
  | 'DEFINITION_OF_NOBODY'
  | 'ACTOR_DISABLED'
  | 'ROLE_DIFFERS'
  | 'TOOLS_UNNAMED'
  | 'CONTRADICTS_SOP'
  | 'BACKEND_OF_NOBODY'

export interface AgentFinding {
  readonly code: AgentFindingCode
  /** An error: the agent cannot be called as it should, or is told what the procedure forbids. */
  readonly weight: 'error' | 'warning' | 'note'
  /** The definition file; null where there is none, or the finding is about something else. */
  readonly path: string | null
  readonly line: number | null
  readonly found: string
  readonly expected: string
  /** What to do, as a sentence. */
  readonly advice: string
  /** Commands that help, each as its words. */
  readonly next: readonly (readonly string[])[]
}

/** A definition file, with where it says what the procedure forbids. */
export interface Described extends DefinitionRead {
  readonly path: string
  readonly conflicts: readonly { readonly line: number; readonly found: string; readonly section: string }[]
}

/** Which program runs whom. */
export interface Backends {
  readonly default: string
  /** By name of the agent. */
  readonly roles: Readonly<Record<string, string>>
}

export interface AgentAccount {
  readonly name: string
  /** Null where it is no user. */
  readonly group: Group | null
  readonly kind: Actor['kind'] | null
  readonly enabled: boolean | null
  readonly definition: DefinitionTold | null
  /** Null for whom no program runs. */
  readonly backend: string | null
  readonly findings: readonly AgentFinding[]
}

/** What a file says, as answers have it. */
export interface DefinitionTold {
  readonly path: string
  readonly description: string | null
  readonly model: string | null
  readonly role: string | null
  readonly tools: readonly string[] | null
  readonly domain: readonly string[]
}

interface Surroundings {
  readonly registry: Registry
  readonly files: ReadonlyMap<string, Described>
  readonly backends: Backends
  /** Folder of definition files. */
  readonly folder: string
  /** Whether the store was taken over from another program: its files were written before SOP-007 was ours. */
  readonly adopted: boolean
}

/** Those who are asked to judge are started from their file; whoever starts them needs none. */
export const JUDGING: ReadonlySet<Group> = new Set(['quality', 'reviewer'])

/** Agents and whoever else has a definition file: users in the order in which they were registered, then the rest. */
export const compareAgents = (around: Surroundings): AgentAccount[] => {
  const { registry, files } = around
  const users = [...registry.values()].filter((a) => a.kind === 'agent' || files.has(a.name))
  const named = [...files.keys(), ...Object.keys(around.backends.roles)]
  const others = [...new Set(named)].filter((name) => !registry.has(name)).sort()
  return [
    ...users.map((actor) => accountOf(actor, around)),
    ...others.map((name) => strangerOf(name, around)),
  ]
}

/** The program that runs this actor; null where it is a person. */
export const backendOf = ({ name, kind }: Pick<Actor, 'name' | 'kind'>, backends: Backends): string | null =>
  kind === 'agent'
    ? Object.hasOwn(backends.roles, name)
      ? (backends.roles[name] as string)
      : backends.default
    : null

export const definitionTold = ({ path, definition }: Described): DefinitionTold => ({
  path,
  description: definition?.description ?? null,
  model: definition?.model ?? null,
  role: definition?.role ?? null,
  tools: definition?.tools ?? null,
  domain: definition?.domain ?? [],
})

const accountOf = (actor: Actor, around: Surroundings): AgentAccount => {
  const { name, group, kind, enabled } = actor
  const file = around.files.get(name)
  const findings = !enabled
    ? ofDisabled(actor, file)
    : file
      ? ofFile(actor, file, around)
      : ofMissing(actor, around)
  const backend = backendOf(actor, around.backends)
  return { name, group, kind, enabled, definition: file ? definitionTold(file) : null, backend, findings }
}

const finding = (
  code: AgentFindingCode,
  weight: AgentFinding['weight'],
  path: string | null,
  words: Pick<AgentFinding, 'found' | 'expected' | 'advice'> & Partial<Pick<AgentFinding, 'line' | 'next'>>,
): AgentFinding => ({ code, weight, path, line: null, next: [], ...words })

/** Of an agent: a person without a file is not told of at all. */
const ofMissing = ({ name, group }: Actor, { folder }: Surroundings): AgentFinding[] => {
  const path = `${folder}/${name}.md`
  if (!JUDGING.has(group)) return []
  return [
    finding('DEFINITION_MISSING', 'error', null, {
      found: `an agent of group ${group} without ${path}: nothing says how it is to work`,
      expected: 'a definition file for every agent that judges',
      advice: `Write ${path}, with name: ${name}, a description and its instructions; or disable the user.`,
    }),
  ]
}

const ofDisabled = ({ name }: Actor, file: Described | undefined): AgentFinding[] =>
  file
    ? [
        finding('ACTOR_DISABLED', 'warning', file.path, {
          found: `${name} is disabled, and agent tools can still call it`,
          expected: 'no definition file of somebody who may not act',
          advice: `Remove ${file.path}, or let ${name} act again.`,
          next: [['qms', 'user', 'show', name]],
        }),
      ]
    : []

const ofFile = (actor: Actor, file: Described, { adopted }: Surroundings): AgentFinding[] => {
  const judges = actor.kind === 'agent' && JUDGING.has(actor.group)
  return [
    ...file.problems.map((problem) => ofProblem(problem, file.path)),
    ...ofRole(actor, file),
    ...(judges ? [...file.conflicts.map((c) => ofConflict(c, file.path, adopted)), ...ofTools(file)] : []),
  ]
}

const ADVICE: Readonly<Record<ProblemCode, string>> = {
  DEFINITION_UNREADABLE: 'Put it right: nothing of the file counts until it can be read.',
  NAME_DIFFERS:
    'Give the file and its name the name of the user: agent tools go by the one, qms by the other.',
  VALUE_UNFIT: 'Put it right: the value counts as not given.',
  KEY_UNKNOWN: 'Correct the key, or take it out.',
  TEXT_HIDDEN: 'Take it out: the agent reads what no reader of the file sees.',
}

const ofProblem = ({ code, weight, line, found, expected }: Problem, path: string): AgentFinding =>
  finding(code, weight, path, { line, found, expected, advice: ADVICE[code] })

const ofRole = ({ name, group }: Actor, { path, definition }: Described): AgentFinding[] => {
  const role = GROUPS.find((g) => g === definition?.role)
  if (role === undefined || role === group) return []
  return [
    finding('ROLE_DIFFERS', 'warning', path, {
      found: `role: ${role}, and ${name} is registered as ${group}`,
      expected: `role: ${group}; the registry counts`,
      advice: 'Correct the file. A user keeps the group; for another one, another user is registered.',
      next: [['qms', 'user', 'show', name]],
    }),
  ]
}

const ofConflict = (
  { line, found, section }: Described['conflicts'][number],
  path: string,
  adopted: boolean,
): AgentFinding =>
  finding('CONTRADICTS_SOP', adopted ? 'warning' : 'error', path, {
    line,
    found,
    expected: `what SOP-007 section ${section} says of it`,
    advice: 'Change the file: an agent follows it before any procedure.',
    next: [['qms', 'read', 'SOP-007']],
  })

const WRITING = ['Edit', 'Write'] as const

const ofTools = ({ path, definition }: Described): AgentFinding[] => {
  const denied = definition?.disallowedTools ?? []
  if (!definition || definition.tools !== null || WRITING.every((tool) => denied.includes(tool))) return []
  return [
    finding('TOOLS_UNNAMED', 'note', path, {
      found: 'it names no tools: agent tools give it all that they have, those that change files among them',
      expected: 'tools: such as Read, Grep, Glob, Bash; or disallowedTools: Edit, Write, NotebookEdit',
      advice: 'Name them, where its agent tool goes by them.',
    }),
  ]
}

const inform = (f: AgentFinding): AgentFinding => ({ ...f, weight: 'note' })

/** Agent tools have agents of their own. One that claims a group, or is given a backend, is meant to act here. */
const strangerOf = (name: string, around: Surroundings): AgentAccount => {
  const file = around.files.get(name)
  const backend = Object.hasOwn(around.backends.roles, name) ? (around.backends.roles[name] ?? null) : null
  const findings = [
    ...(file ? ofStrange(name, file, around.registry) : []),
    ...(backend === null ? [] : [ofBackend(name, backend)]),
  ]
  const nobody = { group: null, kind: null, enabled: null } as const
  return { name, ...nobody, definition: file ? definitionTold(file) : null, backend, findings }
}

const ofStrange = (name: string, file: Described, registry: Registry): AgentFinding[] => {
  if (!file.definition) return file.problems.map((p) => inform(ofProblem(p, file.path)))
  const group = GROUPS.find((g) => g === file.definition?.role)
  return group ? [ofNobody(name, group, file.path, registry)] : []
}

const ofBackend = (name: string, backend: string): AgentFinding =>
  finding('BACKEND_OF_NOBODY', 'warning', null, {
    found: `the backend ${backend} for ${name}, and no user ${name} is registered`,
    expected: 'backends of agents that there are',
    advice: 'Correct the name under roles, in backends of qms.config.json.',
    next: [['qms', 'config', 'backends']],
  })

const ofNobody = (name: string, group: Group, path: string, registry: Registry): AgentFinding => {
  const lead = enabledIn(registry, 'administrator')[0]?.name ?? 'LEAD'
  const add = ['qms', 'user', 'add', name, '--group', group, '--kind', 'agent', '-u', lead]
  return finding('DEFINITION_OF_NOBODY', 'warning', path, {
    found: `an agent of group ${group}, and no user ${name} is registered`,
    expected: 'a user for every agent that is to act',
    advice: isUserName(name)
      ? 'Register the user, or take the group out of the file.'
      : `Rename the file: no user can be called ${name}.`,
    next: isUserName(name) ? [add] : [],
  })
}
