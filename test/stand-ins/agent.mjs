/** An agent program of one's own: `agent start NAME AGENT`, `agent resume NAME AGENT`; answers in its last line. */
import { act, forever, input, leave, readPrompt, session, stepFor, write } from './acting.mjs'

const [verb, name] = process.argv.slice(2)
const told = readPrompt(input())
const kept = session('agent', name)

const failed = (code, words, transient = false) => {
  if (kept.exists || verb === 'start') kept.add(0)
  write({ instance: name, turns: 0, tokens: 0, cost: 0, error: { code, words, transient } })
  leave(1)
}

const FAILURES = {
  crash: () => leave(3, 'the agent program broke'),
  hang: () => forever(),
  stay: () => {
    kept.add(0)
    process.stdout.write('I am here.\n')
    forever()
  },
  reconnecting: () => forever(() => process.stderr.write('Reconnecting...\n')),
  'no-result': () => leave(0),
  unreadable: () => process.stdout.write('{"instance": 5}\n'),
  deny: () => write({ instance: name, denied: ['Bash'], said: 'I may not run commands.' }),
  overloaded: () => failed('OVERLOADED', 'the service is overloaded', true),
  api: () => failed('API', 'the service cannot be reached', true),
  auth: () => failed('NOT_AUTHENTICATED', 'not logged in'),
  limit: () => failed('LIMIT', 'too many turns'),
}

const run = () => {
  if (verb === 'resume' && !kept.exists) return failed('NO_SUCH_SESSION', `no session ${name}`)
  const step = stepFor(told)
  if (FAILURES[step.do]) return FAILURES[step.do]()
  let turns = 1
  const said = act(told, step, (command, { exit, out }) => {
    turns += 1
    process.stdout.write(`${command} (${exit})\n${out.slice(0, 500)}\n`)
  })
  kept.add(100 * turns)
  return write({
    instance: name,
    tool: 'agent 1.0.0',
    turns,
    tokens: 100 * turns,
    cost: 0,
    said: `${said} Call ${kept.calls + 1}.`,
  })
}

run()
