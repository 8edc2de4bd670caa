/** Dispatches of agents inside an agent tool: on record before the call is made, in the words that it is made with. */
import { decideDispatch, decideDispatchEnd, sessionFor } from '../../../agents/dispatching.ts'
import { allowancesLeft, type Dispatch, isUnderWay, servingIn } from '../../../agents/sessions.ts'
import { taskOf } from '../../../agents/task.ts'
import type { HookInput } from '../../../agents/tool-call.ts'
import type { NewSystemEvent } from '../../../documents/event.ts'
import type { AgentRecords, Records } from '../../records.ts'
import { sittingOf } from '../record.ts'
import { attemptEvent, note, recorded } from './incident.ts'
import { type Decision, deny, type HookPorts, PASS, SUBAGENT } from './ports.ts'
import type { Standing } from './standing.ts'

export interface Target {
  readonly agent: string
  readonly document: string
  /** What was to be said. */
  readonly prompt: string
}

/** Milliseconds that an agent inside a tool may take. */
const LIMIT = 1_800_000
/** Milliseconds after which a call that no agent followed is taken as not made: a person may have said no to it. */
const UNFOLLOWED = 60_000

type Begun = Extract<NewSystemEvent, { event: 'DISPATCH' }>

/** @throws as `decideDispatch` */
const decided = async (
  p: HookPorts,
  s: Standing,
  target: Target,
  fresh: boolean,
  records: Records,
  agents: AgentRecords,
): Promise<{ readonly ends: NewSystemEvent[]; readonly begun: Begun }> => {
  const { d } = await records.load(target.document)
  const template = await p.template(taskOf(d) ?? 'review')
  const user = s.actor ?? undefined
  const c = await sittingOf(p.qms, { user }, records, 'dispatches', 'agent spawn')
  const gone = await unfollowed(p, agents, target.agent, c.now)
  const ends = gone.map((dispatch, i) =>
    decideDispatchEnd(
      dispatch,
      { outcome: 'interrupted', problem: 'no agent followed the call' },
      {
        ...c,
        recorded: c.recorded + i,
      },
    ),
  )
  const asked = { agent: target.agent, fresh, backend: SUBAGENT, template, limit: LIMIT }
  const after = { ...c, recorded: c.recorded + ends.length }
  return { ends, begun: decideDispatch(d, asked, after, new Set(gone.map((x) => x.id))) }
}

/** Calls of ours that were recorded a while ago, and that no agent inside of the tool has begun with. */
const unfollowed = async (
  p: HookPorts,
  agents: AgentRecords,
  agent: string,
  now: string,
): Promise<Dispatch[]> => {
  const late = [...agents.dispatches.values()].filter(
    (d) =>
      d.agent === agent &&
      d.backend === SUBAGENT &&
      isUnderWay(d, now) &&
      Date.parse(now) - Date.parse(d.at) > UNFOLLOWED,
  )
  const begun = await p.qms.local
    .recall('tool-begun.json')
    .then((bytes) => new TextDecoder().decode(bytes ?? undefined))
  return late.filter((d) => !begun.includes(`"${d.id}"`))
}

/** Records the call and, where the words were others, that they were replaced, in one commit. @throws what is refused */
const record = async (
  p: HookPorts,
  input: HookInput,
  s: Standing,
  target: Target,
  fresh: boolean,
): Promise<Begun> => {
  let found: Begun | undefined
  await recorded(p, {
    user: s.actor ?? '',
    subject: `dispatch of ${target.agent} for ${target.document}`,
    decide: async (records, agents) => {
      const { ends, begun } = await decided(p, s, target, fresh, records, agents)
      found = begun
      const { agent, document, prompt } = target
      const attempt = {
        kind: 'prompt',
        done: 'replaced',
        tool: input.tool ?? '?',
        agent,
        document,
        text: prompt,
      } as const
      const replaced = isCanonical(prompt, begun) ? [] : await attemptEvent(p, s, agents, attempt)
      return { dispatches: [...ends, begun], ...(replaced.length > 0 ? { incidents: replaced } : {}) }
    },
  })
  if (!found) throw new Error('a dispatch that was not decided')
  return found
}

const isCanonical = (prompt: string, { told }: Begun): boolean => prompt.trim() === told.trim()

/** A new agent for a role: one that none serves in, or in the place of one where the Lead allowed that. */
export const callFresh = async (
  p: HookPorts,
  input: HookInput,
  s: Standing,
  target: Target,
): Promise<Decision> => {
  const session = sessionFor(sitting(s), s.session?.id)
  const serving = servingIn(s.agents.dispatches, session.id, target.agent)
  const allowed = allowancesLeft(session, s.agents.dispatches, target.agent) > 0
  if (serving && !allowed) return second(p, input, s, target, serving)
  const { told } = await record(p, input, s, target, serving !== null)
  const { name: _, isolation: __, ...rest } = input.input
  const words = { description: `${target.document} ${target.agent}`, prompt: told }
  const because = `qms told ${target.agent} the canonical words (SOP-007 section 5.2); the call is on record.`
  return { do: 'replace', input: { ...rest, ...words }, because }
}

const sitting = (s: Standing) => ({
  actor: s.records.system.registry.get(s.actor ?? '') ?? nobody,
  sessions: s.agents.sessions,
})
const nobody = { name: 'nobody', group: 'reviewer', kind: 'agent', enabled: true, since: '' } as const

const second = async (
  p: HookPorts,
  input: HookInput,
  s: Standing,
  target: Target,
  serving: { readonly instance: string; readonly backend: string },
): Promise<Decision> => {
  const { agent, document, prompt: text } = target
  await note(p, s, { kind: 'second_agent', done: 'refused', tool: input.tool ?? '?', agent, document, text })
  const again =
    serving.backend === SUBAGENT
      ? `SendMessage to ${serving.instance}, with exactly these words:\n${await canonical(p, s, target)}`
      : `qms agent spawn ${agent} --doc ${document}`
  return deny(
    `Not called: ${agent} serves in session ${s.session?.id} already, as ${serving.instance}, and goes on there.`,
    again,
    `qms session allow-fresh ${agent} --reason TEXT   # the Lead alone`,
  )
}

/** What the agent would be told now. @throws as `decideDispatch` */
const canonical = async (p: HookPorts, s: Standing, target: Target): Promise<string> =>
  (await decided(p, s, target, false, s.records, s.agents)).begun.told

/** The agent that serves is told again, where the words are those that it would be told. */
export const callAgain = async (
  p: HookPorts,
  input: HookInput,
  s: Standing,
  target: Target & { readonly instance: string },
): Promise<Decision> => {
  const { agent, document, prompt: text } = target
  const told = await canonical(p, s, target)
  if (text.trim() !== told.trim()) {
    await note(p, s, { kind: 'prompt', done: 'refused', tool: input.tool ?? '?', agent, document, text })
    return deny(
      `Not sent: ${agent} is told the canonical words and nothing else (SOP-007 section 5.2):\n\n${told}`,
    )
  }
  await record(p, input, s, target, false)
  return PASS
}
