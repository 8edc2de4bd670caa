/** What dispatches came to, in sums. */
import { expect, it } from 'vitest'
import type { Dispatch, DispatchEnd } from '../../src/agents/sessions.ts'
import { sumsOf } from '../../src/agents/stats.ts'
import { agentStats } from '../../src/app/agents/stats.ts'
import { Scene } from '../support/agents.ts'
import { claude, drafted, initialised, route } from '../support/cli.ts'

const end = (own: Partial<DispatchEnd>): DispatchEnd =>
  ({ outcome: 'verdict', duration: null, turns: null, tokens: null, cost: null, ...own }) as DispatchEnd

const call = (agent: string, backend: string, own: Partial<Dispatch> = {}): Dispatch =>
  ({ agent, backend, resumed: null, end: null, ...own }) as Dispatch

it('stands by agent and backend, in order of their names, and of all', () => {
  const { rows, all } = sumsOf([
    call('tu', 'claude', { end: end({ duration: 5, turns: 2, tokens: 70, cost: 0.1 }) }),
    call('qa', 'codex'),
    call('qa', 'claude', { end: end({ outcome: 'failed' }), resumed: 'one' }),
    call('tu', 'claude', { end: end({ duration: 6, turns: 1, tokens: 30, cost: 0.2 }) }),
    call('tu', 'claude'),
  ])
  const none = { duration: null, turns: null, tokens: null, cost: null }
  const of = { duration: 11, turns: 3, tokens: 100, cost: 0.3 }
  expect(rows).toEqual([
    { agent: 'qa', backend: 'claude', dispatches: 1, resumed: 1, outcomes: { failed: 1 }, open: 0, ...none },
    { agent: 'qa', backend: 'codex', dispatches: 1, resumed: 0, outcomes: {}, open: 1, ...none },
    { agent: 'tu', backend: 'claude', dispatches: 3, resumed: 0, outcomes: { verdict: 2 }, open: 1, ...of },
  ])
  expect(all).toMatchObject({ agent: 'all', backend: '', dispatches: 5, resumed: 1, open: 2, ...of })
  expect(sumsOf([])).toMatchObject({ rows: [], all: { dispatches: 0, open: 0, cost: null } })
})

it('is of all sessions, or of one that there is', async () => {
  const project = await initialised()
  await project.use(async (qms) => {
    await drafted(project, qms, 'CR')
    await route(qms, claude, 'CR-001', {})
  })
  const scene = new Scene(project)
  scene.start()
  scene.finish(scene.call('qa', 'CR-001'), { outcome: 'no_verdict' })
  scene.end()
  scene.start()
  const told = (session?: string) => project.use((qms) => agentStats(qms, session))
  expect((await told()).all.dispatches).toBe(1)
  expect(await told('S-001')).toMatchObject({ session: 'S-001', agents: [{ agent: 'qa', dispatches: 1 }] })
  expect(await told('S-002')).toMatchObject({ session: 'S-002', agents: [] })
  await project.denied('NO_SESSION', (qms) => agentStats(qms, 'S-009'))
})
