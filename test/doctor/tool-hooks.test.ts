/** Hooks of agent tools, looked at as strictly as the tools read them, and fired as the tools fire them. */
import { chmodSync } from 'node:fs'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { toolHooks } from '../../src/app/doctor/checks/tool-hooks.ts'
import { examine } from '../../src/compose.ts'
import { BIN, folder, initialised, Project } from '../support/cli.ts'
import { amiss } from './look.ts'

const SETTINGS = '.claude/settings.json'
const PATH = process.env.PATH

/** A folder on the PATH with a program of that name. */
const onPath = (script: string): void => {
  const place = new Project(folder('bin'))
  place.write('qms', `#!/bin/sh\n${script}\n`)
  chmodSync(place.path('qms'), 0o755)
  process.env.PATH = `${place.root}:${PATH}`
}

beforeEach(() => onPath(`exec '${process.execPath}' '${BIN}' "$@"`))
afterEach(() => {
  process.env.PATH = PATH
})

it('is content with none, and with hooks that refuse what they must, and leaves no trace', async () => {
  const p = await initialised()
  expect(await amiss(p, 'tool-hooks')).toEqual([])
  for (const tool of ['claude', 'codex', 'gemini']) await p.ok(`hooks install --agent ${tool}`)
  await p.ok('session start -u claude')
  const before = p.everything()
  expect(await amiss(p, 'tool-hooks')).toEqual([])
  expect(p.everything()).toEqual(before)
})

it('names a mistake that takes all hooks out, what is missing, and what is disabled', async () => {
  const p = await initialised()
  await p.ok('hooks install --agent claude')
  const text = p.read(SETTINGS)
  p.write(SETTINGS, text.replace('"type": "command"', '"kind": "command"'))
  expect(await amiss(p, 'tool-hooks')).toMatchObject([{ state: 'problem', about: SETTINGS }])
  p.write(SETTINGS, text.replace('"SubagentStop"', '"Stop"'))
  expect(await amiss(p, 'tool-hooks')).toMatchObject([
    {
      state: 'warning',
      found: expect.stringContaining('SubagentStop'),
      next: ['qms hooks install --agent claude'],
    },
  ])
  p.write(SETTINGS, text)
  p.write('.claude/settings.local.json', '{"disableAllHooks": true}')
  expect(await amiss(p, 'tool-hooks')).toMatchObject([
    { state: 'problem', about: '.claude/settings.local.json' },
  ])
})

it('names a guard that lets everything through, or is not there', async () => {
  const p = await initialised()
  await p.ok('hooks install --agent claude')
  onPath('exit 0')
  expect(await amiss(p, 'tool-hooks')).toMatchObject([
    { state: 'problem', found: expect.stringContaining('exit 0') },
  ])
  onPath('exit 127')
  expect(await amiss(p, 'tool-hooks')).toMatchObject([
    { state: 'problem', found: expect.stringContaining('exit 2') },
  ])
})

describe('what is said', () => {
  let project: Project
  const OUT = { claude: SETTINGS, codex: '.codex/hooks.json' }
  const LOCAL = '.claude/settings.local.json'
  const texts: Record<string, string> = {}
  beforeAll(async () => {
    project = await initialised()
    for (const tool of ['claude', 'codex'] as const) {
      await project.ok(`hooks install --agent ${tool}`)
      texts[tool] = project.read(OUT[tool])
      project.write(OUT[tool], '{}')
    }
  })
  afterEach(() => {
    for (const path of [SETTINGS, OUT.codex, LOCAL]) project.write(path, '{}')
  })

  /** Of this check alone. */
  const said = async () => {
    const { patient, close } = await examine(project.root)
    try {
      const { summary, findings } = await toolHooks.examine(patient)
      return { summary, findings: findings.map((f) => `${f.state} ${f.about}: ${f.found}`) }
    } finally {
      await close()
    }
  }
  const denial = (decision: string, reason: string): string =>
    `echo '{"hookSpecificOutput":{"permissionDecision":"${decision}","permissionDecisionReason":"${reason}"}}'`

  it.each<[string, 'claude' | 'codex', string, string | null]>([
    ['a refusal', 'claude', denial('deny', 'it cannot be read'), null],
    [
      'a refusal that ends with a fault',
      'claude',
      `${denial('deny', 'it cannot be read')}; exit 1`,
      'exit 2: {',
    ],
    ['a refusal for another reason', 'claude', denial('deny', 'no'), 'exit 0: {'],
    ['no refusal', 'claude', denial('allow', 'it cannot be read'), 'exit 0: {'],
    ['a complaint', 'claude', 'echo out; echo unknown hook >&2', 'exit 0: unknown hook'],
    ['a refusal', 'codex', 'echo it cannot be read >&2; exit 2', null],
    ['a refusal for another reason', 'codex', 'exit 127', 'exit 2'],
    ['words alone', 'codex', 'echo it cannot be read >&2', 'exit 0: it cannot be read'],
  ])('of %s of a guard of %s', async (_, tool, script, found) => {
    project.write(OUT[tool], texts[tool] ?? '')
    onPath(script)
    const { findings } = await said()
    const expected = `problem ${OUT[tool]}: PreToolUse answers a call that it must refuse with ${found}`
    expect(findings).toEqual(found === null ? [] : [expect.stringContaining(expected)])
  })

  it('of a mistake where none of ours are, and of settings that only look like it', async () => {
    project.write(OUT.codex, '{"hooks": []}')
    project.write(LOCAL, '{"disableAllHooks": true}')
    expect(await said()).toEqual({
      summary: 'none of qms',
      findings: [`warning ${OUT.codex}: hooks is no object`],
    })
  })

  it('of hooks that are written otherwise, taken out, or beside settings that cannot be read', async () => {
    onPath(denial('deny', 'it cannot be read'))
    const own = texts.claude ?? ''
    project.write(SETTINGS, own.replace('"timeout": 60', '"timeout": 1'))
    project.write(LOCAL, '{"disableAllHooks": false}')
    expect(await said()).toEqual({
      summary: '5 hooks of qms',
      findings: [`warning ${SETTINGS}: missing, or written otherwise: PreToolUse`],
    })
    project.write(SETTINGS, JSON.stringify({ ...JSON.parse(own), disableAllHooks: true }))
    project.write(LOCAL, '{')
    expect((await said()).findings).toEqual([
      `problem ${SETTINGS}: disableAllHooks is true`,
      expect.stringContaining(`problem ${LOCAL}: it is not JSON`),
    ])
  })
})
