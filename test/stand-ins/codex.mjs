/** Codex 0.169.0 as it is without a terminal: its lines, exit codes and complaints, as they were observed. */
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { act, forever, input, leave, readPrompt, session, stepFor, write } from './acting.mjs'
import { parse } from './options.mjs'

const { options, words, unknown } = parse(process.argv.slice(2), {
  '-s': true,
  '--json': false,
  '-C': true,
  '-c': true,
  '--version': false,
})
const [verb, resume, thread] = words
const resumed = resume === 'resume'
const id = resumed ? thread : randomUUID()
const kept = session('codex', id)

const UNTRUSTED = [1, 'Not inside a trusted directory and --skip-git-repo-check was not specified.']

/** What keeps it from beginning: said on standard error alone. */
const obstacle = () => {
  if (unknown) return [2, `error: unexpected argument '${unknown}' found`]
  if (verb !== 'exec') return [2, `error: unrecognized subcommand '${verb}'`]
  const argv = process.argv
  if (resumed && argv.indexOf('-s') > argv.indexOf('resume'))
    return [2, "error: unexpected argument '-s' found"]
  if (!existsSync(join(options['-C'], '.git'))) return UNTRUSTED
  if (resumed && !kept.exists) return [1, `Error: thread/resume failed: no rollout found for thread id ${id}`]
  return null
}

let items = 0
const item = (more) => {
  const own = { id: `item_${items++}`, ...more }
  write({ type: 'item.started', item: { ...own, status: 'in_progress' } })
  write({ type: 'item.completed', item: { status: 'completed', ...own } })
}

const completed = () => {
  const totals = kept.add(500)
  write({
    type: 'turn.completed',
    usage: { input_tokens: totals.tokens - 50, cached_input_tokens: 20, output_tokens: 50 },
  })
}

const failed = (message) => {
  kept.add(0)
  write({ type: 'error', message })
  write({ type: 'turn.failed', error: { message } })
  leave(1)
}

const ENDS = {
  crash: () => leave(101, "thread 'main' panicked"),
  hang: () => forever(),
  reconnecting: () =>
    forever(() =>
      write({ type: 'error', message: 'Reconnecting... 1/5 (stream disconnected before completion)' }),
    ),
  'no-result': () => leave(0),
  unreadable: () => process.stdout.write('{"type":"turn.compl\n'),
  deny: () => {
    item({ type: 'command_execution', command: 'rm -r build', status: 'declined' })
    completed()
  },
  overloaded: () => failed('exceeded retry limit, last status: 429 Too Many Requests'),
  api: () => failed('stream disconnected before completion: error sending request'),
  auth: () => failed('unexpected status 401 Unauthorized'),
  limit: () => failed("You've hit your usage limit."),
}

const run = () => {
  const told = readPrompt(input())
  const complaint = obstacle()
  if (complaint) return leave(...complaint)
  const step = stepFor(told)
  if (step.do === 'untrusted') return leave(...UNTRUSTED)
  write({ type: 'thread.started', thread_id: id })
  write({ type: 'turn.started' })
  if (ENDS[step.do]) return ENDS[step.do]()
  item({ type: 'error', message: 'a warning that ends nothing' })
  const said = act(told, step, (command, { exit, out, err }) =>
    item({
      type: 'command_execution',
      command: `/bin/sh -lc '${command}'`,
      aggregated_output: (out || err).slice(0, 2000),
      exit_code: exit,
      status: exit === 0 ? 'completed' : 'failed',
    }),
  )
  item({ type: 'agent_message', text: `${said} Call ${kept.calls + 1}.` })
  return completed()
}

if (options['--version']) process.stdout.write('codex-cli 0.169.0\n')
else run()
