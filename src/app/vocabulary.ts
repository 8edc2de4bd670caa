/** The words that a project knows, for completing what somebody types. Reads only. */
import { POLICY_KEYS } from '../documents/policy.ts'
import { STATUSES } from '../documents/types.ts'
import { ACTIONS } from '../lifecycle/command.ts'
import { DEFAULTS } from './configuration.ts'
import type { Qms } from './qms.ts'
import { openRecords } from './records.ts'

/** Kinds of word that can stand somewhere on a command line. */
export type WordKind = 'id' | 'user' | 'type' | 'namespace' | 'status' | 'action' | 'setting' | 'policy'

const FIXED: Partial<Readonly<Record<WordKind, readonly string[]>>> = {
  status: STATUSES,
  action: ACTIONS.map((action) => action.replace(' ', '-')),
  setting: Object.keys(DEFAULTS),
  policy: Object.keys(POLICY_KEYS),
}

/** Of a kind that every project has in common; null where the project has to be asked. */
export const commonWords = (kind: WordKind): readonly string[] | null => FIXED[kind] ?? null

/** In the order in which people want to see them: ids sorted, users as registered. */
export const wordsOf = async (qms: Qms, kind: WordKind): Promise<readonly string[]> => {
  const common = commonWords(kind)
  if (common) return common
  const records = await openRecords(qms)
  switch (kind) {
    case 'id':
      return (await records.ids()).map((id) => id.id).sort()
    case 'user':
      return [...records.system.registry.values()].filter((u) => u.enabled).map((u) => u.name)
    case 'namespace':
      return records.system.namespaces
    default:
      return records.system.types.map((t) => t.name)
  }
}
