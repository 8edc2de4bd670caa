/** What the Lead finds first: escalations, then incidents as one entry; nobody else is shown either. */
import { expect, it } from 'vitest'
import { TOLD_FOR_DAYS } from '../../src/app/agents/incidents.ts'
import { Scene } from '../support/agents.ts'
import {
  addUser,
  claude,
  drafted,
  inbox,
  initialised,
  lead,
  type Project,
  qa,
  route,
} from '../support/cli.ts'

const DAY = 86_400_000

const kinds = async (project: Project, user: string, ms = 0): Promise<string[]> =>
  project.use(async (qms) => {
    const now = () => new Date(Date.now() + ms)
    return (await inbox({ ...qms, now }, { user })).tasks.map((t) => `${t.kind} ${t.document}`)
  })

const attempt = { event: 'ATTEMPT', kind: 'prompt', done: 'refused', tool: 'Agent' }

it('escalations, then incidents, then what is asked of the Lead, and of nobody else', async () => {
  const project = await initialised()
  const s = new Scene(project)
  const id = await project.use(async (qms) => {
    await addUser(qms, lead, 'second', 'administrator', 'human')
    const sop = await drafted(project, qms, 'SOP')
    await route(qms, claude, sop, { assign: ['qa', 'lead'] })
    return sop
  })
  expect(await kinds(project, 'lead')).toEqual([`review ${id}`])
  await project.ok(`escalate ${id} --reason "Unclear" -u qa`)
  s.incident('claude', attempt)
  s.incident('claude', { event: 'IDENTITY_MISMATCH', claimed: 'qa', by: 'token', action: 'review' })
  expect(await kinds(project, 'lead')).toEqual([`escalation ${id}`, 'incidents incidents', `review ${id}`])
  expect(await kinds(project, 'second')).toEqual([`escalation ${id}`, 'incidents incidents'])
  for (const { user } of [qa, claude]) expect(await kinds(project, user)).not.toContain('incidents incidents')
  const out = await project.ok('inbox -u lead')
  expect(out).toContain('2 incidents of agents, 1 of them under another name')
  expect(out).toContain('qms audit --sop SOP-007')
  const { result } = await project.json('inbox -u lead')
  expect(result.tasks[1]).toMatchObject({
    kind: 'incidents',
    status: null,
    commands: ['qms audit --sop SOP-007'],
  })
  expect(await project.ok('inbox -u lead --plain')).toContain('incidents')
}, 60_000)

it('for a week, and until a session has ended after them', async () => {
  const project = await initialised()
  const s = new Scene(project)
  s.start()
  s.end()
  s.incident('claude', attempt)
  const week = TOLD_FOR_DAYS * DAY
  const told = ['incidents incidents']
  expect(await kinds(project, 'lead', week - 60_000)).toEqual(told)
  expect(await kinds(project, 'lead', week + 60_000)).toEqual(told)
  s.start()
  s.end()
  expect(await kinds(project, 'lead', week - 60_000)).toEqual(told)
  expect(await kinds(project, 'lead', week + 60_000)).toEqual([])
})
