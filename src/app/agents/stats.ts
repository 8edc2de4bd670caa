/** `agent stats`: what agents were called for, what came of it and what it cost. */
import { type AgentSums, sumsOf } from '../../agents/stats.ts'
import { refuse } from '../../errors.ts'
import type { Qms } from '../qms.ts'
import { openRecords } from '../records.ts'

export type { AgentSums }

export interface AgentStats {
  readonly session: string | null
  readonly agents: readonly AgentSums[]
  readonly all: AgentSums
}

/** Of one session, or of all. @throws NO_SESSION */
export const agentStats = async (qms: Qms, session: string | undefined): Promise<AgentStats> => {
  const { sessions, dispatches } = await (await openRecords(qms)).agents()
  if (session !== undefined && !sessions.has(session))
    throw refuse('NO_SESSION', { session, user: '', open: [] })
  const counted = [...dispatches.values()].filter((d) => session === undefined || d.session === session)
  const { rows, all } = sumsOf(counted)
  return { session: session ?? null, agents: rows, all }
}
