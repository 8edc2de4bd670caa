/** A call on record, before anything is started. Source: SOP-007 section 4.4. */
import { decideDispatch, decideDispatchEnd, type Ending, type Sitting } from '../../agents/dispatching.ts'
import { type Dispatch, foldDispatches, isInstance } from '../../agents/sessions.ts'
import type { AgentTask, NewSystemEvent } from '../../documents/event.ts'
import { QmsError } from '../../errors.ts'
import type { Ask, Qms } from '../qms.ts'
import type { Records } from '../records.ts'
import type { Receipt } from '../transact.ts'
import { type CallSeen, callsOf } from './calls.ts'
import { verdictOf } from './ending.ts'
import { noteIncident } from './identity.ts'
import type { AgentPorts } from './ports.ts'
import { record } from './record.ts'

export interface Wanted {
  readonly agent: string
  readonly document: string
  readonly task?: AgentTask | undefined
  readonly fresh: boolean
}

export type Begun = Extract<NewSystemEvent, { event: 'DISPATCH' }>

/** The dispatch on record, before anything is started; those that are known to be over are ended with it. */
export const dispatch = async (
  qms: Qms,
  ask: Ask,
  asked: Wanted,
  ports: AgentPorts,
): Promise<{ dispatch: Begun; receipt: Receipt }> => {
  const backend = await ports.backendOf(asked.agent)
  const limit = await ports.limit()
  const waits: string[] = []
  let ends: string[] = []
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
        const over = await goneIn(await callsOf(c, ports, asked.agent), records)
        const said = over.map((x, i) => decideDispatchEnd(x.of, x.end, after(c, i)))
        ends = over.map((x) => x.of.id)
        const dispatches = foldDispatches(said, c.dispatches)
        const begun = decideDispatch(d, call, { ...after(c, said.length), dispatches }, new Set(ends))
        // What cannot be run or waited for is refused before anything is written.
        await ports.backend(begun.backend)
        if (!ask.dryRun) await ports.calls.wait(begun.dispatch)
        waits.push(begun.dispatch)
        return [...said, begun]
      },
    })
    const begun = receipt.events.find((e) => 'event' in e && e.event === 'DISPATCH') as Begun
    for (const id of [...waits, ...ends]) if (id !== begun.dispatch) ports.calls.forget(id)
    return { dispatch: begun, receipt }
  } catch (error) {
    for (const id of waits) ports.calls.forget(id)
    await secondAgent(qms, ask, asked, error)
    throw error
  }
}

const after = (c: Sitting, events: number): Sitting => ({ ...c, recorded: c.recorded + events })

interface Gone {
  readonly of: Dispatch
  readonly end: Ending
}

/** How those ended that are over: the trail may have a verdict all the same, and the agent can go on. */
const goneIn = (calls: readonly CallSeen[], records: Records): Promise<Gone[]> =>
  Promise.all(
    calls
      .filter((call) => call.gone)
      .map(async ({ of, instance }) => {
        const { events } = await records.load(of.document)
        const outcome = verdictOf(events, of.id) === null ? 'interrupted' : 'verdict'
        const problem = 'its process is gone, and nobody said how it ended'
        return { of, end: { outcome, problem, ...(isInstance(instance) ? { instance } : {}) } }
      }),
  )

/** A second agent in a place that is taken was asked for, and nobody allowed it. */
const secondAgent = async (qms: Qms, ask: Ask, asked: Wanted, error: unknown): Promise<void> => {
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
