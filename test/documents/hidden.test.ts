import { describe, expect, it } from 'vitest'
import { hidesSomething, marked, spellOut } from '../../src/documents/hidden.ts'
import { visible } from '../../src/interfaces/visible.ts'
import { checkTitle } from '../../src/lifecycle/create.ts'
import { escaped, shown } from '../../src/package/html.ts'

/** First and last of each range, and what lies just outside of it. */
const HIDDEN = [
  ...[0x00, 0x08, 0x0b, 0x0d, 0x1b, 0x1f, 0x7f, 0x85, 0x9f, 0xad, 0x61c, 0x180e, 0x200b, 0x200d, 0x200f],
  ...[0x2028, 0x2029, 0x202a, 0x202e, 0x2060, 0x2066, 0x2069, 0x206f, 0xfeff, 0xfff9, 0xfffa, 0xfffb],
  ...[0xe0000, 0xe0001, 0xe0020, 0xe0041, 0xe007f, 0xe03ff],
]
const PLAIN = [0x20, 0x7e, 0xa0, 0xac, 0xae, 0x61b, 0x180f, 0x200a, 0x2010, 0x2027, 0x202f, 0x2070]
const PLAINER = [0xfefe, 0xfff8, 0xfffc, 0xdffff, 0xe0400, 0x1f642]

const units = (text: string): string =>
  text
    .split('')
    .map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')

describe('hidden characters (H15, H20): one list for the trail, the screen, the pages and titles', () => {
  it.each(HIDDEN.map((code) => [code.toString(16), String.fromCodePoint(code)]))('U+%s is hidden', (_, c) => {
    expect(hidesSomething(`a${c}b`)).toBe(true)
    expect(spellOut(`a${c}b`)).toBe(`a${units(c)}b`)
    expect(visible(`a${c}b`)).toBe(`a${units(c)}b`)
    expect(shown(`a${c}b`)).toBe(`a${units(c)}b`)
    expect(escaped(`a${c}b`)).toBe(`a<mark>${units(c)}</mark>b`)
    expect(() => checkTitle(`a${c}b`)).toThrow()
  })

  it.each([...PLAIN, ...PLAINER].map((code) => [code.toString(16), String.fromCodePoint(code)]))(
    'U+%s is not',
    (_, c) => {
      expect(hidesSomething(`a${c}b`)).toBe(false)
      expect(spellOut(`a${c}b`)).toBe(`a${c}b`)
      expect(() => checkTitle(`a${c}b`)).not.toThrow()
    },
  )

  it.each(['\n', '\t', '\ud800', '\udc00', '\udb40'])('a title holds no %j either', (c) =>
    expect(() => checkTitle(`a${c}b`)).toThrow(),
  )

  it('asked twice, the answer is the same', () => {
    const text = 'x\u202ey'
    expect([hidesSomething(text), hidesSomething(text), hidesSomething(text)]).toEqual([true, true, true])
  })
})

describe('a marked text', () => {
  it.each([
    ['bidirectional', 'a\u2066b', 'a⟦U+2066⟧b'],
    ['zero-width', 'a\u200b\u200cb', 'a⟦U+200B⟧⟦U+200C⟧b'],
    ['soft hyphens', 'a\u00adb', 'a⟦U+00AD⟧b'],
    ['tags', 'a\u{e0061}b', 'a⟦U+E0061⟧b'],
    ['control characters', 'a\u001b[2Kb\rc', 'a⟦U+001B⟧[2Kb⟦U+000D⟧c'],
    ['letters that are drawn as nothing', 'a\u3164b', 'a⟦U+3164⟧b'],
    ['ends of lines of other systems', 'a\r\nb', 'a\nb'],
    ['marks that it imitates', '⟦/comment⟧', '⟦U+27E6⟧/comment⟦U+27E7⟧'],
    ['a comment that is not ended', 'a <!-- b\nc', 'a ⟦comment⟧<!-- b\nc⟦/comment⟧'],
    ['what is plain', 'Größe: 3 €\n\ttab', 'Größe: 3 €\n\ttab'],
  ])('%s', (_, source, shown) => {
    expect(marked(source).text).toBe(shown)
  })
})
