// A scripted agent, in the place of one that thinks: `agent.mjs begin|resume NAME AGENT`, its prompt on standard input,
// one JSON object in the last line of what it writes (docs/backends.md). Like any reviewer it reads the packet of the
// document that it is called to, judges what that says, and gives its verdict by `qms`, under its own token. What it
// remembers between calls is in a file of its session.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { kindOf, opinionOf, planFindings } from './judging.mjs'

const program = join(dirname(dirname(fileURLToPath(import.meta.url))), 'bin', 'qms.cjs')
const [verb, name, agent] = process.argv.slice(2)
const memoryFile = join(process.env.HOME, 'agent-sessions', `${name}.json`)

const answer = (object) =>
  process.stdout.write(`${JSON.stringify({ instance: name, tool: 'scripted 1.0.0', ...object })}\n`)

const fail = (code, words) => {
  answer({ error: { code, words } })
  process.exit(1)
}

let turns = 0

/** One command of its own, told on standard output as agent tools tell it. */
const run = (file, words) => {
  turns += 1
  const { status, stdout, stderr } = spawnSync(file, words, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
  return { status, stdout, stderr }
}

const qms = (...words) => {
  process.stdout.write(`runs qms ${words.slice(0, 3).join(' ')}\n`)
  const { status, stdout } = run(process.execPath, [program, ...words, '--json'])
  const said = JSON.parse(stdout)
  if (status !== 0) fail('UNKNOWN', `qms ${words[0]}: ${said.error.code}`)
  return said.result
}

/** What it was told: nothing else is in the prompt. */
const readPrompt = (text) => ({
  document: /^Document: (\S+)$/m.exec(text)?.[1],
  status: /^Status: (\S+)$/m.exec(text)?.[1],
  task: /^Task: (\S+)$/m.exec(text)?.[1],
})

const remembered = () => {
  if (verb === 'begin') return { calls: 0, objections: 0, judged: {} }
  if (!existsSync(memoryFile)) return fail('NO_SUCH_SESSION', `there is no session ${name}`)
  return JSON.parse(readFileSync(memoryFile, 'utf8'))
}

/** Quality asks for updates once; a corrected text is judged as any other. */
const review = (told, text, memory) => {
  const kind = kindOf(told)
  const files = run('git', ['ls-files']).stdout.split('\n')
  const finding =
    agent === 'qa' && kind === 'plan' && memory.objections === 0 ? planFindings(text, files) : null
  const comment = finding?.comment ?? opinionOf(agent, kind, text, qms('list').documents)
  qms('review', told.document, finding ? '--request-updates' : '--recommend', '--comment', comment)
  memory.objections += finding ? 1 : 0
  return finding ? 'asked for updates' : 'recommended'
}

/** The text that it recommended, known by its digest; any other is refused. */
const decide = (told, text, memory) => {
  const same = memory.judged[told.document] === createHash('sha256').update(text).digest('hex')
  if (same) qms('approve', told.document)
  else qms('reject', told.document, '--comment', 'This is not the text that I reviewed.')
  return same ? 'approved' : 'rejected'
}

const main = () => {
  const told = readPrompt(readFileSync(0, 'utf8'))
  const memory = remembered()
  qms('packet', told.document)
  const { text } = qms('read', told.document, '--draft')
  const said = told.task === 'review' ? review(told, text, memory) : decide(told, text, memory)
  memory.calls += 1
  memory.judged[told.document] = createHash('sha256').update(text).digest('hex')
  mkdirSync(dirname(memoryFile), { recursive: true })
  writeFileSync(memoryFile, JSON.stringify(memory))
  answer({ turns, cost: 0, said: `${said} ${told.document}, call ${memory.calls} of this session` })
}

main()
