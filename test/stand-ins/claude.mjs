/** Claude Code 2.1.329 as it is without a terminal: its lines, exit codes and complaints, as they were observed. */
import { existsSync } from 'node:fs'
import { act, forever, input, leave, readPrompt, session, stepFor, write } from './acting.mjs'
import { parse, UUID } from './options.mjs'

const VERSION = '2.1.329'
const { options, unknown } = parse(process.argv.slice(2), {
  '-p': false,
  '--verbose': false,
  '--version': false,
  '--output-format': true,
  '--session-id': true,
  '--resume': true,
  '--agent': true,
  '--permission-mode': true,
  '--tools': true,
  '--allowedTools': true,
})

const id = options['--resume'] ?? options['--session-id']
const kept = session('claude', id)

/** What keeps it from beginning: said on standard error alone. */
const obstacle = () => {
  if (unknown) return `error: unknown option '${unknown}'`
  if (process.env.CLAUDECODE)
    return 'Error: Claude Code cannot be launched inside another Claude Code session.'
  if (options['--output-format'] === 'stream-json' && !options['--verbose'])
    return 'Error: When using --print, --output-format=stream-json requires --verbose'
  if (!UUID.test(id)) return 'Error: Invalid session ID. Must be a valid UUID.'
  if (options['--resume'] && !kept.exists) return `No conversation found with session ID: ${id}`
  if (!options['--resume'] && kept.exists) return `Error: Session ID ${id} is already in use.`
  const agent = options['--agent']
  if (agent && !existsSync(`.claude/agents/${agent}.md`)) return `Error: agent '${agent}' not found.`
  return null
}

let turns = 0
const assistant = (content) => {
  turns += 1
  const message = { id: `msg_${kept.calls}_${turns}`, role: 'assistant', content: [content] }
  write({ type: 'assistant', message, parent_tool_use_id: null, session_id: id })
}

const result = (more, denials = []) => {
  const totals = kept.add(1000 * Math.max(1, turns), 0.25)
  write({
    type: 'result',
    subtype: 'success',
    is_error: false,
    result: '',
    session_id: id,
    num_turns: turns,
    duration_ms: 10,
    total_cost_usd: totals.cost,
    usage: { input_tokens: 1, output_tokens: 1 },
    modelUsage: {
      'a-model': { inputTokens: totals.tokens - 100, outputTokens: 100, cacheReadInputTokens: 0 },
    },
    permission_denials: denials,
    terminal_reason: 'completed',
    errors: [],
    ...more,
  })
}

const failed = (words, more = {}) => {
  result({ is_error: true, result: words, terminal_reason: 'api_error', ...more })
  leave(1)
}

const denial = () => {
  const use = { name: 'Bash', id: 'toolu_1', input: { command: 'rm -r build' } }
  assistant({ type: 'tool_use', ...use })
  const denials = [{ tool_name: use.name, tool_use_id: use.id, tool_input: use.input }]
  result({ result: 'I may not run this.' }, denials)
}

const ENDS = {
  crash: () => leave(3, 'TypeError: undefined is not a function'),
  hang: () => forever(),
  reconnecting: () =>
    forever(() =>
      write({
        type: 'system',
        subtype: 'api_retry',
        error: 'server_error',
        error_status: 529,
        session_id: id,
      }),
    ),
  'no-result': () => leave(0),
  unreadable: () => process.stdout.write('{"type":"result","subt\n'),
  'odd-result': () => write({ type: 'result', result: 'Done.', session_id: id }),
  deny: denial,
  overloaded: () => failed('API Error: 529 overloaded_error', { api_error_status: 529 }),
  api: () => failed('API Error: Connection error.'),
  'api-0': () => result({ is_error: true, result: 'API Error: 500', terminal_reason: 'api_error' }),
  auth: () => failed('Invalid API key · Please run /login', { api_error_status: 401 }),
  limit: () => {
    result({ subtype: 'error_max_turns', is_error: true, errors: ['Reached maximum number of turns'] })
    leave(1)
  },
}

const run = () => {
  const told = readPrompt(input())
  const complaint = obstacle()
  if (complaint) return leave(1, complaint)
  const tools = options['--tools'].split(',')
  write({ type: 'system', subtype: 'init', session_id: id, tools, claude_code_version: VERSION })
  const step = stepFor(told)
  if (ENDS[step.do]) return ENDS[step.do]()
  const said = act(told, step, (command, { exit, out, err }) => {
    assistant({ type: 'tool_use', name: 'Bash', id: `toolu_${turns}`, input: { command } })
    const content = [{ type: 'tool_result', content: (out || err).slice(0, 2000), is_error: exit !== 0 }]
    write({ type: 'user', message: { role: 'user', content }, parent_tool_use_id: null, session_id: id })
  })
  const last = `${said} Call ${kept.calls + 1}.`
  assistant({ type: 'text', text: last })
  return result({ result: last })
}

if (options['--version']) process.stdout.write(`${VERSION} (Claude Code)\n`)
else run()
