/** Hooks of agent tools, looked at as strictly as the tools read them, and fired as the tools fire them. */
import { chmodSync } from 'node:fs'
import { afterEach, beforeEach, expect, it } from 'vitest'
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
