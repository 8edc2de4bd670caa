/** What may be done with a document now, and why or why not. */

import { type Metadata, metadata } from '../documents/placement.ts'
import { refuse } from '../errors.ts'
import { ACTIONS, type Action } from '../lifecycle/command.ts'
import { CONDITIONS } from '../lifecycle/conditions.ts'
import { type Prospect, prospects } from '../lifecycle/decide.ts'
import type { Role } from '../lifecycle/roles.ts'
import { possibleIn } from '../lifecycle/tables.ts'
import { circumstances } from './circumstances.ts'
import { commandFor, type NextStep, nextSteps } from './next.ts'
import type { Ask, Qms } from './qms.ts'
import { openRecords } from './records.ts'

export interface Foresight {
  readonly document: Metadata
  readonly status: string
  readonly action: Action | null
  readonly prospects: readonly Explained[]
  readonly next: readonly NextStep[]
  /** Statuses in which the action is possible, where it is not possible now. */
  readonly possibleIn: readonly string[]
}

export interface Explained extends Omit<Prospect, 'row'> {
  readonly command: string
  readonly to: string
  /** Whom the rule admits. */
  readonly role: Role
  /** What must be so for this rule, and no other of the same action, to apply. */
  readonly when: readonly string[]
  readonly possible: boolean
}

/** What may be done with a document now; for one action gate by gate, why or why not. @throws BAD_VALUE */
export const next = async (
  qms: Qms,
  ask: Ask,
  id: string,
  action: string | undefined,
): Promise<Foresight> => {
  const records = await openRecords(qms)
  const { d } = await records.load(id)
  const named = action === undefined ? undefined : actionNamed(action)
  const actor = records.actor(ask.user, 'next')
  const c = await circumstances(qms, ask, records, actor, d, { text: true, family: true, execution: true })
  const found = prospects(d, c).filter((p) => named === undefined || named.includes(p.action))
  return {
    document: metadata(d),
    status: d.status,
    action: named?.[0] ?? null,
    prospects: found.map((p) => explained(p, d.id.id)),
    next: nextSteps(d, c),
    possibleIn: named && found.length === 0 ? named.flatMap((a) => possibleIn(d.id.type.machine, a)) : [],
  }
}

/** `route` stands for both routings. */
const actionNamed = (text: string): Action[] => {
  const name = text.toLowerCase().replaceAll(/[-_]/g, ' ')
  const found = ACTIONS.filter((a) => a === name || (name === 'route' && a.startsWith('route ')))
  if (found.length > 0) return found
  throw refuse('BAD_VALUE', { name: 'action', found: text, expected: ACTIONS.join(', ') })
}

const explained = (prospect: Prospect, id: string): Explained => {
  const { row, ...p } = prospect
  return {
    ...p,
    to: row.to,
    role: row.who,
    when: (row.when ?? []).map((name) => CONDITIONS[name].expected),
    command: commandFor(prospect, id),
    possible: p.admitted && p.gates.every((g) => g.holds),
  }
}
