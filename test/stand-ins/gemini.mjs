/** Gemini CLI 0.61.0 as it is without a terminal: its lines, exit codes and complaints, as they were observed. */
import { act, forever, leave, readPrompt, session, stepFor, write } from './acting.mjs'
import { parse, UUID } from './options.mjs'

const { options, unknown } = parse(process.argv.slice(2), {
  '-p': true,
  '-o': true,
  '-r': true,
  '--session-id': true,
  '--skip-trust': false,
  '--approval-mode': true,
  '--allowed-tools': true,
  '--version': false,
})
const id = options['-r'] ?? options['--session-id']
const kept = session('gemini', id)

const UNTRUSTED = [55, 'Gemini CLI is not running in a trusted directory. Use --skip-trust.']

const obstacle = () => {
  if (unknown) return [42, `Unknown argument: ${unknown.replace(/^-+/, '')}`]
  if (!options['--skip-trust']) return UNTRUSTED
  if (!UUID.test(id)) return [42, `Invalid session identifier "${id}".`]
  if (options['-r'] && !kept.exists)
    return [42, `Error resuming session: Invalid session identifier "${id}".`]
  if (!options['-r'] && kept.exists) return [42, `Error: a session with the id ${id} already exists.`]
  return null
}

let tools = 0
const use = (name, parameters, { exit, out, err }) => {
  const own = { tool_id: `${name}-${++tools}` }
  write({ type: 'tool_use', tool_name: name, ...own, parameters })
  if (exit === 0) write({ type: 'tool_result', ...own, status: 'success', output: out.slice(0, 2000) })
  else write({ type: 'tool_result', ...own, status: 'error', error: { type: 'error', message: err } })
}

const message = (content) => write({ type: 'message', role: 'assistant', content, delta: true })

const ended = () => {
  kept.add(300)
  write({ type: 'result', status: 'success', stats: { total_tokens: 300, tool_calls: tools } })
}

const failed = (words, code = 1) => {
  kept.add(0)
  write({
    type: 'result',
    status: 'error',
    error: { type: 'Error', message: words },
    stats: { total_tokens: 0 },
  })
  leave(code)
}

const ENDS = {
  crash: () => leave(1, 'An unexpected critical error occurred'),
  hang: () => forever(),
  reconnecting: () =>
    forever(() => process.stderr.write('Attempt 1 failed with status 503. Retrying with backoff...\n')),
  'no-result': () => leave(0),
  unreadable: () => process.stdout.write('{"type":"resu\n'),
  'odd-result': () => write({ type: 'result', status: 'finished' }),
  deny: () => {
    const denied = { exit: 1, out: '', err: 'Tool execution denied by policy.' }
    use('run_shell_command', { command: 'rm -r build' }, denied)
    message('I may not run this.')
    ended()
  },
  overloaded: () => failed('[429] RESOURCE_EXHAUSTED: rate limit'),
  api: () => failed('exception TypeError: fetch failed sending request'),
  auth: () => failed('Please set an Auth method: API key is missing', 41),
  limit: () => failed('Reached max session turns for this session.', 53),
}

const run = () => {
  const told = readPrompt(options['-p'] ?? '')
  const complaint = obstacle()
  if (complaint) return leave(...complaint)
  const step = stepFor(told)
  if (step.do === 'untrusted') return leave(...UNTRUSTED)
  write({ type: 'init', session_id: id, model: 'a-model' })
  write({ type: 'message', role: 'user', content: options['-p'] })
  if (ENDS[step.do]) return ENDS[step.do]()
  const said = act(told, step, (command, outcome) => use('run_shell_command', { command }, outcome))
  message(said)
  message(` Call ${kept.calls + 1}.`)
  return ended()
}

if (options['--version']) process.stdout.write('0.61.0\n')
else run()
