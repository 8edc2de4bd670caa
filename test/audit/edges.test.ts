import { describe, expect, it } from 'vitest'
import { Edges } from '../../src/audit/edges.ts'
import type { Edge } from '../../src/audit/history.ts'
import fc from '../support/property.ts'

const oid = fc.integer({ min: 0, max: 5 }).map((n) => String(n).repeat(40))
const blob = fc.option(fc.record({ mode: fc.constantFrom('100644', '120000', '100755'), oid }))
const change = fc.record({
  path: fc.constantFrom('QMS/a.md', 'QMS/b.md', 'QMS/ü\n.md'),
  before: blob,
  after: blob,
})
const edge = fc.record({
  commit: oid,
  at: fc.nat(),
  merge: fc.boolean(),
  changes: fc.array(change, { maxLength: 4 }),
})

/** The same, as plainly as can be. */
const plainly = (added: readonly (readonly [string, Edge])[]): Map<string, Edge[]> => {
  const map = new Map<string, Edge[]>()
  for (const [key, one] of added) map.set(key, [...(map.get(key) ?? []), one])
  return map
}

describe('the ways of a long history', () => {
  it('are given back as they came, key by key', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('CR-001', 'SOP-001', 'stray'), edge)), (added) => {
        const edges = new Edges()
        for (const [key, one] of added) edges.add(key, one)
        const expected = plainly(added)
        expect([...edges.keys()]).toEqual([...expected.keys()])
        for (const [key, all] of expected) expect(edges.of(key)).toEqual(all)
      }),
    )
  })

  it('may be many, and have longer names', () => {
    const edges = new Edges()
    const made = Array.from({ length: 20_000 }, (_, n): readonly [string, Edge] => {
      const name = (of: string) => `${n}${of}`.padEnd(64, '0')
      const changes = [{ path: `QMS/${n % 7}.md`, before: null, after: { mode: '100644', oid: name('b') } }]
      return [`CR-${n % 100}`, { commit: name('c'), at: n, merge: false, changes }]
    })
    for (const [key, one] of made) edges.add(key, one)
    for (const [key, all] of plainly(made)) expect(edges.of(key)).toEqual(all)
  })

  it('are none of a key that was never named', () => {
    expect(new Edges().has('CR-001')).toBe(false)
    expect(new Edges().of('CR-001')).toEqual([])
  })
})
