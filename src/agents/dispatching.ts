/** Who may open a session and call an agent, and when. Source: SOP-007 sections 4 and 5; lifecycle design, "Events". */
import type { Document } from '../documents/document.ts'
import { textInHand } from '../documents/document.ts'
import type { AgentTask, NewSystemEvent } from '../documents/event.ts'
import { type Actor, enabledIn } from '../documents/registry.ts'
import { refuse } from '../errors.ts'
import { checkLength } from '../lifecycle/command.ts'
import { leads } from '../lifecycle/escalation.ts'
import { type Governing, systemHead } from '../lifecycle/govern.ts'
import { INITIATING } from '../lifecycle/roles.ts'
import {
  allowancesLeft,
  type Dispatch,
  isUnderWay,
  nextNumber,
  openSessionOf,
  type Session,
  servingIn,
} from './sessions.ts'
import { type SpawnRecord, spawnPrompt } from './spawn-prompt.ts'
import { isAsked, taskOf } from './task.ts'

export interface Sitting extends Governing {
  readonly sessions: ReadonlyMap<string, Session>
  readonly dispatches: ReadonlyMap<string, Dispatch>
}

const gate = (id: string, action: string, status: string, name: string, expected: string, found: string) =>
  refuse('GATE', { id, action, status, unmet: [{ gate: name, expected, found }] })

const orchestrating = (c: Sitting, action: string): void => {
  if (!c.actor.enabled) throw refuse('USER_DISABLED', { name: c.actor.name })
  if (INITIATING.has(c.actor.group)) return
  const who = [...c.registry.values()].filter((a) => a.enabled && INITIATING.has(a.group)).map((a) => a.name)
  throw refuse('NOT_ALLOWED', { user: c.actor.name, action, needs: 'initiator or administrator', who })
}

/** One orchestrator, one session at a time. @throws NOT_ALLOWED, USER_DISABLED, ALREADY_EXISTS */
export const decideSessionStart = (c: Sitting): NewSystemEvent => {
  orchestrating(c, 'session start')
  const open = openSessionOf(c.sessions, c.actor.name)
  if (open) throw refuse('ALREADY_EXISTS', { what: 'open session', name: open.id })
  return systemHead(c, { event: 'SESSION_START', session: nextNumber('S', c.sessions.keys()) })
}

/** The session of this name, or the open one of this actor. @throws NO_SESSION */
export const sessionFor = (c: Pick<Sitting, 'actor' | 'sessions'>, id: string | undefined): Session => {
  const session = id === undefined ? openSessionOf(c.sessions, c.actor.name) : c.sessions.get(id)
  if (session) return session
  const open = [...c.sessions.values()].filter((s) => s.ended === null)
  throw refuse('NO_SESSION', {
    session: id ?? null,
    user: c.actor.name,
    open: open.map((s) => ({ id: s.id, orchestrator: s.orchestrator })),
  })
}

const stillOpen = (session: Session, action: string): void => {
  if (session.ended)
    throw gate(session.id, action, 'ended', 'sessionOpen', 'an open session', `ended at ${session.ended.at}`)
}

/** By its orchestrator or an administrator. @throws NO_SESSION, NOT_ALLOWED, GATE */
export const decideSessionEnd = (
  id: string | undefined,
  reason: string | undefined,
  c: Sitting,
): NewSystemEvent => {
  orchestrating(c, 'session end')
  checkLength('reason', reason)
  const session = sessionFor(c, id)
  const entitled = [session.orchestrator, ...enabledIn(c.registry, 'administrator').map((a) => a.name)]
  if (!entitled.includes(c.actor.name))
    throw refuse('NOT_ALLOWED', {
      user: c.actor.name,
      action: 'session end',
      id: session.id,
      needs: 'its orchestrator or administrator',
      who: [session.orchestrator],
    })
  stillOpen(session, 'session end')
  return systemHead(c, { event: 'SESSION_END', session: session.id, ...(reason ? { reason } : {}) })
}

/** A fresh agent in the place of one that serves: only the Lead says so, and once. @throws NOT_ALLOWED, NO_SESSION, NO_USER, GATE */
export const decideAllowFresh = (
  agent: string,
  reason: string,
  id: string | undefined,
  c: Sitting,
): NewSystemEvent => {
  const who = leads(c.registry)
  if (!who.includes(c.actor.name))
    throw refuse('NOT_ALLOWED', {
      user: c.actor.name,
      action: 'session allow-fresh',
      needs: 'human administrator',
      who,
    })
  checkLength('reason', reason)
  callable(agent, 'session allow-fresh', c)
  const open = [...c.sessions.values()].filter((s) => s.ended === null)
  const session = id === undefined && open.length === 1 && open[0] ? open[0] : sessionFor(c, id)
  stillOpen(session, 'session allow-fresh')
  if (reason.trim() === '')
    throw gate(session.id, 'session allow-fresh', 'open', 'reasoned', 'a reason (--reason)', 'none')
  return systemHead(c, { event: 'SESSION_ALLOW_FRESH', session: session.id, agent, reason })
}

/** @throws NO_USER, USER_DISABLED, GATE where it is a person */
const callable = (name: string, action: string, c: Governing): Actor => {
  const actor = c.registry.get(name)
  if (!actor) throw refuse('NO_USER', { name, users: [...c.registry.keys()] })
  if (!actor.enabled) throw refuse('USER_DISABLED', { name })
  if (actor.kind !== 'agent')
    throw gate(name, action, 'human', 'isAgent', 'an agent', `${name} is a person: tell them yourself`)
  return actor
}

export interface DispatchAsk {
  readonly agent: string
  /** Absent: what the document asks now. */
  readonly task?: AgentTask | undefined
  readonly fresh: boolean
  /** Of a new agent; one that serves stays on its own. */
  readonly backend: string
  readonly template: { readonly text: string; readonly digest: string }
  /** Milliseconds that the agent may take. */
  readonly limit: number
}

/**
 * Calls an agent to a document: the one that serves in the session, where there is one. A dispatch whose time is over,
 * or whose process is known to be gone, is no hindrance: `gone` names those.
 * @throws NO_SESSION, NOT_ALLOWED, NO_USER, USER_DISABLED, GATE
 */
export const decideDispatch = (
  d: Document,
  ask: DispatchAsk,
  c: Sitting,
  gone: ReadonlySet<string> = new Set(),
): Extract<NewSystemEvent, { event: 'DISPATCH' }> => {
  orchestrating(c, 'agent spawn')
  const agent = callable(ask.agent, 'agent spawn', c)
  const session = sessionFor(c, undefined)
  const task = askedOf(d, agent.name, ask.task)
  notUnderWay(agent.name, session, c, gone)
  const serving = servingIn(c.dispatches, session.id, agent.name)
  if (ask.fresh) freshAllowed(agent.name, session, c)
  const goesOn = ask.fresh ? null : serving
  const text = textInHand(d)
  const record: SpawnRecord = {
    agent: agent.name,
    document: d.id.id,
    version: d.version,
    status: d.status,
    task,
  }
  return systemHead(c, {
    event: 'DISPATCH',
    dispatch: nextNumber('D', c.dispatches.keys()),
    session: session.id,
    agent: agent.name,
    document: d.id.id,
    text_version: d.version,
    status: d.status,
    task,
    round: d.round?.number ?? 1,
    content: d.round?.content ?? text?.content ?? '',
    told: spawnPrompt(ask.template.text, record),
    template: ask.template.digest,
    backend: goesOn?.backend ?? ask.backend,
    ...(goesOn ? { instance: goesOn.instance } : {}),
    ...(ask.fresh ? { fresh: true } : {}),
    until: new Date(Date.parse(c.now) + ask.limit).toISOString(),
  }) as Extract<NewSystemEvent, { event: 'DISPATCH' }>
}

/** @throws GATE where the document asks nothing like it of this agent now */
export const askedOf = (d: Document, agent: string, asked: AgentTask | undefined): AgentTask => {
  const now = taskOf(d)
  const task = asked ?? now
  if (task && isAsked(d, agent, task)) return task
  const pending = d.round?.pending ?? []
  const found =
    now === null
      ? `${d.id.id} is ${d.status}: nobody is asked`
      : task !== now
        ? `${d.status} asks for ${now === 'review' ? 'a review' : 'an approval'}`
        : `asked are ${pending.join(', ') || 'none'}`
  const expected = `a ${task ?? 'review or approval'} that ${d.id.id} asks of ${agent} now`
  throw gate(d.id.id, 'agent spawn', d.status, 'asked', expected, found)
}

const notUnderWay = (agent: string, session: Session, c: Sitting, gone: ReadonlySet<string>): void => {
  const open = [...c.dispatches.values()].find(
    (x) => x.session === session.id && x.agent === agent && isUnderWay(x, c.now) && !gone.has(x.id),
  )
  if (!open) return
  const found = `${open.id} is under way, for ${open.document}, until ${open.until}`
  throw gate(open.document, 'agent spawn', open.status, 'oneAtATime', `${agent} free to be called`, found)
}

const freshAllowed = (agent: string, session: Session, c: Sitting): void => {
  if (allowancesLeft(session, c.dispatches, agent) > 0) return
  const expected = `that the Lead allows a fresh ${agent} (qms session allow-fresh ${agent} --reason TEXT)`
  const found = `no allowance of ${session.id} is left`
  throw gate(session.id, 'agent spawn', 'open', 'freshAllowed', expected, found)
}

type Ended = Extract<NewSystemEvent, { event: 'DISPATCH_END' }>
/** What is to be said of the end of a dispatch. */
export type Ending = Omit<Ended, 'ts' | 'user' | 'version' | 'request' | 'event' | 'dispatch'>

/** How a dispatch ended, by whoever made it or, once it is over, by anybody who may call agents. */
export const decideDispatchEnd = (dispatch: Dispatch, end: Ending, c: Sitting): NewSystemEvent => {
  orchestrating(c, 'agent spawn')
  if (dispatch.end)
    throw gate(
      dispatch.id,
      'agent spawn',
      'ended',
      'dispatchOpen',
      'a dispatch under way',
      `ended at ${dispatch.end.at}`,
    )
  return systemHead(c, { event: 'DISPATCH_END', dispatch: dispatch.id, ...end })
}
