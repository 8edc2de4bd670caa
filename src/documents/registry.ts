/** Who there is. Actors live in the store's registry and change only by events. Source: lifecycle design, "Groups". */
import type { Group, SystemEvent, Unlinked } from './event.ts'

export interface Actor {
  readonly name: string
  readonly group: Group
  readonly kind: 'human' | 'agent'
  readonly enabled: boolean
  readonly since: string
}

export type Registry = ReadonlyMap<string, Actor>

export const foldRegistry = (events: readonly Unlinked<SystemEvent>[]): Registry => {
  const actors = new Map<string, Actor>()
  for (const e of events) {
    if (e.event === 'USER_ADD')
      actors.set(e.name, { name: e.name, group: e.group, kind: e.kind, enabled: true, since: e.ts })
    const known = 'name' in e ? actors.get(e.name) : undefined
    if (known && e.event === 'USER_DISABLE') actors.set(e.name, { ...known, enabled: false })
    if (known && e.event === 'USER_ENABLE') actors.set(e.name, { ...known, enabled: true })
  }
  return actors
}

export const enabledIn = (registry: Registry, group: Group): Actor[] =>
  [...registry.values()].filter((a) => a.enabled && a.group === group)

export const isQuality = (registry: Registry, name: string): boolean => {
  const actor = registry.get(name)
  return actor?.group === 'quality' && actor.enabled
}

export const foldNamespaces = (events: readonly Unlinked<SystemEvent>[]): string[] =>
  events.flatMap((e) => (e.event === 'NAMESPACE_ADD' ? [e.name] : []))
