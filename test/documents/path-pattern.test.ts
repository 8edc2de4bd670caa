/** Paths, folders and patterns: what they cover, and whether two of them can mean the same file. */

import { describe, expect, it } from 'vitest'
import { covers, isPattern, overlap } from '../../src/documents/path-pattern.ts'
import fc from '../support/property.ts'

describe('two entries', () => {
  it.each([
    ['src/api/', 'src/api/server.ts', true],
    ['src/api/server.ts', 'src', true],
    ['src/api', 'src/apiary.ts', false],
    ['src/api/**', 'src/**/*.ts', true],
    ['src/*.ts', 'src/a*', true],
    ['src/*.ts', 'src/*/index.js', true], // below a folder that is called x.ts
    ['src/*.ts', 'docs/**', false],
    ['**/*.md', 'docs/guide', true],
    ['docs/?.md', 'docs/ab.md', false],
    ['docs/?.md', 'docs/*.txt', false],
    ['a/**/z.ts', 'a/z.ts', true],
    ['**', 'anything', true],
  ])('%s and %s', (a, b, common) => {
    expect({ a, b, common: overlap(a, b) }).toEqual({ a, b, common })
    expect(overlap(b, a)).toBe(common)
  })

  it('of which one covers a path that the other covers overlap', () => {
    fc.assert(
      fc.property(pattern, pattern, path, (a, b, file) => {
        if (covers(a, file) && covers(b, file))
          expect({ a, b, file, common: overlap(a, b) }).toMatchObject({ common: true })
      }),
      { numRuns: 3000 },
    )
  })
})

const piece = fc.constantFrom('a', 'b', '/', '*', '**', '**/', '?', '.', 'ab')
const pattern = fc
  .array(piece, { minLength: 1, maxLength: 6 })
  .map((p) => p.join(''))
  .filter(isPattern)
const path = fc
  .array(fc.constantFrom('a', 'b', '/', '.', 'ab'), { minLength: 1, maxLength: 7 })
  .map((p) => p.join(''))

/** The same said as a regular expression, which may take for ever. */
const asExpression = (entry: string): RegExp => {
  const signs = { '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]' } as Record<string, string>
  const parts = entry.replace(/\/+$/, '').split(/(\*\*\/?|\*|\?)/)
  return new RegExp(`^${parts.map((p) => signs[p] ?? p.replaceAll('.', '\\.')).join('')}(?:/.*)?$`)
}

describe('a pattern', () => {
  it('covers what the expression that says the same fits', () => {
    fc.assert(
      fc.property(pattern, path, (entry, file) => {
        expect({ entry, file, covered: covers(entry, file) }).toEqual({
          entry,
          file,
          covered: asExpression(entry).test(file),
        })
      }),
      { numRuns: 5000 },
    )
  })

  it('takes no sign of a path for one of its own', () => {
    expect(covers('docs/?', 'docs/*')).toBe(true)
    expect(covers('docs/*/b', 'docs/*/b')).toBe(true)
    expect(covers('*.md', '?.txt')).toBe(false)
  })

  it('made to take for ever is answered at once', () => {
    const begun = performance.now()
    expect(covers(`${'**a'.repeat(60)}b`, 'a'.repeat(1000))).toBe(false)
    expect(overlap(`a/${'**a'.repeat(200)}x`, `b/${'**a'.repeat(200)}y`)).toBe(false)
    expect(overlap(`${'*a'.repeat(200)}x`, `${'*a'.repeat(200)}y`)).toBe(false)
    expect(performance.now() - begun).toBeLessThan(2000)
  })

  it('is relative, of one line, and not without end', () => {
    const bad = [
      '/etc',
      '../x',
      'a/../b',
      'a\nb',
      'a{b}',
      '$(x)`',
      '',
      ' a',
      'a '.repeat(2),
      'x'.repeat(1025),
    ]
    expect(bad.filter(isPattern)).toEqual([])
    expect(['a b/c.md', 'src/**/*.ts', '.github/'].filter((p) => !isPattern(p))).toEqual([])
  })
})
