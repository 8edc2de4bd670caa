/** docs/doctor.md lists the checks that there are, each once and in their order, and what `--fix` mends of them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { CHECKS } from '../../src/app/doctor/checks.ts'
import { ROOT } from '../support/cli.ts'

const rows = [
  ...readFileSync(join(ROOT, 'docs/doctor.md'), 'utf8').matchAll(/^\| `([a-z-]+)` \|.*\| (.*)\|$/gm),
]

it('has one row a check, in the order in which they are made', () => {
  expect(rows.map((row) => row[1])).toEqual(CHECKS.map((check) => check.name))
  expect(new Set(CHECKS.map((check) => check.name)).size).toBe(CHECKS.length)
})

it('says of which something is mended', () => {
  const mended = rows.filter((row) => row[2]?.startsWith('yes')).map((row) => row[1])
  expect(mended).toEqual(['code-cache', 'local-files', 'leftovers', 'views'])
})
