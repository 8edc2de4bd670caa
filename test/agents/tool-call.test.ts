/** What agent tools say they are about to do, in the forms of each, and what is made of it. */
import { describe, expect, it } from 'vitest'
import { readHookInput, rewritten, type ToolCall, toolCall } from '../../src/agents/tool-call.ts'

type Json = Record<string, unknown>
const call = (tool: string, input: Json): ToolCall => toolCall({ tool, input })
const write = (path: string, makes: unknown = null) => ({ kind: 'write', paths: [path], makes })
const passage = (from: string, to: string, all = false) => ({ from, to, all })
const PATCH = [
  '*** Begin Patch',
  ...['*** Add File: a.md', '+one', '*** Update File: b.md', '*** Move to: c.md ', '*** Delete File: d e.md'],
  '*** End Patch',
].join('\n')

describe('what a hook is told', () => {
  it('is who uses which tool for what; what is not told is nothing', () => {
    const none = { session: null, cwd: null, inside: null, source: null, again: false, use: null, tool: null }
    expect(readHookInput('{}')).toEqual({ ...none, input: {} })
    const told = {
      session_id: 's',
      cwd: '/p',
      agent_id: 'a',
      source: 'resume',
      stop_hook_active: true,
      tool_use_id: 'u',
      tool_name: 'Bash',
      tool_input: { command: 'ls' },
      other: 1,
    }
    expect(readHookInput(JSON.stringify(told))).toEqual({
      ...{ session: 's', cwd: '/p', inside: { id: 'a', type: '' }, source: 'resume' },
      ...{ again: true, use: 'u', tool: 'Bash', input: { command: 'ls' } },
    })
    expect(readHookInput('{"agent_id":"a","agent_type":"qa"}')).toMatchObject({
      inside: { id: 'a', type: 'qa' },
    })
  })

  it.each([
    ['{', /^it is not JSON: /],
    ['[]', /^it: /],
    ['{"tool_input":"ls"}', /^tool_input: /],
    ['{"cwd":7}', /^cwd: /],
  ])('%s is said to be wrong', (text, said) => expect(readHookInput(text)).toMatch(said))
})

describe('a call of a tool', () => {
  it.each<[string, Json, unknown]>([
    ['Bash', { command: 'ls -l' }, { kind: 'shell', command: 'ls -l' }],
    ['run_shell_command', { command: 'ls' }, { kind: 'shell', command: 'ls' }],
    ['shell', { command: ['bash', '-lc', 'ls | wc'] }, { kind: 'shell', command: 'ls | wc' }],
    ['local_shell', { command: ['/bin/zsh', '-c', 'ls'] }, { kind: 'shell', command: 'ls' }],
    ['shell', { command: ['sh', '-c'] }, { kind: 'shell', command: '' }],
    ['shell', { command: ['rm', "it's"] }, { kind: 'shell', command: "'rm' 'it'\\''s'" }],
    ['shell', { command: ['python', '-c', 'x'] }, { kind: 'shell', command: "'python' '-c' 'x'" }],
    ['shell', { command: ['ls', 1] }, { kind: 'unreadable', problem: 'no command that is a text' }],
    [
      'Edit',
      { file_path: 'a', old_string: 'x', new_string: 'y' },
      write('a', { passages: [passage('x', 'y')] }),
    ],
    [
      'MultiEdit',
      { file_path: 'a', edits: [{ old_string: 'x', new_string: 'y', replace_all: true }] },
      write('a', { passages: [passage('x', 'y', true)] }),
    ],
    ['MultiEdit', { file_path: 'a', edits: [null] }, write('a')],
    ['Write', { file_path: 'a', content: '' }, write('a', { whole: '' })],
    ['NotebookEdit', { notebook_path: 'n.ipynb', new_source: 'x' }, write('n.ipynb')],
    ['write_file', { absolute_path: '/a', content: 'x' }, write('/a', { whole: 'x' })],
    ['replace', { path: 'a' }, write('a')],
    ['Write', { content: 'x' }, { kind: 'unreadable', problem: 'no file_path that is a text' }],
    [
      'apply_patch',
      { input: PATCH },
      { kind: 'write', paths: ['a.md', 'b.md', 'c.md', 'd e.md'], makes: null },
    ],
    ['apply_patch', { command: '*** Add File: x' }, write('x')],
    ['apply_patch', { patch: '*** Add File: y' }, write('y')],
    ['apply_patch', {}, { kind: 'unreadable', problem: 'no patch that is a text' }],
    ['Agent', { subagent_type: 'qa', prompt: 'p' }, { kind: 'agent', type: 'qa', prompt: 'p' }],
    ['Task', { prompt: 'p' }, { kind: 'agent', type: '', prompt: 'p' }],
    ['spawn_agent', {}, { kind: 'unreadable', problem: 'no prompt that is a text' }],
    ['SendMessage', { to: 'qa', message: 'm' }, { kind: 'message', to: 'qa', text: 'm' }],
    [
      'send_input',
      { agent_id: 'a', items: [1] },
      { kind: 'message', to: 'a', text: '{"agent_id":"a","items":[1]}' },
    ],
    ['Workflow', { script: 's' }, { kind: 'workflow', text: 's' }],
    ['Workflow', { name: 'n' }, { kind: 'workflow', text: '{"name":"n"}' }],
    ['Read', { file_path: 'a' }, { kind: 'other' }],
    ['constructor', {}, { kind: 'other' }],
  ])('of %s with %j', (tool, input, expected) => expect(call(tool, input)).toEqual(expected))
})

describe('a text as a tool would leave it', () => {
  const left = (before: string, ...passages: ReturnType<typeof passage>[]) => rewritten(before, { passages })

  it('is the whole that is given, or has its passages replaced one after another', () => {
    expect(rewritten('old', { whole: 'new' })).toBe('new')
    expect(left('a b a', passage('a', 'c'))).toBe('c b a')
    expect(left('a b a', passage('a', 'c', true))).toBe('c b c')
    expect(left('a', passage('a', 'b'), passage('b', 'c'))).toBe('c')
    expect(left('a', passage('a', '$&$1'))).toBe('$&$1')
    expect(left('', passage('', 'new'))).toBe('new')
  })

  it('cannot be told where a passage is not there, nor where nothing is said of it', () => {
    expect(rewritten('a', null)).toBeNull()
    expect(left('a', passage('b', 'c'))).toBeNull()
    expect(left('a', passage('b', 'c'), passage('a', 'd'))).toBeNull()
    expect(left('a', passage('', 'new'))).toBeNull()
  })
})
