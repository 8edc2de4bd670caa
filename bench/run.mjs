// What the program costs. Shows tables; gives JSON with --out; with --write puts the tables into docs/performance.md.
//   npm run bench -- [--only reads,lists] [--documents 10,1000,10000] [--rounds 15] [--commits 100000]
//                    [--others 50000] [--out FILE] [--write] [--from FILE] [--brief]
// --brief leaves most transitions out: to see that all of it runs.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from './program.mjs'
import { machineLine, screenTable, writeInto } from './tables.mjs'

const PARTS = [
  'reads',
  'transitions',
  'life',
  'lists',
  'writers',
  'server',
  'history',
  'audit',
  'hooks',
  'tool-hooks',
  'items',
  'spawn',
  'lint',
  'startup',
]

const { values: asked } = parseArgs({
  options: {
    only: { type: 'string', default: PARTS.join(',') },
    documents: { type: 'string', default: '10,1000,10000' },
    rounds: { type: 'string', default: '15' },
    commits: { type: 'string', default: '100000' },
    others: { type: 'string', default: '50000' },
    out: { type: 'string' },
    from: { type: 'string' },
    write: { type: 'boolean', default: false },
    brief: { type: 'boolean', default: false },
  },
})

/** npm changes the folder before it starts a script. */
const callersPath = (file) => resolve(process.env.INIT_CWD ?? process.cwd(), file)

const numberOf = (text) => {
  const number = Number(text)
  if (Number.isInteger(number) && number > 0) return number
  throw new Error(`${text} is no number of anything`)
}

/** @param scratch a folder for the stores that are changed */
const measured = async (scratch) => {
  const parts = asked.only.split(',')
  const unknown = parts.find((part) => !PARTS.includes(part))
  if (unknown) throw new Error(`there is no part ${unknown}; there are ${PARTS.join(', ')}`)
  const options = {
    documents: asked.documents.split(',').map(numberOf),
    rounds: numberOf(asked.rounds),
    commits: numberOf(asked.commits),
    others: numberOf(asked.others),
    brief: asked.brief,
    scratch,
  }
  const result = {
    node: process.versions.node,
    git: execFileSync('git', ['--version'], { encoding: 'utf8' }).replace('git version ', '').trim(),
    cores: availableParallelism(),
    load: loadavg()[0],
    at: new Date().toISOString(),
    parts: {},
  }
  for (const name of parts) {
    const part = await import(`./${name}.mjs`)
    const rows = await part.measure(options)
    result.parts[name] = { title: part.title, columns: part.columns, rows }
    console.log(screenTable(result.parts[name]))
  }
  return result
}

/** Before anything is cleared away, which takes its time where a hundred thousand files were written. */
const report = (result) => {
  console.log(`\n${machineLine(result)}`)
  if (asked.out) writeFileSync(callersPath(asked.out), `${JSON.stringify(result, null, 2)}\n`)
  if (asked.write) writeInto(join(root, 'docs', 'performance.md'), result)
}

const measureAndReport = async () => {
  const scratch = mkdtempSync(join(tmpdir(), 'qms-bench-run-'))
  try {
    report(await measured(scratch))
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

if (asked.from) report(JSON.parse(readFileSync(callersPath(asked.from), 'utf8')))
else await measureAndReport()
