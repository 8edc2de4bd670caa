// Traces the requirements of this program, as its own record states them, to its tests, at the commit that is checked
// out. With a report of the tests, what they showed counts, too: `node build/own-trace.mjs REPORT`. A proof that is
// skipped here, for want of strace or Python, is named and does not fail the check: another machine has them.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { inOwnClone, program } from './own-clone.mjs'

const NAMESPACE = 'QMS'
const reports = process.argv
  .slice(2)
  .filter((file) => existsSync(file))
  .flatMap((file) => ['--report', file])

const run = (folder, env, words, stdio) =>
  spawnSync(process.execPath, [program, '-C', folder, ...words], { stdio, env, encoding: 'utf8' })

/** Whether the record has the requirements at all: what it does not have is not traced. */
const stated = (folder, env) => {
  const { status, stdout } = run(folder, env, ['list', '--type', 'RS', '--json'], 'pipe')
  if (status !== 0) return true
  return JSON.parse(stdout).result.documents.some((d) => d.doc_id === `SDLC-${NAMESPACE}-RS`)
}

/** Errors that count on any machine; null where the trace itself failed. */
const errorsOf = (folder, env, words) => {
  const { stdout } = run(folder, env, [...words, '--json'], 'pipe')
  const answer = JSON.parse(stdout)
  return answer.ok
    ? answer.result.gaps.filter((gap) => gap.severity === 'error' && gap.code !== 'PROOF_SKIPPED')
    : null
}

const traced = (folder, env) => {
  const words = ['trace', NAMESPACE, ...reports]
  const { status } = run(folder, env, words, 'inherit')
  if (status !== 6) return status ?? 1
  const errors = errorsOf(folder, env, words)
  if (errors?.length !== 0) return 1
  console.log('What was skipped is proven where it can run.')
  return 0
}

const status = inOwnClone((folder, env) => {
  if (stated(folder, env)) return traced(folder, env)
  console.log(`Not traced: the record of this repository has no requirements of ${NAMESPACE} yet.`)
  return 0
})
if (status === null) console.log('Not traced: this is not a clone of the repository.')
process.exitCode = status ?? 0
