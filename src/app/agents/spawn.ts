/**
 * `agent spawn`: calls an agent to a document, waits for it, and ends by what the trail says, not by what the agent says.
 * Source: SOP-007 sections 4.4 and 5; design of agents.
 */
import type { AgentEnd, Backend, BackendAsk, Invocation, Spent } from '../../agents/backend.ts'
import { decideDispatch, decideDispatchEnd, type Ending, type Sitting } from '../../agents/dispatching.ts'
import { type Dispatch, isUnderWay } from '../../agents/sessions.ts'
import type { AgentTask, DispatchOutcome, DocumentEvent, NewSystemEvent } from '../../documents/event.ts'
import { QmsError, refuse } from '../../errors.ts'
import type { Grants } from '../../store/local.ts'
import { type Ask, type Qms, timestamp } from '../qms.ts'
import { openRecords } from '../records.ts'
import type { Receipt } from '../transact.ts'
import { noteIncident } from './identity.ts'
import { record } from './record.ts'

/** One run of an agent's program, repeated where its trouble passes. */
export interface AgentRun {
  readonly backend: Backend
  readonly ask: BackendAsk
  /** Its token: for its environment, and for nothing else. */
  readonly token: string
  /** Name of the dispatch, for the file of its output. */
  readonly name: string
  /** Milliseconds that it may take, repetitions included. */
  readonly limit: number
  /** Whether it has done what it was called for: then it is not called again. */
  isDone(): Promise<boolean>
  /** The process is there. */
  started(pid: number): Promise<void>
  /** What a person may be shown of it while it works. */
  tell(line: string): void
}

export interface AgentRan {
  readonly end: AgentEnd
  readonly exit: number | null
  /** Somebody ended this program, and the agent with it. */
  readonly interrupted: boolean
  /** Milliseconds. */
  readonly duration: number
  /** Where its output is; null where it is not kept. */
  readonly log: string | null
}

/** What calling agents needs of the world. */
export interface AgentPorts {
  readonly grants: Grants
  /** Top of the project. */
  readonly folder: string
  /** Folders outside of its files that this program writes in. */
  readonly writes: readonly string[]
  /** Name of the backend of a new agent, as configured. */
  backendOf(agent: string): Promise<string>
  /** @throws UNTRUSTED_COMMAND, BAD_VALUE */
  backend(name: string): Promise<Backend>
  /** Milliseconds that an agent may take, repetitions included. */
  limit(): Promise<number>
  template(task: AgentTask): Promise<{ readonly text: string; readonly digest: string }>
  /** Path of an agent's definition file from the top of the project; null where it has none. */
  definition(agent: string): Promise<string | null>
  uuid(): string
  run(what: AgentRun): Promise<AgentRan>
}

export interface SpawnAsk {
  readonly agent: string
  readonly document: string
  readonly task?: AgentTask | undefined
  readonly fresh: boolean
  tell(line: string): void
  /** The dispatch is on record: whoever waits for nothing more may go. */
  dispatched?(dispatch: string): void
}

/** What an agent said of a document, in the words of its event. */
export type Verdict = 'RECOMMEND' | 'UPDATES_REQUIRED' | 'APPROVE' | 'REJECT'

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
  const { dispatch: begun, receipt } = await dispatch(qms, ask, asked, ports)
  const backend = await ports.backend(begun.backend)
  const called: BackendAsk = {
    agent: begun.agent,
    prompt: begun.told,
    folder: ports.folder,
    definition: await ports.definition(begun.agent),
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
  return finish(qms, ask, said, begun, ran)
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

type Begun = Extract<NewSystemEvent, { event: 'DISPATCH' }>

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

/** The dispatch on record, before anything is started; those that are known to be over are ended with it. */
const dispatch = async (
  qms: Qms,
  ask: Ask,
  asked: SpawnAsk,
  ports: AgentPorts,
): Promise<{ dispatch: Begun; receipt: Receipt }> => {
  const backend = await ports.backendOf(asked.agent)
  const limit = await ports.limit()
  const templates = { review: await ports.template('review'), approval: await ports.template('approval') }
  try {
    const { receipt } = await record(qms, ask, {
      record: 'dispatches',
      mark: 'DISPATCH',
      verb: 'agent spawn',
      decide: async (c, records) => {
        const { d } = await records.load(asked.document)
        const task = asked.task ?? (d.status.endsWith('APPROVAL') ? 'approval' : 'review')
        const call = { ...asked, backend, limit, template: templates[task] }
        const over = await goneOf(c, ports.grants, asked.agent)
        const begun = decideDispatch(d, call, after(c, over.length), new Set(over.map((x) => x.id)))
        // What cannot be run is refused before anything is written.
        await ports.backend(begun.backend)
        return [...over.map((x, i) => decideDispatchEnd(x, GONE, after(c, i))), begun]
      },
    })
    const begun = receipt.events.find((e) => 'event' in e && e.event === 'DISPATCH') as Begun
    return { dispatch: begun, receipt }
  } catch (error) {
    await secondAgent(qms, ask, asked, error)
    throw error
  }
}

const after = (c: Sitting, events: number): Sitting => ({ ...c, recorded: c.recorded + events })

const GONE: Ending = { outcome: 'interrupted', problem: 'its process is gone, and nobody said how it ended' }

/** Dispatches of this agent whose process is known not to live any more. */
const goneOf = async (c: Sitting, grants: Grants, agent: string): Promise<Dispatch[]> => {
  const open = [...c.dispatches.values()].filter((d) => d.agent === agent && d.end === null)
  if (open.length === 0) return []
  const given = await grants.list(c.now)
  const judged = open.map(async (d) => {
    const grant = given.find((g) => g.dispatch === d.id)
    return grant ? (await grants.lives(grant.id)) === false : !isUnderWay(d, c.now)
  })
  const gone = await Promise.all(judged)
  return open.filter((_, i) => gone[i])
}

/** A second agent in a place that is taken was asked for, and nobody allowed it. */
const secondAgent = async (qms: Qms, ask: Ask, asked: SpawnAsk, error: unknown): Promise<void> => {
  if (!(error instanceof QmsError) || error.code !== 'GATE') return
  const { unmet } = error.facts as { unmet: readonly { gate: string }[] }
  if (unmet[0]?.gate !== 'freshAllowed') return
  await noteIncident(qms, ask, {
    event: 'ATTEMPT',
    kind: 'second_agent',
    done: 'refused',
    tool: 'qms agent spawn',
    agent: asked.agent,
    document: asked.document.toUpperCase(),
  })
}

const runIt = async (
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
      tell: asked.tell,
    })
  } catch (error) {
    if (!(error instanceof QmsError)) throw error
    return notRun(error, timestamp(qms), e)
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

const finish = async (qms: Qms, ask: Ask, said: Spawned, e: Begun, ran: AgentRan): Promise<Spawned> => {
  const records = await openRecords(qms)
  const { d, events } = await records.load(e.document)
  const verdict = verdictOf(events, e.dispatch)
  const ending = endingOf(verdict !== null, ran)
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
  const { duration, log } = ran
  const done: Spawned = {
    ...said,
    events: [...said.events, ...receipt.events],
    commit: receipt.commit,
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
    problem: ending.problem ?? '',
    said: ran.end.said?.slice(0, SAID) ?? null,
    log,
  })
}

/** Characters of an agent's last words that a refusal repeats. */
const SAID = 300
/** Characters of a problem that go on record. */
const PROBLEM = 500

/** The verdict that came of a dispatch. */
const verdictOf = (events: readonly DocumentEvent[], dispatch: string): Verdict | null => {
  const found = events.findLast((e) => 'dispatch' in e && e.dispatch === dispatch)
  if (found?.event === 'REVIEW') return found.outcome
  return found?.event === 'APPROVE' || found?.event === 'REJECT' ? found.event : null
}

/** What the trail says comes first; what the program said only explains it. */
const endingOf = (hasVerdict: boolean, ran: AgentRan): Ending => {
  const { end, exit, duration } = ran
  const { trouble, denied } = end
  const outcome = hasVerdict ? 'verdict' : outcomeWithout(ran)
  const problem = trouble
    ? `${trouble.code}: ${trouble.words}`
    : hasVerdict
      ? undefined
      : denied.length > 0
        ? `it was denied ${denied.join(', ')}, and gave no verdict`
        : 'it came to its end without a verdict'
  return {
    outcome,
    ...(problem ? { problem: problem.slice(0, PROBLEM) } : {}),
    ...(end.instance ? { instance: end.instance } : {}),
    ...(end.tool ? { tool: end.tool.slice(0, 64) } : {}),
    duration: Math.round(duration),
    ...(end.turns === null ? {} : { turns: end.turns }),
    ...(end.tokens === null ? {} : { tokens: end.tokens }),
    ...(end.cost === null ? {} : { cost: end.cost }),
    exit,
    ...(denied.length > 0 ? { denied: denied.slice(0, 20) } : {}),
  }
}

const outcomeWithout = ({ end: { trouble, denied }, interrupted }: AgentRan): DispatchOutcome => {
  if (interrupted) return 'interrupted'
  if (trouble?.code === 'TIMEOUT' || trouble?.code === 'SILENT') return 'timed_out'
  if (trouble?.code === 'KILLED') return 'interrupted'
  if (trouble?.code === 'DENIED' || (!trouble && denied.length > 0)) return 'denied'
  return trouble ? 'failed' : 'no_verdict'
}
