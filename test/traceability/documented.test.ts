/** docs/traceability.md lists the gaps that there are, each once, with its weight. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { GAPS } from '../../src/traceability/gaps.ts'
import { ROOT } from '../support/cli.ts'

it('each gap is documented, with its weight', () => {
  const page = readFileSync(join(ROOT, 'docs/traceability.md'), 'utf8')
  const rows = [...page.matchAll(/^\| (`[A-Z_]+`(?:, `[A-Z_]+`)*) \| (error|warning|note)\b/gm)]
  const listed = rows.flatMap(([, codes = '', weight]) =>
    [...codes.matchAll(/[A-Z_]+/g)].map(([code]) => [code, weight]),
  )
  expect(Object.fromEntries(listed)).toEqual(GAPS)
  expect(listed.length).toBe(Object.keys(GAPS).length)
})
