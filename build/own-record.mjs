// Audits the record that this repository keeps of itself, at the commit that is checked out.
import { spawnSync } from 'node:child_process'
import { inOwnClone, program } from './own-clone.mjs'

const status = inOwnClone((folder, env) => {
  const args = [program, '-C', folder, 'audit', '--strict']
  return spawnSync(process.execPath, args, { stdio: 'inherit', env }).status ?? 1
})
if (status === null) console.log('Not audited: this is not a clone of the repository.')
// A shallow clone, as build servers make them, proves nothing and disproves nothing.
if (status === 9) console.log('Not proven: this clone has not the whole history.')
process.exitCode = status === 9 ? 0 : (status ?? 0)
