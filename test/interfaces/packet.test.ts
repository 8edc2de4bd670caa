/** `qms packet`, by the real program on real repositories: what a reviewer is given, and what it is not. */
import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { digest } from '../../src/compose.ts'
import { called, sitting, withOpened } from '../support/callers.ts'
import {
  act,
  addUser,
  agreed,
  answered,
  checkin,
  checkout,
  claude,
  create,
  drafted,
  executing,
  inbox,
  initialised,
  lead,
  type Project,
  qa,
  ROOT,
  recommend,
  route,
  setPolicy,
  verdict,
} from '../support/cli.ts'

interface Placed {
  readonly name: string
  readonly title: string
  readonly digest: string | null
  readonly lines: { readonly from: number; readonly to: number } | null
}

/** The answer, with each part's text by its name (of several the first). */
const given = async (project: Project, line: string) => {
  const { result } = await project.json(line)
  const lines = (result.text as string).split('\n')
  const bodyOf = (part: Placed | undefined): string | null =>
    part?.lines ? lines.slice(part.lines.from - 1, part.lines.to).join('\n') : null
  const parts = result.parts as Placed[]
  return {
    ...result,
    parts,
    names: parts.map((part) => part.name),
    part: (name: string) => parts.find((part) => part.name === name),
    body: (name: string) => bodyOf(parts.find((part) => part.name === name)),
    bodies: (name: string) => parts.filter((part) => part.name === name).map(bodyOf),
  }
}

describe('a packet of a plan that is to be reviewed', () => {
  let project: Project
  beforeAll(async () => {
    project = await initialised()
    project.write('CLAUDE.md', 'How this project is built.\n')
    project.write('src/two.txt', 'two\n')
    await project.use(async (qms) => {
      await addUser(qms, lead, 'tu_api', 'reviewer', 'agent')
      await drafted(project, qms, 'CR', {
        with: { title: 'Limits' },
        text: (form) => answered(form.replace(/\{\{FILES_AFFECTED[^}]*\}\}/, '`src` - changed, by SOP-005')),
      })
      await route(qms, claude, 'CR-001', { assign: ['tu_api'] })
    })
  })

  it('holds the text, byte for byte, and says which one it is', async () => {
    const packet = await given(project, 'packet CR-001 -u qa')
    const bytes = readFileSync(project.path('QMS/CR/CR-001/CR-001-draft.md'))
    expect(packet).toMatchObject({
      id: 'CR-001',
      title: 'Limits',
      version: '0.1',
      status: 'IN_PRE_REVIEW',
      task: 'review',
      round: 1,
      asked: ['tu_api', 'qa'],
      content: digest(bytes),
    })
    const unmarked = packet.body('text').replaceAll(/⟦\/?comment⟧/g, '')
    expect(`${unmarked}\n`).toBe(bytes.toString())
    expect(packet.text).toContain('task      review, round 1, asked of you (qa)')
    expect(packet.body('record')).toContain('title: Limits\n')
    expect(packet.part('redline')).toMatchObject({ lines: null, title: expect.stringContaining('none') })
  })

  it('holds the procedures in force, the role, the guide and the files, in this order', async () => {
    const packet = await given(project, 'packet CR-001 -u qa')
    const five = Array(5).fill('procedure')
    expect(packet.names).toEqual([
      ...['record', 'text', 'redline', 'procedures', ...five, 'definition', 'guide', 'code'],
    ])
    const sops = ['SOP-001', 'SOP-002', 'SOP-004', 'SOP-005', 'SOP-007']
    expect(packet.body('procedures').match(/SOP-\d+/g)).toEqual(sops)
    expect(packet.bodies('procedure').map((text: string) => `${text}\n`)).toEqual(
      sops.map((id) => project.read(`QMS/SOP/${id}.md`)),
    )
    expect(`${packet.body('definition')}\n`).toBe(project.read('.claude/agents/qa.md'))
    expect(packet.body('guide')).toBe('How this project is built.')
    expect(packet.body('code')).toMatch(/^src \(2 in the project\)\n {2}src\/code.txt\n {2}src\/two.txt\n/)
  })

  it('lists the procedures only, where that is asked for', async () => {
    const packet = await given(project, 'packet CR-001 --sops list -u qa')
    expect(packet.names).not.toContain('procedure')
    const sop = digest(readFileSync(project.path('QMS/SOP/SOP-002.md')))
    expect(packet.body('procedures')).toContain(`SOP-002, version 1.0, SHA-256 ${sop}: Change Control`)
  })

  it('ends with the commands that this reader may call, which are those of the inbox', async () => {
    const packet = await given(project, 'packet CR-001 -u tu_api')
    const [task] = (await project.json('inbox -u tu_api')).result.tasks
    expect(task.commands[0]).toBe('qms packet CR-001 -u tu_api')
    expect(packet.commands.slice(0, 2)).toEqual(task.commands.slice(1))
    expect(packet.text.trimEnd().split('\n').slice(-packet.commands.length)).toEqual(
      packet.commands.map((command: string) => `  ${command}`),
    )
    const owners = await given(project, 'packet CR-001 -u claude')
    expect(owners.text).toContain('review, round 1, not asked of you')
    expect(owners.commands.join('\n')).not.toMatch(/qms (?:review|approve|reject)/)
    expect((await given(project, 'packet CR-001')).names).not.toContain('definition')
  })

  it('offers no verdict to who may give none', async () => {
    const own = await initialised()
    await own.use(async (qms) => {
      await setPolicy(qms, lead, 'selfApproval', 'allowed')
      await drafted(own, qms, 'CR')
      await route(qms, claude, 'CR-001', {})
      await act(qms, qa, 'CR-001', { action: 'assign', assign: ['claude'] })
      await setPolicy(qms, lead, 'selfApproval', 'forbidden')
    })
    const packet = await given(own, 'packet CR-001 -u claude')
    expect(packet.asked).toContain('claude')
    expect(packet.commands.join('\n')).not.toContain('qms review')
  })

  // Verifies: REQ-QMS-605
  it('has the digest that docs/packet.md says how to compute, the same in every call', async () => {
    const script = /```sh\n(qms packet CR-001 -u qa > [\s\S]*?)```/.exec(
      readFileSync(join(ROOT, 'docs/packet.md'), 'utf8'),
    )?.[1]
    const [one, other] = [await project.ok('packet CR-001 -u qa'), await project.ok('packet CR-001 -u qa')]
    expect(one).not.toBe(other)
    expect(one.split('\n').at(-2)).toBe(other.split('\n').at(-2))
    const shell = `qms() { '${process.execPath}' '${join(ROOT, 'bin/qms.cjs')}' "$@"; }\n${script}`
    const said = execFileSync('bash', ['-c', shell], { cwd: project.root, encoding: 'utf8' })
    const { result } = await project.json('packet CR-001 -u qa')
    expect(said.split(' ')[0]).toBe(result.digest)
    expect(one.split('\n').at(-2)).toBe(`packet    ${result.digest}`)
    expect(`${result.digest}`).toBe(digest(Buffer.from(result.text.replaceAll(result.mark, ''))))
  })

  it('changes its digest with what is given, and with nothing else', async () => {
    const own = await initialised()
    await own.use(async (qms) => {
      await drafted(own, qms, 'CR')
      await route(qms, claude, 'CR-001', {})
    })
    const before = (await own.json('packet CR-001 -u qa')).result.digest
    await own.use((qms) => create(qms, claude, { type: 'CR', title: 'Another' }))
    expect((await own.json('packet CR-001 -u qa')).result.digest).toBe(before)
    own.write('AGENTS.md', 'A guide.\n')
    expect((await own.json('packet CR-001 -u qa')).result.digest).not.toBe(before)
  })

  it('counts as having been shown the text', async () => {
    const own = await initialised()
    await own.use(async (qms) => {
      await drafted(own, qms, 'CR')
      await route(qms, claude, 'CR-001', {})
    })
    await own.ok('packet CR-001 -u qa')
    expect(await own.ok('review CR-001 --recommend --comment Good -u qa')).not.toContain('never shown')
  })

  it('gives the guide that the project names', async () => {
    const own = await initialised()
    own.write('docs/guide.md', 'Our way.\n')
    own.write('CLAUDE.md', 'Another way.\n')
    await own.ok('config guide docs/guide.md -u lead')
    expect((await given(own, 'packet SOP-001 -u qa')).bodies('guide')).toEqual(['Our way.'])
    await own.refused('config guide ../guide.md -u lead', 'BAD_VALUE')
    await own.refused('config guide QMS/SOP/SOP-001.md -u lead', 'BAD_VALUE')
  })

  it('gives the definition file of its reader from where the project keeps it, here or in the record', async () => {
    const own = await initialised()
    own.write('agents/qa.md', 'Another role.\n')
    await own.ok('config agents agents -u lead')
    const packet = await given(own, 'packet SOP-001 -u qa')
    expect(packet.body('definition')).toBe('Another role.')
    expect(packet.part('definition').title).toBe('Definition of your role: agents/qa.md')
    await own.ok('config agents .claude/agents -u lead')
    const committed = own.read('.claude/agents/qa.md')
    rmSync(own.path('.claude/agents/qa.md'))
    expect(`${(await given(own, 'packet SOP-001 -u qa')).body('definition')}\n`).toBe(committed)
    const { title, lines } = (await given(own, 'packet SOP-001 -u claude')).part('definition')
    expect({ title, lines }).toEqual({
      title: 'Definition of your role: none (.claude/agents/claude.md)',
      lines: null,
    })
  })

  it('is refused for what is not there, and says so of what asks nothing', async () => {
    await project.refused('packet CR-009 -u qa', 'NO_DOCUMENT')
    await project.refused('packet CR-001 -u nobody', 'NO_USER')
    await project.refused('packet CR-001 --sops all -u qa', 'USAGE')
    const packet = await given(project, 'packet SOP-003 -u qa')
    expect(packet).toMatchObject({ task: null, asked: [] })
    expect(packet.text).toContain('none: SOP-003 asks nothing of anybody in EFFECTIVE')
  })
})

describe('a packet that a called agent reads', () => {
  /** What is kept of it, by the kind of the grant. */
  const kept = (project: Project) =>
    withOpened(project, async ({ grants, qms }) => {
      const all = await grants.list(qms.now().toISOString())
      return Object.fromEntries(all.map((grant) => [grant.kind, grant.packet]))
    })

  it('is that of its own name, and is kept with its grant; what others read is not', async () => {
    const project = await initialised()
    await project.use(async (qms) => {
      await drafted(project, qms, 'CR')
      await drafted(project, qms, 'CR')
      await route(qms, claude, 'CR-001', {})
    })
    const session = await sitting(project)
    const agent = await called(project, 'qa', 'CR-001')
    await project.ok('packet CR-001', session.how)
    await project.ok('packet CR-002', agent.how)
    await project.ok('packet CR-001 -u qa')
    expect(await kept(project)).toEqual({ session: null, dispatch: null })
    const said = await project.ok('packet CR-001', agent.how)
    expect(said).toContain('asked of you (qa)')
    const [, packet] = /^packet {4}([0-9a-f]{64})\n$/m.exec(said) ?? []
    const [, content] = /^text {6}([0-9a-f]{64})$/m.exec(said) ?? []
    expect(await kept(project)).toEqual({
      session: null,
      dispatch: { digest: packet, content, round: 1 },
    })
  })
})

describe('a packet of a later round', () => {
  it('holds what others said before, as history, and what is said now once the own answer is given', async () => {
    const project = await initialised()
    await project.use(async (qms) => {
      await addUser(qms, lead, 'tu_api', 'reviewer', 'agent')
      await drafted(project, qms, 'CR')
      await route(qms, claude, 'CR-001', { assign: ['tu_api'] })
      for (const user of ['qa', 'tu_api']) {
        await inbox(qms, { user })
        const updates = {
          action: 'review',
          outcome: 'UPDATES_REQUIRED',
          comment: `${user} wants more`,
        } as const
        await verdict(qms, { user }, 'CR-001', updates, undefined)
      }
      await checkout(qms, claude, 'CR-001')
      project.edit('claude', 'CR-001', (text) => text.replace('as agreed', 'as it shall be'))
      await checkin(qms, claude, 'CR-001')
      await route(qms, claude, 'CR-001', {})
      await inbox(qms, qa)
      await verdict(qms, qa, 'CR-001', { ...recommend, comment: 'a secret thought' }, undefined)
    })
    const theirs = await given(project, 'packet CR-001 -u tu_api')
    expect(theirs.part('history').title).toContain('earlier rounds')
    expect(theirs.body('history')).toBe(
      'round 1, version 0.1, qa, UPDATES_REQUIRED:\n  qa wants more\nround 1, version 0.1, tu_api, UPDATES_REQUIRED:\n  tu_api wants more',
    )
    expect(theirs.text).not.toContain('secret thought')
    const own = await given(project, 'packet CR-001 -u qa')
    expect(own.part('comments').title).toBe('Comments of round 2')
    expect(own.body('comments')).toContain('a secret thought')
  })
})

describe('a packet of a record of work', () => {
  it('holds the redline against the approved plan, evidence with outputs, and the children', async () => {
    const project = await initialised()
    await project.use((qms) => executing(project, qms, 'CR'))
    await project.ok('ei run CR-001 EI-1 -u claude -- echo all 12 tests passed')
    await project.run([
      'ei',
      'run',
      'CR-001',
      'EI-1',
      '-u',
      'claude',
      '--',
      'node',
      '-e',
      'console.log("x".repeat(9000))',
    ])
    await project.ok('ei pass CR-001 EI-1 --summary Done -u claude')
    await project.use((qms) => create(qms, claude, { type: 'VAR', parent: 'CR-001', title: 'Took longer' }))
    const packet = await given(project, 'packet CR-001 -u qa')
    expect(packet.part('redline').title).toBe('What changed since version 1.0, the text last approved')
    expect(packet.body('redline')).toMatch(/^--- CR-001 1\.0\n\+\+\+ CR-001 1\.\d\n[\s\S]*\n\+.*Done/)
    expect(packet.body('documents')).toBe('below: CR-001-VAR-001, version 0.1, DRAFT: Took longer')
    expect(packet.body('evidence')).toMatch(/^EI-1: Pass\n {2}E1 run, .*: echo all 12 tests passed: exit 0/)
    const outputs = packet.parts.filter((part: Placed) => part.name === 'output')
    expect(outputs.map((part: Placed) => part.title)).toEqual([
      'Kept of EI-1 E1',
      'Kept of EI-1 E2, its last 4000 of 9001 characters',
    ])
    expect(packet.body('output')).toBe('all 12 tests passed')
    const child = await given(project, 'packet CR-001-VAR-001 -u qa')
    expect(child.body('documents')).toMatch(/^above: CR-001, version 1\.\d, IN_EXECUTION: About CR$/)
  })

  it('of a revision holds the redline against the text in force', async () => {
    const project = await initialised()
    await project.use(async (qms) => {
      await executing(project, qms, 'CR')
      await checkout(qms, claude, 'SOP-003', 'CR-001')
      project.edit('claude', 'SOP-003', (text) => `${text}One more duty.\n`)
      await checkin(qms, claude, 'SOP-003')
      await route(qms, claude, 'SOP-003', {})
      await agreed(qms, 'SOP-003')
      await route(qms, claude, 'SOP-003', {})
    })
    const packet = await given(project, 'packet SOP-003 -u qa')
    expect(packet).toMatchObject({ task: 'approval', status: 'IN_APPROVAL' })
    expect(packet.body('redline')).toContain('\n+One more duty.')
    expect(packet.body('text')).toContain('One more duty.')
    expect(packet.body('comments')).toContain('Read it.')
    expect(packet.commands.slice(0, 2)).toEqual([
      'qms approve SOP-003 -u qa',
      'qms reject SOP-003 --comment "TEXT" -u qa',
    ])
  })
})

describe('reading a text of which one is asked to judge', () => {
  it('says so', async () => {
    const project = await initialised()
    await project.use(async (qms) => {
      await drafted(project, qms, 'CR')
      await route(qms, claude, 'CR-001', {})
    })
    expect((await project.json('read CR-001 -u qa')).result.asked).toBe(true)
    expect((await project.json('read CR-001 -u lead')).result.asked).toBe(false)
    expect((await project.json('read CR-001')).result.asked).toBe(false)
  })
})
