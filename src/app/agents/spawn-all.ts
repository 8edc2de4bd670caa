/** Calls every agent that a document asks, side by side: `route --spawn`. People among them are told by other means. */
import type { DispatchOutcome } from '../../documents/event.ts'
import { type Metadata, metadata } from '../../documents/placement.ts'
import { QmsError } from '../../errors.ts'
import { nextOf } from '../act.ts'
import type { NextStep } from '../next.ts'
import type { Ask, Qms } from '../qms.ts'
import { openRecords } from '../records.ts'
import type { Verdict } from './ending.ts'
import type { AgentPorts } from './ports.ts'
import { spawnAgent } from './spawn.ts'

/** What came of one call. */
export interface Called {
  readonly agent: string
  readonly dispatch: string | null
  readonly backend: string | null
  readonly resumed: boolean
  readonly outcome: DispatchOutcome | null
  readonly verdict: Verdict | null
  /** Milliseconds. */
  readonly duration: number | null
  /** Code of the refusal, and why there is no verdict; null where there is one. */
  readonly refused: { readonly code: string; readonly problem: string } | null
}

export interface SpawnedAll {
  readonly called: readonly Called[]
  /** People who are asked too: nobody calls them. */
  readonly people: readonly string[]
  readonly document: Metadata
  readonly next: readonly NextStep[]
}

export interface SpawnAllAsk {
  readonly document: string
  /** Agents that may be at work at once. */
  readonly parallel: number
  tell(agent: string, line: string): void
}

/** Never fails for what one agent did: each has its row. @throws NO_DOCUMENT, DAMAGED */
export const spawnAll = async (
  qms: Qms,
  ask: Ask,
  asked: SpawnAllAsk,
  ports: AgentPorts,
): Promise<SpawnedAll> => {
  const before = await openRecords(qms)
  const { d } = await before.load(asked.document)
  const pending = d.round?.pending ?? []
  const isAgent = (name: string) => before.system.registry.get(name)?.kind === 'agent'
  const waiting = pending.filter(isAgent)
  const called: Called[] = []
  const work = async (): Promise<void> => {
    for (let agent = waiting.shift(); agent !== undefined; agent = waiting.shift())
      called.push(await callOne(qms, ask, asked, agent, ports))
  }
  await Promise.all(Array.from({ length: Math.max(1, asked.parallel) }, work))
  const records = await openRecords(qms)
  const after = (await records.load(asked.document)).d
  return {
    called: called.sort((a, b) => (a.agent < b.agent ? -1 : 1)),
    people: pending.filter((name) => !isAgent(name)),
    document: metadata(after),
    next: await nextOf(qms, ask, records, after),
  }
}

const callOne = async (
  qms: Qms,
  ask: Ask,
  asked: SpawnAllAsk,
  agent: string,
  ports: AgentPorts,
): Promise<Called> => {
  const request = ask.request === undefined ? undefined : `${ask.request}:${agent}`
  const call = {
    agent,
    document: asked.document,
    fresh: false,
    tell: (line: string) => asked.tell(agent, line),
  }
  try {
    const done = await spawnAgent(qms, { ...ask, request }, call, ports)
    const { dispatch, backend, resumed, outcome, verdict, duration } = done
    return { agent, dispatch, backend, resumed, outcome, verdict, duration, refused: null }
  } catch (error) {
    if (!(error instanceof QmsError)) throw error
    return failed(agent, error)
  }
}

const failed = (agent: string, error: QmsError): Called => {
  const facts = error.facts as { dispatch?: string; outcome?: DispatchOutcome; problem?: string }
  return {
    agent,
    dispatch: facts.dispatch ?? null,
    backend: null,
    resumed: false,
    outcome: facts.outcome ?? null,
    verdict: null,
    duration: null,
    refused: { code: error.code, problem: facts.problem ?? unmetOf(error) },
  }
}

const unmetOf = (error: QmsError): string => {
  const { unmet } = error.facts as { unmet?: readonly { expected: string; found: string }[] }
  return unmet?.map((u) => `${u.found}; expected ${u.expected}`).join('; ') ?? error.code
}
