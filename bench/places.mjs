// Stores that a part may change: copies of the generated ones, gone when the benchmark ends.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { storeOf } from './generate.mjs'

/** A copy of its own; git's index is refreshed, since the copies are other files than those it knew. */
export const ownStore = async (scratch, plan) => {
  const { folder, env } = await storeOf(plan)
  const copy = join(scratch, `store-${readdirSync(scratch).length}`)
  execFileSync('cp', ['-a', folder, copy])
  refreshIndex(copy, env)
  return { cwd: copy, env }
}

/** A second repository with the same history and files, to do by hand what the program does. */
export const twinOf = ({ cwd, env }, branch) => {
  const twin = `${cwd}-twin`
  execFileSync('git', ['clone', '-q', '--local', '--branch', branch, cwd, twin], { cwd, env })
  refreshIndex(twin, env)
  return { cwd: twin, env }
}

const refreshIndex = (cwd, env) =>
  execFileSync('git', ['status', '--porcelain'], { cwd, env, stdio: 'ignore' })

/** An id of this type whose text is in force or final: whole lives come first in every store. */
export const anyDocument = ({ cwd }) => {
  const found = ['CR/CR-009', 'CR/CR-008', 'SOP/SOP-008'].find((at) =>
    existsSync(join(cwd, 'QMS', '.meta', `${at}.json`)),
  )
  return found.slice(found.indexOf('/') + 1)
}
