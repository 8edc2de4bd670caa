/** Evidence names an item by its id. */
import type { TableRow } from 'mdast'
import { EVERYTHING, type Found, lines, type Rule } from '../rule.ts'
import { DRAFTS_OF_OURS } from '../stage.ts'
import { type Subject, spanOf } from '../subject.ts'
import { wordsOf } from '../words.ts'

function* check(subject: Subject): Iterable<Found> {
  const first = new Map<string, number>()
  for (const { children } of subject.all('table')) {
    const [heading, ...rows] = children
    const columns = heading?.children.map((cell) => wordsOf(cell).toUpperCase()) ?? []
    if (columns[0] === 'EI') yield* itemsIn(rows, columns.join('|'), first)
  }
}

/** A plan may list the items that the execution table has in other columns: only tables of one shape are one list. */
function* itemsIn(rows: readonly TableRow[], shape: string, first: Map<string, number>): Iterable<Found> {
  for (const { children } of rows) {
    const [cell] = children
    const id = cell ? wordsOf(cell).toUpperCase() : ''
    if (!cell || id === '') continue
    const line = first.get(`${shape}|${id}`)
    if (line === undefined) first.set(`${shape}|${id}`, cell.position?.start.line ?? 1)
    else
      yield {
        at: spanOf(cell),
        found: `a second ${id}`,
        expected: `the next free number (line ${line} has this one)`,
      }
  }
}

export const duplicateItems: Rule = {
  name: 'duplicate-items',
  severity: 'error',
  softer: DRAFTS_OF_OURS,
  summary: 'no two execution items have the same id',
  why: 'Outcome, evidence and variances name an item by its id (SOP-004). Of two with the same id, one could be done and the other forgotten.',
  asks: EVERYTHING,
  check,
  examples: {
    good: [
      {
        text: lines(
          '| EI | Task |',
          '| --- | --- |',
          '| EI-1 | Build |',
          '| EI-2 | Build |',
          '|  | not used |',
          '|  |  |',
        ),
      },
      {
        text: lines(
          '| EI | Plan |',
          '| --- | --- |',
          '| EI-1 | a |',
          '',
          'Then:',
          '',
          '| EI | Outcome |',
          '| --- | --- |',
          '| EI-1 | Pass |',
        ),
        note: 'the plan of the same item',
      },
      {
        text: lines('| Step | Action |', '| --- | --- |', '| 1 | a |', '| 1 | b |'),
        note: 'no execution table',
      },
    ],
    bad: [
      {
        text: lines('| EI | Task |', '| --- | --- |', '| EI-1 | Build |', '| **EI-1** | Deploy |'),
        gives: [{ at: '4:1', found: 'a second EI-1' }],
      },
    ],
  },
}
