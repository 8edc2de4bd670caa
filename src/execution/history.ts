/** What the trail tells of an execution item: when it began, its evidence by number, its outcomes. */
import type { DocumentEvent, Outcome } from '../documents/event.ts'
import type { Evidence, Run } from '../documents/evidence.ts'

type Entry = Extract<DocumentEvent, { event: 'EI' }>

/** One piece of evidence of an item. Numbers count from 1 and are never given again. */
export interface Exhibit {
  readonly number: number
  readonly evidence: Evidence
  readonly ts: string
  readonly user: string
  /** Why it no longer speaks, where it was set aside. */
  readonly aside: string | null
  /** The text of the document names it. */
  readonly cited: boolean
}

export interface ItemHistory {
  readonly item: string
  readonly startedAt: string | null
  readonly startedBy: string | null
  readonly exhibits: readonly Exhibit[]
  readonly entries: readonly Entry[]
  /** The last outcome on record. */
  readonly outcome: Outcome | null
  readonly carried: readonly string[]
}

const sameItem = (a: string, b: string): boolean => a.toUpperCase() === b.toUpperCase()

export const historyOf = (events: readonly DocumentEvent[], item: string): ItemHistory => {
  const entries = events.filter((e): e is Entry => e.event === 'EI' && sameItem(e.item, item))
  const started = entries.find((e) => e.action === 'start')
  return {
    item,
    startedAt: started?.ts ?? null,
    startedBy: started?.user ?? null,
    exhibits: exhibitsOf(entries),
    entries,
    outcome: entries.findLast((e) => e.outcome !== undefined)?.outcome ?? null,
    carried: [...new Set(entries.flatMap((e) => e.carried ?? []))],
  }
}

const exhibitsOf = (entries: readonly Entry[]): Exhibit[] => {
  const aside = new Map(entries.flatMap((e) => (e.aside ?? []).map((n) => [n, e.reason ?? ''] as const)))
  const lastCiting = entries.findLastIndex((e) => e.action === 'record' || e.action === 'note')
  let number = 0
  return entries.flatMap((e, at) =>
    (e.evidence ?? []).map((evidence) => {
      number++
      return {
        number,
        evidence,
        ts: e.ts,
        user: e.user,
        aside: aside.get(number) ?? null,
        cited: at <= lastCiting,
      }
    }),
  )
}

/** Every item that the trail names, in order. */
export const recordedItems = (events: readonly DocumentEvent[]): string[] => [
  ...new Set(events.flatMap((e) => (e.event === 'EI' ? [e.item] : []))),
]

/** Pieces of evidence that were recorded of all items. */
export const countExhibits = (events: readonly DocumentEvent[]): number =>
  events.reduce((sum, e) => sum + (e.event === 'EI' ? (e.evidence?.length ?? 0) : 0), 0)

/** Runs that failed and that no later run of the same command made good, nor a reason set aside. */
export const failedRuns = (exhibits: readonly Pick<Exhibit, 'number' | 'evidence' | 'aside'>[]): string[] => {
  const last = new Map<string, { number: number; run: Run }>()
  for (const { number, evidence, aside } of exhibits)
    if (evidence.kind === 'run' && aside === null)
      last.set(JSON.stringify(evidence.command), { number, run: evidence })
  return [...last.values()]
    .filter(({ run }) => run.exit !== 0)
    .map(({ number, run }) => `E${number} ${run.command.join(' ').slice(0, 60)}: ${endingOf(run)}`)
}

export const endingOf = (run: Run): string =>
  run.exit === null ? `ended by ${run.signal ?? 'a signal'}` : `exit ${run.exit}`
