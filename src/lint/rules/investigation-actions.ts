/** An investigation ends in something that is done. */
import { type Found, lines, type Rule, typed } from '../rule.ts'
import { DRAFTS_OF_OURS } from '../stage.ts'
import { type Subject, spanOf } from '../subject.ts'
import { endOf, entriesIn, gridsOf, isNamed, partsNamed } from '../tables.ts'

const SECTION = /\b(?:corrective|preventive)\b|\bCAPAs?\b|^(?:remediation plan|recommended actions)\b/i
const COLUMN = /^(?:action|capa)s?$/
const NONE = /^(?:none|no (?:corrective|preventive|further)? ?actions?\b)/i

function* check(subject: Subject): Iterable<Found> {
  const rows = gridsOf(subject)
    .filter(({ columns }) => COLUMN.test(columns[0] ?? ''))
    .flatMap((grid) => grid.rows)
  if (rows.some((row) => row.slice(0, 2).every(({ words }) => isNamed(words)))) return
  const parts = partsNamed(subject, SECTION)
  const entries = parts.filter(({ nodes }) => !nodes.some(({ type }) => type === 'table')).flatMap(entriesIn)
  if (entries.some((words) => isNamed(words) && !NONE.test(words))) return
  yield {
    at: parts[0] ? spanOf(parts[0].section.node) : endOf(subject),
    found: 'no corrective or preventive action',
    expected: 'at least one, in a row of a table or an entry below Corrective and Preventive Actions',
  }
}

const HEAD = '## 7. Corrective and Preventive Actions'

export const investigationActions: Rule = {
  name: 'investigation-actions',
  severity: 'error',
  softer: DRAFTS_OF_OURS,
  summary: 'an investigation has at least one corrective or preventive action',
  why: 'SOP-003 has a deviation investigated so that it is put right and does not come again. An investigation that leads to nothing leaves the cause where it was.',
  asks: typed('INV'),
  check,
  examples: {
    good: [
      {
        type: 'INV',
        text: lines(
          HEAD,
          '',
          '| Action | Type | Description |',
          '| --- | --- | --- |',
          '| CAPA-1 | Corrective | Revert it |',
        ),
      },
      {
        type: 'INV',
        text: lines(
          '## 6. Recommended CAPAs',
          '',
          '| CAPA | Addresses |',
          '| --- | --- |',
          '| CAPA-1a | 4.1 |',
        ),
      },
      {
        type: 'INV',
        text: lines('## 10. Recommended Actions', '', '### Corrective Actions', '', '1. Revert it.'),
      },
      {
        type: 'INV',
        text: lines('## 8. Preventive Actions', '', '### CAPA-002: Ask twice', '', 'Ask twice.'),
      },
      {
        type: 'INV',
        text: lines(
          HEAD,
          '',
          '| Action | Type |',
          '| --- | --- |',
          '| CAPA-1 | {{CAPA_1_TYPE - Corrective or Preventive}} |',
        ),
        note: 'still to be answered: `blanks` names it',
      },
    ],
    bad: [
      {
        type: 'INV',
        text: lines(HEAD, '', 'No corrective actions are needed.'),
        gives: [{ at: '1:1', found: 'no corrective or preventive action' }],
      },
      {
        type: 'INV',
        text: lines('# INV-001: Lost record', '', '## 1. Purpose', '', 'Find it.'),
        gives: [{ at: '5:9', found: 'no corrective or preventive action' }],
      },
      {
        type: 'INV',
        text: lines(HEAD, '', 'None.'),
        gives: [{ at: '1:1', found: 'no corrective or preventive action' }],
      },
      {
        type: 'INV',
        text: lines(HEAD, '', '| Action | Type |', '| --- | --- |', '| CAPA-1 | - |'),
        gives: [{ at: '1:1', found: 'no corrective or preventive action' }],
      },
      {
        file: 'INV-001.md',
        adopted: true,
        status: 'CLOSED',
        text: lines('# INV-001'),
        gives: [{ at: '1:10', found: 'no corrective or preventive action', severity: 'warning' }],
      },
    ],
  },
}
