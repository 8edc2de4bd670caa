/** What is read of an agent's definition file, and what is said of one that is not as it should be. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { LARGEST_DEFINITION, readDefinition } from '../../src/agents/definition.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const file = (...head: readonly string[]): Uint8Array =>
  bytes(['---', ...head, '---', '', '# Who you are', ''].join('\n'))
const SOUND = ['name: tu_api', 'description: Knows the interfaces.']

const problems = (...head: readonly string[]) => readDefinition('tu_api', file(...head)).problems
const told = (...head: readonly string[]): string[] =>
  problems(...head).map((p) => `${p.weight} ${p.line}: ${p.found}`)

describe('a definition', () => {
  it('says who the agent is, what it may use and what it knows about', () => {
    const read = readDefinition(
      'tu_api',
      file(
        ...SOUND,
        'tools: Read, Grep, Agent(a, b), Bash(qms:*)',
        'disallowedTools: [Edit, Write]',
        'model: opus',
        'role: reviewer',
        'domain:',
        '  - ./src/api/',
        '  - docs/**/*.md',
        '  - docs/**/*.md',
      ),
    )
    expect(read).toEqual({
      problems: [],
      definition: {
        name: 'tu_api',
        description: 'Knows the interfaces.',
        tools: ['Read', 'Grep', 'Agent(a, b)', 'Bash(qms:*)'],
        disallowedTools: ['Edit', 'Write'],
        model: 'opus',
        role: 'reviewer',
        domain: ['src/api/', 'docs/**/*.md'],
      },
    })
  })

  it('that names no tools is another one than that which names none of them', () => {
    expect(readDefinition('tu_api', file(...SOUND)).definition?.tools).toBeNull()
    expect(readDefinition('tu_api', file(...SOUND, 'tools: []')).definition?.tools).toEqual([])
    expect(readDefinition('tu_api', file(...SOUND, 'tools:')).definition?.tools).toEqual([])
  })

  it('goes by its own name of a key where both are given, and by nothing that is empty', () => {
    const head = ['group: reviewer', 'role: quality', 'model: ""', "tools: 'Read, , Edit,'"]
    expect(readDefinition('tu_api', file(...SOUND, ...head)).definition).toMatchObject({
      role: 'quality',
      model: null,
      tools: ['Read', 'Edit'],
    })
  })

  it('may have what agent tools read themselves, and other names of role and tools', () => {
    const read = readDefinition(
      'tu_api',
      file(
        ...SOUND,
        ...['permissionMode: plan', 'maxTurns: 5', 'mcpServers:', '  qms:', '    type: stdio', 'hooks: {}'],
        ...['omitClaudeMd: true', 'color: red', 'max_turns: 30', 'group: reviewer', 'allowed-tools: Read'],
      ),
    )
    expect(read.problems).toEqual([])
    expect(read.definition).toMatchObject({ role: 'reviewer', tools: ['Read'] })
  })

  it('begins with a byte order mark or has the line ends of other systems, and is the same', () => {
    const text = `\ufeff${['---', ...SOUND, 'domain: src/, docs/', '---', '', 'Work.', ''].join('\r\n')}`
    const { definition, problems: wrong } = readDefinition('tu_api', bytes(text))
    expect(wrong).toEqual([])
    expect(definition).toMatchObject({ name: 'tu_api', domain: ['src/', 'docs/'] })
  })

  it('of those that are shipped is without fault', () => {
    const root = resolve(import.meta.dirname, '../..')
    const read = readDefinition('qa', readFileSync(join(root, 'templates/agents/qa.md')))
    expect(read.problems).toEqual([])
    expect(read.definition).toMatchObject({ name: 'qa', role: 'quality', domain: [] })
  })
})

describe('of a definition is said', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['no name', ['description: x'], ['error null: no name']],
    ['an empty name', ['name:', 'description: x'], ['error 2: no name']],
    ['another name', ['name: tu_ui', 'description: x'], ['error 2: name: tu_ui']],
    ['another case', ['name: TU_API', 'description: x'], ['error 2: name: TU_API']],
    ['a name that is a list', ['name: [tu_api]', 'description: x'], ['error 2: name: a list']],
    ['no description', ['name: tu_api'], ['error null: description: nothing']],
    ['a blank description', ['name: tu_api', 'description: "  "'], ['error 3: description: nothing']],
    ['a description of parts', ['name: tu_api', 'description: {a: b}'], ['error 3: description: a map']],
    [
      'a description without end',
      ['name: tu_api', `description: ${'x'.repeat(4001)}`],
      ['error 3: description: 4001 characters'],
    ],
    ['tools as a map', [...SOUND, 'tools:', '  Read: yes'], ['error 4: tools: a map']],
    ['tools within tools', [...SOUND, 'tools: [Read, [Edit]]'], ['error 4: tools: a list']],
    [
      'a tool without end',
      [...SOUND, `tools: [${'x'.repeat(201)}]`],
      [`error 4: tools: ${'x'.repeat(60)}...`],
    ],
    [
      'too many tools',
      [...SOUND, `disallowedTools: ${'Read,'.repeat(201)}`],
      ['error 4: disallowedTools: 201 entries'],
    ],
    ['a domain outside', [...SOUND, 'domain: [src/, ../other]'], ['error 4: domain: ../other']],
    ['a domain from the root', [...SOUND, 'domain: /etc'], ['error 4: domain: /etc']],
    ['a domain of braces', [...SOUND, 'domain: "src/{a}"'], ['error 4: domain: src/{a}']],
    ['an unknown key', [...SOUND, 'domains: src/'], ['warning 4: the key domains, which nothing reads']],
    ['a model of parts', [...SOUND, 'model: [a]'], ['error 4: model: a list']],
    [
      'a hidden sign',
      ['name: tu_api', 'description: a\u200bb'],
      ['warning 3: a character that no screen shows (\\u200b)'],
    ],
    [
      'two faults',
      ['domain: /etc', 'name: x', 'description: d'],
      ['error 2: domain: /etc', 'error 3: name: x'],
    ],
    [
      'two faults in the order of their lines',
      ['name: x', 'description: d', 'domain: /etc'],
      ['error 2: name: x', 'error 4: domain: /etc'],
    ],
    ['a key in quotes', [...SOUND, '"domain": /etc'], ['error 4: domain: /etc']],
  ])('%s', (_, head, expected) => expect(told(...head)).toEqual(expected))

  it('that no user can have its name, which is that of the file', () => {
    const read = readDefinition('Tu', file('name: Tu', 'description: x'))
    expect(read.problems).toMatchObject([
      { code: 'NAME_DIFFERS', weight: 'warning', line: 2, expected: 'a name that a user can have' },
    ])
  })

  it('nothing, where a value is as long as it may be', () => {
    const tools = Array(200).fill('x'.repeat(200)).join(', ')
    expect(told('name: tu_api', `description: ${'x'.repeat(4000)}`, `tools: [${tools}]`)).toEqual([])
  })

  it('with each what was expected', () => {
    const all = [
      ...problems('name: x', 'tools: {a: b}', 'strange: y', 'domain: /x', 'model: []'),
      ...problems(),
    ]
    expect(all.length).toBeGreaterThan(5)
    for (const problem of all) expect(problem.expected).not.toBe('')
  })
})

/** Nothing of these is read: an agent that is half understood is not understood. */
describe('nothing is read of', () => {
  it.each<[string, Uint8Array, string]>([
    ['an empty file', bytes(''), 'no frontmatter'],
    ['instructions alone', bytes('# You are\n'), 'no frontmatter'],
    ['an open frontmatter', bytes('---\nname: tu_api\n'), 'frontmatter that cannot be read'],
    ['JavaScript', bytes('---js\nmodule.exports = {}\n---\n'), 'frontmatter that cannot be read'],
    ['an anchor', file('name: &a tu_api', 'description: *a'), 'frontmatter that cannot be read: anchors'],
    [
      'aliases that grow',
      file('a: &a [x, x]', 'b: &b [*a, *a]', 'c: &c [*b, *b]', ...SOUND),
      'frontmatter that cannot be read',
    ],
    [
      '__proto__',
      file(...SOUND, '__proto__: {role: administrator}'),
      'frontmatter that cannot be read: the key',
    ],
    ['constructor', file(...SOUND, 'constructor: x'), 'frontmatter that cannot be read: the key'],
    ['a tab for indentation', file(...SOUND, 'tools:', '\t- Read'), 'frontmatter that cannot be read'],
    ['a key twice', file(...SOUND, 'name: qa'), 'frontmatter that cannot be read'],
    ['a list', file('- name: tu_api'), 'frontmatter that cannot be read'],
    [
      'a colon too many',
      file('name: tu_api', 'description: Use this: always'),
      'frontmatter that cannot be read',
    ],
    [
      'what is nested without end',
      file(...SOUND, `x: ${'['.repeat(5000)}`),
      'frontmatter that cannot be read',
    ],
    [
      'a frontmatter without end',
      file(...SOUND, `x: ${'y'.repeat(70_000)}`),
      'frontmatter that cannot be read',
    ],
    ['a tag', file('name: !!js/function "x"', 'description: y'), 'frontmatter that cannot be read'],
    [
      'bytes that are no text',
      Uint8Array.from([0x2d, 0x2d, 0x2d, 0x0a, 0xff, 0xfe]),
      'bytes that are no UTF-8',
    ],
    ['a NUL byte', file('name: tu_api\0', 'description: x'), 'a NUL byte'],
    ['a megabyte', bytes(`---\n${SOUND.join('\n')}\n---\n${'x'.repeat(1_000_000)}`), '1000056 bytes'],
  ])('%s', (_, content, found) => {
    const read = readDefinition('tu_api', content)
    expect(read.definition).toBeNull()
    expect(read.problems).toHaveLength(1)
    expect(read.problems[0]).toMatchObject({ weight: 'error' })
    expect(read.problems[0]?.found).toContain(found)
  })

  it('more than the largest file, and all of that', () => {
    const head = `---\n${SOUND.join('\n')}\n---\n`
    const rest = (more: number) => bytes(head + 'x'.repeat(LARGEST_DEFINITION - head.length + more))
    expect(readDefinition('tu_api', rest(0)).definition).not.toBeNull()
    expect(readDefinition('tu_api', rest(1)).definition).toBeNull()
  })

  it('a tag or an alias changes nothing of what all objects are', () => {
    readDefinition('tu_api', file(...SOUND, '__proto__: {polluted: yes}'))
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })
})
