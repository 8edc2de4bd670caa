/** What a person is told of agents while they work. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { folder, ROOT } from '../support/cli.ts'

/** @param until the reader begins to read only when this file is there */
const told = (program: string, until?: string): string => {
  const whole = `const { tellerFor } = await import('${join(ROOT, 'dist/interfaces/cli/agents.js')}')
    ${program}`
  const node = [process.execPath, '--input-type=module', '-e', whole]
  const line = node.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')
  const slow = until ? `2>&1 >/dev/null | (until [ -e '${until}' ]; do sleep 0.05; done; cat)` : ''
  const { stdout, stderr } = spawnSync('sh', ['-c', `${line} ${slow}`], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  return until ? stdout : stderr
}

it('is what each agent says, once where it says the same again and again', () => {
  const said = told(`const tell = tellerFor(false)
    for (const line of ['one', 'wait', 'wait', 'wait', 'two', 'wait']) tell('qa', line)
    tell('tu_api', 'wait')
    tellerFor(true)('qa', 'nothing with --json')`)
  expect(said.trim().split('\n')).toEqual(['qa: one', 'qa: wait', 'qa: two', 'qa: wait', 'tu_api: wait'])
})

it('is not kept without end for one who does not read it', () => {
  const until = join(folder('slow'), 'told')
  const said = told(
    `const tell = tellerFor(false)
    for (let n = 0; n < 40_000; n++) tell('qa', n + 'x'.repeat(100))
    ;(await import('node:fs')).writeFileSync('${until}', '')`,
    until,
  )
  expect(said.length).toBeGreaterThan(500_000)
  expect(said.length).toBeLessThan(1_500_000)
})
