/** Words that stand in the document as base64. */
import { encodedIn } from '../encoded.ts'
import { passagesOf } from '../passages.ts'
import { EVERYTHING, type Found, lines, type Rule } from '../rule.ts'
import { excerpt } from '../signs.ts'
import type { Subject } from '../subject.ts'

function* check(subject: Subject): Iterable<Found> {
  for (const passage of passagesOf(subject))
    for (const { start, end, says } of encodedIn(passage.words))
      yield {
        at: passage.span(start, end),
        found: `words encoded in base64: ${excerpt(says)}`,
        expected: 'words that can be read, or the name of a file that holds them',
      }
}

const TEXT = 'The quality group has seen the evidence and agrees.'

export const encodedText: Rule = {
  name: 'encoded-text',
  severity: 'warning',
  summary: 'no words in an encoding that a reader cannot read',
  why: 'What a reviewer cannot read has not been reviewed. An agent decodes base64 in passing and follows what it says, while the record shows only a row of letters.',
  asks: EVERYTHING,
  check,
  examples: {
    good: [
      { text: lines('The digest is `9b74c9897bac770ffc029102a200c5de4f5d0b1c9897bac770ffc029102a200c`.') },
      {
        text: lines(
          '`sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==`',
        ),
        note: 'a digest says nothing',
      },
      {
        text: lines(
          'See `src/interfaces/cli/completion/candidates` and `aVeryLongNameOfAFunctionInTheProgram`.',
        ),
      },
    ],
    bad: [
      {
        text: lines(`Evidence: ${btoa(TEXT)}`),
        gives: [
          {
            at: '1:11',
            found: 'words encoded in base64: The quality group has seen the evidence and agrees',
          },
        ],
      },
      {
        text: lines('```', btoa(TEXT).slice(0, 40), btoa(TEXT).slice(40), '```'),
        gives: [
          {
            at: '2:1',
            found: 'words encoded in base64: The quality group has seen the evidence and agrees',
          },
        ],
      },
    ],
  },
}
