/** The rule of checkpoints: whatever is appended is growth, and no byte of what was there can be another. */
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  type Checkpoint,
  compareSettings,
  compareTrail,
  digestOf,
  formatCheckpoint,
  markOf,
  parseCheckpoint,
  stillHolds,
} from '../../src/audit/checkpoint.ts'
import fc from '../support/property.ts'

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const PATH = 'QMS/.audit/SOP/SOP-001.jsonl'
const bytesOf = (text: string) => Buffer.from(text)

const trail = fc
  .array(fc.string({ maxLength: 20 }), { minLength: 1, maxLength: 6 })
  .map((lines) => bytesOf(lines.map((line) => `${line.replaceAll('\n', ' ')}\n`).join('')))

describe('a trail that was marked', () => {
  it('still holds whatever is appended', () => {
    fc.assert(
      fc.property(trail, trail, (then, more) => {
        expect(stillHolds(markOf(PATH, then, digest), Buffer.concat([then, more]), digest)).toBe(true)
      }),
    )
  })

  it('does not hold with one byte changed, taken out or put in, and the line of the change is named', () => {
    const change = fc.constantFrom('changed', 'taken out', 'put in')
    fc.assert(
      fc.property(trail, trail, fc.nat(), change, (then, more, where, what) => {
        const at = where % then.length
        const put = what === 'taken out' ? [] : [(then[at] ?? 0) ^ 1]
        const rest = then.subarray(what === 'put in' ? at : at + 1)
        const now = Buffer.concat([then.subarray(0, at), Buffer.from(put), rest, more])
        if (now.subarray(0, then.length).equals(then)) return
        const mark = markOf(PATH, then, digest)
        expect(stillHolds(mark, now, digest)).toBe(false)
        const former = { commit: 'c', bytes: then }
        const { line, commit } = compareTrail(mark, now, former, digest)
        const same = Math.min(...[...then.keys()].filter((i) => then[i] !== now[i]))
        expect({ line, commit }).toEqual({
          line: then.subarray(0, same).toString('latin1').split('\n').length,
          commit: 'c',
        })
      }),
    )
  })

  it('is not compared with other bytes than those that were marked', () => {
    const mark = markOf(PATH, bytesOf('a\nb\n'), digest)
    const former = { commit: 'c', bytes: bytesOf('a\nx\n') }
    expect(compareTrail(mark, bytesOf('a\ny\n'), former, digest)).toMatchObject({ line: null, commit: null })
  })
})

describe('the file of a checkpoint', () => {
  const witnessed = {
    store: 'a'.repeat(64),
    configuration: null,
    trails: [
      markOf(PATH, bytesOf('{}\n'), digest),
      markOf('QMS/.audit/_system/registry.jsonl', bytesOf('{}\n{}\n'), digest),
    ],
  }
  const whole: Checkpoint = {
    format: 1,
    digest: digestOf(witnessed, digest),
    branch: 'main',
    tip: 'b'.repeat(40),
    taken: '2026-01-01T00:00:00.000Z',
    ...witnessed,
  }

  it('gives back what was written, one trail a line', () => {
    const text = formatCheckpoint(whole)
    expect(parseCheckpoint(bytesOf(text), digest)).toEqual(whole)
    expect(text.split('\n').filter((line) => line.includes('"path"'))).toHaveLength(2)
    const none = { ...witnessed, trails: [] }
    const empty = { ...whole, ...none, digest: digestOf(none, digest) }
    expect(parseCheckpoint(bytesOf(formatCheckpoint(empty)), digest)).toEqual(empty)
  })

  it('is refused where anything that it witnesses was altered, and where a path could hide a line', () => {
    const trails = whole.trails.map((t) => ({ ...t, path: `${t.path.slice(0, -6)}\n.jsonl` }))
    const hidden = { ...witnessed, trails }
    const altered = [
      { ...whole, store: 'c'.repeat(64) },
      { ...whole, configuration: 'c'.repeat(64) },
      { ...whole, trails: whole.trails.slice(1) },
      { ...whole, trails: whole.trails.toReversed() },
      { ...whole, trails: whole.trails.map((t) => ({ ...t, bytes: t.bytes + 1 })) },
      { ...whole, ...hidden, digest: digestOf(hidden, digest) },
    ]
    for (const file of altered)
      expect(parseCheckpoint(bytesOf(formatCheckpoint(file)), digest)).toMatchObject({
        expected: expect.any(String),
      })
  })

  it('allows a configuration that an event of the policy names', () => {
    const now = 'd'.repeat(64)
    const policy = bytesOf(`{"event":"CONFIG_SET","content":"${now}"}\n`)
    expect(compareSettings(whole, now, policy)).toEqual([])
    expect(compareSettings(whole, null, policy)).toEqual([])
    expect(compareSettings(whole, now, null)).toMatchObject([{ code: 'CONFIGURATION_DIFFERS' }])
    expect(compareSettings({ ...whole, configuration: now }, null, policy)).toMatchObject([
      { found: 'no file' },
    ])
  })
})
