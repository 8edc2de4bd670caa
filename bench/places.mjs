// Stores that a part may change: copies of the generated ones, gone when the benchmark ends.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { storeOf } from './generate.mjs'

const copies = new Map()

/**
 * A copy that may be changed, the same for every part of one run. Git's index is refreshed, since the copied files are
 * others than those that it knew.
 */
export const ownStore = async (scratch, plan) => {
  const key = JSON.stringify(plan)
  if (!copies.has(key)) copies.set(key, await copyTo(join(scratch, `store-${copies.size}`), plan))
  return copies.get(key)
}

const copyTo = async (cwd, plan) => {
  const { folder, env } = await storeOf(plan)
  execFileSync('cp', ['-a', folder, cwd])
  refreshIndex(cwd, env)
  return { cwd, env }
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

/** An id whose text is in force or final in every store: the first life is always whole. */
export const ANY_DOCUMENT = 'CR-001'

/** A store with its history, on a branch of its own, in the proportions of a large one: 30 events, 10 commits a document. */
export const longHistory = (documents) => ({
  documents,
  events: 30 * documents,
  commits: 10 * documents,
  history: true,
  ownBranch: true,
})

/** Of `longHistory`. */
export const HISTORY_BRANCH = 'qms'
