/** Hooks in the settings of agent tools: beside what is there, twice as once, and taken out without a trace. */
import { symlinkSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { initialised, repository } from '../support/cli.ts'

const SETTINGS = '.claude/settings.json'
const theirs = `{
    "zeta": 1,
    "permissions": {
        "allow": [
            "Bash(npm test:*)"
        ]
    },
    "hooks": {
        "Stop": [
            {
                "hooks": [
                    {
                        "type": "command",
                        "command": "say done"
                    }
                ]
            }
        ],
        "PreToolUse": [
            {
                "matcher": "Bash",
                "hooks": [
                    {
                        "type": "command",
                        "command": "./check.sh",
                        "timeout": 5
                    }
                ]
            }
        ]
    },
    "alpha": true
}
`
const EVENTS = ['PreToolUse', 'UserPromptSubmit', 'SubagentStart', 'SubagentStop', 'SessionStart']

describe('qms hooks install --agent', () => {
  it('writes settings where there are none, once, and takes them away without a trace', async () => {
    const p = await initialised()
    const before = p.everything()
    await p.ok('hooks install --agent claude --dry-run')
    expect(p.everything()).toEqual(before)
    const said = await p.ok('hooks install --agent claude')
    for (const event of EVENTS) expect(said).toContain(`  ${event.padEnd(16)}  written`)
    const { hooks } = JSON.parse(p.read(SETTINGS))
    expect(Object.keys(hooks)).toEqual(EVENTS)
    expect(hooks.PreToolUse).toEqual([
      {
        matcher: 'Agent|Task|SendMessage|Workflow|Bash|Edit|Write|MultiEdit|NotebookEdit',
        hooks: [{ type: 'command', command: 'qms hook pre-tool-use --tool claude || exit 2', timeout: 60 }],
      },
    ])
    expect(JSON.parse(p.read('.mcp.json'))).toEqual({
      mcpServers: { qms: { type: 'stdio', command: 'qms', args: ['mcp'] } },
    })
    const installed = p.everything()
    expect(await p.ok('hooks install --agent claude')).toContain('is in place already')
    expect(p.everything()).toEqual(installed)
    expect(await p.ok('hooks show')).toMatch(/claude\s+PreToolUse\s+calls qms/)
    await p.ok('hooks install --agent claude --uninstall')
    expect(p.everything()).toEqual(before)
  })

  it('leaves what is there as it is and where it is', async () => {
    const p = await initialised()
    p.write(SETTINGS, theirs)
    p.write('.mcp.json', '{"mcpServers": {"other": {"command": "x"}}}\n')
    await p.ok('hooks install --agent claude')
    const now = JSON.parse(p.read(SETTINGS))
    expect(Object.keys(now)).toEqual(['zeta', 'permissions', 'hooks', 'alpha'])
    expect(Object.keys(now.hooks).slice(0, 2)).toEqual(['Stop', 'PreToolUse'])
    expect(now.hooks.PreToolUse[0]).toEqual(JSON.parse(theirs).hooks.PreToolUse[0])
    expect(now.hooks.PreToolUse).toHaveLength(2)
    expect(Object.keys(JSON.parse(p.read('.mcp.json')).mcpServers)).toEqual(['other', 'qms'])
    await p.ok('hooks install --agent claude --uninstall')
    expect(p.read(SETTINGS)).toBe(theirs)
  })

  it('renews what another version wrote, in its place', async () => {
    const p = await initialised()
    const old = { matcher: 'Bash', hooks: [{ type: 'command', command: 'qms hook pre-tool-use' }] }
    const other = { matcher: 'Edit', hooks: [{ type: 'command', command: 'x' }] }
    p.write(SETTINGS, JSON.stringify({ hooks: { PreToolUse: [old, other] } }))
    expect((await p.json('hooks install --agent claude')).result.hooks[0]).toMatchObject({ did: 'renewed' })
    const { PreToolUse } = JSON.parse(p.read(SETTINGS)).hooks
    expect(PreToolUse).toHaveLength(2)
    expect(PreToolUse[0].matcher).toContain('Agent|')
    expect(PreToolUse[1]).toEqual(other)
  })

  it.each([
    ['no JSON', '{"hooks": {,}}'],
    ['no object', '[]'],
    ['a key that stands twice', '{"a": 1, "a": 2}'],
    ['an entry that the tool cannot read', '{"hooks": {"Stop": [{"hooks": [{"type": "command"}]}]}}'],
    ['a matcher that is no text', '{"hooks": {"Stop": [{"matcher": 1, "hooks": []}]}}'],
    ['a list that is none', '{"hooks": {"Stop": {}}}'],
  ])('refuses a file with %s, and touches nothing', async (_, text) => {
    const p = await initialised()
    p.write(SETTINGS, text)
    const before = p.everything()
    expect(await p.refused('hooks install --agent claude', 'HOOK_IN_THE_WAY')).toContain(SETTINGS)
    expect(p.everything()).toEqual(before)
  })

  it('writes through no link, and in no place that is no project', async () => {
    const p = await initialised()
    p.write('elsewhere.json', '{}')
    p.write('.claude/x', '')
    symlinkSync('../elsewhere.json', p.path(SETTINGS))
    await p.refused('hooks install --agent claude', 'LINK_IN_STORE')
    await repository().refused('hooks install --agent claude', 'NOT_INITIALISED')
    await p.refused('hooks install --agent claude --git', 'USAGE')
  })

  it('knows the files, events and units of the other tools', async () => {
    const p = await initialised()
    await p.ok('hooks install --agent codex')
    await p.ok('hooks install --agent gemini')
    expect(JSON.parse(p.read('.codex/hooks.json')).hooks.PreToolUse[0].hooks[0].timeout).toBe(60)
    expect(JSON.parse(p.read('.gemini/settings.json')).hooks.BeforeTool[0]).toMatchObject({
      matcher: 'run_shell_command|write_file|replace',
      hooks: [{ command: 'qms hook pre-tool-use --tool gemini || exit 2', timeout: 60_000 }],
    })
    expect(p.has('.mcp.json')).toBe(false)
  })
})
