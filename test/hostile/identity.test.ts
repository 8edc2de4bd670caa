/** Agents under other names, with other tokens, beyond their task and without measure (H45, H46, H48, H52). */
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { called, ended, type Given, incidents, sitting, withOpened } from '../support/callers.ts'
import {
  addUser,
  BIN,
  claude,
  create,
  disableUser,
  drafted,
  executing,
  initialised,
  lead,
  type Project,
  qa,
  recommend,
  route,
  setPolicy,
  verdict,
} from '../support/cli.ts'
import { unchanged } from './attack.ts'

let project: Project
let session: Given
beforeEach(async () => {
  project = await initialised()
  await project.use(async (qms) => {
    await drafted(project, qms, 'CR')
    await route(qms, claude, 'CR-001', {})
    await setPolicy(qms, lead, 'identity', 'verified')
  })
  session = await sitting(project)
})

const REVIEW = 'review CR-001 --recommend --comment Fine'
const verdicts = () => project.trail('CR/CR-001').filter((e) => e.event === 'REVIEW')

/** Below the process of an agent that was called: what its shell, and all that it starts, may do. */
const below = (agent: Given, script: string, env: NodeJS.ProcessEnv = {}): Promise<string> =>
  new Promise((done) => {
    const shell = spawn('sh', ['-c', `read line; ${script}`], {
      cwd: project.root,
      env: { ...process.env, ...env },
    })
    let said = ''
    for (const stream of [shell.stdout, shell.stderr])
      stream.on('data', (chunk) => {
        said += String(chunk)
      })
    shell.on('close', () => done(said))
    void withOpened(project, ({ grants }) => grants.bind(agent.grant.id, shell.pid ?? 0)).then(() =>
      shell.stdin.end('go\n'),
    )
  })
const QMS = `"${process.execPath}" "${BIN}"`

// Verifies: REQ-QMS-005
describe('H48. an agent', () => {
  it('acts as no person, no reviewer and no author but itself', async () => {
    const agent = await called(project, 'qa', 'CR-001')
    for (const [line, how] of [
      [`${REVIEW} -u qa`, session.how],
      ['policy set identity declared -u lead', session.how],
      ['policy set identity declared -u lead', agent.how],
      ['withdraw CR-001 -u claude', agent.how],
    ] as const)
      await project.refused(line, 'IDENTITY_MISMATCH', how)
    expect((await incidents(project)).map((e) => JSON.stringify(e))).toEqual([
      expect.stringContaining(
        '"claimed":"qa","by":"token","action":"review","document":"CR-001","session":"S-001"',
      ),
      expect.stringContaining('"user":"claude","version":"2.0","claimed":"lead"'),
      expect.stringContaining('"user":"qa","version":"3.0","claimed":"lead"'),
      expect.stringContaining('"claimed":"claude","by":"token","action":"withdraw"'),
    ])
    expect(verdicts()).toEqual([])
  })

  it('that puts its token away is still known by the process that it was given to', async () => {
    const agent = await called(project, 'qa', 'CR-001')
    expect(await below(agent, `${QMS} withdraw CR-001 -u claude`)).toContain('IDENTITY_MISMATCH')
    expect(await below(agent, `QMS_TOKEN= QMS_USER=lead ${QMS} policy set identity declared`)).toContain(
      'IDENTITY_MISMATCH',
    )
    expect((await incidents(project)).map((e) => (e as { user: string }).user)).toEqual(['qa', 'qa'])
  })

  it('that found the token of its orchestrator does not become it', async () => {
    const agent = await called(project, 'qa', 'CR-001')
    const said = await below(agent, `${QMS} withdraw CR-001`, { QMS_TOKEN: session.token })
    expect(said).toContain('IDENTITY_MISMATCH')
    expect(said).not.toContain(session.token.slice(21))
    expect(await incidents(project)).toMatchObject([{ user: 'qa', claimed: 'claude', by: 'process' }])
  })

  it('of the group of initiators calls no other, and rules over nobody', async () => {
    await project.use(async (qms) => {
      await addUser(qms, lead, 'chief', 'administrator', 'agent')
      await setPolicy(qms, lead, 'identity', 'declared')
      await drafted(project, qms, 'CR')
      await route(qms, claude, 'CR-002', { assign: ['chief'] })
    })
    const agent = await called(project, 'chief', 'CR-002')
    const own = await unchanged(project, () =>
      project.refused('policy set identity declared --dry-run', 'NOT_ALLOWED', agent.how),
    )
    expect(own).toContain('not an agent that was called in it')
    await project.refused('user add mole --group quality', 'NOT_ALLOWED', agent.how)
    await project.refused('user disable qa', 'NOT_ALLOWED', agent.how)
    expect(await incidents(project)).toMatchObject([
      { event: 'ATTEMPT', kind: 'spawn', user: 'chief', tool: 'qms user add' },
      { event: 'ATTEMPT', kind: 'spawn', user: 'chief', tool: 'qms user disable' },
    ])
    expect(await project.refused('config documentLimit 2000000', 'NOT_ALLOWED', agent.how)).toContain('chief')
  })

  it('named by a person of good faith inside an agent tool is refused, where there is no terminal', async () => {
    for (const env of [{ CLAUDECODE: '1' }, { GEMINI_CLI: '1' }, { CODEX_SANDBOX: 'seatbelt' }])
      await unchanged(project, () =>
        project.refused('policy set identity declared -u lead', 'IDENTITY_UNPROVEN', { env }),
      )
  })
})

describe('H45, H46. a token', () => {
  it('of a session that is over, of a user who is disabled, or taken back is good for nothing', async () => {
    const agent = await called(project, 'qa', 'CR-001')
    await project.use((qms) => disableUser(qms, lead, 'qa', 'Compromised'))
    await unchanged(project, () => project.refused(REVIEW, 'USER_DISABLED', agent.how))
    await ended(project)
    await unchanged(project, () => project.refused('status', 'BAD_TOKEN', session.how))
    const other = await sitting(project)
    await withOpened(project, ({ grants }) => grants.revoke(() => true))
    await unchanged(project, () => project.refused('status', 'BAD_TOKEN', other.how))
  })

  it('is refused whatever is put into the variable, and never repeated', async () => {
    const id = session.token.slice(0, 21)
    for (const QMS_TOKEN of [
      `${session.token}\n`,
      ` ${session.token}`,
      session.token.toUpperCase(),
      `${id}${'0'.repeat(64)}`,
      `qms_../../../x_${'0'.repeat(64)}`,
      '\u001b]0;x\u0007',
      'x'.repeat(100_000),
    ]) {
      const said = await unchanged(project, () =>
        project.refused('inbox', 'BAD_TOKEN', { env: { QMS_TOKEN } }),
      )
      expect(said).not.toContain(session.token.slice(21))
      expect(said.length).toBeLessThan(1000)
    }
  })

  it('is in no file of the repository, in no commit and in no file of this user', async () => {
    await project.ok('create INV --title "By a grant"', session.how)
    const secret = session.token.slice(21)
    const inside = (folder: string): string[] =>
      (readdirSync(folder, { recursive: true }) as string[])
        .map((name) => join(folder, name))
        .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile())
        .filter((file) => readFileSync(file).includes(secret))
    expect(inside(project.root)).toEqual([])
    expect(inside(homedir())).toEqual([])
    expect(project.git('log', '--all', '-p')).not.toContain(secret)
  })

  it('is given on to no command of the user', async () => {
    await project.use(async (qms) => {
      await setPolicy(qms, lead, 'identity', 'declared')
      await executing(project, qms, 'CR')
    })
    const said = await project.ok(['ei', 'run', 'CR-002', 'EI-1', '--', 'env'], session.how)
    expect(said).toContain('PATH=')
    expect(said).not.toContain('QMS_TOKEN')
    expect(said).not.toContain(session.token.slice(21))
  })

  it('is lost with the folder that holds the grants, and nothing else is', async () => {
    const files = await withOpened(project, async ({ grants }) => (await grants.list('')).length)
    expect(files).toBe(1)
    rmSync(join(homedir(), '.local/state/qms/grants'), { recursive: true, force: true })
    await unchanged(project, () => project.refused('status', 'BAD_TOKEN', session.how))
    await project.ok('status')
  })
})

// Verifies: REQ-QMS-963
describe('H52. a flood', () => {
  it('of commits by an agent ends at its quota, and others go on', async () => {
    await project.use((qms) => setPolicy(qms, lead, 'agentQuota', '12'))
    const made = async () => {
      let count = 0
      for (; count < 20; count++) {
        const said = await project.run(['create', 'INV', '--title', `Flood ${count}`], session.how)
        if (said.code !== 0) break
      }
      return count
    }
    expect(await made()).toBeLessThan(12)
    await unchanged(project, async () => {
      await project.refused('create INV --title More', 'QUOTA', session.how)
      await project.refused('inbox -u qa', 'IDENTITY_MISMATCH', session.how)
    })
    await project.ok('create INV --title "By a person" -u lead')
    await project.use(async (qms) => {
      await setPolicy(qms, lead, 'identity', 'declared')
      await verdict(qms, qa, 'CR-001', recommend, undefined)
      await expect(create(qms, claude, { type: 'INV', title: 'By its name' })).rejects.toMatchObject({
        code: 'QUOTA',
      })
    })
  })
})
