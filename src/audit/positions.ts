/**
 * When an event happened, as far as the records of several documents must be put in one order. With git history it is
 * the place of the commit that brought it; without, its time stamp. Within one trail the order is always that of `seq`.
 */
import type { SystemEvent } from '../documents/event.ts'
import { DEFAULT_POLICY, foldPolicy, type Policy, typesOf } from '../documents/policy.ts'
import { foldNamespaces, foldRegistry, type Registry } from '../documents/registry.ts'
import type { DocType } from '../documents/types.ts'

/** Larger is later; equal is the same commit. Without history: milliseconds since the epoch. */
export type Position = number

/** Before everything that is judged, and after it. */
export const EARLIER: Position = Number.NEGATIVE_INFINITY
export const LATER: Position = Number.POSITIVE_INFINITY

/** Who there was and what was chosen at any moment, and how the store began. Within one commit time stamps decide. */
export interface World {
  registryAt(at: Position, ts: string): Registry
  policyAt(at: Position, ts: string): Policy
  namespacesAt(at: Position, ts: string): readonly string[]
  readonly types: readonly DocType[]
  /** The first event of the registry: what `init` ships and takes over bears its time. */
  readonly founded: { readonly ts: string; readonly user: string; readonly at: Position } | null
}

export interface Placed<E> {
  readonly event: E
  readonly at: Position
}

/** A place in the order of all, with the time that decides within one commit. */
export interface Instant {
  readonly at: Position
  readonly ts: string
}

export const notAfter = (one: Instant, other: Instant): boolean =>
  one.at < other.at || (one.at === other.at && one.ts <= other.ts)

interface Stage<S> {
  readonly at: Position
  readonly ts: string
  readonly state: S
}

/** The states of a fold, each from the moment on at which it holds. */
const stagesOf = <S>(
  events: readonly Placed<SystemEvent>[],
  fold: (e: readonly SystemEvent[]) => S,
): Stage<S>[] =>
  events.map(({ at, event }, i) => ({
    at,
    ts: event.ts,
    state: fold(events.slice(0, i + 1).map((p) => p.event)),
  }))

const stateAt = <S>(stages: readonly Stage<S>[], at: Position, ts: string, none: S): S =>
  stages.findLast((stage) => stage.at < at || (stage.at === at && stage.ts <= ts))?.state ?? none

export const worldOf = (
  registry: readonly Placed<SystemEvent>[],
  policy: readonly Placed<SystemEvent>[],
  namespaces: readonly Placed<SystemEvent>[],
): World => {
  const actors = stagesOf(registry, foldRegistry)
  const policies = stagesOf(policy, foldPolicy)
  const spaces = stagesOf(namespaces, foldNamespaces)
  const first = registry[0]
  return {
    registryAt: (at, ts) => stateAt(actors, at, ts, new Map()),
    policyAt: (at, ts) => stateAt(policies, at, ts, DEFAULT_POLICY),
    namespacesAt: (at, ts) => stateAt(spaces, at, ts, []),
    types: typesOf(policies.at(-1)?.state ?? DEFAULT_POLICY),
    founded: first ? { ts: first.event.ts, user: first.event.user, at: first.at } : null,
  }
}
