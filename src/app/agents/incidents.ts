/** What was tried past the rules of orchestration lately, as one entry of the Lead's inbox. Source: SOP-007 section 7.3. */
import type { SystemEvent } from '../../documents/event.ts'
import type { AgentRecords } from '../records.ts'

/** Incidents are told for so long, and until a session has ended after them, whichever is later. */
export const TOLD_FOR_DAYS = 7

export interface Incidents {
  readonly count: number
  /** The first of them. */
  readonly since: string
  readonly mismatches: number
}

/** @param now UTC, milliseconds, `Z` */
export const recentIncidents = ({ sessions, events }: AgentRecords, now: string): Incidents | null => {
  const week = new Date(Date.parse(now) - TOLD_FOR_DAYS * 86_400_000).toISOString()
  const ended = [...sessions.values()].flatMap((s) => s.ended?.at ?? []).sort()
  const from = [week, ended.at(-1) ?? week].sort()[0] ?? week
  const recent = events.incidents.filter((e) => e.ts >= from)
  const first = recent[0]
  return first
    ? { count: recent.length, since: first.ts, mismatches: recent.filter(isMismatch).length }
    : null
}

const isMismatch = (e: SystemEvent): boolean => e.event === 'IDENTITY_MISMATCH'
