/** The last line is ended. */
import { EVERYTHING, type Found, lines, type Rule } from '../rule.ts'
import type { Subject } from '../subject.ts'

function* check({ text }: Subject): Iterable<Found> {
  if (text === '' || text.endsWith('\n')) return
  const end = text.length
  const insert = text.includes('\r\n') ? '\r\n' : '\n'
  yield {
    at: { start: end, end },
    found: 'a last line without a line feed',
    expected: 'a line feed at the end',
    fix: { start: end, end, insert },
  }
}

export const finalNewline: Rule = {
  name: 'final-newline',
  severity: 'warning',
  summary: 'the text ends with a line feed',
  why: 'Without it, the next line that anybody adds also changes the one before in every comparison.',
  asks: EVERYTHING,
  check,
  examples: {
    good: [{ text: lines('Text.') }, { text: '', note: 'nothing at all' }],
    bad: [
      { text: 'Text.', gives: [{ at: '1:6', found: 'a last line without a line feed' }], fixed: 'Text.\n' },
      {
        text: 'One.\r\nTwo.',
        gives: [{ at: '2:5', found: 'a last line without a line feed' }],
        fixed: 'One.\r\nTwo.\r\n',
      },
    ],
  },
}
