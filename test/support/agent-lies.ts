/** What may be told falsely in records of agents whose chains are sound, and a store in which it is told. */
import { PACKET, recommendation, Scene } from './agents.ts'
import { addUser, claude, drafted, initialised, lead, route } from './cli.ts'

/** A procedure in review by qa and tu, both agents, and an open session of claude. */
export const reviewedScene = async (): Promise<{ root: string; id: string }> => {
  const project = await initialised()
  const id = await project.use(async (qms) => {
    await addUser(qms, lead, 'tu', 'reviewer', 'agent')
    await addUser(qms, lead, 'bo', 'initiator', 'human')
    const sop = await drafted(project, qms, 'SOP')
    await route(qms, claude, sop, { assign: ['qa', 'tu'] })
    return sop
  })
  new Scene(project).start()
  return { root: project.root, id }
}

/** What is found on the last line of a record, after something was written that the rules do not allow. */
export const LIES: readonly [
  string,
  'sessions' | 'dispatches' | 'incidents',
  (s: Scene, id: string) => number,
  RegExp,
][] = [
  [
    'a second session of one orchestrator',
    'sessions',
    (s) =>
      s.write('sessions', { ...s.events('sessions')[0], ts: s.world.now, version: '2.0', session: 'S-002' }),
    /ALREADY_EXISTS/,
  ],
  [
    'a session of a reviewer',
    'sessions',
    (s) => s.start('bo', { user: 'tu', session: 'S-002' }),
    /initiator or administrator/,
  ],
  ['a session of nobody', 'sessions', (s) => s.start('bo', { user: 'mallory' }), /registry/],
  [
    'a session that skips a number',
    'sessions',
    (s) => s.start('bo', { session: 'S-009' }),
    /session "S-002"/,
  ],
  [
    'an end of a session by another initiator',
    'sessions',
    (s) => s.end('claude', { user: 'bo' }),
    /orchestrator/,
  ],
  [
    'an end of a session that never was',
    'sessions',
    (s) => s.end('claude', { session: 'S-007' }),
    /NO_SESSION/,
  ],
  [
    'a fresh agent allowed by the orchestrator',
    'sessions',
    (s) => s.allow('qa', 'why not', 'lead', { user: 'claude' }),
    /human administrator/,
  ],
  [
    'a fresh agent allowed without a reason',
    'sessions',
    (s) => s.allow('qa', 'why', 'lead', { reason: ' ' }),
    /reason/,
  ],
  [
    'a call by a reviewer',
    'dispatches',
    (s, id) => s.write('dispatches', { ...s.dispatched('qa', id), user: 'tu' }),
    /initiator or administrator/,
  ],
  [
    'a call in a session of somebody else',
    'dispatches',
    (s, id) => s.write('dispatches', { ...s.dispatched('qa', id), user: 'bo' }),
    /NO_SESSION/,
  ],
  [
    'a call of a person',
    'dispatches',
    (s, id) => s.write('dispatches', { ...s.dispatched('qa', id), agent: 'bo' }),
    /agent/,
  ],
  [
    'a call with a version that is not its place',
    'dispatches',
    (s, id) => s.write('dispatches', { ...s.dispatched('qa', id), version: '3.0' }),
    /version "1\.0"/,
  ],
  [
    'a fresh call that nobody allowed',
    'dispatches',
    (s, id) => s.write('dispatches', { ...s.dispatched('qa', id), fresh: true }),
    /Lead allows/,
  ],
  [
    'a call that resumes an agent that never served',
    'dispatches',
    (s, id) => s.write('dispatches', { ...s.dispatched('qa', id), instance: 'I-9' }),
    /instance absent/,
  ],
  [
    'a call on another backend than the one that the agent serves on',
    'dispatches',
    (s, id) => {
      s.finish(s.call('qa', id), { outcome: 'no_verdict' })
      return s.write('dispatches', { ...s.dispatched('qa', id), backend: 'codex' })
    },
    /backend "claude"|instance/,
  ],
  [
    'a call after its session ended',
    'dispatches',
    (s, id) => {
      const call = s.dispatched('qa', id)
      s.end()
      return s.write('dispatches', { ...call, ts: s.world.now })
    },
    /NO_SESSION/,
  ],
  [
    'a call for another version',
    'dispatches',
    (s, id) => s.write('dispatches', { ...s.dispatched('qa', id), text_version: '0.9' }),
    /text_version 0\.1/,
  ],
  [
    'a call for another text',
    'dispatches',
    (s, id) => s.write('dispatches', { ...s.dispatched('qa', id), content: PACKET }),
    /content [0-9a-f]{64}/,
  ],
  [
    'a call for another round',
    'dispatches',
    (s, id) => s.write('dispatches', { ...s.dispatched('qa', id), round: 2 }),
    /round 1/,
  ],
  [
    'a call to approve what is in review',
    'dispatches',
    (s, id) => s.write('dispatches', { ...s.dispatched('qa', id), task: 'approval' }),
    /approval/,
  ],
  [
    'a call of who has answered',
    'dispatches',
    (s, id) => {
      const call = s.dispatched('qa', id)
      s.deed('qa', id, recommendation)
      return s.write('dispatches', { ...call, ts: s.world.now })
    },
    /asked of qa/,
  ],
  [
    'a call to a document that there is not',
    'dispatches',
    (s, id) => s.write('dispatches', { ...s.dispatched('qa', id), document: 'SOP-900' }),
    /SOP-900/,
  ],
  [
    'a call to what is no document',
    'dispatches',
    (s, id) => s.write('dispatches', { ...s.dispatched('qa', id), document: 'the plan' }),
    /the plan/,
  ],
  [
    'a call that is over before it begins',
    'dispatches',
    (s, id) => s.write('dispatches', { ...s.dispatched('qa', id), until: '2020-01-01T00:00:00.000Z' }),
    /until/,
  ],
  [
    'a call at no time',
    'dispatches',
    (s, id) => s.write('dispatches', { ...s.dispatched('qa', id), until: '2026-99-99T00:00:00.000Z' }),
    /until/,
  ],
  [
    'an end of a dispatch that never began',
    'dispatches',
    (s, id) => {
      s.call('qa', id)
      return s.finish('D-001', {}, { dispatch: 'D-009' })
    },
    /begun/,
  ],
  [
    'a dispatch that ends twice',
    'dispatches',
    (s, id) => {
      s.call('qa', id)
      s.finish('D-001')
      const [, end] = s.events('dispatches')
      return s.write('dispatches', { ...end, ts: s.world.now, version: '3.0' })
    },
    /under way/,
  ],
  [
    'a session in the record of dispatches',
    'dispatches',
    (s) => s.write('dispatches', { ...s.events('sessions')[0], version: '1.0' }),
    /this record/,
  ],
  [
    'an incident of nobody',
    'incidents',
    (s) => s.incident('mallory', { event: 'ATTEMPT', kind: 'spawn', done: 'refused', tool: 'Agent' }),
    /registry/,
  ],
  [
    'an incident in a session that never was',
    'incidents',
    (s) =>
      s.incident('claude', {
        event: 'ATTEMPT',
        kind: 'spawn',
        done: 'refused',
        tool: 'Agent',
        session: 'S-004',
      }),
    /S-004/,
  ],
  [
    'an incident of a dispatch that never was',
    'incidents',
    (s) =>
      s.incident('claude', {
        event: 'IDENTITY_MISMATCH',
        claimed: 'qa',
        by: 'token',
        action: 'review',
        dispatch: 'D-004',
      }),
    /D-004/,
  ],
  [
    'somebody who claimed to be who they are',
    'incidents',
    (s) =>
      s.incident('claude', { event: 'IDENTITY_MISMATCH', claimed: 'claude', by: 'token', action: 'review' }),
    /another name/,
  ],
]

/** Calls that a verdict of qa, a recommendation, is not of: what is said of the call, and what is found. */
export const MISFITS: readonly [string, (s: Scene, id: string) => Record<string, unknown>, RegExp][] = [
  ['of a dispatch that there is not', () => ({ dispatch: 'D-009', packet: PACKET }), /no such dispatch/],
  ['of a dispatch of another agent', (s, id) => ({ dispatch: s.call('tu', id), packet: PACKET }), /agent tu/],
  [
    'of a dispatch that was over',
    (s, id) => {
      const dispatch = s.call('qa', id)
      s.finish(dispatch, { outcome: 'timed_out' })
      return { dispatch, packet: PACKET }
    },
    /ended at/,
  ],
  [
    'of a dispatch whose time was over',
    (s, id) => {
      const dispatch = s.call('qa', id, {}, { until: new Date(Date.parse(s.world.now) + 1).toISOString() })
      s.later(120_000)
      return { dispatch, packet: PACKET }
    },
    /over at/,
  ],
]
