/** A section can be referred to only if no other has its number. */
import { EVERYTHING, type Found, lines, type Rule } from '../rule.ts'
import { DRAFTS_OF_OURS } from '../stage.ts'
import { type Subject, spanOf } from '../subject.ts'

function* check(subject: Subject): Iterable<Found> {
  const first = new Map<string, number>()
  for (const { node, number } of subject.sections()) {
    if (number === null) continue
    const line = first.get(number)
    if (line === undefined) first.set(number, node.position?.start.line ?? 1)
    else
      yield {
        at: spanOf(node),
        found: `a second section ${number}`,
        expected: `a number of its own (line ${line} has this one)`,
      }
  }
}

export const duplicateNumbers: Rule = {
  name: 'duplicate-numbers',
  severity: 'error',
  softer: DRAFTS_OF_OURS,
  summary: 'no two sections have the same number',
  why: 'A reference to section 5 must lead to one place. With two of them a reviewer may have judged the other.',
  asks: EVERYTHING,
  check,
  examples: {
    good: [{ text: lines('## 1. Purpose', '', '### 1.1 Need', '', '## 2. Scope', '', '### 2.1 Need') }],
    bad: [
      {
        text: lines('## 1. Purpose', '', '## 2. Scope', '', '## 2. State'),
        gives: [{ at: '5:1', found: 'a second section 2' }],
      },
      {
        file: 'CR-004.md',
        status: 'CLOSED',
        text: lines('## 1. Purpose', '', '## 1. Scope'),
        gives: [{ at: '3:1', found: 'a second section 1', severity: 'warning' }],
      },
    ],
  },
}
