/** The registry beside the definition files: what each side says of an agent, and where they do not agree. */
import { describe, expect, it } from 'vitest'
import { type AgentFinding, compareAgents, type Described } from '../../src/agents/comparison.ts'
import { readDefinition } from '../../src/agents/definition.ts'
import type { Group } from '../../src/documents/event.ts'
import type { Actor } from '../../src/documents/registry.ts'

const actor = (name: string, group: Group, rest: Partial<Actor> = {}): Actor => ({
  name,
  group,
  kind: 'agent',
  enabled: true,
  since: '2026-01-01T00:00:00.000Z',
  ...rest,
})

const described = (name: string, ...head: readonly string[]): [string, Described] => {
  const text = ['---', `name: ${name}`, 'description: x', ...head, '---', ''].join('\n')
  const path = `agents/${name}.md`
  return [name, { path, conflicts: [], ...readDefinition(name, new TextEncoder().encode(text)) }]
}

const BACKENDS = { default: 'claude', roles: {} as Record<string, string> }
const OTHER = { ...BACKENDS, roles: { tu_api: 'codex' } }
const TOOLS = 'tools: Read'

const compared = (
  actors: readonly Actor[],
  files: readonly [string, Described][],
  backends = BACKENDS,
  adopted = false,
) =>
  compareAgents({
    registry: new Map(actors.map((a) => [a.name, a])),
    files: new Map(files),
    backends,
    folder: 'agents',
    adopted,
  })

const findings = (...of: Parameters<typeof compared>): readonly AgentFinding[] =>
  compared(...of).flatMap((a) => a.findings)
const told = (...of: Parameters<typeof compared>): string[] =>
  findings(...of).map((f) => `${f.weight} ${f.code}`)

const LEAD = actor('lead', 'administrator', { kind: 'human' })

describe('agents', () => {
  it('are told with what both sides say of them', () => {
    const accounts = compared(
      [LEAD, actor('qa', 'quality'), actor('tu_api', 'reviewer')],
      [
        described('qa', TOOLS),
        described('tu_api', TOOLS, 'domain: src/api/', 'model: opus', 'role: reviewer'),
      ],
      OTHER,
    )
    expect(accounts.map((a) => [a.name, a.group, a.backend, a.findings])).toEqual([
      ['qa', 'quality', 'claude', []],
      ['tu_api', 'reviewer', 'codex', []],
    ])
    expect(accounts[1]?.definition).toEqual({
      path: 'agents/tu_api.md',
      description: 'x',
      model: 'opus',
      role: 'reviewer',
      tools: ['Read'],
      domain: ['src/api/'],
    })
  })

  it('that are no agents appear where a file describes them, and no program runs them', () => {
    expect(compared([LEAD], [])).toEqual([])
    expect(compared([LEAD], [described('lead', 'domain: docs/')])).toMatchObject([
      { name: 'lead', kind: 'human', backend: null, findings: [] },
    ])
  })

  it('stand as they were registered, and behind them whoever is not, by name', () => {
    const accounts = compared(
      [actor('qa', 'quality'), LEAD, actor('ann', 'initiator')],
      [described('zoe'), described('lead'), described('bob')],
      OTHER,
    )
    expect(accounts.map(({ name }) => name)).toEqual(['qa', 'lead', 'ann', 'bob', 'tu_api', 'zoe'])
  })

  it('are run by what is chosen for them by name, and by no name that every object has', () => {
    const named = (name: string) => compared([actor(name, 'initiator')], [], OTHER)[0]?.backend
    expect([named('tu_api'), named('claude'), named('constructor')]).toEqual(['codex', 'claude', 'claude'])
  })
})

describe('what does not agree', () => {
  it.each<[string, Actor[], [string, Described][], string[]]>([
    ['one that judges without a file', [actor('qa', 'quality')], [], ['error DEFINITION_MISSING']],
    ['one that starts others without a file', [actor('claude', 'initiator')], [], []],
    ['a person who judges, without a file', [actor('ann', 'reviewer', { kind: 'human' })], [], []],
    ['a disabled one without a file', [actor('qa', 'quality', { enabled: false })], [], []],
    [
      'a disabled one with a file, whatever it says',
      [actor('qa', 'quality', { enabled: false })],
      [described('qa', 'role: reviewer', 'domain: /etc')],
      ['warning ACTOR_DISABLED'],
    ],
    ['a file of nobody', [LEAD], [described('tu_ui', 'role: reviewer')], ['warning DEFINITION_OF_NOBODY']],
    ['a file of nobody that claims nothing', [LEAD], [described('helper', 'tools: Edit')], []],
    [
      'another group',
      [actor('qa', 'quality')],
      [described('qa', TOOLS, 'role: reviewer')],
      ['warning ROLE_DIFFERS'],
    ],
    ['a role that is no group', [actor('qa', 'quality')], [described('qa', TOOLS, 'role: Quality lead')], []],
    ['no tools named', [actor('qa', 'quality')], [described('qa')], ['note TOOLS_UNNAMED']],
    [
      'one of two tools denied',
      [actor('qa', 'quality')],
      [described('qa', 'disallowedTools: Edit')],
      ['note TOOLS_UNNAMED'],
    ],
    ['tools denied', [actor('qa', 'quality')], [described('qa', 'disallowedTools: Edit, Write')], []],
    ['no tools named of one that writes', [actor('claude', 'initiator')], [described('claude')], []],
    [
      'no tools named of a person who judges',
      [actor('ann', 'reviewer', { kind: 'human' })],
      [described('ann')],
      [],
    ],
    ['a value', [actor('claude', 'initiator')], [described('claude', 'domain: /etc')], ['error VALUE_UNFIT']],
    ['a key', [actor('claude', 'initiator')], [described('claude', 'colour: x')], ['warning KEY_UNKNOWN']],
  ])('%s', (_, actors, files, expected) => expect(told(actors, files)).toEqual(expected))

  it('a backend of an agent that is not registered', () => {
    const [found] = findings([LEAD], [], OTHER)
    expect(found).toMatchObject({ code: 'BACKEND_OF_NOBODY', weight: 'warning' })
    expect(compared([LEAD], [], OTHER)).toMatchObject([{ name: 'tu_api', group: null, backend: 'codex' }])
    expect(told([actor('tu_api', 'initiator')], [], OTHER)).toEqual([])
  })

  it('what the procedure forbids, of those who judge', () => {
    const conflicts = [{ line: 7, found: 'a reviewer is given the tool Edit', section: '6.3' }]
    const [name, file] = described('tu_api', TOOLS)
    const of = (group: Group, adopted = false) =>
      findings([actor('tu_api', group)], [[name, { ...file, conflicts }]], BACKENDS, adopted)
    expect(of('reviewer')).toMatchObject([{ code: 'CONTRADICTS_SOP', weight: 'error', line: 7 }])
    expect(of('reviewer', true)).toMatchObject([{ weight: 'warning' }])
    expect(of('initiator')).toEqual([])
  })

  it('a name that no user can have, for which no command is offered', () => {
    const [found] = findings([LEAD], [described('Tu-UI', 'group: reviewer')])
    expect(found).toMatchObject({ code: 'DEFINITION_OF_NOBODY', next: [] })
    const [other] = findings([LEAD], [described('tu_ui', 'group: reviewer')])
    expect(other?.next).toEqual([
      ['qms', 'user', 'add', 'tu_ui', '--group', 'reviewer', '--kind', 'agent', '-u', 'lead'],
    ])
  })

  it('a file that cannot be read is of no consequence where nobody is called so', () => {
    const unread: [string, Described] = [
      'qa',
      { path: 'agents/qa.md', conflicts: [], ...readDefinition('qa', new Uint8Array()) },
    ]
    expect(told([LEAD], [unread])).toEqual(['note DEFINITION_UNREADABLE'])
    expect(told([actor('qa', 'quality')], [unread])).toEqual(['error DEFINITION_UNREADABLE'])
  })

  it('is said with what to do', () => {
    const all = findings(
      [actor('qa', 'quality'), actor('tu_x', 'reviewer'), actor('tu_y', 'reviewer', { enabled: false })],
      [
        described('qa', 'role: reviewer', 'domain: /x', 'k: v'),
        described('tu_y'),
        described('tu_z', 'role: quality'),
      ],
    )
    expect(all.length).toBeGreaterThan(6)
    for (const f of all) expect(f.advice).toMatch(/\.$/)
  })
})
