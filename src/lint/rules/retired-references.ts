/** What a text relies on is still in force. */
import { mentionsOf } from '../mentions.ts'
import { type Found, lines, type Rule } from '../rule.ts'
import { isFinal } from '../stage.ts'
import type { Subject } from '../subject.ts'

const GONE: ReadonlySet<string> = new Set(['RETIRED', 'CANCELLED'])

function* check(subject: Subject): Iterable<Found> {
  const { known, document } = subject
  if (!known) return
  for (const { id, at } of mentionsOf(subject)) {
    const status = known.get(id.id)?.status
    if (status !== undefined && GONE.has(status) && id.id !== document?.id)
      yield { at, found: `${id.id}, which is ${status}`, expected: 'a document that still counts' }
  }
}

export const retiredReferences: Rule = {
  name: 'retired-references',
  severity: 'warning',
  summary: 'no reference to a document that was retired or cancelled',
  why: 'Who follows the reference would work by a text that nobody answers for any longer. Closed documents are not asked: what they relied on was in force then.',
  asks: {
    what: 'documents that are not closed, and files',
    of: (subject) => subject.type !== 'TEMPLATE' && !isFinal(subject),
  },
  check,
  examples: {
    good: [
      {
        file: 'CR-008.md',
        status: 'CLOSED',
        known: { 'SOP-009': 'RETIRED' },
        text: lines('By SOP-009.'),
        note: 'it was in force when this was closed',
      },
      { file: 'CR-008.md', known: { 'SOP-009': 'EFFECTIVE' }, text: lines('By SOP-009.') },
    ],
    bad: [
      {
        file: 'CR-008.md',
        status: 'DRAFT',
        known: { 'SOP-009': 'RETIRED', 'CR-002': 'CANCELLED' },
        text: lines('By SOP-009, after CR-002.'),
        gives: [
          { at: '1:4', found: 'SOP-009, which is RETIRED' },
          { at: '1:19', found: 'CR-002, which is CANCELLED' },
        ],
      },
    ],
  },
}
