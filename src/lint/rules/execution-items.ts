/** What authorizes work says what the work is. */
import { type Found, lines, type Rule, typed } from '../rule.ts'
import { DRAFTS_OF_OURS } from '../stage.ts'
import { type Subject, spanOf } from '../subject.ts'
import { endOf, gridsOf, isNamed, partsNamed } from '../tables.ts'

const SECTION = /^(?:execution|resolution work|execution plan)$/i
/** Some write an item as a section of its own. */
const ITEM = /^EI-\d+\b/

function* check(subject: Subject): Iterable<Found> {
  const rows = gridsOf(subject)
    .filter(({ columns }) => columns[0] === 'ei')
    .flatMap((grid) => grid.rows)
  if (rows.some(([item, task]) => isNamed(item?.words ?? '') && isNamed(task?.words ?? ''))) return
  if (partsNamed(subject, ITEM).some(({ nodes }) => nodes.length > 0)) return
  const [part] = partsNamed(subject, SECTION)
  yield {
    at: part ? spanOf(part.section.node) : endOf(subject),
    found: 'no execution item',
    expected:
      'a table EI, Task Description, Execution Summary, Task Outcome, Performed By - Date with at least one task',
  }
}

const TABLE = ['## 10. Execution', '', '| EI | Task Description | Task Outcome |', '| --- | --- | --- |']

export const executionItems: Rule = {
  name: 'execution-items',
  severity: 'error',
  softer: DRAFTS_OF_OURS,
  summary: 'a change record, variance or addendum has at least one execution item',
  why: 'SOP-004 has the work recorded item by item. A document without items can be closed without anything having been done.',
  asks: typed('CR', 'VAR', 'ADD'),
  check,
  examples: {
    good: [
      { type: 'CR', text: lines(...TABLE, '| EI-1 | Create SOP-007 | [Pass/Fail] |') },
      {
        type: 'VAR',
        text: lines(...TABLE, '| EI-1 | {{EI_1_TASK - one task}} | [Pass/Fail] |'),
        note: 'still to be answered: `blanks` names it',
      },
      {
        type: 'CR',
        text: lines(
          '### EI-1: Create SOP-006',
          '',
          '| Field | Value |',
          '| --- | --- |',
          '| Task | Copy it |',
        ),
      },
    ],
    bad: [
      {
        type: 'CR',
        text: lines('# CR-001: Limit logins'),
        gives: [{ at: '1:23', found: 'no execution item' }],
      },
      {
        type: 'ADD',
        text: lines(...TABLE, '| EI-1 | | [Pass/Fail] |'),
        gives: [{ at: '1:1', found: 'no execution item' }],
      },
      {
        type: 'CR',
        text: lines('## 4. Execution Plan', '', '- [x] Change the file'),
        gives: [{ at: '1:1', found: 'no execution item' }],
      },
    ],
  },
}
