/** The backend `command`: any program, called by the words of the configuration, its answer judged strictly. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { AgentEnd, ProgramEnd } from '../../src/agents/backend.ts'
import { DELAYS, retryAfter } from '../../src/agents/retry.ts'
import { commandBackend } from '../../src/backends/command.ts'
import { trouble } from '../../src/backends/words.ts'
import { folder } from '../support/cli.ts'
import { askFor, called, Stage } from './support.ts'

const backend = commandBackend('own', {
  start: ['agent', 'start', '{fresh}', '{agent}'],
  resume: ['agent', 'resume', '{instance}', '{agent}'],
})
const root = folder('project')
const ask = askFor(root)
const ended: ProgramEnd = { exit: 0, signal: null, late: null }

/** What is made of these lines. */
const heard = (
  lines: readonly string[],
  end: Partial<ProgramEnd> = {},
  errors: readonly string[] = [],
): AgentEnd => {
  const listener = backend.listener(ask)
  for (const line of lines) listener.hear('stdout', line)
  for (const line of errors) listener.hear('stderr', line)
  return listener.end({ ...ended, ...end })
}
const codeOf = (...of: Parameters<typeof heard>) => heard(...of).trouble?.code ?? null

describe('how it is called', () => {
  it('has whole words replaced, never a part of one', () => {
    const own = commandBackend('own', {
      start: ['x', '{agent}', '--in={folder}', '{folder}', '{fresh}', '{other}'],
    })
    expect(own.invocation(ask)).toEqual({
      command: ['x', 'qa', '--in={folder}', root, ask.fresh, '{other}'],
      input: ask.prompt,
      env: {},
    })
  })

  it('begins by one list of words and goes on by the other, or by the same where there is none', () => {
    expect(backend.invocation({ ...ask, instance: 'i-1' }).command).toEqual(['agent', 'resume', 'i-1', 'qa'])
    const one = commandBackend('own', { start: ['x', '{instance}'] })
    expect(one.invocation(ask).command).toEqual(['x', ask.fresh])
    expect(one.invocation({ ...ask, instance: 'i-1' }).command).toEqual(['x', 'i-1'])
  })
})

describe('its answer', () => {
  it('is the last line', () => {
    const line = '{"instance":"i-1","turns":3,"tokens":10,"cost":0.5,"said":"Done.\\nAll.","tool":"x 1"}'
    expect(heard(['thinking', line, ''])).toEqual({
      trouble: null,
      instance: 'i-1',
      tool: 'x 1',
      turns: 3,
      tokens: 10,
      cost: 0.5,
      denied: [],
      said: 'Done. All.',
    })
    expect(heard(['{}'])).toMatchObject({ trouble: null, instance: ask.fresh, turns: null, said: null })
  })

  it('is shown but for the answer itself', () => {
    const listener = backend.listener(ask)
    expect(listener.hear('stdout', 'reading \u001b[1mCR-001\u001b[0m')).toBe('reading CR-001')
    expect(listener.hear('stdout', '{"said": "x"}')).toBeNull()
  })

  it.each([
    ['{"turns": "3"}', 'UNREADABLE_ANSWER'],
    ['{"turns": -1}', 'UNREADABLE_ANSWER'],
    ['{"cost": null}', 'UNREADABLE_ANSWER'],
    ['[]', 'UNREADABLE_ANSWER'],
    ['{"said": "x"', 'UNREADABLE_ANSWER'],
    ['{"error": {"code": "MADE_UP", "words": "x"}}', 'UNREADABLE_ANSWER'],
    ['{"error": {"words": "x"}}', 'UNKNOWN'],
    ['{"error": {"code": "LIMIT", "words": "x"}}', 'LIMIT'],
    ['{"denied": ["Bash"]}', 'DENIED'],
    ['', 'NO_ANSWER'],
  ])('%s is %s', (line, code) => {
    expect(codeOf([line])).toBe(code)
  })

  it('says less than how the program ended', () => {
    const fine = ['{"said": "x"}']
    expect(codeOf(fine, { exit: 1 })).toBe('UNKNOWN')
    expect(codeOf([], { exit: 1 }, ['connect ECONNREFUSED 127.0.0.1'])).toBe('API')
    expect(codeOf([], { exit: 1 }, ['429 Too Many Requests'])).toBe('OVERLOADED')
    expect(codeOf(fine, { exit: null, signal: 'SIGKILL' })).toBe('KILLED')
    expect(codeOf(fine, { exit: null, signal: 'SIGTERM', late: 'time' })).toBe('TIMEOUT')
    expect(heard([], { exit: null, signal: 'SIGTERM', late: 'silence' }).trouble).toMatchObject({
      code: 'SILENT',
      transient: true,
    })
  })
})

describe('called again', () => {
  it('is what is transient alone, at most twice', () => {
    const passing = trouble('OVERLOADED', 'busy', true)
    expect([1, 2, 3].map((n) => retryAfter(passing, n))).toEqual([...DELAYS, null])
    expect(retryAfter(trouble('LIMIT', 'turns'), 1)).toBeNull()
    expect(retryAfter(null, 1)).toBeNull()
  })

  it('is an agent that goes on where it had begun, and its numbers are added up', async () => {
    const stage = new Stage([{ do: 'overloaded' }, { do: 'api' }, { do: 'nothing' }])
    const { end, attempts, program } = await called(stage, backend, ask, { delays: [1, 1] })
    expect({ attempts, exit: program.exit }).toEqual({ attempts: 3, exit: 0 })
    expect(end).toMatchObject({ trouble: null, tokens: 100, said: 'I have nothing to say. Call 3.' })
    expect(stage.logged).toContain(`"resume","${ask.fresh}","qa"`)
  })

  it('is nobody who has done what was asked, or whose time would be over', async () => {
    const done = new Stage([{ do: 'overloaded' }, { do: 'nothing' }])
    const isDone = async (): Promise<boolean> => true
    expect((await called(done, backend, ask, { delays: [1], isDone })).attempts).toBe(1)
    const late = new Stage([{ do: 'overloaded' }, { do: 'nothing' }])
    const limits = { time: 5_000, idle: 5_000 }
    expect((await called(late, backend, ask, { delays: [60_000], limits })).attempts).toBe(1)
  })
})

describe('a program that is run', () => {
  it('begins, goes on and knows it', async () => {
    const stage = new Stage([{ do: 'nothing' }, { do: 'nothing' }])
    const first = (await called(stage, backend, ask)).end
    expect(first).toMatchObject({
      trouble: null,
      instance: ask.fresh,
      tool: 'agent 1.0.0',
      turns: 1,
      tokens: 100,
      said: 'I have nothing to say. Call 1.',
    })
    const second = (await called(stage, backend, { ...ask, instance: first.instance })).end
    expect(second.said).toBe('I have nothing to say. Call 2.')
    expect(stage.logged).toContain(`"start","${ask.fresh}","qa"]`)
  })

  it.each([
    ['crash', 'UNKNOWN', 'the agent program broke'],
    ['no-result', 'NO_ANSWER', 'it wrote nothing'],
    ['unreadable', 'UNREADABLE_ANSWER', '{"instance": 5}'],
    ['deny', 'DENIED', 'Bash'],
    ['auth', 'NOT_AUTHENTICATED', 'not logged in'],
    ['limit', 'LIMIT', 'too many turns'],
  ])('that does %s fails as %s', async (what, code, words) => {
    const { end } = await called(new Stage([{ do: what }]), backend, ask, { delays: [1] })
    expect(end.trouble).toEqual({ code, words, transient: false })
  })

  it('is ended by its limits', async () => {
    const limits = { time: 20_000, idle: 800 }
    const silent = (await called(new Stage([{ do: 'hang' }]), backend, ask, { limits })).end
    expect(silent.trouble?.code).toBe('SILENT')
    const late = { time: 800, idle: 20_000 }
    const over = (await called(new Stage([{ do: 'reconnecting' }]), backend, ask, { limits: late })).end
    expect(over.trouble?.code).toBe('TIMEOUT')
  })

  it('does not get its token into the log', async () => {
    const stage = new Stage([{ do: 'leak' }])
    const shown: string[] = []
    await called(stage, backend, ask, {
      secrets: { QMS_TOKEN: 'tok-1234567' },
      show: (line) => shown.push(line),
    })
    expect(shown).toContain('token [masked]')
    expect(readFileSync(join(stage.kept, 'logs/run.log'), 'utf8')).not.toContain('tok-1234567')
  })
})
