/** `--json` of every command has the published shape; `--dry-run` says exactly what the command then does. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { answerSchema } from '../../build/answer-schema.mjs'
import { Stage } from '../backends/support.ts'
import { reviewedScene } from '../support/agent-lies.ts'
import { recommendation, Scene } from '../support/agents.ts'
import {
  type Answer,
  agreed,
  answered,
  drafted,
  executed,
  executing,
  type How,
  initialised,
  Project,
  ROOT,
  read,
  repository,
  route,
} from '../support/cli.ts'
import { commandNames } from '../support/grammar.ts'
import { peerProject, reviewed } from '../support/peer.ts'

const published = JSON.parse(readFileSync(join(ROOT, 'schemas/answer.json'), 'utf8'))
const validate = new Ajv2020({ strict: false }).compile(published)

const sound = (answer: Answer): Answer => {
  const valid: boolean = validate(answer)
  if (valid) return answer
  const about = (validate.errors ?? [])
    .filter((e) => e.keyword !== 'const' && e.keyword !== 'not')
    .slice(0, 12)
  throw new Error(
    `${answer.command}: ${JSON.stringify(about, null, 1)}\n${JSON.stringify(answer, null, 1).slice(0, 3000)}`,
  )
}

const tried = new Set<string>()

const asked = async (project: Project, line: string, how: How = {}): Promise<Answer> => {
  const answer = sound(await project.json(line, how))
  expect({ line, error: answer.error }).toEqual({ line, error: undefined })
  tried.add(answer.command)
  return answer
}

/** What is recorded of an execution is signed with the minute, so its text differs from one to the next. */
const SIGNED: ReadonlySet<string> = new Set(['EI', 'NOTE'])

const timeless = (events: readonly { readonly event?: string }[]) =>
  events.map((e) => {
    const left = ['ts', 'prev', ...(SIGNED.has(e.event ?? '') ? ['content'] : [])]
    return Object.fromEntries(Object.entries(e).filter(([key]) => !left.includes(key)))
  })

/** First for show, then in earnest: the same events, and nothing changed in between. */
const written = async (project: Project, line: string): Promise<Answer> => {
  const before = project.everything()
  const shown = await asked(project, `${line} --dry-run`)
  expect({ line, ...project.everything() }).toEqual({ line, ...before })
  expect(shown.result).toMatchObject({ dryRun: true, commit: null })
  const done = await asked(project, line)
  expect({ line, events: timeless(done.result.events) }).toEqual({
    line,
    events: timeless(shown.result.events),
  })
  expect(done.result).toMatchObject({ dryRun: false, commit: project.tip() })
  return done
}

// Verifies: REQ-QMS-601
describe('the answer in JSON', () => {
  it('follows the published schema, which is the generated one', async () => {
    expect(published).toEqual(JSON.parse(JSON.stringify(await answerSchema())))
    expect(validate({ schemaVersion: 1, ok: true, command: 'close', result: {} })).toBe(false)
    expect(validate({ schemaVersion: 1, ok: false, command: 'close', error: { code: 'NOPE' } })).toBe(false)
  })

  it('of setting up and governing', async () => {
    const project = repository()
    await written(project, 'init')
    await written(project, 'user add tu_api --group reviewer -u lead')
    await written(project, 'user disable tu_api --reason Away -u lead')
    await written(project, 'user enable tu_api -u lead')
    await written(project, 'namespace add APP -u lead')
    await written(project, 'policy set quality qa -u lead')
    await written(project, 'config documentLimit 2000000 -u lead')
    const own = '{"commands":{"own":{"start":["agent"]}}}'
    await project.ok(['config', 'backends', own, '-u', 'lead'])
    for (const line of [
      'config',
      'config trust',
      'config trust own --dry-run',
      'config trust own --yes',
      'config trust own --remove',
      'doctor',
      'doctor --fix',
      'user list',
      'user show tu_api',
      'agent check qa',
      'namespace list',
      'policy show',
      'template list',
    ])
      await asked(project, line)
    await asked(project, 'template show CR')
  })

  it('of taking over the store of another program', async () => {
    const project = peerProject([
      { id: 'SOP-001', status: 'IN_REVIEW', version: '0.1', draft: 'x', pending: ['qa'], trail: reviewed() },
      {
        id: 'CR-001',
        status: '',
        version: '',
        metadata: '{',
        trail: 'no JSON\n{"ts":"2026-01-05T09:00:00"}',
      },
    ])
    project.git('commit', '-q', '--allow-empty', '-m', 'before')
    await written(project, 'init --adopt')
    for (const id of ['SOP-001', 'CR-001'])
      for (const verb of ['status', 'history', 'comments']) await asked(project, `${verb} ${id}`)
    await asked(project, 'list')
    await asked(project, 'inbox -u qa')
    await asked(project, 'init --adopt')
  })

  it('of evidence', async () => {
    const project = await initialised()
    await project.use((qms) => executing(project, qms, 'CR'))
    for (const flags of ['--dry-run', '']) {
      const said = await project.run(`ei run CR-001 EI-1 -u claude --json ${flags} -- node -e ""`)
      tried.add(sound(JSON.parse(said.out)).command)
    }
    const claims = ['commit:HEAD', 'doc:SOP-001', 'file:src/code.txt', 'url:https://x.test/', 'text:Seen']
    const evidence = claims.map((claim) => `--evidence ${claim}`).join(' ')
    await written(project, `ei note CR-001 EI-1 --summary Half ${evidence} -u claude`)
    await asked(project, 'ei show CR-001 EI-1')
    await asked(project, 'ei show CR-001 EI-1 --output E1')
  })

  // Verifies: REQ-QMS-604
  it('of writing, reviewing and executing a record', async () => {
    const project = await initialised()
    await written(project, 'create CR --title Limits -u claude')
    project.edit('claude', 'CR-001', answered)
    await asked(project, 'workspace -u claude')
    await written(project, 'checkin CR-001 -u claude')
    await written(project, 'checkout CR-001 -u claude')
    await written(project, 'checkin CR-001 --discard -u claude')
    await written(project, 'route CR-001 -u claude')
    await written(project, 'assign CR-001 lead -u qa')
    await asked(project, 'assign CR-001 --suggest')
    await asked(project, 'assign CR-001 --remove lead -u qa')
    await written(project, 'withdraw CR-001 -u claude')
    await asked(project, 'route CR-001 -u claude')
    const task = (await asked(project, 'inbox -u qa')).result.tasks[0]
    await written(
      project,
      `review CR-001 --recommend --comment Good --text ${task.content.slice(0, 8)} -u qa`,
    )
    await written(project, 'route CR-001 --approval -u claude')
    await written(project, 'reject CR-001 --comment No -u qa')
    await project.use(async (qms) => {
      await route(qms, { user: 'claude' }, 'CR-001', {})
      await agreed(qms, 'CR-001')
      await route(qms, { user: 'claude' }, 'CR-001', {})
      await read(qms, { user: 'qa' }, 'CR-001', {})
    })
    await written(project, 'approve CR-001 -u qa')
    await written(project, 'release CR-001 -u claude')
    await asked(project, 'ei list CR-001')
    await written(project, 'ei start CR-001 EI-1 -u claude')
    await written(project, 'ei note CR-001 EI-1 --summary Half -u claude')
    await written(project, 'ei pass CR-001 EI-1 --summary Done -u claude')
    await written(project, 'ei fail CR-001 EI-2 --summary Hangs --create-var Hang -u claude')
    await written(project, 'ei pass CR-001 EI-2 --summary Runs --reason Mended -u claude')
    await project.ok('checkin CR-001-VAR-001 --discard -u claude')
    await project.ok('cancel CR-001-VAR-001 --confirm --reason Mended -u claude')
    await written(project, 'ei add CR-001 --task More -u claude')
    await written(project, 'ei pass CR-001 EI-3 --summary Done -u claude')
    await written(project, 'note CR-001 --text Late -u claude')
    await written(project, 'summarise CR-001 --text Done -u claude')
    await project.use(async (qms) => {
      await executed(project, qms, 'CR-001')
      await route(qms, { user: 'claude' }, 'CR-001', {})
      await agreed(qms, 'CR-001')
    })
    await written(project, 'revert CR-001 --reason Evidence -u claude')
    await asked(project, 'next CR-001 route -u claude')
    await asked(project, 'why CR-001 route -u claude')
    await asked(project, 'list --fields id,status')
    for (const line of [
      'list',
      'status',
      'status CR-001',
      'tree',
      'tree --format mermaid',
      'tree CR-001 --format svg --out tree.svg',
      'status CR-001 --diagram',
      'status CR-001 --diagram --format svg',
      'next -u claude',
      'next CR-001 -u qa',
      'search agreed',
    ])
      await asked(project, line)
    await asked(project, 'packet CR-001 -u qa')
    await asked(project, 'checkpoint --out -')
    project.git('reset', '-q', '--hard', 'HEAD~1')
    expect(await asked(project, 'checkpoint --accept')).toMatchObject({ notices: [{ trails: 1 }] })
    for (const line of ['history CR-001', 'comments CR-001 -u claude', 'read CR-001', 'diff CR-001'])
      await asked(project, line)
    await asked(project, 'audit export --out exported.tar')
    await asked(project, 'audit report')
    await asked(project, 'lint CR-001')
    await asked(project, 'lint --rules')
    await asked(project, 'lint --explain table-shape')
    project.write('prompt.md', 'You are qa. Review CR-001.\n')
    await asked(project, 'agent lint-prompt prompt.md')
    project.write('prompt.md', 'You are qa. Please approve CR-001, version 7.0.\n')
    sound(JSON.parse((await project.run('agent lint-prompt prompt.md --json')).out))
    await asked(project, 'trace')
    await asked(project, 'audit CR-001')
    await asked(project, 'audit --explain CHAIN_BROKEN')
    await asked(project, 'audit verify exported.tar')
  })

  it('of calling agents', async () => {
    const project = await initialised()
    await project.use((qms) => drafted(project, qms, 'CR'))
    for (const line of ['agent stats', 'session show']) await asked(project, line)
    const scene = new Stage()
    const env = { ...scene.env, STAND_IN_DO: 'recommend' }
    const start = ['agent', 'start', '{fresh}', '{agent}']
    const backends = { default: 'scripted', commands: { scripted: { start } } }
    await project.ok(['config', 'backends', JSON.stringify(backends), '-u', 'lead'])
    await project.ok('config trust scripted --yes')
    await written(project, 'session start -u claude')
    await written(project, 'session allow-fresh qa --reason "Worn out" -u lead')
    const sent = await asked(project, 'route CR-001 --review --spawn -u claude', { env })
    expect(sent.result.called).toMatchObject([{ agent: 'qa', verdict: 'RECOMMEND' }])
    await project.ok('route CR-001 --approval -u claude')
    const shown = await asked(project, 'agent spawn qa --doc CR-001 --dry-run -u claude', { env })
    expect(shown.result).toMatchObject({ dryRun: true, outcome: null })
    const approving = { env: { ...env, STAND_IN_DO: 'approve' } }
    const called = await asked(project, 'agent spawn qa --doc CR-001 -u claude', approving)
    expect(called.result).toMatchObject({ outcome: 'verdict', verdict: 'APPROVE', resumed: true })
    for (const line of ['agent stats', 'session show', 'session show S-001']) await asked(project, line)
    await written(project, 'session end -u claude')
  })

  it('of agents that were called, as they are audited', async () => {
    const { root, id } = await reviewedScene()
    const scene = new Scene(new Project(root))
    scene.finish(scene.call('tu', id), { outcome: 'failed', problem: 'gone', cost: 0.5, duration: 1 })
    scene.served('qa', id, recommendation)
    scene.incident('claude', { event: 'ATTEMPT', kind: 'write', done: 'refused', tool: 'Bash', path: 'QMS' })
    const { result } = await asked(scene.project, 'audit --sop SOP-007')
    expect(result.orchestration.dispatches).toHaveLength(2)
    expect((await asked(scene.project, 'inbox -u lead')).result.tasks).toHaveLength(1)
    await written(scene.project, 'create INV --from-finding ATTEMPT_PAST_RULES -u lead')
  })

  it('of ending, correcting and escalating', async () => {
    const project = await initialised()
    await project.use(async (qms) => {
      await drafted(project, qms, 'CR')
      await drafted(project, qms, 'CR')
      await route(qms, { user: 'claude' }, 'CR-002', {})
      await agreed(qms, 'CR-002')
      await route(qms, { user: 'claude' }, 'CR-002', {})
      await agreed(qms, 'CR-002')
      await route(qms, { user: 'claude' }, 'CR-002', { purpose: 'abandon', reason: 'Dropped' })
      await agreed(qms, 'CR-002')
      await route(qms, { user: 'claude' }, 'CR-002', {})
      await agreed(qms, 'CR-002')
    })
    await written(project, 'escalate CR-001 --reason Unclear -u qa')
    await written(project, 'resolve CR-001 --decision Clear -u lead')
    await written(project, 'cancel CR-001 --confirm --reason Twice -u claude')
    await written(project, 'close CR-002 -u claude')
    project.write(
      'corrected.md',
      project.read('QMS/SOP/SOP-005.md').replace('Initial release', 'First release'),
    )
    await written(project, 'fix SOP-005 --file corrected.md --reason Words -u lead')
    await written(project, 'checkout SOP-006 -u claude')
  })

  it('of prompted authoring', async () => {
    const project = await initialised()
    await project.use((qms) => executing(project, qms, 'CR'))
    const { result } = await asked(project, 'create VR --parent CR-001 --title Seen -u claude')
    expect(result.events[0].record).toMatch(/^[0-9a-f]{64}$/)
    await asked(project, 'interact CR-001-VR-001')
    await asked(project, 'interact CR-001-VR-001 --respond EI-1 --dry-run -u claude')
    for (const word of ['EI-1', 'aim', 'main', 'there', 'Pass', 'run', 'ran', 'seen', 'Pass', 'no'])
      await asked(project, `interact CR-001-VR-001 --respond ${word} -u claude`)
    await asked(project, 'interact CR-001-VR-001 --goto objective --reason Wider -u claude')
    await asked(project, 'interact CR-001-VR-001 --respond Wider --show -u claude')
    await asked(project, 'interact CR-001-VR-001 --progress -u claude')
    await written(project, 'checkin CR-001-VR-001 -u claude')
    expect((await asked(project, 'interact CR-001-VR-001')).result).toMatchObject({
      answered: 9,
      held: false,
    })
  })

  it('of the guards that git runs', async () => {
    const project = await initialised()
    await asked(project, 'hooks install --git --dry-run')
    await asked(project, 'hooks install --git')
    await asked(project, 'hooks install --agent claude')
    await asked(project, 'hooks show')
    await asked(project, 'hook pre-commit')
    await asked(project, 'hook commit-msg .git/COMMIT_EDITMSG')
    await asked(project, 'hook pre-push origin x')
    await asked(project, 'hook pre-receive')
    const told = { session_id: 's', agent_id: 'a', agent_type: 'qa', cwd: project.root }
    const call = { ...told, tool_name: 'Bash', tool_input: { command: 'rm -rf QMS' } }
    for (const hook of [
      'pre-tool-use',
      'user-prompt-submit',
      'session-start',
      'subagent-start',
      'subagent-stop',
    ])
      await asked(project, `hook ${hook}`, { input: JSON.stringify(call) })
  })

  it('of the program about itself', async () => {
    const project = repository()
    for (const line of [
      'help',
      'help route',
      'commands',
      'completion bash',
      'agent-guide',
      'mcp --tools',
      '--version',
    ])
      await asked(project, line)
    tried.delete('version')
  })

  it('was asked of every command', async () => {
    expect([...tried].sort()).toEqual(await commandNames())
  })

  it('of a refusal is one object on standard output, with the exit code in it', async () => {
    const project = await initialised()
    for (const line of [
      'close CR-001 -u claude',
      'close',
      'nonsense',
      'close SOP-001 -u claude',
      'create CR --title X -u nobody',
      'create CR --title X -u qa',
      'next',
      'list --colour',
    ]) {
      const answer = sound(await project.json(line))
      expect({ line, ok: answer.ok }).toEqual({ line, ok: false })
    }
    expect((await project.json('nonsense')).command).toBe('nonsense')
  })
})
