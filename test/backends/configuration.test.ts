/** Which backend runs which agent: the key `backends`, and the programs of a project that its user agreed to. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type AgentTools, backendFor, backendNamed } from '../../src/app/agents/backends.ts'
import { trustCommand } from '../../src/app/agents/trust.ts'
import { BACKEND_DEFAULTS, type BackendSettings, backendNameFor } from '../../src/app/backend-settings.ts'
import { readConfiguration } from '../../src/app/configuration.ts'
import type { Caller } from '../../src/app/qms.ts'
import { makeBackend } from '../../src/backends/backends.ts'
import { digest } from '../../src/compose.ts'
import type { QmsError } from '../../src/errors.ts'
import { DiskTrust } from '../../src/store/trust.ts'
import { BIN, folder, initialised, launch, lead, type Project, setConfiguration } from '../support/cli.ts'
import { hasTerminal } from '../support/pty.ts'

const OWN = { own: { start: ['agent', 'start', '{fresh}'], resume: ['agent', 'resume', '{instance}'] } }

const configured = async (value: unknown): Promise<Project> => {
  const project = await initialised()
  await project.ok(['config', 'backends', JSON.stringify(value), '-u', 'lead'])
  return project
}

const settingsOf = (project: Project): Promise<BackendSettings> =>
  project.use(async (qms) => (await readConfiguration(await qms.store.snapshot())).backends)

describe('the key backends', () => {
  it('is claude for everybody where it is absent', async () => {
    const settings = await settingsOf(await initialised())
    expect(settings).toEqual(BACKEND_DEFAULTS)
    expect(backendNameFor(settings, 'qa')).toBe('claude')
    expect(backendNameFor(settings, 'constructor')).toBe('claude')
  })

  it('names a backend for each agent, and keeps its other parts as they are', async () => {
    const project = await configured({ default: 'codex', roles: { qa: 'own' }, commands: OWN, idle: 60 })
    const settings = await settingsOf(project)
    expect(settings).toMatchObject({ idle: 60, timeout: BACKEND_DEFAULTS.timeout, commands: OWN })
    expect([backendNameFor(settings, 'qa'), backendNameFor(settings, 'tu_api')]).toEqual(['own', 'codex'])
    const shown = (await project.json('config backends')).result.settings[0]
    expect(shown).toMatchObject({ key: 'backends', from: 'qms.config.json' })
    expect(JSON.parse(shown.value)).toEqual({
      default: 'codex',
      roles: { qa: 'own' },
      commands: OWN,
      idle: 60,
    })
  })

  it.each([
    ['claude'],
    ['[]'],
    ['null'],
    ['{"default": "own"}'],
    ['{"roles": {"qa": "own"}}'],
    ['{"commands": {"claude": {"start": ["x"]}}}'],
    ['{"commands": {"own": {"start": []}}}'],
    ['{"commands": {"own": {"start": [""]}}}'],
    ['{"commands": {"own": {"start": "agent"}}}'],
    ['{"commands": {"own": {"start": ["x"], "resumes": ["x"]}}}'],
    ['{"commands": {"../own": {"start": ["x"]}}}'],
    ['{"defualt": "claude"}'],
    ['{"default": "claude", "default": "codex"}'],
    ['{"timeout": 0}'],
    ['{"parallel": 1.5}'],
  ])('is not %s', async (value) => {
    const project = await initialised()
    const before = project.read('qms.config.json')
    const error = await project.denied('BAD_VALUE', (qms) => setConfiguration(qms, lead, 'backends', value))
    expect(error.facts).toMatchObject({ name: 'backends', expected: expect.stringContaining('parallel') })
    expect(project.read('qms.config.json')).toBe(before)
  })

  it('is for the administrator to set, and its event has it as it was typed', async () => {
    const project = await initialised()
    await project.refused(['config', 'backends', '{"default":"codex"}', '-u', 'claude'], 'NOT_ALLOWED')
    await project.ok(['config', 'backends', '{"default":"codex"}', '-u', 'lead'])
    const last = project.trail('_system/policy').at(-1)
    expect(last).toMatchObject({ event: 'CONFIG_SET', key: 'backends', value: '{"default":"codex"}' })
  })
})

// Verifies: REQ-QMS-902
describe('a command of the project', () => {
  const tools = (project: Project): Pick<AgentTools, 'trust' | 'make'> => ({
    trust: new DiskTrust(project.path('.git'), project.path('../state')),
    make: makeBackend,
  })
  const refusal = (work: () => unknown): unknown => {
    try {
      work()
      return null
    } catch (error) {
      return { code: (error as QmsError).code, facts: (error as QmsError).facts }
    }
  }
  const agree = async (): Promise<boolean> => true

  it('is not run before its user agreed to exactly these words', async () => {
    const project = await configured({ default: 'own', commands: OWN })
    const { trust, make } = { ...tools(project), trust: new DiskTrust(project.path('.git'), folder('state')) }
    const choose = async () => {
      const settings = await settingsOf(project)
      return backendFor(settings, 'qa', { trust, make }, digest)
    }
    await expect(choose()).rejects.toMatchObject({
      code: 'UNTRUSTED_COMMAND',
      facts: { backend: 'own', command: JSON.stringify(OWN.own) },
    })
    await project.use((qms) => trustCommand(qms, {}, trust, 'own', agree))
    expect((await choose()).name).toBe('own')
    const changed = { own: { ...OWN.own, resume: ['agent', 'resume', '--fast', '{instance}'] } }
    const value = JSON.stringify({ default: 'own', commands: changed })
    await project.use((qms) => setConfiguration(qms, lead, 'backends', value))
    await expect(choose()).rejects.toMatchObject({ code: 'UNTRUSTED_COMMAND' })
    const less = JSON.stringify({ default: 'own', commands: { own: { start: OWN.own.start } } })
    await project.use((qms) => setConfiguration(qms, lead, 'backends', less))
    await expect(choose()).rejects.toMatchObject({ code: 'UNTRUSTED_COMMAND' })
  })

  it('is trusted in this clone alone, and by its own name', async () => {
    const state = folder('state')
    const project = await configured({ commands: { ...OWN, other: OWN.own } })
    const trust = new DiskTrust(project.path('.git'), state)
    await project.use((qms) => trustCommand(qms, {}, trust, 'own', agree))
    const settings = await settingsOf(project)
    expect(backendNamed(settings, 'own', { trust, make: makeBackend }, digest).name).toBe('own')
    const elsewhere = new DiskTrust((await initialised()).path('.git'), state)
    for (const [name, by] of [
      ['own', elsewhere],
      ['other', trust],
    ] as const)
      expect(
        refusal(() => backendNamed(settings, name, { trust: by, make: makeBackend }, digest)),
      ).toMatchObject({
        code: 'UNTRUSTED_COMMAND',
      })
    expect(refusal(() => backendNamed(settings, 'none', { trust, make: makeBackend }, digest))).toMatchObject(
      {
        code: 'BAD_VALUE',
      },
    )
  })

  it('is not trusted where what was kept cannot be read', async () => {
    const state = folder('state')
    const project = await configured({ commands: OWN })
    const trust = new DiskTrust(project.path('.git'), state)
    await project.use((qms) => trustCommand(qms, {}, trust, 'own', agree))
    const [name = ''] = readdirSync(join(state, 'trust'))
    const file = join(state, 'trust', name)
    const kept = readFileSync(file, 'utf8')
    expect(trust.list()).toHaveLength(1)
    for (const text of [
      '',
      '{',
      '[]',
      'null',
      kept.replace('"format":1', '"format":2'),
      kept.replace('"at"', '"to"'),
    ]) {
      writeFileSync(file, text)
      expect({ text, trusted: trust.list() }).toEqual({ text, trusted: [] })
    }
  })

  it('is not for an agent to trust', async () => {
    const project = await configured({ commands: OWN })
    const trust = new DiskTrust(project.path('.git'), folder('state'))
    const caller = { actor: 'qa', by: 'token' } as Caller
    await project.denied('NOT_ALLOWED', (qms) => trustCommand(qms, { caller }, trust, 'own', agree))
    await project.denied('NOT_ALLOWED', (qms) => trustCommand(qms, { user: 'claude' }, trust, 'own', agree))
    expect(trust.list()).toEqual([])
    await project.use((qms) =>
      trustCommand(qms, { caller: { ...caller, actor: 'lead' } }, trust, 'own', agree),
    )
    expect(trust.list()).toHaveLength(1)
  })
})

describe('qms config trust', () => {
  it('shows the words, and takes them where somebody says that they were read', async () => {
    const project = await configured({ commands: OWN })
    const env = { XDG_STATE_HOME: folder('state') }
    const state = async () => (await project.json('config trust', { env })).result.commands[0].state
    await project.refused('config trust own', 'USAGE', { env })
    expect(await project.ok('config trust own --dry-run', { env })).toContain('  agent start "{fresh}"')
    expect(await state()).toBe('untrusted')
    expect(await project.ok('config trust own --yes', { env })).toContain('own is trusted on this machine.')
    expect(await state()).toBe('trusted')
    await project.ok(['config', 'backends', '{"commands":{"own":{"start":["agent"]}}}', '-u', 'lead'], {
      env,
    })
    expect(await state()).toBe('changed')
    await project.ok(['config', 'backends', '{}', '-u', 'lead'], { env })
    expect(await state()).toBe('gone')
    await project.ok('config trust own --remove', { env })
    expect((await project.json('config trust --list', { env })).result.commands).toEqual([])
    await project.refused('config trust own --remove', 'BAD_VALUE', { env })
    await project.refused('config trust own --yes', 'BAD_VALUE', { env })
    await project.refused('config trust --yes', 'USAGE', { env })
  })

  it('keeps nothing in the repository', async () => {
    const project = await configured({ commands: OWN })
    const before = project.everything()
    const env = { XDG_STATE_HOME: folder('state') }
    await project.ok('config trust own --yes', { env })
    expect(project.everything()).toEqual(before)
    expect(existsSync(join(env.XDG_STATE_HOME, 'qms/trust'))).toBe(true)
  })
})

const TRUST = `'${process.execPath}' '${BIN}' config trust own`

describe.skipIf(!hasTerminal)('on a terminal (skipped where there is no script of util-linux)', () => {
  /** What is typed when the question has been asked, as people do. */
  const typed = async (project: Project, keys: string, env: NodeJS.ProcessEnv) => {
    const script = `(sleep 3; printf '${keys}'; sleep 1) | script -qec "${TRUST}; echo code \\$?" /dev/null`
    const said = await launch('sh', ['-c', script], { cwd: project.root, env: { TERM: 'xterm', ...env } })
    return said.out.replaceAll('\r\n', '\n')
  }

  it.each([
    ['y\\n', 'code 0', 'trusted'],
    ['no\\n', 'code 2', 'untrusted'],
    ['\\n', 'code 2', 'untrusted'],
    ['\\004', 'code 2', 'untrusted'],
  ])('%j to the question is %s', async (keys, code, state) => {
    const project = await configured({ commands: OWN })
    const env = { XDG_STATE_HOME: folder('state') }
    const out = await typed(project, keys, env)
    expect(out).toContain('agent start "{fresh}"')
    expect(out).toContain('Run it on this machine?')
    expect(out).toContain(code)
    expect((await project.json('config trust', { env })).result.commands[0].state).toBe(state)
  })
})
