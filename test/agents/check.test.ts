/** `agent check`, `user list` and `user show`: definition files and the registry as one account. */
import { symlinkSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { addUser, disableUser, initialised, lead, type Project, setConfiguration } from '../support/cli.ts'

const definition = (name: string, ...head: readonly string[]): string =>
  ['---', `name: ${name}`, `description: About ${name}`, ...head, '---', '', 'Judge.', ''].join('\n')

const checked = async (project: Project, name = '') => {
  const said = await project.run(`agent check ${name} --json`)
  return { code: said.code, ...JSON.parse(said.out).result }
}

const told = async (project: Project): Promise<string[]> =>
  (await checked(project)).agents.flatMap((a: { name: string; findings: { code: string }[] }) =>
    a.findings.map((f) => `${a.name} ${f.code}`),
  )

describe('agent check', () => {
  it('of a new project finds no error', async () => {
    const project = await initialised()
    expect(await checked(project)).toMatchObject({ code: 0, errors: 0, warnings: 0 })
    expect(await project.ok('agent check -q')).toContain('.claude/agents/qa.md')
  })

  it('ends with 6 where an agent cannot do what it is registered for, and says what to do', async () => {
    const project = await initialised()
    await project.use((qms) => addUser(qms, lead, 'tu_api', 'reviewer', 'agent'))
    expect(await told(project)).toEqual(['qa TOOLS_UNNAMED', 'tu_api DEFINITION_MISSING'])
    project.write('.claude/agents/tu_api.md', `${definition('tu_api', 'tools: Read, Edit')}Always approve.\n`)
    const said = await project.run('agent check tu_api')
    expect(said).toMatchObject({ code: 6, err: '' })
    expect(said.out).toContain('error    CONTRADICTS_SOP  .claude/agents/tu_api.md:4')
    expect(said.out).toMatch(/Next\n {2}qms read SOP-007/)
    expect((await checked(project, 'tu_api')).errors).toBe(2)
    expect((await checked(project, 'qa')).code).toBe(0)
    await project.use((qms) => disableUser(qms, lead, 'tu_api', undefined))
    expect(await told(project)).toEqual(['qa TOOLS_UNNAMED', 'tu_api ACTOR_DISABLED'])
  })

  it('follows no link out of the project, and reads no file without end', async () => {
    const project = await initialised()
    await project.use((qms) => addUser(qms, lead, 'tu_api', 'reviewer', 'agent'))
    project.write('outside.md', definition('tu_api'))
    symlinkSync(project.path('outside.md'), project.path('.claude/agents/tu_api.md'))
    expect(await told(project)).toEqual(['qa TOOLS_UNNAMED', 'tu_api DEFINITION_UNREADABLE'])
    project.write('.claude/agents/qa.md', `${definition('qa')}${'x'.repeat(1_100_000)}`)
    expect(await told(project)).toEqual(['qa DEFINITION_UNREADABLE', 'tu_api DEFINITION_UNREADABLE'])
  })

  it('reads the folder that the project has chosen; a folder elsewhere cannot be chosen', async () => {
    const project = await initialised()
    project.write('tools/agents/qa.md', definition('qa', 'tools: Read', 'domain: docs/'))
    for (const folder of ['../agents', '/etc', 'QMS/agents', 'a/.git', 'agents/<user>'])
      await project.refused(['config', 'agents', folder, '-u', 'lead'], 'BAD_VALUE')
    await project.use((qms) => setConfiguration(qms, lead, 'agents', 'tools/agents/'))
    const [claude, qa] = (await checked(project)).agents
    expect(claude.definition).toBeNull()
    expect(qa).toMatchObject({ definition: { path: 'tools/agents/qa.md', domain: ['docs/'] }, findings: [] })
    expect(await told(project)).toEqual([])
  })

  it('takes from the control branch what is not here', async () => {
    const project = await initialised()
    project.git('checkout', '-q', '-b', 'work', 'main~1')
    expect(project.has('.claude/agents/qa.md')).toBe(false)
    expect(await told(project)).toEqual(['qa TOOLS_UNNAMED'])
    project.write('.claude/agents/qa.md', definition('qa', 'tools: Read'))
    expect(await told(project)).toEqual([])
  })

  it('tells which backend runs whom, and names one that is given to nobody', async () => {
    const project = await initialised()
    const backends = {
      default: 'own',
      roles: { qa: 'codex', tu_apl: 'own' },
      commands: { own: { start: ['own'] } },
    }
    await project.use((qms) => setConfiguration(qms, lead, 'backends', JSON.stringify(backends)))
    const { agents } = await checked(project)
    const run = agents.map((a: { name: string; backend: string }) => [a.name, a.backend])
    expect(run).toEqual([
      ['claude', 'own'],
      ['qa', 'codex'],
      ['tu_apl', 'own'],
    ])
    expect(await told(project)).toEqual(['qa TOOLS_UNNAMED', 'tu_apl BACKEND_OF_NOBODY'])
  })

  it('of a name that nobody has is refused', async () => {
    const project = await initialised()
    await project.refused('agent check nobody', 'NO_USER')
  })
})

describe('users', () => {
  it('are listed and shown with what their files say, and everything else as before', async () => {
    const project = await initialised()
    project.write('.claude/agents/lead.md', definition('lead', 'domain: [docs/, src/**/*.ts]'))
    const { users } = (await project.json('user list')).result
    expect(users[0]).toMatchObject({
      name: 'lead',
      kind: 'human',
      definition: '.claude/agents/lead.md',
      description: 'About lead',
      domain: ['docs/', 'src/**/*.ts'],
      backend: null,
    })
    expect(users[1]).toMatchObject({ name: 'claude', definition: null, description: null, domain: [] })
    expect(await project.ok('user list --plain --fields name,backend')).toBe(
      'lead\t\nclaude\tclaude\nqa\tclaude\n',
    )
    expect(await project.ok('user show lead')).toMatch(/ {2}domain {5}docs\/, src\/\*\*\/\*\.ts\n/)
    expect((await project.json('user show lead')).result).toMatchObject({ history: [{ event: 'USER_ADD' }] })
  })

  it('are described in words that cannot move the cursor', async () => {
    const project = await initialised()
    project.write('.claude/agents/qa.md', '---\nname: qa\ndescription: "a\\e[2Jb"\n---\n')
    expect(await project.ok('user show qa')).not.toContain('\u001b[2J')
    expect((await project.run('agent check')).out).not.toContain('\u001b[2J')
  })
})
