/** Three bytes that nobody needs. */
import { EVERYTHING, type Found, lines, type Rule } from '../rule.ts'
import type { Subject } from '../subject.ts'

const check = ({ hasMark }: Subject): Found[] =>
  hasMark
    ? [
        {
          at: { start: 0, end: 0 },
          found: 'a byte order mark (U+FEFF) before the text',
          expected: 'the text at once',
        },
      ]
    : []

export const byteOrderMark: Rule = {
  name: 'byte-order-mark',
  severity: 'warning',
  summary: 'no byte order mark at the beginning',
  why: 'UTF-8 needs none, and to many programs the frontmatter behind it is none. This program reads past it and keeps it, so that the text may still be judged.',
  asks: EVERYTHING,
  check,
  examples: {
    good: [{ text: lines('# Notes') }],
    bad: [
      {
        text: `\ufeff${lines('# Notes')}`,
        gives: [{ at: '1:1', found: 'a byte order mark (U+FEFF) before the text' }],
      },
    ],
  },
}
