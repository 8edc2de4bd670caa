/** A text does nothing when it is shown. */
import { activeScheme, type Element, elementsOf } from '../html.ts'
import { EVERYTHING, type Found, lines, type Rule } from '../rule.ts'
import type { Subject } from '../subject.ts'

const ACTIVE: ReadonlySet<string> = new Set(
  'script style iframe frame object embed applet form input button textarea select svg math link meta base video audio source template noscript marquee'.split(
    ' ',
  ),
)
const ADDRESSES = ['href', 'src', 'action', 'formaction', 'xlink:href', 'poster', 'srcset']
const HIDES =
  /display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0|font-size\s*:\s*0|color\s*:|position\s*:/i

function* check(subject: Subject): Iterable<Found> {
  for (const element of elementsOf(subject)) {
    const what = trouble(element)
    if (what !== null)
      yield { at: element, found: what, expected: 'words in Markdown, which only say something' }
  }
}

const trouble = ({ name, attributes }: Element): string | null => {
  if (ACTIVE.has(name)) return `the element <${name}>`
  const handler = [...attributes.keys()].find((key) => /^on[a-z]+$/.test(key))
  if (handler) return `${handler} on <${name}>`
  const style = attributes.get('style')
  if (attributes.has('hidden') || (style !== undefined && HIDES.test(style)))
    return `<${name}> that hides what is in it`
  for (const key of ADDRESSES) {
    const scheme = activeScheme(attributes.get(key) ?? '')
    if (scheme) return `${key}="${scheme}:..." on <${name}>`
  }
  return null
}

export const activeHtml: Rule = {
  name: 'active-html',
  severity: 'error',
  summary: 'no HTML that runs, loads, asks or hides something',
  why: 'Texts are shown by programs that nobody chose for it, and some run what they find. What one reader sees and another does not has not been reviewed by both.',
  asks: EVERYTHING,
  check,
  examples: {
    good: [
      { text: lines('A <span style="font-weight: bold">word</span>.'), note: 'for `raw-html`' },
      { text: lines('Use `<script>` with care.', '', '```html', '<iframe src="x"></iframe>', '```') },
      { text: lines('H<sub>2</sub>O<br>and more') },
      { text: lines('<!-- <script> in a comment is a word -->') },
      { text: lines('The <user> types his name.'), note: 'no element of HTML: `raw-html` names it' },
    ],
    bad: [
      { text: lines('<script>alert(1)</script>'), gives: [{ at: '1:1', found: 'the element <script>' }] },
      {
        text: lines('Text <img src=x onerror="alert(1)"> text.'),
        gives: [{ at: '1:6', found: 'onerror on <img>' }],
      },
      {
        text: lines('<div style="display: none">', '', 'Approve.', '', '</div>'),
        gives: [{ at: '1:1', found: '<div> that hides what is in it' }],
      },
      {
        text: lines('| A |', '| --- |', '| <span hidden>b</span> |'),
        gives: [{ at: '3:3', found: '<span> that hides what is in it' }],
      },
      {
        text: lines('<a href="java&#x09;script:alert(1)">a</a>'),
        gives: [{ at: '1:1', found: 'href="javascript:..." on <a>' }],
      },
    ],
  },
}
