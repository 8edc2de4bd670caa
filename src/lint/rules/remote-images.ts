/** What is approved is in the repository. */
import { elementsOf, isRemote } from '../html.ts'
import type { Span } from '../places.ts'
import { EVERYTHING, type Found, lines, type Rule } from '../rule.ts'
import { type Subject, spanOf } from '../subject.ts'

function* check(subject: Subject): Iterable<Found> {
  for (const at of remote(subject))
    yield { at, found: 'an image from elsewhere', expected: 'a file in the repository, named by its path' }
}

const remote = (subject: Subject): Span[] => {
  const used = new Set(subject.all('imageReference').map(({ identifier }) => identifier))
  return [
    ...subject
      .all('image')
      .filter(({ url }) => isRemote(url))
      .map(spanOf),
    ...subject
      .all('definition')
      .filter(({ url, identifier }) => used.has(identifier) && isRemote(url))
      .map(spanOf),
    ...elementsOf(subject).filter(
      ({ name, attributes }) => name === 'img' && isRemote(attributes.get('src') ?? ''),
    ),
  ]
}

export const remoteImages: Rule = {
  name: 'remote-images',
  severity: 'warning',
  summary: 'no images from other places',
  why: 'An image from elsewhere can be another one tomorrow, though nobody approved it, and whoever keeps it learns when and by whom the document is read.',
  asks: EVERYTHING,
  check,
  examples: {
    good: [
      { text: lines('<img src="flow.svg"> and <span src="//x.test">x</span>') },
      { text: lines('![Flow](flow.svg) and [a page](https://example.org/a.png)') },
      { text: lines('See [a][1].', '', '[1]: https://example.org') },
    ],
    bad: [
      {
        text: lines('![Passing](https://example.org/badge.svg)'),
        gives: [{ at: '1:1', found: 'an image from elsewhere' }],
      },
      {
        text: lines('![x][1]', '', '[1]: //example.org/x.png'),
        gives: [{ at: '3:1', found: 'an image from elsewhere' }],
      },
      {
        text: lines('Text <img src="http://example.org/x.gif" width=1> text.'),
        gives: [{ at: '1:6', found: 'an image from elsewhere' }],
      },
    ],
  },
}
