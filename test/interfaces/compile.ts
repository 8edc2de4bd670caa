/** Before all tests: the compiled program is that of the present sources. */
import { execFileSync } from 'node:child_process'
import { join, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '../..')

export default function setup(): void {
  delete process.env.NODE_EXTRA_CA_CERTS
  execFileSync(process.execPath, [join(ROOT, 'build/setup.mjs')], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
}
