/** What dispatches came to, in sums. Source: design of agents, "Backends". */
import { DISPATCH_OUTCOMES, type DispatchOutcome } from '../documents/event.ts'
import type { Dispatch } from './sessions.ts'

export interface AgentSums {
  readonly agent: string
  readonly backend: string
  readonly dispatches: number
  /** Those that went on with the agent of the session. */
  readonly resumed: number
  readonly outcomes: Readonly<Partial<Record<DispatchOutcome, number>>>
  /** Without an end so far. */
  readonly open: number
  /** Milliseconds, turns, tokens, US dollars: sums of what was reported, null where nothing was. */
  readonly duration: number | null
  readonly turns: number | null
  readonly tokens: number | null
  readonly cost: number | null
}

/** One row for each agent and backend, in order of their names; `agent` is `all` in the last. */
export const sumsOf = (dispatches: readonly Dispatch[]): { rows: AgentSums[]; all: AgentSums } => {
  const groups = new Map<string, Dispatch[]>()
  for (const d of dispatches) {
    const key = `${d.agent}\n${d.backend}`
    groups.set(key, [...(groups.get(key) ?? []), d])
  }
  const rows = [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => sums(group))
  return { rows, all: { ...sums(dispatches), agent: 'all', backend: '' } }
}

const sums = (group: readonly Dispatch[]): AgentSums => {
  const ends = group.flatMap((d) => (d.end ? [d.end] : []))
  const outcomes = DISPATCH_OUTCOMES.map((o) => [o, ends.filter((e) => e.outcome === o).length] as const)
  return {
    agent: group[0]?.agent ?? '',
    backend: group[0]?.backend ?? '',
    dispatches: group.length,
    resumed: group.filter((d) => d.resumed !== null).length,
    outcomes: Object.fromEntries(outcomes.filter(([, n]) => n > 0)),
    open: group.length - ends.length,
    duration: total(ends.map((e) => e.duration)),
    turns: total(ends.map((e) => e.turns)),
    tokens: total(ends.map((e) => e.tokens)),
    cost: total(ends.map((e) => e.cost)),
  }
}

const total = (values: readonly (number | null)[]): number | null => {
  const known = values.filter((v) => v !== null)
  return known.length === 0 ? null : Math.round(known.reduce((a, b) => a + b, 0) * 1e6) / 1e6
}
