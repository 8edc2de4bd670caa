/** Old records are judged by the tables of their edition: those must never change. */
import { expect, it } from 'vitest'
import { tablesOf } from '../../src/lifecycle/editions.ts'
import { EDITION } from '../../src/lifecycle/emit.ts'
import { TABLES } from '../../src/lifecycle/tables.ts'
import { sha256 } from '../support/given.ts'

/** As rules.json has the rows. */
const written = (edition: number): string =>
  JSON.stringify(
    Object.fromEntries(
      Object.entries(tablesOf(edition)).map(([name, rows]) => [
        name,
        rows.map(({ from, action, when = [], to, who, gates, version = null, emits }) => {
          return { from, action, when, to, who, gates, version, emits }
        }),
      ]),
    ),
  )

it('the tables of edition 1 are what they were when records were written by them', () => {
  expect(sha256(written(1))).toBe('6c4f3dae2e16ab75588dd153849f4b15df106519c8913816db0bc54b8f251926')
})

it("today's edition is the tables themselves; an earlier one has no row or gate that came later", () => {
  expect(tablesOf(EDITION)).toBe(TABLES)
  expect(tablesOf(1).executable.filter((row) => row.action === 'ei')).toEqual([])
  const again = tablesOf(1).executable.find(
    (row) => row.from === 'POST_REVIEWED' && row.action === 'route review',
  )
  expect(again?.gates).not.toContain('linkedClosed')
  expect(() => tablesOf(0)).toThrow('no edition 0')
})
