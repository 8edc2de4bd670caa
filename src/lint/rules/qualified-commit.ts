/** Proof is proof of one state of the code. */
import { type Found, lines, type Rule, typed } from '../rule.ts'
import { DRAFTS_OF_OURS } from '../stage.ts'
import type { Subject } from '../subject.ts'
import { endOf, gridsOf } from '../tables.ts'

const FULL = /(?<![0-9A-Za-z])[0-9a-f]{40}(?![0-9A-Za-z])/
const EXPECTED = 'a commit in full: 40 hexadecimal digits'

function* check(subject: Subject): Iterable<Found> {
  let told = false
  for (const { columns, rows } of gridsOf(subject)) {
    const column = columns.findIndex((name) => /^(?:qualified )?commit(?: hash)?$/.test(name))
    for (const row of column < 0 ? [] : rows) {
      const cell = row[column]
      if (!cell || FULL.test(cell.words) || cell.words.includes('{{')) continue
      told = true
      yield {
        at: cell.at,
        found: cell.words === '' ? 'no commit' : `${cell.words.slice(0, 60)}, which is no commit in full`,
        expected: EXPECTED,
      }
    }
  }
  if (!told && !FULL.test(subject.text) && !/\{\{COMMIT\b/.test(subject.text))
    yield { at: endOf(subject), found: 'no commit', expected: EXPECTED }
}

const TABLE = ['| Repository | Commit | Test Run |', '| --- | --- | --- |']

export const qualifiedCommit: Rule = {
  name: 'qualified-commit',
  severity: 'error',
  softer: DRAFTS_OF_OURS,
  summary: 'a traceability matrix names its commit in full',
  why: 'SOP-006 demands that all proof was obtained at one commit. A branch moves, and a shortened hash may come to name two commits.',
  asks: typed('RTM'),
  check,
  examples: {
    good: [
      { type: 'RTM', text: lines(...TABLE, '| qms | `0123456789abcdef0123456789abcdef01234567` | run 12 |') },
      { type: 'RTM', text: lines(...TABLE, '| qms | {{COMMIT - full hash in backticks}} | {{TEST_RUN}} |') },
      { type: 'RTM', text: lines('**Qualified commit:** 0123456789abcdef0123456789abcdef01234567') },
    ],
    bad: [
      {
        type: 'RTM',
        text: lines(...TABLE, '| qms | `0123456` | run 12 |'),
        gives: [{ at: '3:7', found: '0123456, which is no commit in full' }],
      },
      {
        type: 'RTM',
        text: lines(...TABLE, '| qms | main | run 12 |', '| lib | | |'),
        gives: [
          { at: '3:7', found: 'main, which is no commit in full' },
          { at: '4:7', found: 'no commit' },
        ],
      },
      {
        type: 'RTM',
        text: lines('# SDLC-QMS-RTM: Traceability', '', 'All proof was obtained today.'),
        gives: [{ at: '3:30', found: 'no commit' }],
      },
    ],
  },
}
