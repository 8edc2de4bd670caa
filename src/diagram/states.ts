/** The statuses of a kind of document as a graph, from the tables of rules; and in it the way of one document. */
import type { DocumentEvent } from '../documents/event.ts'
import { FINAL, type MachineName, STATUSES, type Status } from '../documents/types.ts'
import { BORN, type Row, TABLES, WITH_PARENT } from '../lifecycle/tables.ts'

/** `now`: the document is here. `passed`: it was. `open`: it never was. */
export type Standing = 'now' | 'passed' | 'open'

export interface StateNode {
  readonly status: Status
  readonly standing: Standing
  /** It ends there, but for a retirement or an addendum. */
  readonly final: boolean
}

/** All transitions between the same two statuses. */
export interface StateEdge {
  readonly from: Status
  readonly to: Status
  /** As on the command line; empty where the records show a step that the rules of today do not have. */
  readonly actions: readonly string[]
  readonly passed: boolean
  /** One of the line from the beginning to the end. */
  readonly main: boolean
}

export interface StateDiagram {
  readonly machine: MachineName
  readonly start: Status
  /** Null for a machine in general. */
  readonly now: Status | null
  readonly nodes: readonly StateNode[]
  readonly edges: readonly StateEdge[]
  /** The line from the beginning to the end; what is not in it lies beside it. */
  readonly main: readonly Status[]
}

/** The way of one document so far. */
export interface Life {
  readonly now: Status
  /** To which a retirement or an abandonment under way falls back, else null. */
  readonly home: Status | null
  readonly seen: ReadonlySet<Status>
  readonly steps: readonly Step[]
}

type Step = readonly [from: Status, to: Status]

/** @param d of which `events` are the trail */
export const lifeOf = (
  d: { readonly status: Status; readonly purpose: { readonly home: Status | null } },
  events: readonly DocumentEvent[],
): Life => {
  const steps = events.flatMap((e): Step[] =>
    e.event === 'STATUS_CHANGE' ? [[e.from_status, e.to_status]] : [],
  )
  const first = steps[0]?.[0] ?? d.status
  return { now: d.status, home: d.purpose.home, seen: new Set([first, ...steps.map(([, to]) => to)]), steps }
}

/** @param life of one document; null for the machine in general, without the ways back to where a retirement began */
export const stateDiagram = (machine: MachineName, life: Life | null = null): StateDiagram => {
  const start = BORN[machine]
  const ways = waysOf(machine, life)
  const found = new Set([start, ...(life ? [life.now] : []), ...[...ways.values()].flatMap((w) => w.step)])
  const statuses = STATUSES.filter((status) => found.has(status))
  const main = mainLine(statuses, start, ways)
  return {
    machine,
    start,
    now: life?.now ?? null,
    nodes: statuses.map((status) => ({ status, standing: standing(status, life), final: FINAL.has(status) })),
    edges: [...ways].map(
      ([
        key,
        {
          step: [from, to],
          actions,
        },
      ]) => ({
        from,
        to,
        actions: [...actions],
        passed: life?.steps.some((step) => keyOf(step) === key) ?? false,
        main: main.includes(from) && main[main.indexOf(from) + 1] === to,
      }),
    ),
    main,
  }
}

const standing = (status: Status, life: Life | null): Standing => {
  if (status === life?.now) return 'now'
  return life?.seen.has(status) ? 'passed' : 'open'
}

interface Way {
  readonly step: Step
  readonly actions: Set<string>
}

const keyOf = ([from, to]: Step): string => `${from} ${to}`

/** Rows that move, those between the same two statuses together, in the order of the tables; then what else happened. */
const waysOf = (machine: MachineName, life: Life | null): Map<string, Way> => {
  const ways = new Map<string, Way>()
  const wayOf = (step: Step): Way => {
    const way = ways.get(keyOf(step)) ?? { step, actions: new Set<string>() }
    ways.set(keyOf(step), way)
    return way
  }
  for (const row of TABLES[machine]) {
    const to = row.to === 'home' ? life?.home : row.to
    if (to && to !== row.from) wayOf([row.from, to]).actions.add(actionOf(row))
  }
  const { from, to, action } = WITH_PARENT
  if (machine === WITH_PARENT.machine) wayOf([from, to]).actions.add(action)
  for (const step of life?.steps ?? []) wayOf(step)
  return ways
}

const actionOf = ({ action, when }: Row): string => {
  if (when?.includes('asksRetire')) return `${action} --retire`
  return when?.includes('asksAbandon') ? `${action} --abandon` : action
}

/** Statuses are listed in the order in which a document passes them: as long as a way leads on to the next one. */
const mainLine = (
  statuses: readonly Status[],
  start: Status,
  ways: ReadonlyMap<string, Way>,
): readonly Status[] => {
  const line = [start]
  for (const status of statuses.slice(statuses.indexOf(start) + 1)) {
    if (!ways.has(keyOf([line.at(-1) ?? start, status]))) break
    line.push(status)
  }
  return line
}
