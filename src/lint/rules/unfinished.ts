/** Words that their author meant to come back to. */
import { EVERYTHING, type Found, lines, type Rule } from '../rule.ts'
import { isInForce } from '../stage.ts'
import { type Subject, sourceOf, spanOf } from '../subject.ts'

/** In capitals; not in quotes, and not as part of a longer name. TODO is often spoken of: it needs a sign behind it. */
const MARK = /(?<![\w"'“‘{/-])(?:(?:TBD|TBC|FIXME)(?![\w"'”’/-])|TODO(?=:|\(|\s*$))/g

function* check(subject: Subject): Iterable<Found> {
  for (const node of subject.all('text')) {
    const source = sourceOf(subject, node)
    const { start } = spanOf(node)
    for (const { 0: mark, index } of source.matchAll(MARK))
      yield {
        at: { start: start + index, end: start + index + mark.length },
        found: mark,
        expected: 'what is meant to stand here',
      }
  }
}

export const unfinished: Rule = {
  name: 'unfinished',
  severity: 'error',
  softer: { where: 'text that is not in force', when: (subject) => !isInForce(subject) },
  summary: 'nothing is left open with TBD, TBC, FIXME or TODO',
  why: 'What is in force has to be followed, and nobody can follow what is yet to be decided. In a draft the word is a reminder, and reviewers should see it.',
  asks: EVERYTHING,
  check,
  examples: {
    good: [
      {
        text: lines(
          'Comments with `TODO` are not allowed.',
          '',
          'The TODO list is kept elsewhere; "TBD" is no answer.',
        ),
      },
      { text: lines('    # TODO: as pasted'), note: 'code is quoted, not said' },
    ],
    bad: [
      {
        file: 'SOP-009.md',
        status: 'EFFECTIVE',
        text: lines('**Effective date:** TBD'),
        gives: [{ at: '1:21', found: 'TBD' }],
      },
      {
        file: 'SOP-009.md',
        status: 'DRAFT',
        text: lines('| Owner | Limit |', '| --- | --- |', '| TODO | FIXME: ask |'),
        gives: [
          { at: '3:3', found: 'TODO', severity: 'warning' },
          { at: '3:10', found: 'FIXME', severity: 'warning' },
        ],
      },
    ],
  },
}
