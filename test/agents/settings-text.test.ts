/** Settings of agent tools as texts: what a tool could not read, which hooks of ours are in them, and what stays beside. */
import { describe, expect, it } from 'vitest'
import type { AgentTool } from '../../src/agents/tool-call.ts'
import {
  HOOKS,
  isOurs,
  keepsHooks,
  readSettings,
  SETTINGS_FILE,
  serverIn,
  settingsText,
  statesOf,
  withHooks,
  withServer,
} from '../../src/agents/tool-settings.ts'

type Json = Record<string, unknown>
const theirs = { hooks: [{ type: 'command', command: './check.sh' }] }
const ours = (tool: AgentTool): Json => withHooks({}, HOOKS[tool])
const hooksIn = (json: Json) => json.hooks as Record<string, (typeof theirs)[]>
const states = (json: Json) => statesOf(json, 'claude').map(({ state }) => state)
const text = (json: Json): string => JSON.stringify(json)

describe('the hooks of each tool', () => {
  const lines = (tool: AgentTool) =>
    HOOKS[tool].map(({ event, command, timeout }) => `${event} ${timeout} ${command}`)

  it('stand in its own file, by its own events, in its own unit of time', () => {
    expect(SETTINGS_FILE).toEqual({
      claude: '.claude/settings.json',
      codex: '.codex/hooks.json',
      gemini: '.gemini/settings.json',
    })
    expect(lines('claude')).toEqual([
      'PreToolUse 60 qms hook pre-tool-use --tool claude || exit 2',
      'UserPromptSubmit 60 qms hook user-prompt-submit --tool claude',
      'SubagentStart 60 qms hook subagent-start --tool claude',
      'SubagentStop 60 qms hook subagent-stop --tool claude',
      'SessionStart 60 qms hook session-start --tool claude',
    ])
    expect(lines('codex')).toEqual([
      'PreToolUse 60 qms hook pre-tool-use --tool codex || exit 2',
      'UserPromptSubmit 60 qms hook user-prompt-submit --tool codex',
      'SessionStart 60 qms hook session-start --tool codex',
    ])
    expect(lines('gemini')).toEqual([
      'BeforeTool 60000 qms hook pre-tool-use --tool gemini || exit 2',
      'BeforeAgent 60000 qms hook user-prompt-submit --tool gemini',
      'SessionStart 60000 qms hook session-start --tool gemini',
    ])
  })

  it('are asked about every tool that writes, runs, or starts and tells agents', () => {
    expect(Object.values(HOOKS).flatMap((all) => all.flatMap(({ matcher }) => matcher ?? []))).toEqual([
      'Agent|Task|SendMessage|Workflow|Bash|Edit|Write|MultiEdit|NotebookEdit',
      'Bash|shell|local_shell|apply_patch|Edit|Write|spawn_agent|send_input',
      'run_shell_command|write_file|replace',
    ])
  })

  it.each([
    ['qms hook pre-tool-use', true],
    ['cd x; /usr/bin/qms hook session-start --tool claude', true],
    [`node './bin/qms.cjs' hook subagent-stop`, true],
    ['xqms hook pre-tool-use', false],
    ['qms hook session-starter', false],
    ['qms hook pre-push', false],
    [7, false],
  ])('%j is one of them: %s', (command, is) => expect(isOurs(command)).toBe(is))
})

describe('a file of settings', () => {
  it.each(['', ' \n'])('of %j is as good as none', (empty) =>
    expect(readSettings(empty)).toEqual({ json: {}, indent: '  ' }),
  )

  it.each([
    ['{"a": 1,}', /^it is not JSON/],
    ['[]', /^it is no JSON object/],
    ['null', /^it is no JSON object/],
    ['{"a": 1, "a": 2}', /^a key stands twice/],
    ['{"hooks": []}', /^hooks is no object/],
    ['{"hooks": {"Stop": {}}}', /^hooks.Stop is no list/],
    ['{"hooks": {"Stop": [1]}}', /^hooks.Stop\[0\] is no object/],
    ['{"hooks": {"Stop": [{"hooks": []}, {"matcher": 1, "hooks": []}]}}', /^hooks.Stop\[1\].matcher/],
    ['{"hooks": {"Stop": [{}]}}', /^hooks.Stop\[0\].hooks is no list/],
    ['{"hooks": {"Stop": [{"hooks": [null]}]}}', /^hooks.Stop\[0\].hooks\[0\] has no type/],
    ['{"hooks": {"Stop": [{"hooks": [{"prompt": "x"}]}]}}', /hooks\[0\] has no type/],
    ['{"hooks": {"Stop": [{"hooks": [{"type": "command", "command": " "}]}]}}', /nothing to run/],
  ])('%s is said to be wrong', (wrong, said) =>
    expect(readSettings(wrong)).toEqual({ problem: expect.stringMatching(said) }),
  )

  it('may hold hooks of kinds that are not commands', () => {
    const json = { hooks: { Stop: [{ hooks: [{ type: 'prompt', prompt: 'Done?' }] }] } }
    expect(readSettings(text(json))).toEqual({ json, indent: '  ' })
  })

  it('keeps the indent that it has', () => {
    for (const indent of ['\t', '    ']) {
      const kept = `${JSON.stringify({ a: { b: 1 } }, null, indent)}\n`
      const read = readSettings(kept)
      expect('problem' in read ? read : settingsText(read)).toBe(kept)
    }
  })
})

describe('putting hooks in and taking them out', () => {
  it('leaves everything else, and empty lists that were there', () => {
    const before = { a: 1, hooks: { Stop: [], PreToolUse: [theirs] } }
    const json = withHooks(before, HOOKS.claude)
    expect(states(json)).toEqual(Array(5).fill('installed'))
    expect(hooksIn(json).PreToolUse?.[0]).toEqual(theirs)
    expect(hooksIn(json).Stop).toEqual([])
    expect(withHooks(json, HOOKS.claude)).toEqual(json)
    expect(withHooks(json, [])).toEqual(before)
  })

  it('takes away what only they were in, and nothing where there are none', () => {
    expect(withHooks({ a: 1, ...ours('claude') }, [])).toEqual({ a: 1 })
    expect(withHooks({ a: 1 }, [])).toEqual({ a: 1 })
    expect(withHooks({ a: 1, hooks: {} }, [])).toEqual({ a: 1 })
  })

  it('takes one of ours out of a group of others, and puts it in one of its own', () => {
    const old = { type: 'command', command: 'qms hook session-start' }
    const mixed = { hooks: { SessionStart: [{ hooks: [old, ...theirs.hooks] }] } }
    expect(withHooks(mixed, [])).toEqual({ hooks: { SessionStart: [theirs] } })
    expect(hooksIn(withHooks(mixed, HOOKS.claude)).SessionStart).toEqual([
      theirs,
      ...(hooksIn(ours('claude')).SessionStart ?? []),
    ])
  })

  it('renews ours in its place', () => {
    const old = { matcher: 'Bash', hooks: [{ type: 'command', command: 'qms hook session-start' }] }
    expect(hooksIn(withHooks({ hooks: { SessionStart: [old, theirs] } }, HOOKS.claude)).SessionStart).toEqual(
      [...(hooksIn(ours('claude')).SessionStart ?? []), theirs],
    )
  })

  it('makes one of two of ours', () => {
    const { SessionStart = [] } = hooksIn(ours('claude'))
    const twice = { hooks: { SessionStart: [...SessionStart, theirs, ...SessionStart] } }
    expect(hooksIn(withHooks(twice, HOOKS.claude)).SessionStart).toEqual([...SessionStart, theirs])
  })

  it('tells how each stands', () => {
    expect(states({})).toEqual(Array(5).fill('absent'))
    const old = { hooks: [{ type: 'command', command: 'qms hook session-start' }] }
    expect(states({ hooks: { SessionStart: [theirs, old], Stop: [old] } })).toEqual([
      ...Array(4).fill('absent'),
      'outdated',
    ])
  })
})

describe('settings that a tool is about to write', () => {
  const installed = text(ours('claude'))
  const without = text(withHooks(ours('claude'), HOOKS.claude.slice(1)))
  const outdated = installed.replace(' --tool claude || exit 2', '')
  const off = text({ ...ours('claude'), disableAllHooks: true })

  it.each([
    ['as they were', installed, installed, true],
    ['with ours put in', null, installed, true],
    ['with ours put in where nothing could be read', '{', installed, true],
    ['with others where there were none of ours', '{}', text({ hooks: { Stop: [theirs] } }), true],
    ['without what was not there', without, without, true],
    ['without one of ours', installed, without, false],
    ['with one of ours in other words', installed, outdated, false],
    ['in a way that is not told', installed, null, false],
    ['in a way that is not told, where there were none', '{}', null, false],
    ['in a way that the tool cannot read', '{}', '{', false],
    ['with all hooks off', installed, off, false],
    ['with all hooks off where there were none', '{}', '{"disableAllHooks": true}', false],
    ['with all hooks off as before', off, off, true],
  ])('%s', (_, before, after, keeps) => expect(keepsHooks(before, after, 'claude')).toBe(keeps))
})

describe('the server among those of a project', () => {
  const own = { type: 'stdio', command: 'qms', args: ['mcp'] }
  const other = { command: 'x' }

  it('stands there or not, or in another way', () => {
    expect(serverIn({})).toBe('absent')
    expect(serverIn({ mcpServers: [] })).toBe('absent')
    expect(serverIn({ mcpServers: { qms: own } })).toBe('installed')
    expect(serverIn({ mcpServers: { qms: other } })).toBe('outdated')
  })

  it('is put beside others, and taken out again', () => {
    const beside = withServer({ a: 1, mcpServers: { other } }, false)
    expect(beside).toEqual({ a: 1, mcpServers: { other, qms: own } })
    expect(withServer(beside, true)).toEqual({ a: 1, mcpServers: { other } })
    expect(withServer(withServer({ a: 1 }, false), true)).toEqual({ a: 1 })
    expect(withServer({ a: 1 }, true)).toEqual({ a: 1 })
  })
})
