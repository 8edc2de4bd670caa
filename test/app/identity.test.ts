/** Who calls, where a grant says so: the program as it is called, with real grants of real sessions. */
import { spawn } from 'node:child_process'
import { beforeEach, describe, expect, it } from 'vitest'
import { revokeSession } from '../../src/app/agents/identity.ts'
import { disableUser } from '../../src/app/govern.ts'
import { callEnded, called, ended, incidents, sitting, withOpened } from '../support/callers.ts'
import { act, BIN, claude, drafted, initialised, lead, type Project, read, route } from '../support/cli.ts'

let project: Project
beforeEach(async () => {
  project = await initialised()
  await project.use(async (qms) => {
    await drafted(project, qms, 'CR')
    await route(qms, claude, 'CR-001', {})
  })
})

// Verifies: REQ-QMS-955
describe('a caller that holds a token', () => {
  it('acts without naming itself, and under its own name', async () => {
    const session = await sitting(project)
    await project.ok('create INV --title "By its token"', session.how)
    await project.ok('create INV --title "By name, too" -u claude', session.how)
    expect(project.trail('INV/INV-002')[0]).toMatchObject({ event: 'CREATE', user: 'claude' })
    const agent = await called(project, 'qa', 'CR-001')
    expect(await project.ok('inbox', agent.how)).toContain('CR-001')
  })

  it('acts under no other name: what it tried is refused and recorded under its own', async () => {
    const session = await sitting(project)
    const tip = project.tip()
    const said = await project.refused(
      'review CR-001 --recommend --comment Fine -u qa',
      'IDENTITY_MISMATCH',
      session.how,
    )
    expect(said).toContain("This call is claude's")
    expect(said).not.toContain(session.token)
    expect(project.trail('CR/CR-001').some((e) => e.event === 'REVIEW')).toBe(false)
    expect(await incidents(project)).toEqual([
      {
        event: 'IDENTITY_MISMATCH',
        user: 'claude',
        version: '1.0',
        claimed: 'qa',
        by: 'token',
        action: 'review',
        document: 'CR-001',
        session: 'S-001',
      },
    ])
    expect(project.git('rev-list', '--count', `${tip}..main`)).toBe('1')
    expect(project.git('log', '-1', '--format=%an')).toBe('claude')
  })

  it('is told of a name that QMS_USER gives, and reads under none either', async () => {
    await sitting(project)
    const agent = await called(project, 'qa', 'CR-001')
    const env = { ...agent.how.env, QMS_USER: 'lead' }
    await project.refused('inbox', 'IDENTITY_MISMATCH', { env })
    expect(await incidents(project)).toMatchObject([
      { user: 'qa', claimed: 'lead', action: 'inbox', session: 'S-001', dispatch: 'D-001' },
    ])
  })

  it('records nothing in a dry run, and what can be recorded of a name that is none', async () => {
    const session = await sitting(project)
    await project.refused('route CR-001 -u qa --dry-run', 'IDENTITY_MISMATCH', session.how)
    expect(await incidents(project)).toEqual([])
    await project.refused(['inbox', '-u', 'x'.repeat(1000)], 'IDENTITY_MISMATCH', session.how)
    expect(await incidents(project)).toMatchObject([{ claimed: 'x'.repeat(64) }])
  })

  it('is refused with a token that is none, of another clone, or used', async () => {
    const other = await initialised()
    const elsewhere = await sitting(other)
    for (const QMS_TOKEN of ['x', `qms_${'0'.repeat(16)}_${'0'.repeat(64)}`, elsewhere.token]) {
      const said = await project.refused('status', 'BAD_TOKEN', { env: { QMS_TOKEN } })
      expect(said).not.toContain(QMS_TOKEN.slice(21) || 'never')
    }
    const { grant } = await sitting(project)
    const call = await withOpened(project, ({ grants }) => grants.issue({ ...grant, kind: 'call' }))
    await project.ok('status', { env: { QMS_TOKEN: call.token } })
    await project.refused('status', 'BAD_TOKEN', { env: { QMS_TOKEN: call.token } })
    await project.ok('status', { env: { QMS_TOKEN: '' } })
  })

  it('acts no longer than its session, its dispatch and its user last', async () => {
    const session = await sitting(project)
    const first = await called(project, 'qa', 'CR-001')
    await callEnded(project, first.id)
    expect(await project.refused('status', 'BAD_TOKEN', first.how)).toContain('its dispatch D-001 ended at')
    const second = await called(project, 'qa', 'CR-001')
    await project.use((qms) => disableUser(qms, lead, 'qa', undefined))
    await project.refused('status', 'USER_DISABLED', second.how)
    await ended(project)
    expect(await project.refused('status', 'BAD_TOKEN', session.how)).toContain('its session S-001 ended at')
  })
})

describe('what was given', () => {
  const held = () =>
    withOpened(project, async ({ grants }) => (await grants.list(new Date().toISOString())).length)

  it('to a user is taken back when that user is disabled, and stays where that is only tried', async () => {
    await sitting(project)
    await called(project, 'qa', 'CR-001')
    await project.ok('user disable qa -u lead --dry-run')
    expect(await held()).toBe(2)
    await project.ok('user disable qa -u lead')
    expect(await held()).toBe(1)
  })

  it('in a session is taken back with it', async () => {
    const session = await sitting(project)
    await called(project, 'qa', 'CR-001')
    await withOpened(project, ({ grants }) => revokeSession(grants, 'S-002'))
    expect(await held()).toBe(2)
    await withOpened(project, ({ grants }) => revokeSession(grants, session.id))
    expect(await held()).toBe(0)
  })
})

// Verifies: REQ-QMS-955
describe('a caller that comes from a process which was given something', () => {
  const started = () =>
    new Promise<string>((done) => {
      const shell = spawn('sh', ['-c', 'read line; node "$0" inbox -u qa --json', BIN], {
        cwd: project.root,
      })
      let said = ''
      shell.stdout.on('data', (chunk) => {
        said += String(chunk)
      })
      shell.on('close', () => done(said))
      const { pid } = shell
      void (async () => {
        const session = await sitting(project)
        await withOpened(project, ({ grants }) => grants.bind(session.grant.id, pid ?? 0))
        shell.stdin?.end('go\n')
      })()
    })

  it('acts as that, with no token in its environment', async () => {
    const answer = JSON.parse(await started())
    expect(answer.error).toMatchObject({ code: 'IDENTITY_MISMATCH' })
    expect(await incidents(project)).toMatchObject([{ user: 'claude', claimed: 'qa', by: 'process' }])
  })
})

describe('an agent that was called', () => {
  it.each([
    ['user add x --group quality', 'user add'],
    ['policy set identity declared', 'policy set'],
  ])('is refused %s, which is recorded', async (line, verb) => {
    await sitting(project)
    const agent = await called(project, 'qa', 'CR-001')
    await project.refused(line, 'NOT_ALLOWED', agent.how)
    expect(await incidents(project)).toMatchObject([
      { event: 'ATTEMPT', user: 'qa', kind: 'spawn', done: 'refused', tool: `qms ${verb}`, session: 'S-001' },
    ])
  })

  it('may not what its group may: its dispatch is for one thing', async () => {
    await project.use(async (qms) => {
      const { addUser } = await import('../../src/app/govern.ts')
      await addUser(qms, lead, 'boss', 'administrator', 'agent')
      await act(qms, { user: 'qa' }, 'CR-001', { action: 'assign', assign: ['boss'] })
      await read(qms, { user: 'boss' }, 'CR-001', {})
    })
    await sitting(project)
    const agent = await called(project, 'boss', 'CR-001')
    const tip = project.tip()
    await project.refused('config documentLimit 2000000', 'NOT_ALLOWED', agent.how)
    expect(project.tip()).toBe(tip)
    await project.refused('user disable qa', 'NOT_ALLOWED', agent.how)
  })
})
