/** Spaces that look like the common one and are another. */

import { pointOf } from '../../documents/hidden.ts'
import type { Span } from '../places.ts'
import { EVERYTHING, type Found, lines, type Rule } from '../rule.ts'
import { codeSpans, type Subject } from '../subject.ts'

const SPACE = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g
/** Right of a sign that makes a heading, an item, a quotation or a cell: behind another space it makes none. */
const MARKED = /(?:^|\n)[ \t]*(?:#{1,6}|[-*+>|]|\d{1,9}[.)])$/
const ASIAN =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3001-\u303f\uff00-\uffef]/u

function* check(subject: Subject): Iterable<Found> {
  const code = subject.text.search(SPACE) < 0 ? [] : codeSpans(subject)
  for (const { index, 0: space } of subject.text.matchAll(SPACE)) {
    const where = placeOf(subject.text, index, space, code)
    if (where === null) continue
    const at = { start: index, end: index + 1 }
    yield { at, found: `${pointOf(space)}, a space of another kind${where}`, expected: 'the common space' }
  }
}

/** Where it does harm; null where it is typography. */
const placeOf = (text: string, at: number, space: string, code: readonly Span[]): string | null => {
  if (code.some(({ start, end }) => start <= at && at < end)) return ' in code'
  if (MARKED.test(text.slice(Math.max(0, at - 80), at))) return ' behind a mark that needs the common one'
  if (space === '\u00a0' || space === '\u202f') return null
  const beside = `${text[at - 1] ?? ''}${text[at + 1] ?? ''}`
  return space === '\u3000' && ASIAN.test(beside) ? null : ''
}

export const unusualSpaces: Rule = {
  name: 'unusual-spaces',
  severity: 'warning',
  summary: 'no spaces of other kinds in code, behind marks, or where no typography asks for them',
  why: 'A command with such a space fails when it is copied, a heading or an item with one is none, and words can be kept apart for a program while they look together. No-break spaces in sentences are let pass.',
  asks: EVERYTHING,
  check,
  examples: {
    good: [
      { text: lines('Wait 10\u00a0s for `x`, then see p.\u202f4.') },
      { text: lines('第一章\u3000目的') },
      { text: lines('A common space.') },
    ],
    bad: [
      {
        text: lines('Run `npm\u00a0test`.'),
        gives: [{ at: '1:9', found: 'U+00A0, a space of another kind in code' }],
      },
      {
        text: lines('#\u00a0Purpose', '', '-\u00a0item'),
        gives: [
          { at: '1:2', found: 'U+00A0, a space of another kind behind a mark that needs the common one' },
          { at: '3:2', found: 'U+00A0, a space of another kind behind a mark that needs the common one' },
        ],
      },
      {
        text: lines('Two\u2003words, and\u3000more.'),
        gives: [
          { at: '1:4', found: 'U+2003, a space of another kind' },
          { at: '1:15', found: 'U+3000, a space of another kind' },
        ],
      },
    ],
  },
}
