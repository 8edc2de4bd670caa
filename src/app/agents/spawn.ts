/**
 * `agent spawn`: calls an agent to a document, waits for it, and ends by what the trail says, not by what the agent says.
 * Source: SOP-007 sections 4.4 and 5; design of agents.
 */
import type { Backend, BackendAsk, Invocation, Spent } from '../../agents/backend.ts'
import { decideDispatchEnd, type Ending } from '../../agents/dispatching.ts'
import type { AgentTask, DispatchOutcome } from '../../documents/event.ts'
import { QmsError, refuse } from '../../errors.ts'
import { type Ask, type Qms, timestamp } from '../qms.ts'
import { openRecords } from '../records.ts'
import type { Receipt } from '../transact.ts'
import { type Begun, dispatch, type Wanted } from './dispatch.ts'
import { endingOf, type Verdict, verdictOf } from './ending.ts'
import type { AgentPorts, AgentRan } from './ports.ts'
import { record } from './record.ts'

export interface SpawnAsk extends Wanted {
  tell(line: string): void
  /** The dispatch is on record: whoever waits for nothing more may go. */
  dispatched?(dispatch: string): void
}

export interface Spawned extends Receipt {
  readonly dispatch: string
  readonly session: string
  readonly agent: string
  readonly task: AgentTask
  readonly backend: string
  /** What the agent is told, whole. */
  readonly prompt: string
  readonly resumed: boolean
  /** How its program is called; the token is not among it. */
  readonly command: readonly string[]
  /** Null where nothing was run. */
  readonly outcome: DispatchOutcome | null
  /** As the trail has it; null without one. */
  readonly verdict: Verdict | null
  /** Status of the document afterwards. */
  readonly status: string
  readonly duration: number | null
  readonly turns: number | null
  readonly cost: number | null
  readonly log: string | null
}

/**
 * @throws NO_SESSION, GATE (no such task, under way, no fresh one allowed), NOT_ALLOWED, NO_USER, UNTRUSTED_COMMAND;
 *   AGENT_FAILED where the agent gave no verdict: the dispatch is on record with its end
 */
export const spawnAgent = async (
  qms: Qms,
  ask: Ask,
  asked: SpawnAsk,
  ports: AgentPorts,
): Promise<Spawned> => {
  const definition = await ports.definition(asked.agent)
  const { dispatch: begun, receipt } = await dispatch(qms, ask, asked, ports)
  const backend = await ports.backend(begun.backend)
  const called: BackendAsk = {
    agent: begun.agent,
    prompt: begun.told,
    folder: ports.folder,
    definition,
    instance: begun.instance ?? null,
    fresh: ports.uuid(),
    before: await spentBefore(qms, begun),
    writes: ports.writes,
  }
  const said = told(begun, receipt, backend.invocation(called))
  if (ask.dryRun) return said
  if (receipt.replayed) return asItEnded(qms, said)
  asked.dispatched?.(begun.dispatch)
  const ran = await runIt(qms, begun, { backend, ask: called }, asked, ports)
  return finish(qms, ask, said, begun, ran, ports)
}

/** A request that was answered before calls nobody again. */
const asItEnded = async (qms: Qms, said: Spawned): Promise<Spawned> => {
  const records = await openRecords(qms)
  const end = (await records.agents()).dispatches.get(said.dispatch)?.end
  const document = said.events.flatMap((e) => ('document' in e ? [String(e.document)] : []))[0] ?? ''
  const { d, events } = await records.load(document)
  return {
    ...said,
    outcome: end?.outcome ?? null,
    verdict: verdictOf(events, said.dispatch),
    status: d.status,
    duration: end?.duration ?? null,
    turns: end?.turns ?? null,
    cost: end?.cost ?? null,
  }
}

const told = (e: Begun, receipt: Receipt, { command }: Invocation): Spawned => ({
  ...receipt,
  dispatch: e.dispatch,
  session: e.session,
  agent: e.agent,
  task: e.task,
  backend: e.backend,
  prompt: e.told,
  resumed: e.instance !== undefined,
  command,
  outcome: null,
  verdict: null,
  status: e.status,
  duration: null,
  turns: null,
  cost: null,
  log: null,
})

const runIt = async (
  qms: Qms,
  e: Begun,
  { backend, ask }: { backend: Backend; ask: BackendAsk },
  asked: SpawnAsk,
  ports: AgentPorts,
): Promise<AgentRan> => {
  try {
    return await runGranted(qms, e, { backend, ask }, asked, ports)
  } catch (error) {
    if (!(error instanceof QmsError)) throw error
    return notRun(error, timestamp(qms), e)
  }
}

const runGranted = async (
  qms: Qms,
  e: Begun,
  { backend, ask }: { backend: Backend; ask: BackendAsk },
  asked: SpawnAsk,
  ports: AgentPorts,
): Promise<AgentRan> => {
  const { grant, token } = await ports.grants.issue({
    kind: 'dispatch',
    actor: e.agent,
    session: e.session,
    dispatch: e.dispatch,
    document: e.document,
    task: e.task,
    bound: null,
    expires: e.until,
  })
  try {
    return await ports.run({
      backend,
      ask,
      token,
      name: e.dispatch,
      limit: Date.parse(e.until) - Date.parse(e.ts),
      isDone: async () => {
        const { events } = await (await openRecords(qms)).load(e.document)
        return verdictOf(events, e.dispatch) !== null
      },
      started: (pid) => ports.grants.bind(grant.id, pid),
      met: (instance) => ports.calls.met(e.dispatch, instance),
      tell: asked.tell,
    })
  } finally {
    await ports.grants.revoke((g) => g.id === grant.id)
  }
}

/** What the agent that goes on had used so far, as far as every part of it is known: some backends count on. */
const spentBefore = async (qms: Qms, e: Begun): Promise<Spent | null> => {
  if (e.instance === undefined) return null
  const { dispatches } = await (await openRecords(qms)).agents()
  const ends = [...dispatches.values()]
    .filter((d) => d.session === e.session && d.agent === e.agent && d.end?.instance === e.instance)
    .map((d) => d.end)
  const sum = (values: readonly (number | null | undefined)[]): number | null =>
    values.reduce<number | null>((all, n) => (all === null || n == null ? null : all + n), 0)
  return { tokens: sum(ends.map((end) => end?.tokens)), cost: sum(ends.map((end) => end?.cost)) }
}

/** The program could not be started at all. */
const notRun = (error: QmsError, now: string, e: Begun): AgentRan => {
  const facts = error.facts as { command?: string; reason?: string }
  const words = [facts.command, facts.reason].filter((w) => w !== undefined).join(': ') || error.code
  return {
    end: {
      trouble: { code: 'UNKNOWN', words: `it could not be started (${words})`, transient: false },
      instance: null,
      tool: null,
      turns: null,
      tokens: null,
      cost: null,
      denied: [],
      said: null,
    },
    exit: null,
    interrupted: false,
    duration: Math.max(0, Date.parse(now) - Date.parse(e.ts)),
    log: null,
  }
}

/**
 * Puts the end on record. What cannot be written now is no reason to keep the answer back: the next call of this agent
 * finds that nobody waits any more, and says how it ended. Gives null where it stands, by whoever said it first.
 */
const recordEnd = async (
  qms: Qms,
  ask: Ask,
  e: Begun,
  ending: Ending,
  { calls }: AgentPorts,
): Promise<{ receipt: Receipt | null; unrecorded: string | null }> => {
  try {
    const { receipt } = await record(
      qms,
      { ...ask, request: undefined },
      {
        record: 'dispatches',
        mark: 'DISPATCH_END',
        verb: 'agent spawn',
        decide: async (c) => {
          const open = c.dispatches.get(e.dispatch)
          if (!open) throw new Error(`no dispatch ${e.dispatch}`)
          return [decideDispatchEnd(open, ending, c)]
        },
      },
    )
    calls.forget(e.dispatch)
    return { receipt, unrecorded: null }
  } catch (error) {
    if (!(error instanceof QmsError)) throw error
    return { receipt: null, unrecorded: error.code === 'GATE' ? null : error.code }
  }
}

const finish = async (
  qms: Qms,
  ask: Ask,
  said: Spawned,
  e: Begun,
  ran: AgentRan,
  ports: AgentPorts,
): Promise<Spawned> => {
  const { d, events } = await (await openRecords(qms)).load(e.document)
  const verdict = verdictOf(events, e.dispatch)
  const ending = endingOf(verdict !== null, ran)
  const { receipt, unrecorded } = await recordEnd(qms, ask, e, ending, ports)
  const { duration, log } = ran
  const done: Spawned = {
    ...said,
    events: [...said.events, ...(receipt?.events ?? [])],
    commit: receipt?.commit ?? said.commit,
    warnings: [...said.warnings, ...(unrecorded === null ? [] : ['END_UNRECORDED'])],
    outcome: ending.outcome,
    verdict,
    status: d.status,
    duration,
    turns: ran.end.turns,
    cost: ran.end.cost,
    log,
  }
  if (verdict !== null) return done
  throw refuse('AGENT_FAILED', {
    dispatch: e.dispatch,
    agent: e.agent,
    document: e.document,
    outcome: ending.outcome,
    trouble: ran.end.trouble?.code ?? null,
    problem: [
      ending.problem ?? '',
      ...(unrecorded === null ? [] : [`its end could not be put on record (${unrecorded})`]),
    ].join('; '),
    said: ran.end.said?.slice(0, SAID) ?? null,
    log,
  })
}

/** Characters of an agent's last words that a refusal repeats. */
const SAID = 300
