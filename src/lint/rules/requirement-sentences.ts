/** A requirement is one thing that can be shown to hold or not. */
import { requirementsOf } from '../requirements.ts'
import { type Found, lines, type Rule, typed } from '../rule.ts'
import { DRAFTS_OF_OURS } from '../stage.ts'
import type { Subject } from '../subject.ts'

/** Not behind the stops of "e.g." and the like. */
const SENTENCE = /(?<=[.!?])(?<!\b(?:e\.g|i\.e|etc|cf|vs|no)\.)\s+/i

const shallSentences = (words: string): number =>
  words.split(SENTENCE).filter((sentence) => /\bshall\b/i.test(sentence)).length

function* check(subject: Subject): Iterable<Found> {
  for (const { id, at, sentence } of requirementsOf(subject)) {
    if (sentence === null || sentence.includes('{{')) continue
    const count = shallSentences(sentence)
    if (count !== 1)
      yield {
        at,
        found: `${count === 0 ? 'no sentence' : `${count} sentences`} with shall in ${id}`,
        expected: 'one sentence that says what the system shall do; a further one is a further requirement',
      }
  }
}

const TABLE = ['| ID | Requirement |', '| --- | --- |']

export const requirementSentences: Rule = {
  name: 'requirement-sentences',
  severity: 'error',
  softer: DRAFTS_OF_OURS,
  summary: 'each requirement is one sentence with shall',
  why: 'What is proven is proven for a requirement as a whole. Of two demands under one id, one may be tested and the other taken for tested; one without shall demands nothing. SOP-006 asks for single sentences that can be verified.',
  asks: typed('RS'),
  check,
  examples: {
    good: [
      {
        type: 'RS',
        text: lines(...TABLE, '| REQ-APP-001 | The service shall refuse the sixth login within a minute. |'),
      },
      {
        type: 'RS',
        text: lines(
          ...TABLE,
          '| REQ-APP-001 | The service shall name the field, e.g. the title. This is for scripts. |',
        ),
      },
      { type: 'RS', text: lines('- REQ-APP-001: The service shall answer.') },
      {
        type: 'RS',
        text: lines('### REQ-APP-001', '', 'It shall answer.'),
        note: 'a heading; its text is not counted',
      },
    ],
    bad: [
      {
        type: 'RS',
        text: lines(...TABLE, '| REQ-APP-001 | The service answers quickly. |'),
        gives: [{ at: '3:1', found: 'no sentence with shall in REQ-APP-001' }],
      },
      {
        type: 'RS',
        text: lines(
          ...TABLE,
          '| REQ-APP-001 | The service shall answer. It shall log. |',
          '| REQ-APP-002 | |',
        ),
        gives: [
          { at: '3:1', found: '2 sentences with shall in REQ-APP-001' },
          { at: '4:1', found: 'no sentence with shall in REQ-APP-002' },
        ],
      },
    ],
  },
}
