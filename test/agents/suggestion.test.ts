/** Reviewers for a document, from the domains of definition files and the files that it affects. */
import { beforeAll, describe, expect, it } from 'vitest'
import {
  addUser,
  answered,
  claude,
  disableUser,
  drafted,
  initialised,
  lead,
  type Project,
  qa,
  route,
} from '../support/cli.ts'

const definition = (name: string, ...domain: readonly string[]): string =>
  ['---', `name: ${name}`, `description: About ${name}`, `domain: [${domain.join(', ')}]`, '---', ''].join(
    '\n',
  )

/** The form of a change record with one more list of files that it affects. */
const affecting =
  (...files: readonly string[]) =>
  (form: string): string =>
    `${answered(form)}\n## Files Affected\n\n${files.map((file) => `- ${file}\n`).join('')}`

/** Users with a domain: two agents, one person, the author, one who is disabled, and a file of nobody. */
const staffed = async (): Promise<Project> => {
  const project = await initialised()
  const domains: Record<string, string[]> = {
    tu_api: ['src/api/', 'docs/**/*.yaml'],
    tu_ui: ['src/ui/**'],
    ann: ['src/api/server.ts'],
    claude: ['src/'],
    tu_old: ['src/'],
    nobody: ['src/'],
  }
  for (const [name, domain] of Object.entries(domains))
    project.write(`.claude/agents/${name}.md`, definition(name, ...domain))
  await project.use(async (qms) => {
    for (const name of ['tu_api', 'tu_ui', 'tu_old']) await addUser(qms, lead, name, 'reviewer', 'agent')
    await addUser(qms, lead, 'ann', 'initiator', 'human')
    await disableUser(qms, lead, 'tu_old', undefined)
  })
  return project
}

let base: Project
beforeAll(async () => {
  base = await staffed()
})

const suggested = async (project: Project, id: string) =>
  (await project.json(`assign ${id} --suggest`)).result

describe('assign --suggest', () => {
  it('names who knows about its files, why, and who of them cannot be asked', async () => {
    const files = ['`src/api/server.ts` - limits', '`docs/api/openapi.yaml`', 'the rest']
    const id = await base.use((qms) => drafted(base, qms, 'CR', { text: affecting(...files) }))
    const before = base.everything()
    const answer = await suggested(base, id)
    expect(answer).toMatchObject({
      files: ['src/api/server.ts', 'docs/api/openapi.yaml'],
      unreadable: expect.arrayContaining(['the rest']),
      domains: 5,
    })
    type Named = { name: string; standing: string; because: string | null }
    expect(answer.suggestions.map(({ name, standing, because }: Named) => [name, standing, because])).toEqual(
      [
        ['tu_api', 'free', null],
        ['claude', 'unable', 'claude is an author of this text'],
        ['tu_old', 'unable', 'tu_old is disabled'],
        ['ann', 'free', null],
      ],
    )
    expect(answer.suggestions[0].why).toEqual([
      { entry: 'src/api/server.ts', domain: 'src/api/' },
      { entry: 'docs/api/openapi.yaml', domain: 'docs/**/*.yaml' },
    ])
    expect(answer.next).toEqual([
      {
        command: `qms route ${id} --review --assign tu_api ann -u claude`,
        who: ['claude'],
        action: 'route review',
      },
    ])
    expect(base.everything()).toEqual(before)
  })

  it('ends, while a round is open, with the command by which quality decides', async () => {
    const id = await base.use((qms) =>
      drafted(base, qms, 'CR', { text: affecting('`src/ui/*.ts`', '`src/ap?/x.ts`') }),
    )
    await base.use((qms) => route(qms, claude, id, {}))
    const text = await base.ok(`assign ${id} --suggest`)
    expect(text).toContain('tu_ui  reviewer, agent\n  src/ui/*.ts  in src/ui/**\n')
    const command = /qms (assign .*)$/m.exec(text)?.[1] ?? ''
    expect(command).toBe(`assign ${id} tu_api tu_ui -u qa`)
    await base.ok(command)
    const { suggestions, next } = await suggested(base, id)
    const team = suggestions.filter((s: { standing: string }) => s.standing === 'on the team')
    expect(team.map((s: { name: string }) => s.name)).toEqual(['tu_api', 'tu_ui'])
    expect(next).toEqual([])
    expect(await base.ok(`assign ${id} --suggest`)).toContain(`qms status ${id}`)
  })

  it('says why it names nobody', async () => {
    const [none, other] = await base.use(async (qms) => [
      await drafted(base, qms, 'SOP'),
      await drafted(base, qms, 'CR', { text: affecting('`scripts/`') }),
    ])
    expect(await base.ok(`assign ${none} --suggest`)).toContain('It lists no files to compare with domains.')
    expect((await suggested(base, none ?? '')).files).toBeNull()
    expect(await base.ok(`assign ${other} --suggest`)).toContain('No domain has any of these files.')
    const bare = await initialised()
    const id = await bare.use((qms) => drafted(bare, qms, 'CR'))
    expect(await bare.ok(`assign ${id} --suggest`)).toContain(
      'No user has a definition file that names a domain.',
    )
  })

  it('names nobody and assigns nobody: what would is refused', async () => {
    await base.refused('assign CR-001 tu_api --suggest -u qa', 'USAGE')
    await base.refused('assign CR-001 --suggest --owner ann -u lead', 'USAGE')
    await base.refused('assign CR-999 --suggest', 'NO_DOCUMENT')
    await base.refused('assign CR-001 --suggest -u stranger', 'NO_USER')
  })
})

describe('route', () => {
  const commands = (result: { next: { command: string }[] }): string[] => result.next.map((s) => s.command)
  const asks = (result: { next: { command: string }[] }): boolean =>
    commands(result).some((c) => c.endsWith('--suggest'))
  const sent = async (project: Project, files: readonly string[], flags = '') => {
    const id = await project.use((qms) => drafted(project, qms, 'CR', { text: affecting(...files) }))
    return (await project.json(`route ${id} --review ${flags} -u claude`)).result
  }

  it('asks who knows about the files, where somebody does who is not asked', async () => {
    const result = await sent(base, ['`src/ui/a.ts`'])
    const { doc_id: id } = result.document
    expect(commands(result)).toContain(`qms assign ${id} --suggest`)
    expect(result.next.find((s: { command: string }) => s.command.endsWith('--suggest')).who).toContain(
      qa.user,
    )
    await base.ok(`assign ${id} --suggest`)
  })

  it('does not ask where reviewers were named, nobody knows, or nothing was written', async () => {
    expect(asks(await sent(base, ['`src/ui/a.ts`'], '--assign tu_api'))).toBe(false)
    expect(asks(await sent(base, ['`scripts/`']))).toBe(false)
    expect(asks(await sent(base, ['`src/ui/a.ts`'], '--dry-run'))).toBe(false)
  })
})
