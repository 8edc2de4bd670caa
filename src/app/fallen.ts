/** Whether evidence still stands: looked at again before a result is reviewed, and before it is closed. */

import type { Document } from '../documents/document.ts'
import { type Evidence, keptFile } from '../documents/evidence.ts'
import { isGivenUp } from '../documents/types.ts'
import { failedRuns, historyOf, recordedItems } from '../execution/history.ts'
import type { WorkState } from '../project/work-state.ts'
import { evidencePath, placeOf } from '../store/layout.ts'
import type { Loaded, Records } from './records.ts'

/** What of the evidence does not stand any more, item by item; and each Pass that stands on a run that failed. */
export const fallenEvidence = async (
  records: Records,
  work: () => Promise<WorkState>,
  { d, events }: Pick<Loaded, 'd' | 'events'>,
  text: string,
): Promise<string[]> => {
  const recorded = recordedItems(events)
  if (recorded.length === 0) return []
  const { itemsOf } = await import('../execution/item.ts')
  const { items } = itemsOf(text)
  const fallen: string[] = []
  for (const name of recorded) {
    const standing = historyOf(events, name).exhibits.filter((x) => x.aside === null)
    for (const exhibit of standing) {
      const problem = await problemOf(records, work, d, exhibit.evidence)
      if (problem) fallen.push(`${name} E${exhibit.number}: ${problem}`)
    }
    const outcome = items.find((item) => item.item.toUpperCase() === name.toUpperCase())?.outcome
    if (outcome === 'Pass') fallen.push(...failedRuns(standing).map((run) => `${name} is Pass, and ${run}`))
  }
  return fallen
}

const problemOf = async (
  records: Records,
  work: () => Promise<WorkState>,
  d: Document,
  e: Evidence,
): Promise<string | null> => {
  if (e.kind === 'commit') return commitProblem(await (await work()).standing(e.commit), e.commit)
  if (e.kind === 'doc') return documentProblem(records, e.document)
  const digest = keptFile(e)
  if (digest === null) return null
  const bytes = await records.snapshot.read(evidencePath(placeOf(d.id), digest))
  if (!bytes) return `its file is missing, expected SHA-256 ${digest.slice(0, 12)}`
  const found = records.digest(bytes)
  return found === digest
    ? null
    : `its file has SHA-256 ${found.slice(0, 12)}, expected ${digest.slice(0, 12)}`
}

const STANDINGS = {
  reachable: null,
  unreachable: 'no branch, no tag and not HEAD leads to it',
  missing: 'it is not in this repository',
  unknown: 'it cannot be verified in a clone without the whole history (git fetch --unshallow)',
} as const

const commitProblem = (standing: keyof typeof STANDINGS, commit: string): string | null => {
  const problem = STANDINGS[standing]
  return problem && `commit ${commit.slice(0, 12)}: ${problem}`
}

const documentProblem = async (records: Records, id: string): Promise<string | null> => {
  const found = (await records.find(await records.idOf(id)))?.d
  if (!found) return `${id} is not there any more`
  return isGivenUp(found.status) ? `${id} is CANCELLED, expected one that stands` : null
}
