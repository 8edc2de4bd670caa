/** What was recorded of executions in a period, counted from the events of items. */
import type { DocumentEvent } from '../documents/event.ts'
import { isWithin, type Period } from './period.ts'

export interface Execution {
  readonly passed: number
  readonly failed: number
  /** Of these, outcomes that took the place of another on record. */
  readonly amended: number
  /** Commands that were run to be recorded. */
  readonly runs: number
  readonly failedRuns: number
}

type Key = keyof Execution

const keysOf = (e: Extract<DocumentEvent, { event: 'EI' }>, again: boolean): Key[] => {
  const runs = (e.evidence ?? []).flatMap((one) => (one.kind === 'run' ? [one] : []))
  return [
    ...(e.outcome === undefined ? [] : [e.outcome === 'Pass' ? ('passed' as const) : ('failed' as const)]),
    ...(e.outcome !== undefined && again ? ['amended' as const] : []),
    ...runs.flatMap((run): Key[] => (run.exit === 0 ? ['runs'] : ['runs', 'failedRuns'])),
  ]
}

/** @param events the whole trail of a document, oldest first */
export const executionOf = (events: readonly DocumentEvent[], period: Period): Execution => {
  const counts = { passed: 0, failed: 0, amended: 0, runs: 0, failedRuns: 0 }
  const recorded = new Set<string>()
  for (const e of events) {
    if (e.event !== 'EI') continue
    const item = e.item.toUpperCase()
    if (isWithin(period, e.ts)) for (const key of keysOf(e, recorded.has(item))) counts[key] += 1
    if (e.outcome !== undefined) recorded.add(item)
  }
  return counts
}

export const together = (all: readonly Execution[]): Execution => {
  const sum = (key: Key): number => all.reduce((n, one) => n + one[key], 0)
  return {
    passed: sum('passed'),
    failed: sum('failed'),
    amended: sum('amended'),
    runs: sum('runs'),
    failedRuns: sum('failedRuns'),
  }
}
