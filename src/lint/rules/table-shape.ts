/** Every row of a table has the cells of its heading. */
import type { TableRow } from 'mdast'
import { EVERYTHING, type Found, lines, type Rule } from '../rule.ts'
import { DRAFTS_OF_OURS } from '../stage.ts'
import { type Subject, sourceOf, spanOf } from '../subject.ts'

function* check(subject: Subject): Iterable<Found> {
  for (const { children } of subject.all('table')) {
    const width = children[0]?.children.length ?? 0
    for (const row of children.slice(1)) if (row.children.length !== width) yield told(subject, row, width)
  }
}

const told = (subject: Subject, row: TableRow, width: number): Found => {
  const at = spanOf(row)
  const source = sourceOf(subject, row).replace(/[ \t]+$/, '')
  const cells = row.children.length
  const expected = `${count(width)}, as the heading of the table has`
  if (!source.includes('|'))
    return {
      at,
      found: 'a line of text that became a row of the table',
      expected: 'a blank line between them',
    }
  if (cells > width) return { at, found: `a row with ${count(cells)}`, expected }
  const padding = `${isClosed(source) ? '' : ' |'}${'  |'.repeat(width - cells)}`
  const end = at.start + source.length
  return {
    at,
    found: `a row with ${count(cells)}`,
    expected,
    fix: { start: end, end, insert: padding },
  }
}

/** Its last cell has a bar at its end: one that belongs to a cell stands behind an odd number of backslashes. */
const isClosed = (row: string): boolean => (/(\\*)\|$/.exec(row)?.[1]?.length ?? 1) % 2 === 0

const count = (cells: number): string => `${cells} cell${cells === 1 ? '' : 's'}`

export const tableShape: Rule = {
  name: 'table-shape',
  severity: 'error',
  softer: DRAFTS_OF_OURS,
  summary: 'every row of a table has as many cells as its heading',
  why: 'Readers of Markdown fill a short row up and leave out what is too much: what was written in the last cell is not shown, and an outcome can stand under the heading of another column.',
  asks: EVERYTHING,
  check,
  examples: {
    good: [
      {
        text: lines('| A | B |', '| --- | --- |', '| 1 | `x \\| y` |', '|  |  |'),
        note: 'a bar that belongs to a cell is written \\|, in code, too',
      },
    ],
    bad: [
      {
        text: lines(
          '| EI | Task | Outcome |',
          '| --- | --- | --- |',
          '| EI-1 | Build |',
          '| EI-2 | a | b | Pass |',
        ),
        gives: [
          { at: '3:1', found: 'a row with 2 cells' },
          { at: '4:1', found: 'a row with 4 cells' },
        ],
        fixed: lines(
          '| EI | Task | Outcome |',
          '| --- | --- | --- |',
          '| EI-1 | Build |  |',
          '| EI-2 | a | b | Pass |',
        ),
      },
      {
        text: lines('| A | B |', '| --- | --- |', '| ends with \\|', '| ends \\\\|'),
        gives: [
          { at: '3:1', found: 'a row with 1 cell' },
          { at: '4:1', found: 'a row with 1 cell' },
        ],
        fixed: lines('| A | B |', '| --- | --- |', '| ends with \\| |  |', '| ends \\\\|  |'),
      },
      {
        text: lines('| A | B |', '| --- | --- |', '| 1 | 2 |', 'And so on.'),
        gives: [{ at: '4:1', found: 'a line of text that became a row of the table' }],
      },
    ],
  },
}
