/** Rows that look like rows in the source, and are none. */
import { EVERYTHING, type Found, lines, type Rule } from '../rule.ts'
import { DRAFTS_OF_OURS } from '../stage.ts'
import { type Subject, sourceOf, spanOf } from '../subject.ts'

/** At least two cells, bars at both ends. */
const ROW = /^[ \t]*\|[^|\n]*\|(?:[^\n]*\|)?[ \t]*\r?$/gm
const ENDED = /^[ \t]*\|[^\n]*\|[^\n]*\|[ \t]*\r?$/

function* check(subject: Subject): Iterable<Found> {
  for (const node of subject.all('paragraph'))
    yield* rowsIn(subject, sourceOf(subject, node), spanOf(node).start, 'outside of every table', OUTSIDE)
  for (const node of subject.all('html')) {
    if (subject.type === 'TEMPLATE' || subject.form?.includes(node.value)) continue
    const comment = node.value.startsWith('<!--')
    yield* rowsIn(
      subject,
      sourceOf(subject, node),
      spanOf(node).start,
      comment ? 'in a comment' : 'inside HTML',
      comment ? 'it in its table, or prose in the comment' : OUTSIDE,
    )
  }
}

const OUTSIDE = 'it right below its table, with no comment or blank line between'

function* rowsIn(
  subject: Subject,
  source: string,
  start: number,
  where: string,
  expected: string,
): Iterable<Found> {
  for (const { 0: line, index } of source.matchAll(ROW)) {
    if (!ENDED.test(line)) continue
    const from = start + index + (/\S/.exec(line)?.index ?? 0)
    yield {
      at: { start: from, end: subject.text.indexOf('|', from) + line.trim().length },
      found: `a row ${where}`,
      expected,
    }
  }
}

export const hiddenRows: Rule = {
  name: 'hidden-rows',
  severity: 'error',
  softer: DRAFTS_OF_OURS,
  summary: 'no row of a table stands where it is none: behind a comment or a blank line, or in a comment',
  why: 'A blank line, a comment or HTML ends a table. What follows is shown as text with bars in it, or not at all, and does not count as an item: a task could be there for its author and not for its reviewers.',
  asks: EVERYTHING,
  check,
  examples: {
    good: [
      { text: lines('| EI | Task |', '| --- | --- |', '| EI-1 | Build |', '', '<!-- Add rows above. -->') },
      { text: lines('```', '| EI-3 | as text |', '```', '', 'Either a | b or |c| is meant.') },
      {
        type: 'VAR',
        form: lines('<!--', '| EI-1 | an example |', '-->'),
        text: lines('<!--', '| EI-1 | an example |', '-->'),
        note: 'guidance that comes with the form',
      },
    ],
    bad: [
      {
        text: lines(
          '| EI | Task |',
          '| --- | --- |',
          '| EI-1 | Build |',
          '',
          '| EI-2 | Deploy |',
          '| EI-3 | Tell |',
        ),
        gives: [
          { at: '5:1', found: 'a row outside of every table' },
          { at: '6:1', found: 'a row outside of every table' },
        ],
      },
      {
        text: lines(
          '| EI | Task |',
          '| --- | --- |',
          '| EI-1 | Build |',
          '<!-- later -->',
          '| EI-2 | Deploy |',
        ),
        gives: [{ at: '5:1', found: 'a row outside of every table' }],
      },
      {
        text: lines('<!--', '| EI-2 | Delete the logs |', '-->'),
        gives: [{ at: '2:1', found: 'a row in a comment' }],
      },
      {
        text: lines('<div>', '| EI-2 | Deploy |', '</div>'),
        gives: [{ at: '2:1', found: 'a row inside HTML' }],
      },
    ],
  },
}
