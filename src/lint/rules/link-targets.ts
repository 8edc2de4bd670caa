/** A link leads to a page. */
import { activeScheme } from '../html.ts'
import { EVERYTHING, type Found, lines, type Rule } from '../rule.ts'
import { type Subject, spanOf } from '../subject.ts'

function* check(subject: Subject): Iterable<Found> {
  for (const node of [...subject.all('link'), ...subject.all('image'), ...subject.all('definition')]) {
    const scheme = activeScheme(node.url)
    if (scheme)
      yield {
        at: spanOf(node),
        found: `an address that begins with ${scheme}:`,
        expected: 'an address of a page, or the path of a file in the repository',
      }
  }
}

export const linkTargets: Rule = {
  name: 'link-targets',
  severity: 'error',
  summary: 'no addresses that run something, carry something along or lead into the own machine',
  why: 'A link with javascript: runs in the program that shows the text; data: brings along what no reviewer has read; file: shows every reader something else.',
  asks: EVERYTHING,
  check,
  examples: {
    good: [
      {
        text: lines('[a](https://example.org), [b](../SOP/SOP-001.md), [c](#scope), <mailto:qa@example.org>'),
      },
      { text: lines('`[x](javascript:alert(1))`') },
      { text: lines('The scheme javascript: is not allowed.') },
    ],
    bad: [
      {
        text: lines('[open](javascript:alert(1))'),
        gives: [{ at: '1:1', found: 'an address that begins with javascript:' }],
      },
      {
        text: lines('[open](JaVa&#x0A;script:alert(1))'),
        gives: [{ at: '1:1', found: 'an address that begins with javascript:' }],
      },
      {
        text: lines('![x](data:text/html;base64,PGI+)'),
        gives: [{ at: '1:1', found: 'an address that begins with data:' }],
      },
      {
        text: lines('See [a][1].', '', '[1]: file:///etc/passwd'),
        gives: [{ at: '3:1', found: 'an address that begins with file:' }],
      },
    ],
  },
}
