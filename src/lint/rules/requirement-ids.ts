/** One id, one requirement, for ever. */
import { REQUIREMENT_ID, type Requirement, requirementsOf } from '../requirements.ts'
import { type Found, lines, type Rule, typed } from '../rule.ts'
import { DRAFTS_OF_OURS } from '../stage.ts'
import type { Subject } from '../subject.ts'

function* check(subject: Subject): Iterable<Found> {
  const first = new Map<string, Requirement>()
  for (const requirement of requirementsOf(subject)) {
    const { id, at } = requirement
    if (id.includes('{{')) continue
    const before = first.get(id.toUpperCase())
    if (!REQUIREMENT_ID.test(id))
      yield { at, found: `${id} as an id`, expected: 'REQ, the namespace, and three digits: REQ-APP-001' }
    else if (before) yield { at, found: `a second ${id}`, expected: 'a number that was never given' }
    first.set(id.toUpperCase(), before ?? requirement)
  }
  if (first.size === 0 && !subject.text.includes('REQ-{{') && !/\bREQ-[A-Z0-9]+-\d/.test(subject.text))
    yield {
      at: { start: 0, end: 0 },
      found: 'no requirement',
      expected: 'a row for each in a table ID, Requirement, Rationale, Verification',
    }
}

const TABLE = ['| ID | Requirement | Verification |', '| --- | --- | --- |']

export const requirementIds: Rule = {
  name: 'requirement-ids',
  severity: 'error',
  softer: DRAFTS_OF_OURS,
  summary: 'each requirement has an id of its own, which no other ever had',
  why: 'Tests and the traceability matrix name requirements by id alone. SOP-006 never gives an id twice, not even after the requirement was withdrawn: proof of the one would pass for proof of the other.',
  asks: typed('RS'),
  check,
  examples: {
    good: [
      {
        type: 'RS',
        text: lines(
          ...TABLE,
          '| REQ-APP-001 | The service shall answer. | Test |',
          '| REQ-APP-002 | The service shall log. | Test |',
        ),
      },
      {
        type: 'RS',
        text: lines(...TABLE, '| REQ-{{NAMESPACE}}-001 | {{REQ_1_TEXT - one shall sentence}} | Test |'),
      },
      {
        type: 'RS',
        text: lines(
          '- **REQ-APP-001:** The service shall answer; see REQ-APP-002.',
          '- **REQ-APP-002:** The service shall log.',
        ),
      },
    ],
    bad: [
      {
        type: 'RS',
        text: lines(
          ...TABLE,
          '| REQ-APP-001 | The service shall answer. | Test |',
          '| REQ-APP-001 | The service shall log. | Test |',
        ),
        gives: [{ at: '4:1', found: 'a second REQ-APP-001' }],
      },
      {
        type: 'RS',
        text: lines(...TABLE, '| REQ-1 | The service shall answer. | Test |'),
        gives: [{ at: '3:1', found: 'REQ-1 as an id' }],
      },
      {
        type: 'RS',
        text: lines(
          ...TABLE,
          '| REQ-APP-001 | The service shall answer. | Test |',
          '',
          'Withdrawn:',
          '',
          '| ID | Withdrawn In Version |',
          '| --- | --- |',
          '| REQ-APP-001 | 2.0 |',
        ),
        gives: [{ at: '9:1', found: 'a second REQ-APP-001' }],
      },
      {
        type: 'RS',
        text: lines('### REQ-APP-001', '', 'It shall answer.', '', '### REQ-APP-001', '', 'It shall log.'),
        gives: [{ at: '5:1', found: 'a second REQ-APP-001' }],
      },
      {
        type: 'RS',
        text: lines('# SDLC-APP-RS', '', 'It shall work.'),
        gives: [{ at: '1:1', found: 'no requirement' }],
      },
    ],
  },
}
