/** What is to be judged is shown. */
import { type Comment, commentsOf, commentsOfForm, plainComment } from '../html.ts'
import { EVERYTHING, type Found, lines, type Rule } from '../rule.ts'
import { excerpt } from '../signs.ts'
import { isFinal } from '../stage.ts'
import { type Subject, sourceOf, spanOf } from '../subject.ts'

/** Marks of this program, and of linters and editors. */
const MARK = /^(?:qms:[a-z-]+|(?:markdownlint|prettier|cspell|vale|toc)\b[\w\s:-]*|\/?TOC)$/

function* check(subject: Subject): Iterable<Found> {
  yield* comments(subject)
  yield* definitions(subject)
}

/** Without a form nobody knows which comments belong to it; and a document that is closed was judged with its own. */
function* comments(subject: Subject): Iterable<Found> {
  if (subject.form === null || subject.type === 'TEMPLATE' || isFinal(subject)) return
  const own = commentsOfForm(subject.form)
  for (const comment of commentsOf(subject)) {
    const words = plainComment(comment.words)
    if (words === '' || own.has(words) || MARK.test(words)) continue
    yield { at: comment, found: told(comment), expected: 'a comment of the form, or the words in the text' }
  }
}

const told = ({ words }: Comment): string => `a comment that is not of the form: ${excerpt(words)}`

/** A definition of a link or a footnote that nothing refers to is shown nowhere. */
function* definitions(subject: Subject): Iterable<Found> {
  const used = new Set(
    [...subject.all('linkReference'), ...subject.all('imageReference')].map(({ identifier }) => identifier),
  )
  for (const node of subject.all('definition'))
    if (!used.has(node.identifier) && (node.title || node.url.startsWith('#')))
      yield {
        at: spanOf(node),
        found: `words in a definition that nothing refers to: ${excerpt(sourceOf(subject, node))}`,
        expected: SHOWN,
      }
  const notes = new Set(subject.all('footnoteReference').map(({ identifier }) => identifier))
  for (const node of subject.all('footnoteDefinition'))
    if (!notes.has(node.identifier))
      yield {
        at: spanOf(node),
        found: `a footnote that nothing refers to: ${excerpt(sourceOf(subject, node))}`,
        expected: SHOWN,
      }
}

const SHOWN = 'words that are shown, or none'

const FORM = lines(
  '# {{DOC_ID}}',
  '',
  '<!--',
  'NOTE: Do NOT delete this comment.',
  '',
  'Fill the columns.',
  '-->',
)

export const hiddenText: Rule = {
  name: 'hidden-text',
  severity: 'warning',
  summary: 'no comments but those of the form, and no definitions and footnotes that nothing refers to',
  why: 'They are not shown where the text is rendered, and agents read them all the same: two readers of one document would not read the same. Comments of the form are known to everybody.',
  asks: EVERYTHING,
  check,
  examples: {
    good: [
      { text: lines('[page]: https://example.org'), note: 'it hides no words' },
      {
        type: 'CR',
        form: FORM,
        text: lines(
          '# CR-001',
          '',
          '<!-- NOTE: Do NOT delete this comment.',
          'Fill the columns. -->',
          '<!-- qms:open -->',
        ),
      },
      {
        file: 'CR-001.md',
        status: 'CLOSED',
        form: FORM,
        text: lines('# CR-001', '', '<!-- Of an older form. -->'),
        note: 'it was judged with the form of its time',
      },
      {
        text: lines(
          '<!-- of no known form -->',
          '',
          'A note[^1] and [a page][1].',
          '',
          '[^1]: Here.',
          '',
          '[1]: #x "Title"',
        ),
      },
    ],
    bad: [
      {
        type: 'CR',
        form: FORM,
        text: lines('# CR-001', '', 'Text. <!-- Section 5 is agreed with quality. -->'),
        gives: [{ at: '3:7', found: 'a comment that is not of the form: Section 5 is agreed with quality' }],
      },
      {
        text: lines('[//]: # (Not for the Lead)'),
        gives: [
          { at: '1:1', found: 'words in a definition that nothing refers to: [//]: # (Not for the Lead)' },
        ],
      },
      {
        text: lines('Text.', '', '[^9]: The tests were not run.'),
        gives: [{ at: '3:1', found: 'a footnote that nothing refers to: [^9]: The tests were not run' }],
      },
    ],
  },
}
