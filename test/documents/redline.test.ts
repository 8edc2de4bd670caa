import { describe, expect, it } from 'vitest'
import { type Hunk, redline, unifiedDiff } from '../../src/documents/redline.ts'
import fc from '../support/property.ts'

const side = (hunk: Hunk, without: 'added' | 'removed'): string =>
  hunk.spans
    .filter((s) => s.kind !== without)
    .map((s) => s.text)
    .join('')

const has = (hunk: Hunk, kind: 'added' | 'removed'): boolean =>
  hunk.spans.some((s) => s.kind === kind || s.kind === 'same')

/** One text from the other: at each hunk the lines of one side give way to those of the other. */
const applied = (text: string, hunks: readonly Hunk[], to: 'former' | 'later'): string => {
  const [gone, come] = to === 'later' ? (['removed', 'added'] as const) : (['added', 'removed'] as const)
  const lines = text.split('\n')
  const out: string[] = []
  let at = 0
  for (const hunk of hunks) {
    const start = (to === 'later' ? hunk.from : hunk.to) - 1
    const count = has(hunk, gone) ? side(hunk, come).split('\n').length : 0
    out.push(...lines.slice(at, start), ...(has(hunk, come) ? side(hunk, gone).split('\n') : []))
    at = start + count
  }
  return [...out, ...lines.slice(at)].join('\n')
}

const line = fc.string({
  unit: fc.constantFrom('a', 'b', 'shall', ' ', '.', '|', 'é', '🙂', '\r'),
  minLength: 0,
  maxLength: 6,
})
const textOf = fc.array(line, { minLength: 1, maxLength: 12 }).map((all) => all.join('\n'))
const edited = textOf.chain((former) =>
  fc.tuple(
    fc.constant(former),
    fc
      .array(fc.tuple(fc.nat(20), fc.nat(2), fc.array(line, { maxLength: 3 })), { maxLength: 4 })
      .map((edits) => {
        const lines = former.split('\n')
        for (const [at, gone, come] of edits) lines.splice(at % (lines.length + 1), gone, ...come)
        return lines.length > 0 ? lines.join('\n') : 'x'
      }),
  ),
)

describe('a redline', () => {
  it('shows words inside changed lines, with two lines of context', () => {
    expect(redline('1\n2\n3\nthe old word\n5\n6\n7', '1\n2\n3\nthe new word\n5\n6\n7')).toEqual([
      {
        from: 4,
        to: 4,
        before: ['2', '3'],
        spans: [
          { kind: 'same', text: 'the ' },
          { kind: 'removed', text: 'old' },
          { kind: 'added', text: 'new' },
          { kind: 'same', text: ' word' },
        ],
        after: ['5', '6'],
      },
    ])
  })

  it('counts the lines of both texts', () => {
    const hunks = redline('a\nb\nc\nd\ne', 'x\na\nb\nd\ne\ny')
    expect(hunks.map(({ from, to, spans }) => [from, to, spans])).toEqual([
      [1, 1, [{ kind: 'added', text: 'x' }]],
      [3, 4, [{ kind: 'removed', text: 'c' }]],
      [6, 6, [{ kind: 'added', text: 'y' }]],
    ])
  })

  it('is empty for equal texts, and only for them', () => {
    fc.assert(
      fc.property(textOf, textOf, (a, b) => {
        expect(redline(a, b).length === 0).toBe(a === b)
        expect(redline(a, a)).toEqual([])
      }),
    )
    expect(redline('a\nb', 'a\n\nb')).toHaveLength(1)
  })

  it('holds both texts: either is the other with its spans applied', () => {
    fc.assert(
      fc.property(edited, ([former, later]) => {
        const hunks = redline(former, later)
        expect(applied(former, hunks, 'later')).toBe(later)
        expect(applied(later, hunks, 'former')).toBe(former)
      }),
      { numRuns: 300 },
    )
  })

  it('shows a long block whole, old then new', () => {
    const [a, b] = ['a '.repeat(8000), 'b '.repeat(8000)]
    expect(redline(a, b)[0]?.spans).toEqual([
      { kind: 'removed', text: a },
      { kind: 'added', text: b },
    ])
  })

  it('unified is what diff -u prints', () => {
    expect(unifiedDiff(['a.md', 'b.md'], 'x\ny\n', 'x\nz\n').split('\n').slice(-7)).toEqual([
      '--- a.md',
      '+++ b.md',
      '@@ -1,2 +1,2 @@',
      ' x',
      '-y',
      '+z',
      '',
    ])
  })
})
