/** `qms doctor --backend`: the same trials for every backend, here against the stand-ins, as a user runs them against the tools. */
import { writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folder, initialised, type Project, repository } from '../support/cli.ts'
import { Stage } from './support.ts'

const LIVE = [
  'backend-begins',
  'backend-verdict',
  'backend-goes-on',
  'backend-unknown-session',
  'backend-time-limit',
]
const LOOK = ['backend-trust', 'backend-program', 'backend-definitions']

const OWN = {
  start: ['agent', 'start', '{fresh}', '{agent}'],
  resume: ['agent', 'resume', '{instance}', '{agent}'],
}

interface Found {
  readonly name: string
  readonly group: string
  readonly state: string
  readonly summary: string
  readonly findings: readonly { readonly found: string; readonly code: string | null }[]
}

const look = async (
  project: Project,
  line: string,
  env: NodeJS.ProcessEnv,
  exit = 0,
): Promise<Record<string, Found>> => {
  const said = await project.run(`doctor --backend ${line} --json`, { env })
  expect({ err: said.err, exit: said.code }).toEqual({ err: '', exit })
  const checks = JSON.parse(said.out).result.checks as Found[]
  return Object.fromEntries(checks.map((check) => [check.name, check]))
}

const statesOf = (checks: Record<string, Found>) =>
  Object.fromEntries(Object.entries(checks).map(([name, { state }]) => [name, state]))

const fine = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, 'ok']))

/** A project in which every backend can be called, and what its stand-in does. */
const ready = async (stage: Stage): Promise<{ project: Project; env: NodeJS.ProcessEnv }> => {
  const project = await initialised()
  const env = { ...ENV(stage), XDG_STATE_HOME: folder('state') }
  const value = JSON.stringify({ roles: { qa: 'own' }, commands: { own: OWN } })
  await project.ok(['config', 'backends', value, '-u', 'lead'], { env })
  await project.ok('config trust own --yes', { env })
  return { project, env }
}

const ENV = ({ env }: Stage): NodeJS.ProcessEnv => {
  const { PATH, STAND_IN_FOLDER, STAND_IN_SCENARIO } = env
  return { PATH, STAND_IN_FOLDER, STAND_IN_SCENARIO }
}

describe.each(['claude', 'codex', 'gemini', 'own'])('%s', (name) => {
  it('is looked at without being called', async () => {
    const stage = new Stage()
    const { project, env } = await ready(stage)
    const before = project.everything()
    const checks = await look(project, name, env)
    expect(statesOf(checks)).toEqual(fine(LOOK))
    expect(checks['backend-program']?.summary).toContain(stage.bin)
    expect(checks['backend-definitions']?.summary).toBe(name === 'own' ? '1 agent' : '0 agents')
    expect(project.everything()).toEqual(before)
  })

  it('does what is asked of every backend', async () => {
    const stage = new Stage([
      { do: 'recommend', agent: 'qa', task: 'review' },
      { do: 'nothing' },
      { do: 'hang' },
    ])
    const { project, env } = await ready(stage)
    const before = project.everything()
    const checks = await look(project, `${name} --live`, env)
    expect(statesOf(checks)).toEqual(fine([...LOOK, ...LIVE]))
    expect(project.everything()).toEqual(before)
  })

  it('is found out where it does not', async () => {
    const { project, env } = await ready(new Stage([{ do: 'nothing' }, { do: 'api' }, { do: 'crash' }]))
    const checks = await look(project, `${name} --live`, env, 6)
    expect(statesOf(checks)).toMatchObject({
      'backend-begins': 'ok',
      'backend-verdict': 'warning',
      'backend-goes-on': 'problem',
      'backend-time-limit': 'problem',
    })
    const broken = await ready(new Stage([{ do: 'no-result' }]))
    const first = await look(broken.project, `${name} --live`, broken.env, 6)
    expect(first['backend-begins']?.findings[0]?.found).toContain('NO_ANSWER')
    expect(first['backend-goes-on']).toBeUndefined()
  })
})

describe('a backend that cannot be called', () => {
  const bare = { PATH: [folder('empty'), '/usr/bin', '/bin'].join(delimiter) }

  it('has no program, or one in the project', async () => {
    const project = await initialised()
    const missing = (await look(project, 'gemini', bare, 6))['backend-program']
    expect(missing).toMatchObject({ state: 'problem', findings: [{ code: 'NOT_STARTED' }] })
    const own = new Stage()
    project.write('bin/claude', '#!/bin/sh\n')
    project.git('update-index', '--add', 'bin/claude')
    writeFileSync(project.path('bin/claude'), '#!/bin/sh\necho 9.9.9\n', { mode: 0o755 })
    const { PATH } = bare
    const shadowed = { PATH: [project.path('bin'), PATH].join(delimiter) }
    const inside = (await look(project, 'claude --live', shadowed, 6))['backend-program']
    expect(inside).toMatchObject({ state: 'problem', findings: [{ code: 'NOT_STARTED' }] })
    const both = { ...ENV(own), PATH: [project.path('bin'), own.env.PATH].join(delimiter) }
    const found = (await look(project, 'claude', both))['backend-program']
    expect(found?.summary).toBe(`claude 2.1.329, ${join(own.bin, 'claude')}`)
  })

  it('is not trusted, not known, or not to be seen outside of a project', async () => {
    const project = await initialised()
    await project.ok(['config', 'backends', JSON.stringify({ commands: { own: OWN } }), '-u', 'lead'])
    const stage = new Stage()
    const env = { ...ENV(stage), XDG_STATE_HOME: folder('state') }
    const checks = await look(project, 'own --live', env, 6)
    expect(checks['backend-trust']).toMatchObject({ findings: [{ code: 'UNTRUSTED_COMMAND' }] })
    expect(Object.keys(checks)).toEqual(['backend-trust'])
    await project.refused('doctor --backend none', 'BAD_VALUE', { env })
    await project.refused('doctor --live', 'USAGE', { env })
    expect(statesOf(await look(repository(), 'claude', env))).toEqual(fine(LOOK))
  })

  it('is told on a terminal with what to do next', async () => {
    const project = await initialised()
    const said = await project.run('doctor --backend gemini', { env: bare })
    expect(said.code).toBe(6)
    expect(said.out).toContain('backend-program')
    expect(said.out).toContain('qms config backends')
  })
})
