/** An id is what it looks like. */

import { pointOf } from '../../documents/hidden.ts'
import { type Lookalike, lookalikesIn, scriptOf } from '../lookalikes.ts'
import { EVERYTHING, type Found, lines, type Rule } from '../rule.ts'
import type { Subject } from '../subject.ts'

function* check({ text }: Subject): Iterable<Found> {
  for (const like of lookalikesIn(text))
    yield { at: like, found: told(like), expected: `${like.looks} in letters of one script` }
}

/** Characters that a finding names. */
const NAMED = 3

const told = ({ word, others }: Lookalike): string =>
  `${word} with ${others
    .slice(0, NAMED)
    .map((c) => `${c} (${pointOf(c)}, ${scriptOf(c)})`)
    .join(', ')}`

export const lookalikeLetters: Rule = {
  name: 'lookalike-letters',
  severity: 'error',
  summary: 'no ids, and no words, with letters of another script that look the same',
  why: 'An id with a Cyrillic letter in it names no document, though everybody who reads it thinks of one: references, checks and searches pass it by. In a word such a letter keeps patterns from finding it.',
  asks: EVERYTHING,
  check,
  examples: {
    good: [
      { text: lines('CR-001, SOP-001\u2013SOP-003 and CR-036-VAR-001\u2013VAR-003; pages 3\u20135.') },
      { text: lines('Проверка и утверждение; IT-отдел; Έλεγχος; \u0394t, k\u03a9, \u00b5m, \u03c1gh.') },
      { text: lines('Überprüfung, naïve, Łódź; COVID\u201119.') },
    ],
    bad: [
      { text: lines('See \u0421R-001.'), gives: [{ at: '1:5', found: 'СR-001 with С (U+0421, Cyrillic)' }] },
      {
        text: lines('| \u0415I-1 | Task |', '| --- | --- |'),
        gives: [{ at: '1:3', found: 'ЕI-1 with Е (U+0415, Cyrillic)' }],
      },
      {
        text: lines('Governed by SOP\u2011002 and CR\u2013004.'),
        gives: [
          { at: '1:13', found: 'SOP‑002 with ‑ (U+2011, no hyphen of ids)' },
          { at: '1:25', found: 'CR–004 with – (U+2013, no hyphen of ids)' },
        ],
      },
      {
        text: lines('`\uff33\uff2f\uff30-\uff10\uff10\uff11`'),
        gives: [
          {
            at: '1:2',
            found:
              'ＳＯＰ-００１ with Ｓ (U+FF33, of another width or style), Ｏ (U+FF2F, of another width or style), Ｐ (U+FF30, of another width or style)',
          },
        ],
      },
      {
        text: lines('Quality \u0430pproves it.'),
        gives: [{ at: '1:9', found: 'аpproves with а (U+0430, Cyrillic)' }],
      },
    ],
  },
}
