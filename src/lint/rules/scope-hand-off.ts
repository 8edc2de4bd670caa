/** What a variance takes over, somebody gave away. */
import { type Found, lines, type Rule, typed } from '../rule.ts'
import { DRAFTS_OF_OURS } from '../stage.ts'
import { type Subject, spanOf } from '../subject.ts'
import { endOf, type Grid, gridsIn, isAnswered, partsNamed } from '../tables.ts'

const SECTION = /^scope hand-?off$/i

function* check(subject: Subject): Iterable<Found> {
  const [part] = partsNamed(subject, SECTION)
  if (!part) {
    if (subject.form === null)
      yield {
        at: endOf(subject),
        found: 'no scope hand-off',
        expected: 'a section Scope Hand-off with its questions answered',
      }
    return
  }
  const grids = gridsIn(part)
  if (grids.every(({ rows }) => rows.length === 0))
    yield { at: spanOf(part.section.node), found: 'no question in the scope hand-off', expected: ANSWERED }
  for (const grid of grids) yield* unanswered(grid)
}

const ANSWERED = 'what is handed over, what is taken on and what stays, or None'

function* unanswered({ rows }: Grid): Iterable<Found> {
  for (const [question, ...answers] of rows)
    if (question && !answers.some(({ words }) => isAnswered(words)))
      yield {
        at: answers[0]?.at ?? question.at,
        found: `no answer to "${question.words}"`,
        expected: ANSWERED,
      }
}

const HEAD = ['## 6. Scope Hand-off', '', '| Question | Answer |', '| --- | --- |']

export const scopeHandOff: Rule = {
  name: 'scope-hand-off',
  severity: 'error',
  softer: DRAFTS_OF_OURS,
  summary: 'the scope hand-off of a variance or an addendum is answered, question by question',
  why: 'Between a document that no longer carries a task and one that does not carry it yet, the task is lost. SOP-003 has both said in one place. Where the form has the section and the text has not, `required-sections` says so.',
  asks: typed('VAR', 'ADD'),
  check,
  examples: {
    good: [
      {
        type: 'VAR',
        text: lines(...HEAD, '| What the parent hands over | EI-3 |', '| What is given up | None |'),
      },
      {
        type: 'ADD',
        text: lines(
          '## 6. Scope Handoff',
          '',
          '| Item | Status |',
          '| --- | --- |',
          '| Corrected | [SUMMARY] |',
        ),
      },
      {
        type: 'VAR',
        form: lines('# {{DOC_ID}}', '', '## 1. Cause'),
        text: lines('# CR-001-VAR-001', '', '## 1. Cause'),
      },
      {
        type: 'VAR',
        text: lines(...HEAD, '| What stays | {{STAYS - the items; or None}} |'),
        note: 'still to be answered: `blanks` names it',
      },
    ],
    bad: [
      {
        type: 'VAR',
        text: lines(...HEAD, '| What the parent hands over | EI-3 |', '| What is given up | |'),
        gives: [{ at: '6:20', found: 'no answer to "What is given up"' }],
      },
      {
        type: 'ADD',
        text: lines(...HEAD, '| What is left as it is | - |'),
        gives: [{ at: '5:25', found: 'no answer to "What is left as it is"' }],
      },
      {
        type: 'VAR',
        text: lines('## 6. Scope Hand-off', '', 'See above.'),
        gives: [{ at: '1:1', found: 'no question in the scope hand-off' }],
      },
      {
        type: 'VAR',
        text: lines('# CR-001-VAR-001', '', 'Text.'),
        gives: [{ at: '3:6', found: 'no scope hand-off' }],
      },
    ],
  },
}
