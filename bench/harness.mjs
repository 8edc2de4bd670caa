// How children are started and measured. Runs are interleaved: every round runs each subject once, in shuffled order,
// and a ratio is to the base of the same round, so that what else the machine does falls on both.
import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './program.mjs'

/** Nothing of the caller's settings; certificates make Node 20 several times slower. */
export const environment = (home) => {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(?:GIT_|QMS_|npm_|XDG_STATE_HOME$|NODE_EXTRA_CA_CERTS$|NODE_OPTIONS$)/i.test(name),
  )
  return { ...Object.fromEntries(kept), HOME: home, GIT_CONFIG_NOSYSTEM: '1', NO_COLOR: '1' }
}

export const median = (numbers) => {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

const shuffled = (items) =>
  items
    .map((item) => [Math.random(), item])
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item)

const LARGE = 1 << 28

/**
 * Runs a child to its end. @param where `codes`: exit codes that are no failure, by default 0 alone; `input`: its standard input
 * @throws Error where it fails: a figure of a command that failed means nothing
 */
export const run = (file, args, { cwd, env, codes = [0], input }) => {
  const cpu = cpuOfChildren()
  const started = process.hrtime.bigint()
  const stdio = [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe']
  const ran = spawnSync(file, args, { cwd, env, input, stdio, maxBuffer: LARGE })
  const ms = Number(process.hrtime.bigint() - started) / 1e6
  const said = () => `${ran.error ?? ''}${ran.stderr}${ran.stdout}`.slice(-2000)
  if (!codes.includes(ran.status)) throw new Error(`${file} ${args.join(' ')}: ${ran.status} ${said()}`)
  return { ms, cpu: cpuOfChildren() - cpu, out: ran.stdout.toString('utf8') }
}

export const node = (args, where) => run(process.execPath, args, where)
export const BARE = ['-e', '0']

/** As `run`, while others run too. */
export const runBeside = (file, args, { cwd, env }) =>
  new Promise((resolve, reject) => {
    const started = process.hrtime.bigint()
    const child = spawn(file, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    const parts = []
    child.stdout.on('data', (part) => parts.push(part))
    child.stderr.on('data', (part) => parts.push(part))
    child.on('error', reject)
    child.on('close', (code) => {
      const out = Buffer.concat(parts).toString('utf8')
      const ms = Number(process.hrtime.bigint() - started) / 1e6
      if (code === 0) resolve({ ms, out })
      else reject(new Error(`${file} ${args.join(' ')}: ${code} ${out.slice(-2000)}`))
    })
  })

const TICK_MS = 10

/** User and system time of all children that have ended, theirs included, in ms; null where the system does not say. */
const cpuOfChildren = () => {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[13]) + Number(fields[14])) * TICK_MS
  } catch {
    return null
  }
}

const mean = (numbers) => numbers.reduce((a, b) => a + b, 0) / numbers.length

/**
 * Runs every subject once a round and gives, by name: median ms, median ratio to the base of the same round, mean CPU.
 * @param subjects `{name: {run, before?}}`; `run` gives `{ms, cpu}`, `before` is not measured.
 */
export const compare = (subjects, base, rounds) => {
  const samples = new Map(Object.keys(subjects).map((name) => [name, []]))
  for (const ran of compared(subjects, rounds)) {
    const floor = ran.get(base)
    for (const [name, { ms, cpu }] of ran)
      samples
        .get(name)
        .push({ ms, cpu, ratio: ms / floor.ms, over: ms - 2.5 * floor.ms, more: ms - floor.ms })
  }
  return [...samples].map(([name, all]) => ({ name, ...summary(all) }))
}

/** Runs every subject once a round: of each round `{ms, cpu, ...}` by name. */
export const compared = (subjects, rounds) =>
  Array.from(
    { length: rounds },
    () => new Map(shuffled(Object.keys(subjects)).map((name) => [name, once(subjects[name])])),
  )

const once = ({ before, run: work }) => {
  before?.()
  return work()
}

export const summary = (all) => ({
  runs: all.length,
  ms: median(all.map((s) => s.ms)),
  cpu: all.every((s) => typeof s.cpu === 'number') ? mean(all.map((s) => s.cpu)) : null,
  ratio: median(all.map((s) => s.ratio)),
  over: median(all.map((s) => s.over)),
  more: median(all.map((s) => s.more ?? 0)),
})

const PROBE = join(root, 'bench', 'probe.cjs')

/**
 * As `node`, with what the run says of itself: peak memory (MB), git children, and when (ms since the process began)
 * Node was ready, the first git child was started, and the process ended.
 */
export const probe = (args, { cwd, env, codes = [0] }) => {
  const cpu = cpuOfChildren()
  const started = process.hrtime.bigint()
  const ran = spawnSync(process.execPath, ['-r', PROBE, ...args], {
    cwd,
    env,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    maxBuffer: LARGE,
  })
  const ms = Number(process.hrtime.bigint() - started) / 1e6
  if (!codes.includes(ran.status)) throw new Error(`${args.join(' ')}: ${ran.status} ${ran.stderr}`)
  return { ms, cpu: cpuOfChildren() - cpu, ...JSON.parse(ran.output[3].toString('utf8')) }
}
