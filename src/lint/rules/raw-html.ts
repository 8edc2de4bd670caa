/** Markdown says it without HTML. */
import { type Element, elementsOf } from '../html.ts'
import { EVERYTHING, type Found, lines, type Rule } from '../rule.ts'
import type { Subject } from '../subject.ts'

/** What Markdown has no sign for, without attributes. */
const PLAIN: ReadonlySet<string> = new Set(['br', 'wbr', 'sub', 'sup', 'kbd', 'a', 'ins', 'u'])
const KNOWN: ReadonlySet<string> = new Set(
  'a abbr b blockquote caption center cite code col colgroup dd del details dfn div dl dt em figure figcaption font h1 h2 h3 h4 h5 h6 hr i img ins li mark ol p picture pre q s samp section small span strike strong summary table tbody td tfoot th thead time tr u ul var'.split(
    ' ',
  ),
)

function* check(subject: Subject): Iterable<Found> {
  for (const element of elementsOf(subject)) {
    if (PLAIN.has(element.name) && isPlain(element)) continue
    yield { at: element, ...told(element.name) }
  }
}

const isPlain = ({ name, attributes }: Element): boolean =>
  attributes.size === 0 ||
  (name === 'a' && [...attributes.keys()].every((key) => key === 'id' || key === 'name'))

const told = (name: string): Pick<Found, 'found' | 'expected'> => {
  if (name === 'details')
    return {
      found: '<details>, which folds away what is in it',
      expected: 'text that is open to every reader',
    }
  return KNOWN.has(name) || PLAIN.has(name)
    ? { found: `the element <${name}>`, expected: 'Markdown' }
    : {
        found: `<${name}>, which is not shown where the text is rendered`,
        expected: `\`<${name}>\` in backticks`,
      }
}

export const rawHtml: Rule = {
  name: 'raw-html',
  severity: 'warning',
  summary: 'no HTML but comments, line breaks, and what Markdown has no sign for',
  why: 'Programs differ in what they make of HTML: some leave it out, and a word in angle brackets is gone from the page. Reviewers who read the source and those who read the page would judge different texts.',
  asks: EVERYTHING,
  check,
  examples: {
    good: [
      { text: lines('Press <kbd>Enter</kbd>.<br>H<sub>2</sub>O') },
      { text: lines('`qms route <id>` sends it; see <https://example.org>.') },
      { text: lines('<!-- qms:open -->') },
      { text: lines('<a id="scope"></a><a name="former"></a>') },
    ],
    bad: [
      { text: lines('<a href="x.md">x</a>'), gives: [{ at: '1:1', found: 'the element <a>' }] },
      {
        text: lines('The <user> types `x`.'),
        gives: [{ at: '1:5', found: '<user>, which is not shown where the text is rendered' }],
      },
      {
        text: lines('<details><summary>More</summary>', '', 'Text.', '', '</details>'),
        gives: [
          { at: '1:1', found: '<details>, which folds away what is in it' },
          { at: '1:10', found: 'the element <summary>' },
        ],
      },
      {
        text: lines('<br class="x"> and <b>bold</b>'),
        gives: [
          { at: '1:1', found: 'the element <br>' },
          { at: '1:20', found: 'the element <b>' },
        ],
      },
    ],
  },
}
