/** What a document refers to is there. */
import type { DocId } from '../../documents/id.ts'
import { isExecutable } from '../../documents/types.ts'
import { announced, mentionsOf } from '../mentions.ts'
import { type Found, lines, NOT_TEMPLATES, type Rule } from '../rule.ts'
import type { Subject } from '../subject.ts'

function* check(subject: Subject): Iterable<Found> {
  const { known, document } = subject
  if (!known) return
  const absent = mentionsOf(subject).filter(
    ({ id }) => !known.has(id.id) && id.id !== document?.id && !isExample(subject, id),
  )
  if (absent.length === 0) return
  const coming = announced(subject)
  for (const { id, at, times } of absent)
    if (!coming.has(id.id))
      yield {
        at,
        found: `${id.id}, which is not in the store${times > 1 ? ` (${times} times)` : ''}`,
        expected: 'the id of a document, or a row that says Create',
      }
}

/** Procedures explain ids by records that never were. What they rely on is procedures, forms and specifications. */
const isExample = ({ type }: Subject, id: DocId): boolean => type === 'SOP' && isExecutable(id.type)

export const danglingReferences: Rule = {
  name: 'dangling-references',
  severity: 'warning',
  summary: 'every document that is named exists, or is said to be created',
  why: 'A reader who follows a reference must arrive. An id that leads nowhere is a slip, or a document that was promised and never made.',
  asks: NOT_TEMPLATES,
  check,
  examples: {
    good: [
      {
        file: 'CR-008.md',
        known: { 'SOP-001': 'EFFECTIVE', 'CR-001': 'CLOSED' },
        text: lines(
          '# CR-008: Cache',
          '',
          'By SOP-001, and EI-2 of CR-001-EI-2. See `SOP-099` and QMS/SOP/SOP-099.md.',
        ),
        note: 'code and paths are not asked about, nor is the document itself',
      },
      {
        file: 'CR-008.md',
        known: {},
        text: lines(
          'SOP-009 says how.',
          '',
          '| Document | Change Type |',
          '| --- | --- |',
          '| SOP-009 | Create |',
        ),
        note: 'the change brings it about',
      },
      {
        file: 'SOP-009.md',
        known: {},
        text: lines('For example CR-014-VAR-001.'),
        note: 'procedures make records up',
      },
      { file: 'CR-008.md', text: lines('See SOP-099.'), note: 'without a store nobody can tell' },
    ],
    bad: [
      {
        file: 'CR-008.md',
        known: { 'SOP-001': 'EFFECTIVE' },
        text: lines('By **SOP-010** and SOP-010; see TEMPLATE-POL.'),
        gives: [
          { at: '1:6', found: 'SOP-010, which is not in the store (2 times)' },
          { at: '1:33', found: 'TEMPLATE-POL, which is not in the store' },
        ],
      },
      {
        file: 'SOP-009.md',
        known: {},
        text: lines('By SOP-099.'),
        gives: [{ at: '1:4', found: 'SOP-099, which is not in the store' }],
      },
      {
        file: 'CR-008.md',
        known: {},
        text: lines('After CR-002.'),
        gives: [{ at: '1:7', found: 'CR-002, which is not in the store' }],
      },
    ],
  },
}
