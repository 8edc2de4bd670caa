// What the checks of this repository's own record share: a clone of the commit that is checked out, so that no other
// branch, no work tree and no setting counts.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const git = (...args) => execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })

/**
 * Works in the clone, which is gone afterwards; null where this is no clone of the repository.
 * @param work is given its folder and the environment in which nothing of this machine is remembered
 */
export const inOwnClone = (work) => {
  if (!existsSync(join(root, '.git'))) return null
  const folder = mkdtempSync(join(tmpdir(), 'qms-own-record-'))
  try {
    git('clone', '--quiet', '--no-checkout', `file://${root}`, folder)
    git('-C', folder, 'checkout', '--quiet', '-B', 'main', git('-C', root, 'rev-parse', 'HEAD').trim())
    return work(folder, { ...process.env, XDG_STATE_HOME: join(folder, '.git', 'state') })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export const program = join(root, 'bin', 'qms.cjs')
