/** A call on record, before anything is started. Source: SOP-007 section 4.4. */
import { decideDispatch, decideDispatchEnd, type Ending, type Sitting } from '../../agents/dispatching.ts'
import { type Dispatch, isUnderWay } from '../../agents/sessions.ts'
import type { AgentTask, NewSystemEvent } from '../../documents/event.ts'
import { QmsError } from '../../errors.ts'
import type { Grants } from '../../store/local.ts'
import type { Ask, Qms } from '../qms.ts'
import type { Receipt } from '../transact.ts'
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
