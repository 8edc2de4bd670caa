import type { Metadata } from '../../../documents/placement.ts'
import type { Registry } from '../../../documents/registry.ts'
import { enabledIn } from '../../../documents/registry.ts'
import { isOpenWork } from '../../survey.ts'
import { type Check, type Finding, warning } from '../check.ts'

interface World {
  readonly registry: Registry
  /** Who may repair it. */
  readonly lead: string
}

const away = ({ registry }: World, name: string): string | null => {
  const actor = registry.get(name)
  if (actor?.enabled) return null
  return actor ? 'is disabled' : 'is not registered'
}

const asked = (m: Metadata, world: World): Finding[] =>
  m.pending_assignees.flatMap((name) => {
    const why = away(world, name)
    if (why === null) return []
    return [
      warning(m.doc_id, {
        found: `${name} is asked for a verdict and ${why}`,
        expected: 'somebody who can answer',
        next: [
          ['qms', 'assign', m.doc_id, 'NAME', '-u', world.lead],
          ['qms', 'assign', m.doc_id, '--remove', name, '-u', world.lead],
        ],
      }),
    ]
  })

const owned = (m: Metadata, world: World): Finding[] => {
  const owner = m.responsible_user
  const why = owner === null || !isOpenWork(m) ? null : away(world, owner)
  if (why === null) return []
  return [
    warning(m.doc_id, {
      found: `${owner} owns it and ${why}: it is open, and nobody can carry it on`,
      expected: 'an owner who is enabled',
      next: [['qms', 'assign', m.doc_id, '--owner', 'NAME', '-u', world.lead]],
    }),
  ]
}

export const duties: Check = {
  name: 'duties',
  group: 'people',
  about: 'open work is in the hands of people who can act',
  examine: async (patient) => {
    const { registry } = (await patient.records()).system
    const lead = enabledIn(registry, 'administrator')[0]?.name ?? 'LEAD'
    const world = { registry, lead }
    const findings = (await patient.documents()).flatMap((m) => [...asked(m, world), ...owned(m, world)])
    return { summary: 'everyone asked can answer', findings }
  },
}
