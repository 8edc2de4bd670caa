/**
 * A change record from its first draft to CLOSED where every verdict is that of an agent that was called: it reads its
 * packet and runs `qms` under its own token. Source: SOP-007; design of agents.
 */
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Stage, type Step } from '../backends/support.ts'
import { answered, BIN, initialised, type Project } from '../support/cli.ts'

const BACKENDS = {
  default: 'scripted',
  commands: {
    scripted: {
      start: ['agent', 'start', '{fresh}', '{agent}'],
      resume: ['agent', 'resume', '{instance}', '{agent}'],
    },
  },
}

/** A project whose agents are scripted, its orchestrator in a session, under the policy that agents prove who they are. */
class Sitting {
  readonly project: Project
  readonly stage: Stage
  #token = ''

  private constructor(project: Project, stage: Stage) {
    this.project = project
    this.stage = stage
  }

  static async begin(steps: readonly Step[], identity = 'verified'): Promise<Sitting> {
    const sitting = new Sitting(await initialised(), new Stage(steps))
    const { project, stage } = sitting
    await project.ok(['config', 'backends', JSON.stringify(BACKENDS), '-u', 'lead'])
    await project.ok('config trust scripted --yes', { env: stage.env })
    if (identity !== 'declared') await project.ok(`policy set identity ${identity} -u lead`)
    const { result } = await project.json('session start --export -u claude')
    sitting.#token = result.token
    return sitting
  }

  get how() {
    return { env: { ...this.stage.env, QMS_TOKEN: this.#token } }
  }

  /** As the orchestrator; gives what was printed. */
  async $(line: string, exit = 0): Promise<string> {
    const said = await this.project.run(line, this.how)
    expect({ line, exit: said.code, err: exit === 0 ? '' : said.err, out: said.out }).toMatchObject({
      line,
      exit,
    })
    return said.out
  }

  /** As the orchestrator; the answer of `--json`. */
  async ask(line: string) {
    const said = await this.project.run(`${line} --json`, this.how)
    return JSON.parse(said.out)
  }

  async status(id: string): Promise<string> {
    return (await this.ask(`status ${id}`)).result.document.status
  }

  /** A record of the orchestrator, checked in. */
  async draft(title = 'Limit login attempts'): Promise<void> {
    await this.$(`create CR --title "${title}"`)
    this.project.edit('claude', 'CR-001', answered)
    await this.$('checkin CR-001')
  }

  events(record: string): Record<string, unknown>[] {
    return this.project.trail(`_system/${record}`)
  }
}

const OBJECTION = 'Section 8 names no acceptance limit.'
const ALL: readonly Step[] = [
  { agent: 'qa', task: 'review', do: 'request-updates', comment: OBJECTION },
  ...['review', 'approval', 'review', 'approval'].map((task) => ({
    agent: 'qa',
    task,
    do: task === 'review' ? 'recommend' : 'approve',
    comment: 'Read it all.',
  })),
]

/** The orchestrator corrects what was asked for. */
const correct = async (s: Sitting): Promise<void> => {
  expect(await s.$('comments CR-001')).toContain(OBJECTION)
  await s.$('checkout CR-001')
  s.project.edit('claude', 'CR-001', (text) =>
    text.replace('## 8. Testing Summary\n\n- as agreed', '## 8. Testing Summary\n\n- six attempts a minute'),
  )
  await s.$('checkin CR-001')
}

const execute = async (s: Sitting): Promise<void> => {
  await s.$('release CR-001')
  const { items } = (await s.ask('ei list CR-001')).result
  for (const { item } of items) await s.$(`ei pass CR-001 ${item} --summary "Done as planned"`)
  await s.$('summarise CR-001 --text "The limit is in force."')
}

// Verifies: REQ-QMS-951, REQ-QMS-953, REQ-QMS-954
describe('agents that are called', () => {
  it('review and approve a change record from DRAFT to CLOSED, the same qa all along', async () => {
    const s = await Sitting.begin(ALL)
    await s.draft()
    const asked = await s.ask('route CR-001 --review --spawn')
    expect(asked.result).toMatchObject({
      called: [
        { agent: 'qa', outcome: 'verdict', verdict: 'UPDATES_REQUIRED', resumed: false, refused: null },
      ],
      document: { status: 'PRE_REVIEWED' },
    })
    await correct(s)
    expect((await s.ask('route CR-001 --review --spawn')).result.called[0]).toMatchObject({ resumed: true })
    await s.$('route CR-001 --approval --spawn')
    expect(await s.status('CR-001')).toBe('PRE_APPROVED')
    await execute(s)
    await s.$('route CR-001 --review --spawn')
    await s.$('route CR-001 --approval --spawn')
    await s.$('close CR-001')
    expect(await s.status('CR-001')).toBe('CLOSED')
    everyVerdictWasCalledFor(s)
    oneInstance(s)
    await s.$('audit')
  })

  it('past the rules nothing goes: what was tried is refused, and the audit names it', async () => {
    const s = await Sitting.begin(ALL)
    await s.draft()
    await s.$('route CR-001 --review')
    await s.$('review CR-001 --recommend --comment "Looks good" -u qa', 4)
    await s.$('agent spawn qa --doc CR-001 --fresh', 1)
    expect(await s.status('CR-001')).toBe('IN_PRE_REVIEW')
    await s.$('agent spawn qa --doc CR-001')
    expect(s.events('incidents').map((e) => [e.event, e.user, e.kind ?? e.claimed])).toEqual([
      ['IDENTITY_MISMATCH', 'claude', 'qa'],
      ['ATTEMPT', 'claude', 'second_agent'],
    ])
    const told = await s.$('audit --sop SOP-007')
    for (const word of ['D-001', 'qa', 'claude', 'S-001']) expect(told).toContain(word)
    const { result } = await s.ask('audit --sop SOP-007')
    const codes = result.findings.map((f: { code: string }) => f.code)
    expect(codes).toEqual(expect.arrayContaining(['IDENTITY_MISMATCHED', 'ATTEMPT_PAST_RULES']))
    await s.$('audit --sop SOP-007 --strict', 6)
    await s.$('audit')
  })

  it('an agent that says nothing is told of, and goes on when it is called again', async () => {
    const s = await Sitting.begin([
      { agent: 'qa', do: 'packet' },
      { agent: 'qa', do: 'crash' },
      { agent: 'qa', do: 'recommend' },
    ])
    await s.draft()
    await s.$('route CR-001 --review')
    const silent = await s.ask('agent spawn qa --doc CR-001')
    expect(silent.error).toMatchObject({ code: 'AGENT_FAILED', details: { outcome: 'no_verdict' } })
    const broken = await s.ask('agent spawn qa --doc CR-001')
    expect(broken.error).toMatchObject({ code: 'AGENT_FAILED', details: { outcome: 'failed' } })
    const done = await s.ask('agent spawn qa --doc CR-001')
    expect(done.result).toMatchObject({ dispatch: 'D-003', resumed: true, outcome: 'verdict' })
    expect((await s.ask('agent stats')).result.all).toMatchObject({
      dispatches: 3,
      outcomes: { verdict: 1, no_verdict: 1, failed: 1 },
    })
  })

  it('a verdict of before is none of now, and a program that is not there is told of', async () => {
    const s = await Sitting.begin([
      { agent: 'qa', do: 'recommend' },
      { agent: 'qa', do: 'packet' },
    ])
    await s.draft()
    await s.$('route CR-001 --review --spawn')
    await s.$('route CR-001 --approval')
    const silent = await s.ask('agent spawn qa --doc CR-001')
    expect(silent.error).toMatchObject({ code: 'AGENT_FAILED', details: { outcome: 'no_verdict' } })
    const none = { env: { ...s.how.env, PATH: s.stage.bare } }
    const said = await s.project.run('agent spawn qa --doc CR-001 --json', none)
    const { error } = JSON.parse(said.out)
    expect(error).toMatchObject({ code: 'AGENT_FAILED', details: { outcome: 'failed' } })
    expect(error.message).toContain('could not be started')
    expect(s.events('dispatches').filter((e) => e.event === 'DISPATCH_END')).toHaveLength(3)
  })

  it.skipIf(!existsSync('/proc/self/cmdline'))(
    'a call that was killed is ended on record by the next one',
    async () => {
      const s = await Sitting.begin([
        { agent: 'qa', do: 'hang' },
        { agent: 'qa', do: 'recommend' },
      ])
      await s.draft()
      await s.$('route CR-001 --review')
      const words = [BIN, 'agent', 'spawn', 'qa', '--doc', 'CR-001']
      const caller = spawn(process.execPath, words, { cwd: s.project.root, env: s.how.env, stdio: 'ignore' })
      await expect.poll(() => agentsOf(s).length, { timeout: 30_000 }).toBe(1)
      const refused = await s.ask('agent spawn qa --doc CR-001')
      expect(refused.error.details.unmet).toMatchObject([{ gate: 'oneAtATime' }])
      caller.kill('SIGKILL')
      for (const pid of agentsOf(s)) process.kill(pid, 'SIGKILL')
      await expect.poll(() => agentsOf(s).length, { timeout: 30_000 }).toBe(0)
      const done = await s.ask('agent spawn qa --doc CR-001')
      expect(done.result).toMatchObject({ dispatch: 'D-002', outcome: 'verdict' })
      expect(s.events('dispatches').map((e) => [e.event, e.dispatch, e.outcome])).toEqual([
        ['DISPATCH', 'D-001', undefined],
        ['DISPATCH_END', 'D-001', 'interrupted'],
        ['DISPATCH', 'D-002', undefined],
        ['DISPATCH_END', 'D-002', 'verdict'],
      ])
      await s.$('audit')
    },
  )

  it.skipIf(process.platform !== 'linux')(
    'a call that was killed leaves what its agent is known by, and the next one goes on with it',
    async () => {
      const s = await Sitting.begin([
        { agent: 'qa', do: 'stay' },
        { agent: 'qa', do: 'recommend' },
      ])
      await s.draft()
      await s.$('route CR-001 --review')
      const words = [BIN, 'agent', 'spawn', 'qa', '--doc', 'CR-001']
      const caller = spawn(process.execPath, words, { cwd: s.project.root, env: s.how.env, stdio: 'ignore' })
      const shown = async () => (await s.ask('session show')).result
      await expect.poll(async () => (await shown()).agents[0]?.instance ?? null, WHILE).not.toBeNull()
      const working = await shown()
      expect(working).toMatchObject({ open: ['D-001'], gone: [], awaited: [{ dispatch: 'D-001' }] })
      caller.kill('SIGKILL')
      for (const pid of agentsOf(s)) process.kill(pid, 'SIGKILL')
      await expect.poll(async () => (await shown()).gone, WHILE).toEqual(['D-001'])
      const left = await shown()
      expect(left).toMatchObject({ open: [], agents: working.agents, awaited: [{ dispatch: null }] })
      expect(await s.$('session show')).toContain('qms agent spawn qa --doc CR-001 -u claude')
      const { instance } = left.agents[0]
      const done = await s.ask('agent spawn qa --doc CR-001')
      expect(done.result).toMatchObject({ dispatch: 'D-002', outcome: 'verdict', resumed: true })
      expect(s.events('dispatches').slice(1)).toMatchObject([
        { event: 'DISPATCH_END', dispatch: 'D-001', outcome: 'interrupted', instance },
        { event: 'DISPATCH', dispatch: 'D-002', instance },
        { event: 'DISPATCH_END', dispatch: 'D-002', instance },
      ])
      expect(await shown()).toMatchObject({ open: [], gone: [] })
      await s.$('audit')
    },
  )

  it('what this user cannot keep is refused before anything is on record', async () => {
    const s = await Sitting.begin([], 'declared')
    await s.project.ok(['config', 'backends', '{"default": "claude"}', '-u', 'lead'])
    await s.draft()
    await s.$('route CR-001 --review')
    const unnamed = await s.project.json('session show S-009')
    expect(unnamed.error.next).toContain('qms session start -u NAME')
    const second = await s.project.json('session start -u claude')
    expect(second.error.next).toContain('qms session show S-001')
    const before = s.project.everything()
    writeFileSync(join(s.stage.kept, 'state'), '')
    const env = { ...s.stage.env, XDG_STATE_HOME: join(s.stage.kept, 'state') }
    const { error } = await s.project.json('agent spawn qa --doc CR-001 -u claude', { env })
    expect(error).toMatchObject({ code: 'IO' })
    expect(s.project.everything()).toEqual(before)
    expect(await s.$('session end')).toContain('qms agent stats')
  })

  it('an end that cannot be put on record keeps no verdict back, and the next call says it', async () => {
    const s = await Sitting.begin([], 'declared')
    const own = { default: 'own', commands: { own: { start: ['locker', '{fresh}'] } } }
    await s.project.ok(['config', 'backends', JSON.stringify(own), '-u', 'lead'])
    await s.project.ok('config trust own --yes', { env: s.stage.env })
    writeFileSync(join(s.stage.bin, 'locker'), LOCKER, { mode: 0o755 })
    await s.draft()
    await s.$('route CR-001 --review')
    const done = await s.ask('agent spawn qa --doc CR-001')
    expect(done.result).toMatchObject({ verdict: 'RECOMMEND', warnings: ['END_UNRECORDED'] })
    expect(s.events('dispatches')).toHaveLength(1)
    rmSync(join(s.project.root, '.git/refs/heads/main.lock'), { force: true })
    expect((await s.ask('session show')).result).toMatchObject({ open: [], gone: ['D-001'] })
    await s.$('route CR-001 --approval')
    await s.$('agent spawn qa --doc CR-001')
    expect(s.events('dispatches').map((e) => [e.event, e.dispatch, e.outcome])).toEqual([
      ['DISPATCH', 'D-001', undefined],
      ['DISPATCH_END', 'D-001', 'verdict'],
      ['DISPATCH', 'D-002', undefined],
      ['DISPATCH_END', 'D-002', 'verdict'],
    ])
    await s.$('audit')
  })

  it('a dry run shows the whole prompt and the command line, and calls nobody', async () => {
    const s = await Sitting.begin(ALL)
    await s.draft()
    await s.$('route CR-001 --review')
    const before = s.project.everything()
    const { result } = await s.ask('agent spawn qa --doc CR-001 --dry-run')
    expect(result).toMatchObject({ dryRun: true, outcome: null, task: 'review' })
    expect(result.command.slice(0, 2)).toEqual(['agent', 'start'])
    expect(result.prompt).toMatch(/^You are qa[\s\S]*CR-001/)
    expect(s.project.everything()).toEqual(before)
  })

  it('one that is left to work is on record at once, and ends by itself', async () => {
    const s = await Sitting.begin(ALL)
    await s.draft()
    await s.$('route CR-001 --review')
    const { result } = await s.ask('agent spawn qa --doc CR-001 --detach')
    expect(result.dispatch).toBe('D-001')
    await expect.poll(() => s.events('dispatches').length, { timeout: 40_000 }).toBe(2)
    expect(s.events('dispatches')[1]).toMatchObject({ event: 'DISPATCH_END', outcome: 'verdict' })
    const refused = await s.ask('agent spawn qa --doc CR-001 --detach')
    expect(refused.error.code).toBe('GATE')
  })
})

/** Gives its verdict, and then holds the branch, as a git that never ends does; once. */
const LOCKER = `#!/bin/sh
cat > /dev/null
echo "I read it."
qms packet CR-001 > /dev/null
qms approve CR-001 && exit
qms review CR-001 --recommend --comment "Read it."
: > .git/refs/heads/main.lock
echo '{"said": "done"}'
`

/** As long as it takes. */
const WHILE = { timeout: 30_000 }

/** Numbers of the processes of stand-ins. A zombie has no words. */
const agentsOf = (s: Sitting): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && wordsOf(name).includes(`${s.stage.bin}/agent`))
    .map(Number)

const wordsOf = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return '' // it has ended
  }
}

/** Each verdict names its dispatch, which was for it, and the packet that it was given on. */
const everyVerdictWasCalledFor = (s: Sitting): void => {
  const dispatches = new Map(s.events('dispatches').map((e) => [`${e.event} ${e.dispatch}`, e]))
  const verdicts = s.project
    .trail('CR/CR-001')
    .filter((e) => ['REVIEW', 'APPROVE', 'REJECT'].includes(String(e.event)))
  expect(verdicts).toHaveLength(5)
  for (const verdict of verdicts) {
    expect(verdict).toMatchObject({ user: 'qa', packet: expect.stringMatching(/^[0-9a-f]{64}$/) })
    const dispatch = dispatches.get(`DISPATCH ${verdict.dispatch}`)
    expect(dispatch).toMatchObject({
      user: 'claude',
      agent: 'qa',
      content: verdict.content,
      round: verdict.round,
    })
    expect(dispatches.get(`DISPATCH_END ${verdict.dispatch}`)).toMatchObject({ outcome: 'verdict' })
  }
}

/** One agent served, under the name that its backend gave at first. */
const oneInstance = (s: Sitting): void => {
  const [first, ...others] = s.events('dispatches').filter((e) => e.event === 'DISPATCH')
  const names = new Set(s.events('dispatches').flatMap((e) => (e.instance ? [String(e.instance)] : [])))
  expect(first).not.toHaveProperty('instance')
  expect(names.size).toBe(1)
  expect(others.every((e) => names.has(String(e.instance)))).toBe(true)
}
