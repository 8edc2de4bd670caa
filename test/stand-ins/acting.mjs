/**
 * What the scripted stand-ins have in common: they read what they are told, look into a scenario what to do, and do it
 * with the real `qms`. STAND_IN_SCENARIO names the scenario, a JSON list of steps:
 *
 *   {"agent": "qa", "document": "CR-001", "task": "review", "round": 1, "do": "recommend", "comment": "Read it."}
 *
 * Each step is good for one call; all but `do` may be missing. STAND_IN_DO stands for a scenario of that step, again and
 * again. STAND_IN_FOLDER is where sessions are kept, and which steps were taken.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = process.env.STAND_IN_FOLDER ?? ''
const every = process.env.STAND_IN_DO
const steps = every
  ? [{ do: every }]
  : JSON.parse(readFileSync(process.env.STAND_IN_SCENARIO ?? '/dev/null', 'utf8') || '[]')

/** Who is called, for what. */
export const readPrompt = (prompt) => ({
  agent: /^You are (\S+), called/m.exec(prompt)?.[1] ?? null,
  document: /^Document: (\S+)$/m.exec(prompt)?.[1] ?? null,
  task: /^Task: (\S+)$/m.exec(prompt)?.[1] ?? null,
})

/** Runs `qms` as the agent: by its token where it has one. Gives exit code and what was written. */
export const qms = (told, ...words) => {
  const user = process.env.QMS_TOKEN || told.agent === null ? [] : ['-u', told.agent]
  const { status, stdout, stderr } = spawnSync('qms', [...words, ...user], { encoding: 'utf8' })
  return { exit: status, out: stdout ?? '', err: stderr ?? '' }
}

/** The step for this call, taken: nobody takes it again. */
export const stepFor = (told) => {
  const round = steps.some((s) => s.round !== undefined) ? roundOf(told) : undefined
  const fits = (step) =>
    ['agent', 'document', 'task'].every((key) => step[key] === undefined || step[key] === told[key]) &&
    (step.round === undefined || step.round === round)
  const at = steps.findIndex((step, i) => fits(step) && (every || taken(i)))
  return steps[at] ?? { do: 'nothing' }
}

const taken = (number) => {
  mkdirSync(folder, { recursive: true })
  try {
    writeFileSync(join(folder, `taken-${number}`), '', { flag: 'wx' })
    return true
  } catch {
    return false
  }
}

const roundOf = (told) => {
  const { out } = qms({ ...told, agent: null }, 'status', told.document, '--json')
  return JSON.parse(out).result.document.round
}

const VERDICTS = {
  recommend: (id, comment) => ['review', id, '--recommend', '--comment', comment],
  'request-updates': (id, comment) => ['review', id, '--request-updates', '--comment', comment],
  approve: (id) => ['approve', id],
  reject: (id, comment) => ['reject', id, '--comment', comment],
}

/**
 * Reads the packet and gives the verdict that the step says. `call` is one use of a tool, for the stand-in to show:
 * the command, and what came of it.
 */
export const act = (told, step, call) => {
  const run = (...words) => {
    const said = qms(told, ...words)
    call(['qms', ...words].join(' '), said)
    return said
  }
  if (step.do === 'run') return run(...step.run).exit === 0 ? 'Did as I was told.' : 'It was refused.'
  if (step.do === 'leak') call('env', { exit: 0, out: `token ${process.env.QMS_TOKEN}`, err: '' })
  const verdict = VERDICTS[step.do]
  if (!verdict && step.do !== 'packet') return 'I have nothing to say.'
  run('packet', told.document)
  if (!verdict) return 'I have read it.'
  const { exit, err } = run(...verdict(told.document, step.comment ?? 'Read it.'))
  return exit === 0 ? `My verdict is recorded: ${step.do}.` : `My verdict was refused: ${err.split('\n')[0]}`
}

/** Sessions of one tool, one file each: what is not there cannot go on. */
export const session = (tool, id) => {
  const file = join(folder, `${tool}-${id}.json`)
  const exists = existsSync(file)
  const kept = exists ? JSON.parse(readFileSync(file, 'utf8')) : { calls: 0, tokens: 0, cost: 0 }
  return {
    exists,
    calls: kept.calls,
    /** Counts one call; gives the totals of all of them. */
    add: (tokens, cost = 0) => {
      const next = { calls: kept.calls + 1, tokens: kept.tokens + tokens, cost: kept.cost + cost }
      mkdirSync(folder, { recursive: true })
      writeFileSync(file, JSON.stringify(next))
      return next
    },
  }
}

export const write = (object) => process.stdout.write(`${JSON.stringify(object)}\n`)

/** Ends at once, when all has been written. */
export const leave = (code, complaint = '') => {
  if (complaint) process.stderr.write(`${complaint}\n`)
  process.exitCode = code
}

/** As a program that waits for something that never comes; with something to say now and then. */
export const forever = (say = () => undefined, each = 50) => {
  setInterval(say, each)
}

export const input = () => readFileSync(0, 'utf8')
