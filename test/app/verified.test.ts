/** What the policy may ask of agents: proof of who they are, a call for each verdict, and a measure. */
import { beforeEach, describe, expect, it } from 'vitest'
import { agentTool } from '../../src/interfaces/agent-tool.ts'
import { called, ended, incidents, sitting, withOpened } from '../support/callers.ts'
import {
  act,
  approve,
  claude,
  create,
  drafted,
  inbox,
  initialised,
  lead,
  type Project,
  qa,
  read,
  recommend,
  route,
  setPolicy,
  verdict,
} from '../support/cli.ts'

let project: Project
const policy = (key: string, value: string) => project.use((qms) => setPolicy(qms, lead, key, value))
const reviews = () => project.trail('CR/CR-001').filter((e) => e.event === 'REVIEW')

beforeEach(async () => {
  project = await initialised()
  await project.use(async (qms) => {
    await drafted(project, qms, 'CR')
    await route(qms, claude, 'CR-001', {})
  })
})

// Verifies: REQ-QMS-956
describe('where identity is verified', () => {
  beforeEach(() => policy('identity', 'verified'))

  it('an agent writes nothing by its name alone, and reads what it likes', async () => {
    const tip = project.tip()
    const said = await project.refused('create INV --title "By name" -u claude', 'IDENTITY_UNPROVEN')
    expect(said).toContain('claude is an agent')
    await project.refused('create INV --title "By name" -u claude --dry-run', 'IDENTITY_UNPROVEN')
    await project.refused('review CR-001 --recommend --comment Fine -u qa', 'IDENTITY_UNPROVEN')
    await project.refused('withdraw CR-002 -u claude', 'IDENTITY_UNPROVEN')
    expect(project.tip()).toBe(tip)
    await project.ok('inbox -u qa')
    await project.ok('status CR-001 -u claude')
  })

  it('a person needs no token', async () => {
    await project.ok('create INV --title "By a person" -u lead')
  })

  it('an orchestrator begins by a session, of which there is one at a time', async () => {
    const session = await sitting(project)
    await project.ok('create INV --title "In a session"', session.how)
    await expect(sitting(project)).rejects.toMatchObject({ code: 'ALREADY_EXISTS' })
    await project.refused('create INV --title "By name" -u claude', 'IDENTITY_UNPROVEN')
    await ended(project)
    await project.refused('create INV --title "Afterwards"', 'BAD_TOKEN', session.how)
  })

  it('a verdict counts by whoever was called for it, and says by which call', async () => {
    const session = await sitting(project)
    const stray = await withOpened(project, ({ grants }) =>
      grants.issue({ ...session.grant, actor: 'qa', kind: 'call', bound: 'session/agent/1' }),
    )
    const review = 'review CR-001 --recommend --comment "Read it"'
    const how = { env: { QMS_TOKEN: stray.token } }
    expect(await project.refused(review, 'GATE', how)).toContain('qms agent spawn')
    const agent = await called(project, 'qa', 'CR-001')
    await project.ok('packet CR-001', agent.how)
    await project.ok(review, agent.how)
    expect(reviews()).toMatchObject([{ user: 'qa', dispatch: agent.id }])
  })

  it('a verdict names the packet that was given of the text and the round that it judges', async () => {
    await sitting(project)
    const agent = await called(project, 'qa', 'CR-001')
    const review = 'review CR-001 --recommend --comment "Read it" --dry-run'
    const { digest } = (await project.json('packet CR-001', agent.how)).result
    expect((await project.json(review, agent.how)).result.events[0]).toMatchObject({
      dispatch: agent.id,
      packet: digest,
    })
    const { content } = project.trail('CR/CR-001').find((e) => e.event === 'ROUTE_REVIEW') as {
      content: string
    }
    for (const other of [{ content: 'e'.repeat(64) }, { round: 2 }]) {
      const packet = { digest, content, round: 1, ...other }
      await withOpened(project, ({ grants }) => grants.keepPacket(agent.grant.id, packet))
      expect((await project.json(review, agent.how)).ok).toBe(false)
    }
  })

  it("an agent tool gives no person's name", async () => {
    const env = { CLAUDECODE: '1' }
    const said = await project.refused('policy set identity declared -u lead', 'IDENTITY_UNPROVEN', { env })
    expect(said).toContain('Claude Code runs this command')
    await project.ok('inbox -u lead', { env })
    await project.ok('policy set identity declared -u lead')
    await project.ok('policy set commits recorded -u lead', { env })
  })
})

describe('where identity is declared', () => {
  it('names are believed, and a verdict names its call where there was one', async () => {
    await project.ok('create INV --title "By name" -u claude')
    await sitting(project)
    const agent = await called(project, 'qa', 'CR-001')
    await project.ok('packet CR-001', agent.how)
    await project.ok('review CR-001 --recommend --comment "Read it"', agent.how)
    expect(reviews()).toMatchObject([{ user: 'qa', dispatch: 'D-001' }])
  })

  it('who was called for one document judges no other', async () => {
    await project.use(async (qms) => {
      await drafted(project, qms, 'CR')
      await route(qms, claude, 'CR-002', {})
      await read(qms, qa, 'CR-002', {})
    })
    await sitting(project)
    const agent = await called(project, 'qa', 'CR-001')
    const said = await project.refused('review CR-002 --recommend --comment Fine', 'GATE', agent.how)
    expect(said).toContain('D-001 is for the review of CR-001')
    expect(await incidents(project)).toEqual([])
  })
})

describe('agent tools', () => {
  it('are recognised by what they put into the environment, where there is no terminal', () => {
    expect(agentTool({ CLAUDECODE: '1' }, () => false)).toBe('Claude Code')
    expect(agentTool({ CLAUDE_CODE_ENTRYPOINT: 'cli' }, () => false)).toBe('Claude Code')
    expect(agentTool({ GEMINI_CLI: '1' }, () => false)).toBe('Gemini CLI')
    expect(agentTool({ CODEX_SANDBOX: 'seatbelt' }, () => false)).toBe('Codex')
    expect(agentTool({ CLAUDECODE: '1' }, () => true)).toBeUndefined()
    expect(agentTool({ CLAUDECODE: '', HOME: '/home/ann' }, () => false)).toBeUndefined()
  })
})

// Verifies: REQ-QMS-963
describe('the quota of agents', () => {
  it('ends what runs away, says when it may go on, and holds for no person', async () => {
    await policy('agentQuota', '3')
    await project.use(async (qms) => {
      for (const title of ['One', 'Two', 'Three']) await create(qms, lead, { type: 'INV', title })
    })
    const tip = project.tip()
    const answer = await project.json('create INV --title "One more" -u claude')
    expect(answer.error).toMatchObject({ code: 'QUOTA', exit: 4, retryable: false })
    const { user, quota, until } = answer.error.details
    expect({ user, quota }).toEqual({ user: 'claude', quota: 3 })
    const third = project.git('log', '-3', '--author=^claude ', '--format=%at').split('\n').at(-1)
    expect(Date.parse(until)).toBe((Number(third) + 3600) * 1000)
    expect(project.tip()).toBe(tip)
    await project.ok('create INV --title "One more" -u claude --dry-run')
    await project.ok('create INV --title "By a person" -u lead')
    const later = { now: () => new Date(Date.parse(until) + 1000) }
    await project.use((qms) => create({ ...qms, ...later }, claude, { type: 'INV', title: 'Later' }))
  })

  it('counts the commits of each agent for itself', async () => {
    await policy('agentQuota', '3')
    await project.use(async (qms) => {
      await inbox(qms, qa)
      await verdict(qms, qa, 'CR-001', recommend, undefined)
    })
    await project.denied('QUOTA', (qms) => act(qms, claude, 'CR-001', { action: 'route approval' }))
    await policy('agentQuota', '1000')
    await project.use((qms) => act(qms, claude, 'CR-001', { action: 'route approval' }))
  })
})

describe('a type that a person must approve', () => {
  it('is not approved by an agent alone, which is told what to do', async () => {
    await policy('humanApproval', '["CR"]')
    await project.use(async (qms) => {
      await inbox(qms, qa)
      await verdict(qms, qa, 'CR-001', recommend, undefined)
      await route(qms, claude, 'CR-001', {})
      await inbox(qms, qa)
    })
    const said = await project.refused('approve CR-001 -u qa', 'GATE')
    expect(said).toContain('approved by agents alone: qa')
    expect(said).toContain('qms assign CR-001 NAME')
    expect(await project.ok('next CR-001 approve -u qa')).toContain('a person among those who approve')
    await project.ok('assign CR-001 lead -u qa')
    await project.use(async (qms) => {
      await inbox(qms, qa)
      await verdict(qms, qa, 'CR-001', approve, undefined)
      await inbox(qms, lead)
      await verdict(qms, lead, 'CR-001', approve, undefined)
    })
    expect(project.trail('CR/CR-001').at(-1)).toMatchObject({ to_status: 'PRE_APPROVED' })
  })
})
