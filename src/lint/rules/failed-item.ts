/** An exception report names what failed. */
import { type Found, lines, type Rule, typed } from '../rule.ts'
import { DRAFTS_OF_OURS } from '../stage.ts'
import type { Subject } from '../subject.ts'
import { endOf, gridsOf, isNamed } from '../tables.ts'

const COLUMN = /^failed (?:item|step|test)s?$/
const EXPECTED = 'the item of the parent that failed, such as EI-2, or Whole document'

function* check(subject: Subject): Iterable<Found> {
  const grid = gridsOf(subject).find(({ columns }) => columns.some((column) => COLUMN.test(column)))
  const cell = grid?.rows[0]?.[grid.columns.findIndex((column) => COLUMN.test(column))]
  if (cell && isNamed(cell.words)) return
  yield { at: cell?.at ?? grid?.at ?? endOf(subject), found: 'no failed item', expected: EXPECTED }
}

export const failedItem: Rule = {
  name: 'failed-item',
  severity: 'error',
  softer: DRAFTS_OF_OURS,
  summary: 'an exception report names the item that failed',
  why: 'SOP-004 lets a protocol be closed with a failed item only if an exception report takes that item over. One that names none takes over nothing.',
  asks: typed('ER'),
  check,
  examples: {
    good: [
      {
        type: 'ER',
        text: lines('| Parent Document | Failed Item |', '| --- | --- |', '| CR-001-TP-001 | EI-2 |'),
      },
      {
        type: 'ER',
        text: lines('| Parent Test Case | Failed Step |', '| --- | --- |', '| TC-001 | {{STEP_ID}} |'),
      },
    ],
    bad: [
      {
        type: 'ER',
        text: lines('| Parent Document | Failed Item |', '| --- | --- |', '| CR-001-TP-001 | - |'),
        gives: [{ at: '3:17', found: 'no failed item' }],
      },
      {
        type: 'ER',
        text: lines('# CR-001-TP-001-ER-001: Refused', '', 'It failed.'),
        gives: [{ at: '3:11', found: 'no failed item' }],
      },
    ],
  },
}
