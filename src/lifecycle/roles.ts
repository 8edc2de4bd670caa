/** Whom a row of the tables admits. Source: lifecycle design, "Groups and permissions". */
import type { Document } from '../documents/document.ts'
import type { Group } from '../documents/event.ts'
import { type Actor, enabledIn, type Registry } from '../documents/registry.ts'

export type Role =
  | 'owner'
  | 'holder'
  | 'executor'
  | 'assignee'
  | 'initiator'
  | 'administrator'
  | 'owner or administrator'
  | 'quality or administrator'

/** Groups that may start and own documents. */
export const INITIATING: ReadonlySet<Group> = new Set(['administrator', 'initiator'])

/** `named`: whom the item concerned names as its performer. */
type Admits = (d: Document, actor: Actor, named: string | null) => boolean

const mayOwn = (actor: Actor): boolean => INITIATING.has(actor.group)
const isOwner = (d: Document, actor: Actor): boolean => d.owner === actor.name && mayOwn(actor)
const isAdministrator = (_: Document, actor: Actor): boolean => actor.group === 'administrator'

const ADMITS: Readonly<Record<Role, Admits>> = {
  owner: isOwner,
  holder: (d, actor) => d.checkout?.by === actor.name && mayOwn(actor),
  executor: (d, actor, named) => isOwner(d, actor) || actor.name === named,
  assignee: (d, actor) => d.round?.pending.includes(actor.name) ?? false,
  initiator: (_, actor) => mayOwn(actor),
  administrator: isAdministrator,
  'owner or administrator': (d, actor) => isOwner(d, actor) || isAdministrator(d, actor),
  'quality or administrator': (d, actor) => actor.group === 'quality' || isAdministrator(d, actor),
}

export const admits = (role: Role, d: Document, actor: Actor, named: string | null = null): boolean =>
  actor.enabled && ADMITS[role](d, actor, named)

/** Names of those who could do it, for a refusal that says whom to ask. */
export const whoCan = (role: Role, d: Document, registry: Registry, named: string | null = null): string[] =>
  [...registry.values()].filter((actor) => admits(role, d, actor, named)).map((actor) => actor.name)

/** The member of quality who joins a team that has none: the policy's, else the first registered. */
export const defaultQuality = (registry: Registry, preferred: string | null): string | null => {
  const members = enabledIn(registry, 'quality').map((a) => a.name)
  return preferred && members.includes(preferred) ? preferred : (members[0] ?? null)
}

/** Owner, authors since the last approval: those who may not judge this text. */
export const isAuthor = (d: Document, name: string): boolean => d.owner === name || d.authors.includes(name)
