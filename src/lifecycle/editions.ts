/**
 * The tables as they were: each STATUS_CHANGE names the edition by which it was decided, and old records are judged by the
 * rules of their time. Today's tables stand in `tables.ts`; here stands only what came with an edition.
 */
import type { MachineName, Status } from '../documents/types.ts'
import type { Action } from './command.ts'
import { EDITION } from './emit.ts'
import type { GateName } from './gates.ts'
import { type Row, TABLES } from './tables.ts'

export type Tables = Readonly<Record<MachineName, readonly Row[]>>

export const FIRST_EDITION = 1

interface Novelty {
  readonly actions: readonly Action[]
  readonly gates: readonly GateName[]
  /** Gates that there were before, asked of these rows, too: status and action. */
  readonly asked: readonly (readonly [Status, Action, GateName])[]
}

/** By the edition that brought it. */
const CAME_WITH: Readonly<Record<number, Novelty>> = {
  2: {
    actions: ['ei', 'note', 'summarise'],
    gates: [
      'sealKept',
      'recordsKept',
      'itemReasoned',
      'failureCarried',
      'runsSupport',
      'carriersExist',
      'summaryReasoned',
      'itemsDone',
      'failuresCarried',
      'evidenceStands',
      'blanksAnswered',
      'documentsInForce',
      'matrixQualified',
      'dispatched',
      'packetRead',
      'personApproves',
    ],
    asked: [['POST_REVIEWED', 'route review', 'linkedClosed']],
  },
}

const before = (rows: readonly Row[], { actions, gates, asked }: Novelty): Row[] => {
  const isNew = ({ from, action }: Row, gate: GateName): boolean =>
    gates.includes(gate) || asked.some(([s, a, g]) => s === from && a === action && g === gate)
  return rows
    .filter((row) => !actions.includes(row.action))
    .map((row) => ({ ...row, gates: row.gates.filter((gate) => !isNew(row, gate)) }))
}

const made = new Map<number, Tables>([[EDITION, TABLES]])

/** @param edition from `FIRST_EDITION` to `EDITION` */
export const tablesOf = (edition: number): Tables => {
  const known = made.get(edition)
  if (known) return known
  const { controlled, executable, covered } = tablesOf(edition + 1)
  const novelty = CAME_WITH[edition + 1]
  if (!novelty) throw new Error(`there is no edition ${edition}`)
  const tables = {
    controlled: before(controlled, novelty),
    executable: before(executable, novelty),
    covered: before(covered, novelty),
  }
  made.set(edition, tables)
  return tables
}

export const rowsOf = (edition: number, machine: MachineName, from: Status, action: Action): readonly Row[] =>
  tablesOf(edition)[machine].filter((row) => row.from === from && row.action === action)
