// What commands cost: interleaved runs, medians, and ratios to `node -e 0` of the same round.
//   npm run bench -- [--documents 10,1000] [--rounds 15] [--lives 5] [--out FILE]
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { generate, LIVES, program, TEXTS } from './generate.mjs'

const { values: options } = parseArgs({
  options: {
    documents: { type: 'string', default: '10,1000' },
    rounds: { type: 'string', default: '15' },
    lives: { type: 'string', default: '5' },
    out: { type: 'string' },
  },
})
const TIME = '/usr/bin/time'

const median = (numbers) => {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

const run = (file, args, options) => {
  const started = process.hrtime.bigint()
  const ran = spawnSync(file, args, { ...options, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  const ms = Number(process.hrtime.bigint() - started) / 1e6
  if (ran.status !== 0) throw new Error(`${file} ${args.join(' ')}: ${ran.status} ${ran.stderr}${ran.stdout}`)
  return { ms, out: ran.stdout, err: ran.stderr }
}

const node = (args, options) => run(process.execPath, args, options)
const bare = (options) => node(['-e', '0'], options).ms

/** Peak resident memory in MB, of a run of its own; null where /usr/bin/time is not there. */
const memory = (args, options) => {
  if (!existsSync(TIME)) return null
  const { err } = run(TIME, ['-f', '%M', process.execPath, ...args], options)
  return Math.round(Number(err.trim().split('\n').at(-1)) / 1024)
}

const shuffled = (items) =>
  items
    .map((item) => [Math.random(), item])
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item)

const READS = {
  'node -e 0': ['-e', '0'],
  'qms --version': [program, '--version'],
  'qms status ID': [program, 'status', 'CR-001'],
  'qms history ID': [program, 'history', 'CR-001'],
  'qms read ID': [program, 'read', 'CR-001'],
  'qms list': [program, 'list'],
}

const reading = (documents, where) => {
  const rounds = Number(options.rounds)
  const samples = new Map(Object.keys(READS).map((name) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    const times = new Map(shuffled(Object.entries(READS)).map(([name, args]) => [name, node(args, where).ms]))
    for (const [name, ms] of times) samples.get(name).push({ ms, ratio: ms / times.get('node -e 0') })
  }
  return [...samples].map(([name, all]) => ({
    documents,
    command: name,
    runs: all.length,
    ms: median(all.map((s) => s.ms)),
    ratio: median(all.map((s) => s.ratio)),
    megabytes: memory(READS[name], where),
  }))
}

/** The same files, added and committed by hand in a twin of the repository. */
const byHand = (from, twin, where) => {
  const { out } = run('git', ['diff-tree', '-r', '--no-commit-id', '--name-only', '-z', 'HEAD'], where)
  const paths = out.split('\0').filter(Boolean)
  for (const path of paths) {
    mkdirSync(dirname(join(twin, path)), { recursive: true })
    if (existsSync(join(from, path))) cpSync(join(from, path), join(twin, path))
    else rmSync(join(twin, path), { force: true })
  }
  const at = { ...where, cwd: twin }
  return (
    run('git', ['add', '-A', '--', ...paths], at).ms + run('git', ['commit', '-q', '-m', 'by hand'], at).ms
  )
}

const label = ([verb, ...rest]) => {
  const flag = rest.find((word) => ['--review', '--approval'].includes(word))
  return flag ? `${verb} ${flag}` : verb
}

const livingOnce = (type, at, samples) => {
  let id = null
  LIVES[type].forEach((words, step) => {
    const command = words.map((word) => (word === 'ID' ? id : word === 'TEXT' ? TEXTS[type] : word))
    const base = bare(at.where)
    const { ms, out } = node([program, ...command], at.where)
    id ??= /\b[A-Z]+-\d{3,}\b/.exec(out)[0]
    const hand = byHand(at.where.cwd, at.twin, at.where)
    const key = `${type} ${String(step + 1).padStart(2)} ${label(words)}`
    samples.set(key, [...(samples.get(key) ?? []), { ms, ratio: ms / base, over: ms - 2.5 * base, hand }])
  })
}

const living = (documents, at) => {
  const samples = new Map()
  for (let n = 0; n < Number(options.lives); n++)
    for (const type of Object.keys(LIVES)) livingOnce(type, at, samples)
  return [...samples].map(([name, all]) => ({
    documents,
    transition: name,
    runs: all.length,
    ms: median(all.map((s) => s.ms)),
    ratio: median(all.map((s) => s.ratio)),
    overBudget: median(all.map((s) => s.over)),
    byHand: median(all.map((s) => s.hand)),
  }))
}

const print = (title, columns, rows) => {
  const cells = rows.map((row) => columns.map(([, value]) => String(value(row))))
  const widths = columns.map(([name], i) => Math.max(name.length, ...cells.map((row) => row[i].length)))
  const line = (row) =>
    row.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  ')
  console.log(`\n${title}\n${line(columns.map(([name]) => name))}\n${cells.map(line).join('\n')}`)
}

const whole = (key) => (row) => (row[key] === null ? '-' : Math.round(row[key]))
const times = (key) => (row) => row[key].toFixed(2)

const place = mkdtempSync(join(tmpdir(), 'qms-bench-'))
const result = {
  node: process.version,
  git: run('git', ['--version'], {}).out.trim(),
  cpu: cpus()[0]?.model ?? 'unknown',
  cpus: cpus().length,
  at: new Date().toISOString(),
  reads: [],
  transitions: [],
}
try {
  for (const documents of options.documents.split(',').map(Number)) {
    console.error(`Generating a store of ${documents} documents ...`)
    const [folder, twin] = [join(place, `store-${documents}`), join(place, `twin-${documents}`)]
    const env = generate(folder, join(place, 'home'), documents)
    cpSync(folder, twin, { recursive: true })
    const where = { cwd: folder, env }
    result.reads.push(...reading(documents, where))
    result.transitions.push(...living(documents, { where, twin }))
  }
} finally {
  rmSync(place, { recursive: true, force: true })
}

console.log(`Node ${result.node}, ${result.git}, ${result.cpus} x ${result.cpu}`)
print(
  'Reading (medians; x node: to `node -e 0` of the same round)',
  [
    ['documents', (r) => r.documents],
    ['command', (r) => r.command],
    ['runs', (r) => r.runs],
    ['ms', whole('ms')],
    ['x node', times('ratio')],
    ['peak MB', whole('megabytes')],
  ],
  result.reads,
)
print(
  'Transitions (medians; over: ms above 2.5 x node; by hand: git add && git commit of the same files)',
  [
    ['documents', (r) => r.documents],
    ['transition', (r) => r.transition],
    ['runs', (r) => r.runs],
    ['ms', whole('ms')],
    ['x node', times('ratio')],
    ['over', whole('overBudget')],
    ['by hand', whole('byHand')],
  ],
  result.transitions,
)
if (options.out) writeFileSync(options.out, `${JSON.stringify(result, null, 2)}\n`)
