/** A change names what it touches. */
import { type Found, lines, type Rule, typed } from '../rule.ts'
import { DRAFTS_OF_OURS } from '../stage.ts'
import { type Subject, spanOf } from '../subject.ts'
import { endOf, entriesIn, isAnswered, partsNamed } from '../tables.ts'

const SECTION = /\b(?:files|documents) affected$/i

function* check(subject: Subject): Iterable<Found> {
  const parts = partsNamed(subject, SECTION)
  if (parts.length === 0)
    yield {
      at: endOf(subject),
      found: 'neither Files Affected nor Documents Affected',
      expected: 'sections that name what the change touches, or say None',
    }
  for (const part of parts)
    if (!entriesIn(part).some(isAnswered))
      yield {
        at: spanOf(part.section.node),
        found: `nothing under ${part.section.title}`,
        expected: 'an entry for each, or None',
      }
}

export const changeAffects: Rule = {
  name: 'change-affects',
  severity: 'error',
  softer: DRAFTS_OF_OURS,
  summary: 'a change record names the files and documents that it affects, or says None',
  why: 'SOP-002 lets a change touch only what it names: whoever approves it approves that list, commits are compared with it, and documents on it have to be in force before it is closed.',
  asks: typed('CR'),
  check,
  examples: {
    good: [
      {
        type: 'CR',
        text: lines(
          '### 2.3 Files Affected',
          '',
          '- `src/login.ts` - limit added',
          '',
          '### 7.2 Documents Affected',
          '',
          'None.',
        ),
      },
      {
        type: 'CR',
        text: lines(
          '### 7.1 Files Affected',
          '',
          '| File | Change Type |',
          '| --- | --- |',
          '| {{FILE_PATH - path}} | |',
        ),
      },
    ],
    bad: [
      {
        type: 'CR',
        text: lines('# CR-001: Limit logins', '', 'Text.'),
        gives: [{ at: '3:6', found: 'neither Files Affected nor Documents Affected' }],
      },
      {
        type: 'CR',
        text: lines(
          '### 7.1 Files Affected',
          '',
          '| File | Change Type |',
          '| --- | --- |',
          '',
          '### 7.2 Documents Affected',
          '',
          '- CR-002',
        ),
        gives: [{ at: '1:1', found: 'nothing under Files Affected' }],
      },
      {
        file: 'CR-003.md',
        adopted: true,
        status: 'CLOSED',
        text: lines('# CR-003: Flags', '', '## 3. Changes'),
        gives: [{ at: '3:14', found: 'neither Files Affected nor Documents Affected', severity: 'warning' }],
      },
    ],
  },
}
