/** Hooks of agent tools, as the tools run them: their JSON in, their answer out, and what stays on record. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { agreed, claude, drafted, folder, initialised, Project, ROOT, route } from '../support/cli.ts'

type Json = Record<string, unknown>

/** An input as it was seen, in this project. */
const fixture = (name: string, project: Project, change: Json = {}): string => {
  const text = readFileSync(join(ROOT, 'test/agents/fixtures', `${name}.json`), 'utf8')
  return JSON.stringify({ ...JSON.parse(text.replaceAll('{{project}}', project.root)), ...change })
}

interface Answered {
  readonly code: number | null
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into, not typed
  readonly said: any
  readonly err: string
}

const fire = async (
  project: Project,
  hook: string,
  input: string,
  how: { tool?: string; cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Answered> => {
  const { code, out, err } = await project.run(`hook ${hook} --tool ${how.tool ?? 'claude'}`, {
    ...how,
    input,
  })
  return { code, said: out === '' ? null : (JSON.parse(out).hookSpecificOutput ?? JSON.parse(out)), err }
}

const CLAUDE = 'claude-2.1.329-'
const judged = (project: Project, name: string, change: Json = {}) =>
  fire(project, 'pre-tool-use', fixture(CLAUDE + name, project, change))

/** Refused in the way of Claude Code; why. */
const denied = async (project: Project, name: string, change: Json = {}): Promise<string> => {
  const { code, said, err } = await judged(project, name, change)
  expect({ name, code, err, decision: said?.permissionDecision }).toEqual({
    name,
    code: 0,
    err: '',
    decision: 'deny',
  })
  return said.permissionDecisionReason
}

const system = (project: Project, record: string): Json[] =>
  project.has(`QMS/.audit/_system/${record}.jsonl`)
    ? project
        .read(`QMS/.audit/_system/${record}.jsonl`)
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line))
    : []

const attempts = (project: Project) => system(project, 'incidents')

const inReview = async (): Promise<Project> => {
  const project = await initialised()
  await project.use(async (qms) => {
    await drafted(project, qms, 'CR')
    await route(qms, claude, 'CR-001', {})
  })
  return project
}

const sitting = async (): Promise<Project> => {
  const project = await inReview()
  await project.ok('session start -u claude')
  return project
}

const bash = (command: string): Json => ({ tool_input: { command } })

// Verifies: REQ-QMS-960
describe('a tool call that writes', () => {
  let project: Project
  beforeAll(async () => {
    project = await sitting()
  })

  it.each([
    ['pre-tool-use-bash', 'QMS/.meta/CR/CR-001.json'],
    ['pre-tool-use-edit', 'QMS/CR/CR-001/CR-001-draft.md'],
    ['pre-tool-use-write', 'QMS/.audit/CR/CR-001.jsonl'],
    ['pre-tool-use-multi-edit', 'QMS/.meta/CR/CR-001.json'],
    ['pre-tool-use-notebook-edit', 'QMS/CR/n.ipynb'],
  ])('%s is refused, with what to do instead, and on record', async (name, path) => {
    const reason = await denied(project, name)
    expect(reason).toContain(path)
    expect(reason).toMatch(/Instead:\n {2}qms /)
    expect(attempts(project).at(-1)).toMatchObject({
      event: 'ATTEMPT',
      kind: 'write',
      done: 'refused',
      user: 'claude',
      session: 'S-001',
      path,
    })
  })

  it('is let through without a word where it harms nothing, and nothing is written', async () => {
    const before = project.everything()
    for (const name of ['pre-tool-use-write-code', 'pre-tool-use-bash-reading', 'pre-tool-use-agent-search'])
      expect({ name, ...(await judged(project, name)) }).toEqual({ name, code: 0, said: null, err: '' })
    expect(project.everything()).toEqual(before)
  })

  it('may edit the copy of whoever edits it, and nobody else’s', async () => {
    const copy = (user: string) => ({
      tool_input: {
        file_path: project.path(`.qms/workspace/${user}/CR-001.md`),
        old_string: 'a',
        new_string: 'b',
      },
    })
    expect((await judged(project, 'pre-tool-use-edit', copy('claude'))).said).toBeNull()
    expect(await denied(project, 'pre-tool-use-edit', copy('qa'))).toContain('.qms/workspace/qa/CR-001.md')
    const asQa = { ...copy('qa'), agent_id: 'a1', agent_type: 'qa' }
    expect((await judged(project, 'pre-tool-use-edit', asQa)).said).toBeNull()
    expect(
      (await judged(project, 'pre-tool-use-bash', bash('echo x > .qms/workspace/claude/CR-001.md'))).said,
    ).toBeNull()
  })

  it('is seen from wherever the shell of the tool has gone to', async () => {
    const elsewhere = { ...bash(`rm -rf ${project.root}/QMS`), cwd: '/tmp' }
    const input = fixture(`${CLAUDE}pre-tool-use-bash`, project, elsewhere)
    const env = { CLAUDE_PROJECT_DIR: project.root }
    expect((await fire(project, 'pre-tool-use', input, { cwd: '/tmp', env })).said.permissionDecision).toBe(
      'deny',
    )
  })

  it('may change settings of the tool, but not take hooks of ours out of them', async () => {
    await project.ok('hooks install --agent claude')
    expect(await denied(project, 'pre-tool-use-write-settings')).toContain('.claude/settings.json')
    const kept = { ...JSON.parse(project.read('.claude/settings.json')), model: 'other' }
    const write = (content: string) => ({
      tool_input: { file_path: project.path('.claude/settings.json'), content },
    })
    expect(
      (await judged(project, 'pre-tool-use-write-settings', write(JSON.stringify(kept)))).said,
    ).toBeNull()
    const off = write(JSON.stringify({ ...kept, disableAllHooks: true }))
    expect(await denied(project, 'pre-tool-use-write-settings', off)).toContain('.claude/settings.json')
    const edit = {
      file_path: project.path('.claude/settings.json'),
      old_string: '|| exit 2',
      new_string: '|| true',
    }
    expect(await denied(project, 'pre-tool-use-edit', { tool_input: edit })).toContain(
      '.claude/settings.json',
    )
  })
})

// Verifies: REQ-QMS-960
describe('what cannot be judged', () => {
  it.each([
    ['no JSON', '{"tool_name":'],
    ['nothing', ''],
    ['no object', '[]'],
    ['a command that is no text', '{"tool_name":"Bash","tool_input":{"command":7}}'],
    ['a name that is no text', '{"tool_name":{"a":1}}'],
  ])('%s is refused', async (_, input) => {
    const project = await initialised()
    const { code, said, err } = await fire(project, 'pre-tool-use', input)
    expect({ code, err, decision: said?.permissionDecision }).toEqual({ code: 0, err: '', decision: 'deny' })
    const other = await fire(project, 'pre-tool-use', input, { tool: 'codex' })
    expect({ code: other.code, said: other.said, told: other.err !== '' }).toEqual({
      code: 2,
      said: null,
      told: true,
    })
  })

  it('for a store that cannot be read, too', async () => {
    const project = await inReview()
    const path = 'QMS/.audit/_system/registry.jsonl'
    project.write(path, project.read(path).replace('"lead"', '"load"'))
    project.git('commit', '-qam', 'broken')
    expect(await denied(project, 'pre-tool-use-bash')).toContain('cannot judge')
  })

  it('by a hook that only tells something stands in nobody’s way: it never ends with what means no', async () => {
    const project = await initialised()
    for (const hook of ['user-prompt-submit', 'session-start', 'subagent-start', 'subagent-stop']) {
      const { code, said, err } = await fire(project, hook, 'no JSON')
      expect({ hook, code, said, told: err.includes('USAGE') }).toEqual({
        hook,
        code: 1,
        said: null,
        told: true,
      })
    }
  })

  it('is no matter outside of a project', async () => {
    const empty = new Project(folder('elsewhere'))
    for (const hook of [
      'pre-tool-use',
      'user-prompt-submit',
      'session-start',
      'subagent-start',
      'subagent-stop',
    ])
      expect(await fire(empty, hook, fixture(`${CLAUDE}pre-tool-use-bash`, empty))).toEqual({
        code: 0,
        said: null,
        err: '',
      })
  })
})

describe('a call of an agent that judges', () => {
  it('is made in the canonical words, whatever was to be said, and is on record before it is made', async () => {
    const project = await sitting()
    const { said } = await judged(project, 'pre-tool-use-agent')
    const [begun] = system(project, 'dispatches')
    expect(said).toMatchObject({
      permissionDecision: 'allow',
      updatedInput: { subagent_type: 'qa', run_in_background: true },
    })
    expect(said.updatedInput.prompt).toBe(begun?.told)
    expect(begun).toMatchObject({
      event: 'DISPATCH',
      dispatch: 'D-001',
      session: 'S-001',
      user: 'claude',
      agent: 'qa',
      document: 'CR-001',
      task: 'review',
      backend: 'claude-subagent',
    })
    expect(JSON.stringify(said.updatedInput)).not.toMatch(/quickly|today|renames|Please/)
    expect(attempts(project)).toMatchObject([
      { kind: 'prompt', done: 'replaced', agent: 'qa', document: 'CR-001' },
    ])
    expect(attempts(project)[0]?.classes).toEqual(expect.arrayContaining(['pressure']))
    const text = project.read('QMS/.audit/_system/incidents.jsonl')
    expect(text).not.toMatch(/quickly|renames/)
    const audit = await project.json('audit')
    expect(audit.result.findings).toEqual([])
  })

  it('in the canonical words already is made as it is, without an attempt', async () => {
    const project = await sitting()
    const prompt = (await project.json('agent spawn qa --doc CR-001 --dry-run -u claude')).result.prompt
    const { said } = await judged(project, 'pre-tool-use-agent', {
      tool_input: { subagent_type: 'qa', prompt },
    })
    expect(said.updatedInput.prompt.trim()).toBe(prompt.trim())
    expect(attempts(project)).toEqual([])
  })

  it('is refused where no session is open, or nothing is asked of it', async () => {
    const project = await inReview()
    expect(await denied(project, 'pre-tool-use-agent')).toContain('qms session start -u claude')
    expect(system(project, 'dispatches')).toEqual([])
    await project.ok('session start -u claude')
    await project.use((qms) => agreed(qms, 'CR-001'))
    expect(await denied(project, 'pre-tool-use-agent')).toContain('nothing is asked of qa now')
    expect(attempts(project)).toMatchObject([{ kind: 'prompt', done: 'refused', agent: 'qa' }])
  })

  it('is refused a second time while it is under way, and a second agent for its role', async () => {
    const project = await sitting()
    await judged(project, 'pre-tool-use-agent')
    expect(await denied(project, 'pre-tool-use-agent')).toMatch(/D-001 is under way/)
    await fire(project, 'subagent-start', fixture(`${CLAUDE}subagent-start`, project))
    await fire(project, 'subagent-stop', fixture(`${CLAUDE}subagent-stop-again`, project))
    const reason = await denied(project, 'pre-tool-use-agent')
    expect(reason).toContain('serves in session S-001 already, as a7f3c21b9')
    expect(attempts(project).at(-1)).toMatchObject({ kind: 'second_agent', done: 'refused', agent: 'qa' })
    await project.ok('session allow-fresh qa --reason Stuck -u lead')
    expect((await judged(project, 'pre-tool-use-agent')).said.permissionDecision).toBe('allow')
    expect(system(project, 'dispatches').at(-1)).toMatchObject({ dispatch: 'D-002', fresh: true })
  })

  it('is not made by an agent that was called itself, nor through one of another name', async () => {
    const project = await sitting()
    const inside = { agent_id: 'b1', agent_type: 'Explore' }
    expect(await denied(project, 'pre-tool-use-agent', inside)).toContain('by the orchestrator alone')
    expect(await denied(project, 'pre-tool-use-agent-general')).toContain('qms agent spawn qa --doc CR-001')
    expect(await denied(project, 'pre-tool-use-workflow')).toContain('qms agent spawn qa')
    expect(await denied(project, 'pre-tool-use-bash-claude')).toContain('qms agent spawn qa')
    expect(attempts(project).map((a) => [a.kind, a.done])).toEqual([
      ['spawn', 'refused'],
      ['prompt', 'refused'],
      ['prompt', 'refused'],
      ['prompt', 'refused'],
    ])
    expect(system(project, 'dispatches')).toEqual([])
  })

  it('knows agent tools by their packages, too', async () => {
    const project = await sitting()
    const told = '"You are qa. Review CR-001."'
    for (const program of [
      `npx @anthropic-ai/claude-code -p ${told}`,
      `npx -y @openai/codex@latest exec ${told}`,
      `npx @google/gemini-cli -p ${told}`,
      `cursor-agent -p ${told}`,
    ])
      expect(await denied(project, 'pre-tool-use-bash', bash(program))).toContain('qms agent spawn qa')
  })

  it('goes on by a message in the canonical words, and by no other', async () => {
    const project = await sitting()
    await judged(project, 'pre-tool-use-agent')
    await fire(project, 'subagent-start', fixture(`${CLAUDE}subagent-start`, project))
    await fire(project, 'subagent-stop', fixture(`${CLAUDE}subagent-stop-again`, project))
    const reason = await denied(project, 'pre-tool-use-send-message')
    const message = system(project, 'dispatches')[0]?.told as string
    expect(reason).toContain(message.trim())
    expect(attempts(project).at(-1)).toMatchObject({ kind: 'prompt', done: 'refused', document: 'CR-001' })
    const { said } = await judged(project, 'pre-tool-use-send-message', {
      tool_input: { to: 'a7f3c21b9', message },
    })
    expect(said).toBeNull()
    expect(system(project, 'dispatches').at(-1)).toMatchObject({ dispatch: 'D-002', instance: 'a7f3c21b9' })
  })

  it('of an agent tool that takes no other input is refused in its own way', async () => {
    const project = await sitting()
    for (const name of [
      'codex-0.169.0-pre-tool-use-bash',
      'codex-0.169.0-pre-tool-use-words',
      'codex-0.169.0-pre-tool-use-apply-patch',
    ])
      expect(await fire(project, 'pre-tool-use', fixture(name, project), { tool: 'codex' })).toMatchObject({
        code: 2,
        said: null,
      })
    for (const name of ['gemini-0.61.0-before-tool-shell', 'gemini-0.61.0-before-tool-write-file'])
      expect(await fire(project, 'pre-tool-use', fixture(name, project), { tool: 'gemini' })).toMatchObject({
        code: 2,
        said: null,
      })
    expect(
      await fire(project, 'pre-tool-use', fixture('gemini-0.61.0-before-tool-replace', project), {
        tool: 'gemini',
      }),
    ).toEqual({ code: 0, said: null, err: '' })
  })
})

describe('a call of qms inside an agent tool', () => {
  const rewritten = async (project: Project, name: string, change: Json = {}): Promise<string> => {
    const { said } = await judged(project, name, change)
    expect(said?.permissionDecision).toBe('allow')
    return said.updatedInput.command
  }
  const token = (command: string): string => /^export QMS_TOKEN=(\S+); /.exec(command)?.[1] ?? 'none'

  it('bears a token of the orchestrator, good once', async () => {
    const project = await sitting()
    const command = await rewritten(project, 'pre-tool-use-bash-qms')
    expect(command).toMatch(/^export QMS_TOKEN=\S+; qms status CR-001$/)
    const env = { QMS_TOKEN: token(command) }
    await project.ok(
      'route CR-001 --approval --dry-run'.replace('route CR-001 --approval --dry-run', 'inbox'),
      { env },
    )
    await project.refused('inbox', 'BAD_TOKEN', { env })
  })

  it('bears one of the agent that was called, for its dispatch', async () => {
    const project = await sitting()
    expect((await judged(project, 'pre-tool-use-bash-qms-subagent')).said).toBeNull()
    await judged(project, 'pre-tool-use-agent')
    await fire(project, 'subagent-start', fixture(`${CLAUDE}subagent-start`, project))
    const env = {
      QMS_TOKEN: token(await rewritten(project, 'pre-tool-use-bash-qms-subagent', bash('qms packet CR-001'))),
    }
    await project.ok('packet CR-001', { env })
    const again = { QMS_TOKEN: token(await rewritten(project, 'pre-tool-use-bash-qms-subagent')) }
    await project.ok('review CR-001 --recommend --comment Read', { env: again })
    expect(project.trail('CR/CR-001').findLast((e) => e.event === 'REVIEW')).toMatchObject({
      user: 'qa',
      dispatch: 'D-001',
    })
    const other = { agent_id: 'zzz' }
    expect((await judged(project, 'pre-tool-use-bash-qms-subagent', other)).said).toBeNull()
  })

  it.each([
    'cd src && qms status CR-001',
    'qms status CR-001; env',
    'qms status CR-001 | head',
    'qms status $(env)',
    'qms status "$(env)"',
    'qms status CR-001 > src/code.txt',
    'qms status CR-001 &',
    'PATH=/tmp qms status CR-001',
    './qms status CR-001',
    'qms review CR-001 --comment "$QMS_TOKEN"',
    'qms ei run CR-001 EI-1 -- env',
  ])('bears none beside another command: %s', async (command) => {
    const project = await sitting()
    expect((await judged(project, 'pre-tool-use-bash-qms', bash(command))).said).toBeNull()
  })

  it.each(['qms inbox 2>&1', "qms review CR-001 --recommend --comment 'a; b > c'", 'qms inbox 2>/dev/null'])(
    'bears one: %s',
    async (command) => {
      const project = await sitting()
      expect(await rewritten(project, 'pre-tool-use-bash-qms', bash(command))).toContain(`; ${command}`)
    },
  )

  it('bears none where no session is open', async () => {
    expect((await judged(await inReview(), 'pre-tool-use-bash-qms')).said).toBeNull()
  })
})

describe('an agent inside of a tool', () => {
  it('is told its task when it begins, is held once without a verdict, and ends on record', async () => {
    const project = await sitting()
    await judged(project, 'pre-tool-use-agent')
    const start = await fire(project, 'subagent-start', fixture(`${CLAUDE}subagent-start`, project))
    expect(start.said.additionalContext.split('\n')).toHaveLength(3)
    expect(start.said.additionalContext).toContain('qms packet CR-001')
    const held = await fire(project, 'subagent-stop', fixture(`${CLAUDE}subagent-stop`, project))
    expect(held.said).toMatchObject({
      decision: 'block',
      reason: expect.stringContaining('qms review CR-001'),
    })
    expect(system(project, 'dispatches')).toHaveLength(1)
    expect(
      (await fire(project, 'subagent-stop', fixture(`${CLAUDE}subagent-stop-again`, project))).said,
    ).toBeNull()
    expect(system(project, 'dispatches').at(-1)).toMatchObject({
      event: 'DISPATCH_END',
      outcome: 'no_verdict',
      instance: 'a7f3c21b9',
    })
  })

  it('is ended on record whatever it is called by, and by no name that the record does not take', async () => {
    const project = await sitting()
    await judged(project, 'pre-tool-use-agent')
    const agent_id = 'a'.repeat(5000)
    await fire(project, 'subagent-start', fixture(`${CLAUDE}subagent-start`, project, { agent_id }))
    await fire(project, 'subagent-stop', fixture(`${CLAUDE}subagent-stop-again`, project, { agent_id }))
    expect(system(project, 'dispatches').at(-1)).toMatchObject({ event: 'DISPATCH_END' })
    expect(system(project, 'dispatches').at(-1)).not.toHaveProperty('instance')
    expect(await project.ok('session show -u claude')).toContain('S-001')
  })

  it('ends at once with its verdict', async () => {
    const project = await sitting()
    await judged(project, 'pre-tool-use-agent')
    await fire(project, 'subagent-start', fixture(`${CLAUDE}subagent-start`, project))
    await project.ok('packet CR-001 -u qa')
    await project.ok('review CR-001 --recommend --comment Read -u qa')
    expect((await fire(project, 'subagent-stop', fixture(`${CLAUDE}subagent-stop`, project))).said).toBeNull()
    expect(system(project, 'dispatches').at(-1)).toMatchObject({ event: 'DISPATCH_END', outcome: 'verdict' })
    expect((await fire(project, 'subagent-stop', fixture(`${CLAUDE}subagent-stop`, project))).said).toBeNull()
    expect(system(project, 'dispatches')).toHaveLength(2)
  })

  it('that was not called is told so, and noted; others are none of ours', async () => {
    const project = await sitting()
    const { said } = await fire(project, 'subagent-start', fixture(`${CLAUDE}subagent-start`, project))
    expect(said.additionalContext).toContain('not called through qms')
    expect(attempts(project)).toMatchObject([{ kind: 'spawn', user: 'claude', agent: 'qa' }])
    const other = fixture(`${CLAUDE}subagent-start`, project, { agent_type: 'Explore' })
    expect((await fire(project, 'subagent-start', other)).said).toBeNull()
    expect((await fire(project, 'subagent-stop', fixture(`${CLAUDE}subagent-stop`, project))).said).toBeNull()
  })
})

describe('the orchestrator', () => {
  it('is reminded of its session, of what is open, and of the rules; nobody inside of it is', async () => {
    const project = await sitting()
    await judged(project, 'pre-tool-use-agent')
    const { said } = await fire(
      project,
      'user-prompt-submit',
      fixture(`${CLAUDE}user-prompt-submit`, project),
    )
    expect(said.hookEventName).toBe('UserPromptSubmit')
    expect(said.additionalContext).toContain('Session S-001 of claude')
    expect(said.additionalContext).toContain('Under way: D-001, qa, review of CR-001 0.1')
    expect(said.additionalContext).toContain('CR-001 0.1 IN_PRE_REVIEW, asks qa')
    expect(said.additionalContext.match(/^\d\. /gm)).toHaveLength(3)
    const inside = fixture(`${CLAUDE}user-prompt-submit-subagent`, project)
    expect((await fire(project, 'user-prompt-submit', inside)).said).toBeNull()
  })

  it('is told where its state is when it has lost it', async () => {
    const project = await sitting()
    const start = async (name: string) =>
      (await fire(project, 'session-start', fixture(CLAUDE + name, project))).said.additionalContext
    expect(await start('session-start-compact')).toContain('qms session show S-001')
    expect(await start('session-start-startup')).not.toContain('qms session show')
  })

  it('is known by its conversation where others sit, too', async () => {
    const project = await sitting()
    await fire(project, 'session-start', fixture(`${CLAUDE}session-start-startup`, project))
    await project.ok('session start -u lead')
    await denied(project, 'pre-tool-use-write')
    expect(attempts(project)).toMatchObject([{ user: 'claude', session: 'S-001' }])
    await denied(project, 'pre-tool-use-write', { session_id: 'another' })
    expect(attempts(project)).toHaveLength(1)
  })
})
