/**
 * node grants.js COMMON STATE WORD: `redeem` reads lines `TIME TOKEN` from standard input and says what each token is good
 * for at its time; `held` says what this process was given; `below` asks the same in a process that this one starts.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { QmsError } from '../../../src/errors.ts'
import { DiskGrants } from '../../../src/store/grants.ts'

const [, file = '', common = '', state = '', word = ''] = process.argv
const grants = new DiskGrants(common, state)
const now = new Date().toISOString()
const code = (error: unknown): string => (error instanceof QmsError ? error.code : String(error))

if (word === 'below') {
  const child = spawnSync(process.execPath, [file, common, state, 'held'], { encoding: 'utf8' })
  process.stdout.write(child.stdout)
} else if (word === 'held') {
  readFileSync(0)
  console.log(
    await grants.ofProcess(now).then(
      (g) => g?.actor ?? 'nobody',
      (e) => code(e),
    ),
  )
} else {
  for (const line of readFileSync(0, 'utf8').split('\n').filter(Boolean)) {
    const [time, token = ''] = line.split(' ')
    while (Date.now() < Number(time)); // others wait for the same instant
    console.log(await grants.redeem(token, now).then((g) => g.actor, code))
  }
}
