/** Rows that look like rows in the source, and are none. */
import type { Nodes } from 'mdast'
import { EVERYTHING, type Found, lines, type Rule } from '../rule.ts'
import { DRAFTS_OF_OURS } from '../stage.ts'
import { type Subject, sourceOf, spanOf } from '../subject.ts'

/** At least two cells, bars at both ends; what ends a comment may stand before it. */
const ROW = /^(?:[^\n|]*-->)?[ \t]*\|[^|\n]*\|(?:[^\n]*\|)?[ \t]*\r?$/gm
const ENDED = /\|[^\n]*\|[^\n]*\|[ \t]*\r?$/
/** The id of an item and a cell behind it: a row without bars at its ends. */
const ITEM = /^[ \t]*[*_`]*(?:EI|CAPA)-\d+[a-z]?[*_`]*[ \t]*\|[^\n]*$/gm

function* check(subject: Subject): Iterable<Found> {
  for (const node of subject.all('paragraph')) {
    yield* rowsIn(subject, node, ROW, 'outside of every table', OUTSIDE)
    yield* rowsIn(subject, node, ITEM, 'outside of every table', OUTSIDE)
  }
  for (const node of behindTables(subject))
    yield* rowsIn(
      subject,
      node,
      ROW,
      'that became code',
      'it without spaces before it, right below its table',
    )
  for (const node of subject.all('html')) {
    if (subject.type === 'TEMPLATE' || subject.form?.includes(node.value)) continue
    const within = node.value.startsWith('<!--') && !/-->[ \t]*\S/.test(node.value)
    yield* within
      ? rowsIn(subject, node, ROW, 'in a comment', 'it in its table, or prose in the comment')
      : rowsIn(subject, node, ROW, 'inside HTML', OUTSIDE)
  }
}

const OUTSIDE = 'it right below its table, with no comment or blank line between'

/** Indented code right behind a table: rows that somebody moved to the right. */
const behindTables = (subject: Subject): Nodes[] =>
  subject.tree.children.filter(
    (node, i, all) =>
      node.type === 'code' && all[i - 1]?.type === 'table' && !/^[`~]/.test(sourceOf(subject, node)),
  )

function* rowsIn(
  subject: Subject,
  node: Nodes,
  pattern: RegExp,
  where: string,
  expected: string,
): Iterable<Found> {
  const { start } = spanOf(node)
  for (const { 0: line, index } of sourceOf(subject, node).matchAll(pattern)) {
    if (pattern === ROW && !ENDED.test(line)) continue
    const from = start + index + (/\S/.exec(line)?.index ?? 0)
    yield { at: { start: from, end: from + line.trim().length }, found: `a row ${where}`, expected }
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
        text: lines('| A | B |', '| --- | --- |', '| 1 | 2 |', '', '```', '| 3 | 4 |', '```'),
        note: 'code between fences is shown as such',
      },
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
        text: lines(
          '| EI | Task |',
          '| --- | --- |',
          '| EI-1 | Build |',
          '<!-- later --> | EI-2 | Deploy |',
          '',
          'EI-3 | Tell',
        ),
        gives: [
          { at: '4:1', found: 'a row inside HTML' },
          { at: '6:1', found: 'a row outside of every table' },
        ],
      },
      {
        text: lines('| EI | Task |', '| --- | --- |', '| EI-1 | Build |', '', '    | EI-2 | Deploy |'),
        gives: [{ at: '5:5', found: 'a row that became code' }],
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
