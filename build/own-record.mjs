// Audits the record that this repository keeps of itself, at the commit that is checked out: in a clone of its own, so
// that no other branch, no work tree and no setting counts.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const git = (...args) => execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })

if (!existsSync(join(root, '.git'))) {
  console.log('Not audited: this is not a clone of the repository.')
  process.exit(0)
}

const folder = mkdtempSync(join(tmpdir(), 'qms-own-record-'))
try {
  git('clone', '--quiet', '--no-checkout', `file://${root}`, folder)
  git('-C', folder, 'checkout', '--quiet', '-B', 'main', git('-C', root, 'rev-parse', 'HEAD').trim())
  const env = { ...process.env, XDG_STATE_HOME: join(folder, '.git', 'state') }
  const audit = spawnSync(
    process.execPath,
    [join(root, 'bin', 'qms.cjs'), '-C', folder, 'audit', '--strict'],
    {
      stdio: 'inherit',
      env,
    },
  )
  // A shallow clone, as build servers make them, proves nothing and disproves nothing.
  if (audit.status === 9) console.log('Not proven: this clone has not the whole history.')
  process.exitCode = audit.status === 9 ? 0 : (audit.status ?? 1)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
