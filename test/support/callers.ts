/** An orchestrator in its session and agents that were called, each with a token, as a project of its own has them. */
import {
  decideDispatch,
  decideDispatchEnd,
  decideSessionEnd,
  decideSessionStart,
} from '../../src/agents/dispatching.ts'
import { type Ask, timestamp } from '../../src/app/qms.ts'
import type { Records } from '../../src/app/records.ts'
import { transact } from '../../src/app/transact.ts'
import { type Opened, openQms } from '../../src/compose.ts'
import type { NewSystemEvent } from '../../src/documents/event.ts'
import type { AgentRecord } from '../../src/store/layout.ts'
import type { Grant } from '../../src/store/local.ts'
import { type Project, shippedPrompt } from './cli.ts'

/** What a process has that was given this: its environment, and the name of its session or dispatch. */
export interface Given {
  readonly id: string
  readonly grant: Grant
  readonly token: string
  readonly how: { readonly env: { readonly QMS_TOKEN: string } }
}

export const withOpened = async <T>(project: Project, work: (opened: Opened) => Promise<T>): Promise<T> => {
  const opened = await openQms(project.root)
  return work(opened).finally(() => opened.close())
}

const soon = (): string => new Date(Date.now() + 600_000).toISOString()

type Decide = (records: Records, c: Parameters<typeof decideSessionStart>[0]) => Promise<NewSystemEvent>

/** As who sits in a session calls: by the token that was given for it. */
const sits = async ({ qms, grants }: Opened, user: string): Promise<Ask> => {
  const grant = (await grants.list(timestamp(qms))).find((g) => g.kind === 'session' && g.actor === user)
  return { user, caller: grant && { ...grant, by: 'token' } }
}

/** One event of a record about agents, decided by the rules. */
const recorded = async (
  opened: Opened,
  user: string,
  record: AgentRecord,
  decide: Decide,
): Promise<NewSystemEvent> => {
  let event: NewSystemEvent | undefined
  const { qms } = opened
  await transact(qms, await sits(opened, user), async (records) => {
    const { sessions, dispatches, events } = await records.agents()
    const { registry } = records.system
    const actor = records.actor(user, record)
    const c = { actor, now: timestamp(qms), registry, sessions, dispatches, recorded: events[record].length }
    event = await decide(records, c)
    return { moves: [], system: [{ record, events: [event] }], subject: record, actor: user }
  })
  return event as NewSystemEvent
}

/** A session of an orchestrator, and the token of whoever sits in it. */
export const sitting = (project: Project, user = 'claude'): Promise<Given> =>
  withOpened(project, async (opened) => {
    const { grants } = opened
    const event = await recorded(opened, user, 'sessions', async (_, c) => decideSessionStart(c))
    const session = 'session' in event ? (event.session ?? '') : ''
    const none = { dispatch: null, document: null, task: null, bound: null }
    const made = await grants.issue({ kind: 'session', actor: user, session, ...none, expires: soon() })
    return { id: session, ...made, how: { env: { QMS_TOKEN: made.token } } }
  })

export const ended = (project: Project, user = 'claude'): Promise<NewSystemEvent> =>
  withOpened(project, (opened) =>
    recorded(opened, user, 'sessions', async (_, c) => decideSessionEnd(undefined, undefined, c)),
  )

/** An agent that was called in the open session of the orchestrator, for what the document asks of it now. */
export const called = (project: Project, agent: string, document: string, by = 'claude'): Promise<Given> =>
  withOpened(project, async (opened) => {
    const { grants } = opened
    const template = { text: await shippedPrompt('review'), digest: 'a'.repeat(64) }
    const ask = { agent, fresh: false, backend: 'command', template, limit: 600_000 }
    const event = await recorded(opened, by, 'dispatches', async (records, c) =>
      decideDispatch((await records.load(document)).d, ask, c),
    )
    if (event.event !== 'DISPATCH') throw new Error(event.event)
    const { dispatch, session, task, until: expires } = event
    const own = {
      kind: 'dispatch' as const,
      actor: agent,
      session,
      dispatch,
      document,
      task,
      bound: null,
      expires,
    }
    const made = await grants.issue(own)
    return { id: dispatch, ...made, how: { env: { QMS_TOKEN: made.token } } }
  })

/** The end of a dispatch, as whoever called says it. */
export const callEnded = (project: Project, dispatch: string, by = 'claude'): Promise<NewSystemEvent> =>
  withOpened(project, (opened) =>
    recorded(opened, by, 'dispatches', async (records, c) => {
      const found = (await records.agents()).dispatches.get(dispatch)
      if (!found) throw new Error(`no ${dispatch}`)
      return decideDispatchEnd(found, { outcome: 'no_verdict' }, c)
    }),
  )

/** What was tried past the rules, without what is the same for all events. */
export const incidents = (project: Project): Promise<object[]> =>
  project.use(async (qms) => {
    const { openRecords } = await import('../../src/app/records.ts')
    const { events } = await (await openRecords(qms)).agents()
    return events.incidents.map(({ ts: _ts, seq: _seq, prev: _prev, ...rest }) => rest)
  })
