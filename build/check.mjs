// `npm run check`: everything that must hold, each step in full even where an earlier one failed. The last line is
// `N passed, N failed`: every test counts, and every other step as one.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const temporary = mkdtempSync(join(tmpdir(), 'qms-check-'))
const report = join(temporary, 'tests.json')

const env = { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH}` }
const bare = { ...env }
delete bare.NODE_EXTRA_CA_CERTS
/** Steps that start npm, which may need the caller's certificates; every other one is several times faster without. */
const WITH_NPM = new Set(['set-up', 'installed package', 'package manifest'])

const STEPS = [
  ['set-up', ['node', 'build/setup.mjs']],
  ['types', ['tsc', '--noEmit', '-p', 'tsconfig.json']],
  ['types of tests', ['tsc', '-p', 'tsconfig.test.json']],
  [
    'format and lint',
    'biome check --error-on-warnings src test bench build demo bin schemas package.json knip.json biome.json tsconfig.json tsconfig.test.json'.split(
      ' ',
    ),
  ],
  ['imports', ['depcruise', 'src', '--config', '.dependency-cruiser.cjs', '--output-type', 'err']],
  ['generated documents', ['node', 'build/docs.mjs', '--check']],
  ['dead code', ['knip']],
  ['package manifest', ['publint', '--strict']],
  ['tests', ['node', 'build/tests.mjs', report]],
  ['own record', ['node', 'build/own-record.mjs']],
  ['own requirements', ['node', 'build/own-trace.mjs', report]],
  ['demonstration', ['node', 'demo/run.mjs']],
  [
    'benchmarks run',
    'node bench/run.mjs --brief --documents 10 --rounds 1 --commits 100 --others 100'.split(' '),
  ],
  ['installed package', ['node', 'build/package-check.mjs']],
]

const asked = process.argv.slice(2)
const steps = STEPS.filter(([name]) => asked.length === 0 || asked.includes(name))

const ran = steps.map(([name, [command, ...args]]) => {
  console.log(`\n== ${name}: ${command} ${args.join(' ').replace(temporary, '...')}`)
  const started = Date.now()
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    env: WITH_NPM.has(name) ? env : bare,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (error) console.log(`${command} could not be started: ${error.message}`)
  return { name, ok: status === 0, seconds: (Date.now() - started) / 1000 }
})

/** What the tests' own report says; null where none was written. */
const reported = () => {
  try {
    return JSON.parse(readFileSync(report, 'utf8'))
  } catch {
    return null
  }
}

/** How many tests passed and failed. */
const tests = () => {
  const told = reported()
  return told && { passed: told.numPassedTests, failed: told.numFailedTests }
}

/** Each test that failed, with the first lines of why: whoever sees only the end of the output sees these. */
const failures = () =>
  (reported()?.testResults ?? []).flatMap(({ name, message, assertionResults }) => {
    const file = name.startsWith(root) ? name.slice(root.length + 1) : name
    const failed = assertionResults.filter((test) => test.status === 'failed')
    if (failed.length === 0) return message ? [`${file}: ${brief(message)}`] : []
    return failed.map((test) => `${file}: ${test.fullName}\n    ${brief(test.failureMessages[0] ?? '')}`)
  })

/** Without colours, and no more than a screen of a summary can bear. */
const brief = (text) => stripVTControlCharacters(text).split('\n').slice(0, 6).join('\n    ').slice(0, 800)

/** A step counts once, the step of the tests by its tests; one that failed with no test failing counts as a failure. */
const countOf = ({ name, ok }) => {
  const counted = name === 'tests' ? tests() : null
  if (!counted) return { passed: ok ? 1 : 0, failed: ok ? 0 : 1 }
  return { passed: counted.passed, failed: counted.failed + (!ok && counted.failed === 0 ? 1 : 0) }
}

console.log()
for (const { name, ok, seconds } of ran)
  console.log(`${ok ? 'ok     ' : 'FAILED '} ${name.padEnd(20)} ${seconds.toFixed(1).padStart(7)} s`)

for (const failure of failures()) console.log(`\nfailed: ${failure}`)
for (const name of reported()?.unstable ?? [])
  console.log(`\nunstable, it failed and then passed alone: ${name}`)

const counts = ran.map(countOf)
const sum = (key) => counts.reduce((n, count) => n + count[key], 0)
rmSync(temporary, { recursive: true, force: true })
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`)
process.exitCode = sum('failed') > 0 ? 1 : 0
