/** claude, codex and gemini, each against a stand-in that speaks as the tool was seen to: how it is called, and what its ends mean. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Backend } from '../../src/agents/backend.ts'
import { claude } from '../../src/backends/claude.ts'
import { codex } from '../../src/backends/codex.ts'
import { gemini } from '../../src/backends/gemini.ts'
import { repository } from '../support/cli.ts'
import { askFor, called, Stage } from './support.ts'

const { root } = repository()
const PATIENCE = { time: 30_000, idle: 20_000 }
const limited = { time: 20_000, idle: 1_500 }

const commandOf = (backend: Backend, more = {}) => backend.invocation(askFor(root, more)).command.join(' ')

describe('how each is called', () => {
  it('claude: reads, and runs this program; nothing asks anybody', () => {
    const fresh = crypto.randomUUID()
    const common =
      '--permission-mode dontAsk --tools Read,Grep,Glob,Bash --allowedTools Read,Grep,Glob,Bash(qms:*)'
    const head = 'claude -p --output-format stream-json --verbose'
    expect(commandOf(claude, { fresh })).toBe(`${head} --session-id ${fresh} ${common}`)
    const definition = '.claude/agents/qa.md'
    expect(commandOf(claude, { instance: 'i-1', definition })).toBe(
      `${head} --resume i-1 --agent qa ${common}`,
    )
    expect(commandOf(claude, { instance: 'i-1', definition: 'agents/qa.md' })).not.toContain('--agent')
    expect(claude.invocation(askFor(root))).toMatchObject({
      input: askFor(root).prompt,
      env: { CLAUDE_CODE_MAX_SUBAGENT_SPAWN_DEPTH: '1', CLAUDECODE: null },
    })
  })

  it('codex: what concerns every call stands before resume, and git can be written', () => {
    const head = `codex exec -s workspace-write --json -C ${root}`
    expect(commandOf(codex)).toBe(`${head} -`)
    expect(commandOf(codex, { instance: 't-1', writes: ['/a/.git', '/b c'] })).toBe(
      `${head} -c sandbox_workspace_write.writable_roots=["/a/.git","/b c"] resume t-1 -`,
    )
  })

  it('gemini: the prompt is an argument, and standard input empty', () => {
    const ask = askFor(root)
    const { command, input } = gemini.invocation(ask)
    expect(command.slice(0, 7)).toEqual([
      ...['gemini', '-p', ask.prompt, '-o', 'stream-json', '--session-id', ask.fresh],
    ])
    expect(command).toContain('--skip-trust')
    expect(input).toBe('')
    expect(commandOf(gemini, { instance: 'i-1' })).toContain(' -r i-1 ')
  })
})

interface Expected {
  readonly tool: string
  readonly turns: readonly [number | null, number | null]
  readonly tokens: number
  readonly cost: number | null
}

const ALL: readonly (readonly [Backend, Expected])[] = [
  [claude, { tool: 'claude 2.1.329', turns: [1, 1], tokens: 1000, cost: 0.25 }],
  [codex, { tool: 'codex 0.169.0', turns: [1, 1], tokens: 500, cost: null }],
  [gemini, { tool: 'gemini 0.61.0', turns: [null, null], tokens: 300, cost: null }],
]

describe.each(ALL)('$name', (backend, expected) => {
  it('begins, goes on, and says what this call has used', async () => {
    const stage = new Stage([{ do: 'nothing' }, { do: 'nothing' }, { do: 'nothing' }])
    const ask = askFor(root)
    const { end: first } = await called(stage, backend, ask)
    const { tool, turns, tokens, cost } = expected
    expect(first).toMatchObject({ trouble: null, tool, turns: turns[0], tokens, cost, denied: [] })
    expect(first.said).toBe('I have nothing to say. Call 1.')
    const { instance } = first
    expect(instance).toMatch(/^[0-9a-f-]{36}$/)
    const before = { tokens, cost }
    const { end: second } = await called(stage, backend, { ...ask, instance, before })
    expect(second).toMatchObject({ trouble: null, instance, turns: turns[1], tokens, cost })
    expect(second.said).toBe('I have nothing to say. Call 2.')
    const { end: third } = await called(stage, backend, { ...ask, instance })
    // What is not known of the calls before cannot be taken away.
    expect(third.tokens).toBe(backend === gemini ? tokens : null)
    expect(third.cost).toBeNull()
  })

  it('does not go on with what is not there', async () => {
    const ask = askFor(root, { instance: crypto.randomUUID() })
    const { end, attempts } = await called(new Stage([{ do: 'nothing' }]), backend, ask, { delays: [1] })
    expect(end.trouble).toMatchObject({ code: 'NO_SUCH_SESSION', transient: false })
    expect(attempts).toBe(1)
  })

  it.each([
    ['crash', 'UNKNOWN', false],
    ['no-result', 'NO_ANSWER', false],
    ['unreadable', 'UNREADABLE_ANSWER', false],
    ['deny', 'DENIED', false],
    ['overloaded', 'OVERLOADED', true],
    ['api', 'API', true],
    ['auth', 'NOT_AUTHENTICATED', false],
    ['limit', 'LIMIT', false],
  ])('%s is %s', async (what, code, transient) => {
    const { end } = await called(new Stage([{ do: what }]), backend, askFor(root), { limits: PATIENCE })
    expect(end.trouble).toMatchObject({ code, transient })
    expect(end.trouble?.words).not.toBe('')
    if (what === 'deny') expect(end.denied).toHaveLength(1)
  })

  it('is ended where it says nothing, or only that it waits for its service', async () => {
    const silent = await called(new Stage([{ do: 'hang' }]), backend, askFor(root), { limits: limited })
    expect(silent.end.trouble).toMatchObject({ code: 'SILENT', transient: true })
    expect(silent.program).toMatchObject({ exit: null, late: 'silence' })
    const waiting = await called(new Stage([{ do: 'reconnecting' }]), backend, askFor(root), {
      limits: limited,
    })
    expect(waiting.end.trouble).toMatchObject({ code: 'API', transient: true })
    expect(waiting.program.late).toBe('silence')
  })

  it('is shown while it works', async () => {
    const shown: string[] = []
    const steps = [{ do: 'run', run: ['status'] }]
    await called(new Stage(steps), backend, askFor(root), { show: (line) => shown.push(line) })
    expect(shown.join('\n')).toContain('qms status')
  })
})

describe('claude alone', () => {
  it('is told apart by its words where it wrote nothing else', async () => {
    const stage = new Stage([{ do: 'nothing' }, { do: 'nothing' }])
    const ask = askFor(root)
    await called(stage, claude, ask)
    const { end } = await called(stage, claude, ask)
    expect(end.trouble).toMatchObject({ code: 'SESSION_IN_USE', words: expect.stringContaining(ask.fresh) })
    const again = await called(stage, claude, ask, { delays: [1] })
    expect(again).toMatchObject({ attempts: 2, end: { trouble: null } })
  })

  it.each([
    ['odd-result', 'UNREADABLE_ANSWER'],
    ['api-0', 'API'],
  ])('%s is %s, though it ends with 0', async (what, code) => {
    const { end, program } = await called(new Stage([{ do: what }]), claude, askFor(root))
    expect({ exit: program.exit, code: end.trouble?.code }).toEqual({ exit: 0, code })
  })

  it('works inside of itself, and as an agent that is defined', async () => {
    mkdirSync(join(root, '.claude/agents'), { recursive: true })
    writeFileSync(join(root, '.claude/agents/qa.md'), '---\nname: qa\ndescription: Judges.\n---\n')
    const stage = new Stage([{ do: 'nothing' }])
    const before = process.env.CLAUDECODE
    process.env.CLAUDECODE = '1'
    try {
      const ask = askFor(root, { definition: '.claude/agents/qa.md' })
      expect((await called(stage, claude, ask)).end.trouble).toBeNull()
    } finally {
      if (before === undefined) delete process.env.CLAUDECODE
      else process.env.CLAUDECODE = before
    }
  })
})

describe('folders that are not trusted', () => {
  it.each([[codex], [gemini]])('are said to be', async (backend) => {
    const { end } = await called(new Stage([{ do: 'untrusted' }]), backend, askFor(root))
    expect(end.trouble).toMatchObject({ code: 'UNTRUSTED_FOLDER', transient: false })
  })

  it('are those without git, for codex', async () => {
    const elsewhere = new Stage([{ do: 'nothing' }])
    expect(existsSync(join(elsewhere.kept, '.git'))).toBe(false)
    const { end } = await called(elsewhere, codex, askFor(elsewhere.kept))
    expect(end.trouble?.code).toBe('UNTRUSTED_FOLDER')
  })
})
