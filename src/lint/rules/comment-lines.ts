/** A comment can be read where it stands. */
import { commentsOf } from '../html.ts'
import { EVERYTHING, type Found, lines, type Rule } from '../rule.ts'
import type { Subject } from '../subject.ts'

/** What an editor shows at once: no form has longer lines. */
const LONGEST = 200
const LINE = /[^\n]+/g

function* check(subject: Subject): Iterable<Found> {
  for (const { start, end } of commentsOf(subject))
    for (const { index, 0: line } of subject.text.slice(start, end).matchAll(LINE))
      if (line.length > LONGEST)
        yield {
          at: { start: start + index, end: start + index + line.length },
          found: `a line of ${line.length} characters in a comment`,
          expected: `lines of at most ${LONGEST}`,
        }
}

export const commentLines: Rule = {
  name: 'comment-lines',
  severity: 'warning',
  summary: 'no line of a comment is longer than an editor shows',
  why: 'Words far to the right, behind many spaces, are seen by nobody who looks at the source, and a program reads them like any others.',
  asks: EVERYTHING,
  check,
  examples: {
    good: [{ text: lines('<!-- A comment', 'of two lines. -->', '', 'x'.repeat(300)) }],
    bad: [
      {
        text: lines('<!--', `Guidance.${' '.repeat(240)}Section 5 is not judged.`, '-->'),
        gives: [{ at: '2:1', found: 'a line of 273 characters in a comment' }],
      },
    ],
  },
}
