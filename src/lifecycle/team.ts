/** Who reviews and approves. Quality is always among them. Source: lifecycle design, "Transitions", `route review`. */
import type { Document } from '../documents/document.ts'
import { isQuality } from '../documents/registry.ts'
import type { Circumstances } from './command.ts'
import type { Frame } from './conditions.ts'
import { defaultQuality, isAuthor } from './roles.ts'

/** What it depends on whether somebody may judge a document. */
export interface Judged {
  readonly d: Document
  readonly c: Pick<Circumstances, 'registry' | 'policy'>
}

/** May this actor be asked to judge the document: registered, enabled, and not its author? Null, or why not. */
export const unable = ({ d, c }: Judged, name: string): string | null => {
  const actor = c.registry.get(name)
  if (!actor) return `${name} is not registered`
  if (!actor.enabled) return `${name} is disabled`
  if (c.policy.selfApproval === 'forbidden' && isAuthor(d, name)) return `${name} is an author of this text`
  return null
}

const withQuality = ({ c }: Frame, names: readonly string[]): string[] => {
  if (names.some((name) => isQuality(c.registry, name))) return [...names]
  const quality = defaultQuality(c.registry, c.policy.quality)
  return quality ? [...names, quality] : [...names]
}

const stillAble = (f: Frame): string[] => f.d.team.filter((name) => unable(f, name) === null)

/**
 * The team of a new round. Named reviewers, or those of the round before; from execution on, who was on the team stays
 * on it and names only add. A member who may no longer judge drops out and quality stands in.
 */
export const reviewTeam = (f: Frame): string[] => {
  const named = f.command.assign ?? []
  const kept = f.d.released || f.command.purpose === 'abandon' || named.length === 0 ? stillAble(f) : []
  return withQuality(f, [...new Set([...kept, ...named])])
}

/** The approvers are the reviewers of the last round. */
export const approvalTeam = (f: Frame): string[] => withQuality(f, stillAble(f))

/** The team once `assign` has added and removed. */
export const teamAfterAssign = ({ d, command }: Frame): string[] => {
  const removed = new Set(command.remove ?? [])
  return [...new Set([...d.team, ...(command.assign ?? [])])].filter((name) => !removed.has(name))
}
