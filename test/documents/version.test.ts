import { describe, expect, it } from 'vitest'
import {
  compareVersions,
  formatVersion,
  majorOf,
  nextMajor,
  nextMinor,
  parseVersion,
} from '../../src/documents/version.ts'
import fc from '../support/property.ts'

const version = fc.record({ major: fc.nat(9999), minor: fc.nat(9999) })

describe('versions', () => {
  it.each([
    '',
    '1',
    '1.',
    '.1',
    '01.0',
    '1.00',
    '1.0.0',
    'v1.0',
    '1.0 ',
    '-1.0',
    '1e3.0',
    '1.0\n',
    '9999999.0',
    '１.０',
  ])('%j is none', (text) => expect(parseVersion(text)).toBeNull())

  it('read back as they were written', () =>
    fc.assert(
      fc.property(version, (v) => {
        expect(parseVersion(formatVersion(v))).toEqual(v)
      }),
    ))

  it('are ordered by number, not by letter', () => {
    expect(['1.10', '0.9', '10.0', '1.9', '2.0', '1.0'].sort(compareVersions)).toEqual([
      '0.9',
      '1.0',
      '1.9',
      '1.10',
      '2.0',
      '10.0',
    ])
    fc.assert(
      fc.property(version, version, (a, b) => {
        const order = a.major - b.major || a.minor - b.minor
        expect(Math.sign(compareVersions(formatVersion(a), formatVersion(b)))).toBe(Math.sign(order))
      }),
    )
  })

  it('approval makes (N+1).0', () => {
    expect(['0.1', '0.17', '1.0', '9.3'].map(nextMajor)).toEqual(['1.0', '1.0', '2.0', '10.0'])
    expect(majorOf('12.3')).toBe(12)
  })

  it('the next minor is one that was never used', () => {
    expect(nextMinor('1.0', [])).toBe('1.1')
    expect(nextMinor('1.0', ['0.1', '0.9', '1.0', '1.4', '2.7'])).toBe('1.5')
    fc.assert(
      fc.property(version, fc.array(version), (v, used) => {
        const names = used.map(formatVersion)
        const next = nextMinor(formatVersion(v), names)
        expect(names).not.toContain(next)
        expect(majorOf(next)).toBe(v.major)
        expect(compareVersions(next, formatVersion(v))).toBeGreaterThan(0)
      }),
    )
  })
})
