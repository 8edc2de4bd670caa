// Kills, failing system calls and races: `npm run reliability` tries as much as every check does. More:
//   -- --kills 12 --errors 10 --whole create,checkin   so many points of each command; every one of these
//   -- --processes 50 --commands 100                   a race
//   -- --full                                          12, 10, three commands whole, in both places; 50 with 100
//   -- --every                                         every point there is
// `--seed N` draws others, `--only race` runs one file, `--write` puts what was tried into docs/reliability.md.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const PAGE = join(root, 'docs', 'reliability.md')
const MARK = '<!-- figures: written by npm run reliability -- --write -->\n'

const OPTIONS = {
  full: { type: 'boolean' },
  every: { type: 'boolean' },
  kills: { type: 'string' },
  errors: { type: 'string' },
  whole: { type: 'string' },
  processes: { type: 'string' },
  commands: { type: 'string' },
  seed: { type: 'string', default: '1' },
  only: { type: 'string', multiple: true },
  from: { type: 'string', multiple: true },
  keep: { type: 'string' },
  write: { type: 'boolean' },
}
const { values } = parseArgs({ options: OPTIONS })

const WHOLE = ['create', 'checkin', 'approve a revision']
const FULL = { kills: 12, errors: 10, whole: WHOLE, processes: 50, commands: 100 }
const EVERY = { ...FULL, kills: 1e9, errors: 1e9 }

/** What the tests are told to try; nothing is what every check tries. */
const share = () => {
  const numbers = ['kills', 'errors', 'processes', 'commands'].filter((name) => values[name])
  const asked = {
    ...(values.every ? EVERY : values.full ? FULL : {}),
    ...Object.fromEntries(numbers.map((name) => [name, Number(values[name])])),
    ...(values.whole ? { whole: values.whole.split(',') } : {}),
  }
  return { ...asked, bothPlaces: Boolean(values.full || values.every) }
}

const linesIn = (folder) =>
  readdirSync(folder).flatMap((name) =>
    readFileSync(join(folder, name), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line)),
  )

/** Runs the tests and gives what they tell. */
const run = () => {
  const out = values.keep ?? mkdtempSync(join(tmpdir(), 'qms-reliability-'))
  const env = {
    ...process.env,
    RELIABILITY_SHARE: JSON.stringify(share()),
    RELIABILITY_SEED: values.seed,
    RELIABILITY_OUT: out,
  }
  delete env.NODE_EXTRA_CA_CERTS
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  const files = (values.only ?? ['']).map((name) => `test/reliability/${name}`)
  const { status } = spawnSync(process.execPath, [vitest, 'run', ...files], {
    cwd: root,
    env,
    stdio: 'inherit',
  })
  const lines = linesIn(out)
  if (!values.keep) rmSync(out, { recursive: true, force: true })
  if (status !== 0) process.exitCode = 1
  return lines
}

const table = (head, rows) =>
  [head, head.map((name) => (NUMBERS.has(name) ? '---:' : '---')), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |\n`)
    .join('')

const WORDS = ['command', 'control branch', 'codes of refusals']
const NUMBERS = { has: (name) => !WORDS.includes(name) }

const sum = (lines, of) => lines.reduce((n, line) => n + of(line), 0)
const outcome = (line, ...names) => sum(names, (name) => line.outcomes[name] ?? 0)
const inOrder = (lines) =>
  lines.sort((a, b) => (a.place === b.place ? a.at - b.at : a.place < b.place ? -1 : 1))

const rowsOf = (lines, cells) => [
  ...inOrder(lines).map((line) => [line.name, line.place, ...cells.map((cell) => cell(line))]),
  ['**all**', '', ...cells.map((cell) => sum(lines, cell))],
]

const killed = (lines) =>
  table(
    ['command', 'control branch', 'points', 'tried', 'not begun', 'between', 'done', 'passed by'],
    rowsOf(lines, [
      (line) => line.calls,
      (line) => line.tried,
      (line) => outcome(line, 'cut off, not begun'),
      (line) => outcome(line, 'cut off, between'),
      (line) => outcome(line, 'cut off, done', 'done'),
      (line) => outcome(line, 'passed by'),
    ]),
  )

const failed = (lines) =>
  table(
    ['command', 'control branch', 'points', 'tried', 'refused', 'done', 'passed by'],
    rowsOf(lines, [
      (line) => line.calls,
      (line) => line.tried,
      (line) => outcome(line, 'cut off, not begun', 'cut off, between'),
      (line) => outcome(line, 'cut off, done', 'done'),
      (line) => outcome(line, 'passed by'),
    ]),
  )

const raced = (lines) =>
  table(
    [
      'control branch',
      ...[
        'processes',
        'commands each',
        'calls',
        'done',
        'repeated',
        'lost attempts',
        'slowest ms',
        'median ms',
      ],
      'codes of refusals',
    ],
    lines.map((line) => [
      line.race,
      ...[line.processes, line.commands, line.calls, line.done, line.repeated, line.lost],
      ...[line.slowestMs, line.medianMs],
      Object.entries(line.refusals)
        .map(([code, count]) => `${code} ${count}`)
        .join(', '),
    ]),
  )

const figures = (lines) => {
  const of = (fault) => lines.filter((line) => line.fault === fault)
  return [
    `Node ${process.versions.node}, seed ${values.seed}.\n`,
    `### Killed\n\n${killed(of('kill'))}`,
    `### Failing system calls\n\n${failed(of('error'))}`,
    `### Races\n\n${raced(lines.filter((line) => line.race))}`,
  ].join('\n')
}

const lines = values.from ? values.from.flatMap(linesIn) : run()
const failures = lines.filter((line) => line.failure)
for (const { failure } of failures) console.log(`\n${failure}`)
if (!values.write) console.log(`\n${figures(lines)}`)
else if (failures.length > 0 || process.exitCode) console.log('Not written: something failed.')
else {
  const [before] = readFileSync(PAGE, 'utf8').split(MARK)
  writeFileSync(PAGE, `${before}${MARK}\n${figures(lines)}`)
  console.log(`${PAGE} written`)
}
