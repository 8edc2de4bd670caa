/** Whom a server acts for: whoever started it can prove to be, and nobody else, as long as that holds. */
import { beforeEach, describe, expect, it } from 'vitest'
import { callEnded, called, incidents, sitting, withOpened } from '../support/callers.ts'
import { claude, drafted, initialised, lead, type Project, route, setPolicy } from '../support/cli.ts'
import { connected } from '../support/mcp.ts'

let project: Project
beforeEach(async () => {
  project = await initialised()
  await project.use(async (qms) => {
    await drafted(project, qms, 'CR')
    await route(qms, claude, 'CR-001', {})
  })
})

const verdict = { id: 'CR-001', recommend: true, comment: 'Complete and testable.' }

// Verifies: REQ-QMS-961
describe('a server that is started with a token', () => {
  it('acts for whom the token is, without a name, and its verdict says by which dispatch', async () => {
    await project.use((qms) => setPolicy(qms, lead, 'identity', 'verified'))
    await sitting(project)
    const agent = await called(project, 'qa', 'CR-001')
    const one = await connected(project.root, agent.how)
    expect(one.client.getInstructions()).toContain('You act as qa, and as nobody else.')
    await one.ok('packet', { id: 'CR-001' })
    await one.ok('review', verdict)
    expect(project.trail('CR/CR-001').find((e) => e.event === 'REVIEW')).toMatchObject({
      user: 'qa',
      dispatch: 'D-001',
      packet: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    expect(one.complaints).toBe('')
  })

  it('acts no longer than the token is good', async () => {
    await sitting(project)
    const agent = await called(project, 'qa', 'CR-001')
    const one = await connected(project.root, agent.how)
    await one.ok('inbox')
    await callEnded(project, agent.id)
    expect((await one.refused('BAD_TOKEN', 'review', verdict)).message).toContain('D-001 ended at')
    const refused = await one.client.readResource({ uri: 'qms://tasks' }).catch((error) => error)
    expect(refused).toMatchObject({ data: { code: 'BAD_TOKEN' } })
    const prompt = { name: 'review', arguments: { document: 'CR-001' } }
    expect(await one.client.getPrompt(prompt).catch((error) => error)).toMatchObject({
      data: { code: 'BAD_TOKEN' },
    })
  })

  it('does not start under another name, and what was tried is on record', async () => {
    const session = await sitting(project)
    await project.refused('mcp -u qa', 'IDENTITY_MISMATCH', session.how)
    expect(await incidents(project)).toMatchObject([{ user: 'claude', claimed: 'qa', action: 'mcp' }])
  })

  it('does not start with one that is good for one call', async () => {
    const { grant } = await sitting(project)
    const call = await withOpened(project, ({ grants }) => grants.issue({ ...grant, kind: 'call' }))
    const said = await project.refused('mcp', 'BAD_TOKEN', { env: { QMS_TOKEN: call.token } })
    expect(said).toContain('good for one call')
    expect(said).not.toContain(call.token)
  })

  it('tells the token to nobody', async () => {
    const session = await sitting(project)
    const one = await connected(project.root, session.how)
    const answers = [
      await one.ask('session show'),
      await one.ask('status'),
      await one.ask('help', { command: ['mcp'] }),
      await one.ask('doctor'),
      await one.client.listTools(),
    ]
    expect(JSON.stringify(answers) + one.complaints).not.toContain(session.token.slice(21))
  })
})

it('a server with a name alone is believed only where the policy believes names', async () => {
  const one = await connected(project.root, { user: 'qa' })
  await one.ok('inbox')
  await project.use((qms) => setPolicy(qms, lead, 'identity', 'verified'))
  await one.refused('IDENTITY_UNPROVEN', 'review', verdict)
  expect(project.trail('CR/CR-001').some((e) => e.event === 'REVIEW')).toBe(false)
})
