import { describe, expect, it } from 'vitest'
import { blanksLeft } from '../../src/documents/markdown.ts'
import { blanksOf, decode, isEmptyBody, lineOf, textProblem, titleOf } from '../../src/documents/text.ts'
import fc from '../support/property.ts'

const encode = (s: string): Uint8Array => new TextEncoder().encode(s)
const problem = (s: string | Uint8Array) => textProblem(typeof s === 'string' ? encode(s) : s)
const MATTER = "---\ntitle: 'T'\n---\n\n"

// Verifies: REQ-QMS-906
describe('what is no controlled text (H13, H10)', () => {
  it.each([
    ['invalid UTF-8', [0x61, 0xff]],
    ['a cut character', [0xe2, 0x82]],
    ['an overlong one', [0xc0, 0xaf]],
    ['a lone surrogate', [0xed, 0xa0, 0x80]],
    ['UTF-16, little end', [0xff, 0xfe, 0x61, 0x00]],
    ['UTF-16, big end', [0xfe, 0xff, 0x00, 0x61]],
    ['Latin-1', [0x63, 0x61, 0x66, 0xe9]],
  ])('%s', (_, bytes) => {
    expect(problem(new Uint8Array(bytes))).toEqual({ problem: 'it is not valid UTF-8', line: null })
    expect(decode(new Uint8Array(bytes))).toBeNull()
  })

  it('a NUL, with its line', () =>
    expect(problem('a\nb\0')).toEqual({ problem: 'it holds a NUL byte', line: 2 }))

  it.each([
    ['a whole conflict', `${MATTER}<<<<<<< HEAD\nours\n=======\ntheirs\n>>>>>>> branch\n`, 5],
    ['with CRLF', '<<<<<<< HEAD\r\nours\r\n=======\r\ntheirs\r\n>>>>>>> branch\r\n', 1],
    ['only its begin', `${MATTER}<<<<<<< HEAD\nours\n`, 5],
    ['only its end', `${MATTER}text\n>>>>>>> branch\n`, 6],
  ])('conflict markers: %s', (_, text, line) =>
    expect(problem(text)).toEqual({ problem: 'it holds merge conflict markers', line }),
  )

  it('a heading underlined by seven signs is no conflict, nor are arrows elsewhere', () => {
    for (const text of [
      'Heading\n=======\n',
      '<<<<<<<x\n',
      'a <<<<<<< b\n',
      'x >>>>>>> y\n',
      '> quoted\n',
      '<<<<<< six\n>>>>>> six\n',
    ])
      expect(problem(MATTER + text)).toBeNull()
  })

  it('frontmatter that cannot be read, with the line where it is known', () => {
    expect(problem('---\ntitle: x\ntitle: y\n---\n')).toMatchObject({
      problem: expect.stringContaining('its frontmatter cannot be read') as string,
      line: 3,
    })
    expect(problem('---js\nx\n---\n')).toMatchObject({ line: 1 })
  })

  it.each([
    '',
    'plain',
    MATTER,
    `\ufeff${MATTER}body`,
    '---\r\ntitle: x\r\n---\r\nbody\r\n',
    'no final newline',
    '\u202e hidden \u200b',
    '漢字 🙂',
  ])('text: %j', (text) => expect(problem(text)).toBeNull())

  it('decoding keeps every byte, the byte order mark too', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.boolean(), (s, mark) => {
        const bytes = encode(mark ? `\ufeff${s}` : s)
        expect(encode(decode(bytes) ?? 'none')).toEqual(bytes)
      }),
    ))

  it('any bytes are text or told why not, never thrown', () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.constantFrom('', '---\n', MATTER), (bytes, before) => {
        const found = problem(Uint8Array.from([...encode(before), ...bytes]))
        expect(found === null || found.problem.length > 0).toBe(true)
      }),
      { numRuns: 500 },
    ))
})

describe('title and body', () => {
  it('behind a byte order mark', () => {
    expect(titleOf(`\ufeff${MATTER}x`)).toBe('T')
    expect(isEmptyBody(`\ufeff${MATTER}`)).toBe(true)
    expect(isEmptyBody(`\ufeff${MATTER}x`)).toBe(false)
  })

  it('are absent where they are', () => {
    expect(titleOf('no frontmatter')).toBeNull()
    expect(isEmptyBody('---\ntitle: x\n---\n \r\n\t\n')).toBe(true)
    expect(isEmptyBody('')).toBe(true)
  })

  it('lines count from 1', () => expect([0, 1, 2, 3].map((n) => lineOf('a\nb\n', n))).toEqual([1, 1, 2, 2]))
})

describe('blanks', () => {
  const form = blanksOf('{{A}} {{B - why}} {{A}} {{}} {{ no\nbreak}} {x} {{{C}}}')

  it('of a form, each once', () => expect([...form]).toEqual(['{{A}}', '{{B - why}}', '{{}}', '{{C}}']))

  it('left outside code, with their lines', () => {
    const text = [
      '{{A}} and {{OTHER}}',
      '`{{A}}` and ``{{B - why}}``',
      '',
      '```',
      '{{A}}',
      '```',
      '',
      '    {{A}}',
      '',
      '| x | `{{A}}` | {{B - why}} |',
      '<!-- {{A}} -->',
    ].join('\n')
    expect(blanksLeft(text, form)).toEqual([
      { text: '{{A}}', line: 1 },
      { text: '{{B - why}}', line: 10 },
      { text: '{{A}}', line: 11 },
    ])
  })

  it('with a byte order mark and CRLF at the same lines', () => {
    const text = `\ufeff${MATTER}\`{{A}}\`\n\n{{A}}\n`.replaceAll('\n', '\r\n')
    expect(blanksLeft(text, form)).toEqual([{ text: '{{A}}', line: 7 }])
  })

  it('none where the form has none', () => expect(blanksLeft('{{A}}', new Set())).toEqual([]))
})
