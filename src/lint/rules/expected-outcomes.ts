/** Which result is acceptable is decided before the test is run. */
import { type Found, lines, type Rule, typed } from '../rule.ts'
import { DRAFTS_OF_OURS } from '../stage.ts'
import type { Subject } from '../subject.ts'
import { endOf, type Grid, gridsOf, isNamed } from '../tables.ts'

const COLUMN = /^expected\b/

function* check(subject: Subject): Iterable<Found> {
  const grids = gridsOf(subject).filter(({ columns }) => columns.some((column) => COLUMN.test(column)))
  if (grids.every(({ rows }) => rows.length === 0))
    yield {
      at: endOf(subject),
      found: 'no test item with an expected outcome',
      expected: 'a column Expected Outcome in the execution table',
    }
  for (const grid of grids) yield* unsaid(grid)
}

function* unsaid({ columns, rows }: Grid): Iterable<Found> {
  const column = columns.findIndex((name) => COLUMN.test(name))
  for (const row of rows) {
    const [cell, item] = [row[column], row[0]]
    if (!item || row.every(({ words }) => words === '') || isNamed(cell?.words ?? '')) continue
    yield {
      at: (cell ?? item).at,
      found: `no expected outcome for ${item.words || 'an item without an id'}`,
      expected: 'the observable result that counts as Pass',
    }
  }
}

const TABLE = ['| EI | Task Description | Expected Outcome | Task Outcome |', '| --- | --- | --- | --- |']

export const expectedOutcomes: Rule = {
  name: 'expected-outcomes',
  severity: 'error',
  softer: DRAFTS_OF_OURS,
  summary: 'every item of a test protocol or exception report says what is expected',
  why: 'SOP-006 counts a test as proof only if the result that passes was fixed beforehand. What is expected after the fact is whatever was observed.',
  asks: typed('TP', 'ER'),
  check,
  examples: {
    good: [
      {
        type: 'TP',
        text: lines(...TABLE, '| EI-1 | Log in | It is shown | [Pass/Fail] |', '| | | | |'),
        note: 'a row that is not used',
      },
      {
        type: 'TP',
        text: lines(...TABLE, '| EI-1 | Log in six times | The sixth is refused | [Pass/Fail] |'),
      },
      {
        type: 'TP',
        text: lines(...TABLE, '| EI-2 | {{EI_2_TASK}} | {{EI_2_EXPECTED - the result}} | [Pass/Fail] |'),
      },
      {
        type: 'ER',
        text: lines(
          '| Step | Instruction | Expected Result |',
          '| --- | --- | --- |',
          '| 1 | Run it | Exit code 0 |',
        ),
      },
    ],
    bad: [
      {
        type: 'TP',
        text: lines(...TABLE, '| EI-1 | Log in | | [Pass/Fail] |', '| EI-2 | Log out | None | [Pass/Fail] |'),
        gives: [
          { at: '3:17', found: 'no expected outcome for EI-1' },
          { at: '4:18', found: 'no expected outcome for EI-2' },
        ],
      },
      {
        type: 'TP',
        text: lines('| EI | Task Description |', '| --- | --- |', '| EI-1 | Test it |'),
        gives: [{ at: '3:19', found: 'no test item with an expected outcome' }],
      },
    ],
  },
}
