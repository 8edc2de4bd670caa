/** The sections that the form of a type has are those that its documents have. */
import { plain, type Section } from '../headings.ts'
import { type Found, lines, type Rule } from '../rule.ts'
import { DRAFTS_OF_OURS } from '../stage.ts'
import { type Subject, spanOf } from '../subject.ts'
import { listed } from '../words.ts'

/** Types whose form is a proposal but for these sections. Source: the notice in TEMPLATE-SOP. */
const FRAME: Readonly<Record<string, ReadonlySet<string>>> = {
  SOP: new Set(['purpose', 'scope', 'definitions', 'references']),
}

interface Placed extends Section {
  readonly key: string
}

const placed = (sections: readonly Section[]): Placed[] =>
  sections.filter(({ depth }) => depth === 2).map((section) => ({ ...section, key: plain(section.title) }))

const required = ({ type, formSections }: Subject): Placed[] => {
  const frame = FRAME[type ?? '']
  return placed(formSections()).filter(({ key, title }) => !title.includes('{{') && (frame?.has(key) ?? true))
}

function* check(subject: Subject): Iterable<Found> {
  const wanted = required(subject)
  const present = placed(subject.sections())
  const absent = wanted.filter(({ key }) => !present.some((section) => section.key === key))
  if (absent.length > 0) yield missing(subject, wanted, present, absent)
  yield* disordered(wanted, present)
}

/** At the section before which the first of them should stand, or at the end. */
const missing = (
  { text, type }: Subject,
  wanted: readonly Placed[],
  present: readonly Placed[],
  absent: readonly Placed[],
): Found => {
  const later = wanted.slice(wanted.indexOf(absent[0] as Placed)).map(({ key }) => key)
  const next = present.find(({ key }) => later.includes(key))
  const end = text.trimEnd().length
  return {
    at: next ? spanOf(next.node) : { start: end, end },
    found: `no section ${listed(absent.map(({ title }) => title))}`,
    expected: `the sections of TEMPLATE-${type}, in its order`,
  }
}

function* disordered(wanted: readonly Placed[], present: readonly Placed[]): Iterable<Found> {
  const order = wanted.map(({ key }) => key)
  let last: Placed | null = null
  for (const section of present) {
    if (!order.includes(section.key)) continue
    if (last && order.indexOf(section.key) < order.indexOf(last.key))
      yield {
        at: spanOf(section.node),
        found: `${section.title} after ${last.title}`,
        expected: `${section.title} before ${last.title}, as in the form`,
      }
    else last = section
  }
}

const FORM = lines(
  '# {{DOC_ID}}: {{TITLE}}',
  '',
  '## 1. Purpose',
  '',
  '{{PURPOSE}}',
  '',
  '## 2. Scope',
  '',
  '## 3. Execution',
)
const SOP_FORM = lines(
  '## 1. Purpose',
  '',
  '## 2. Scope',
  '',
  '## 3. Definitions',
  '',
  '## 4. Procedure',
  '',
  '## 5. References',
)

export const requiredSections: Rule = {
  name: 'required-sections',
  severity: 'error',
  softer: {
    where: `${DRAFTS_OF_OURS.where}; and in procedures (SOP), whose form is a proposal`,
    when: (subject) => subject.type === 'SOP' || DRAFTS_OF_OURS.when(subject),
  },
  summary: 'every section of the form is there, in its order; of a procedure, those that every procedure has',
  why: 'The procedures say what a plan has to state before it can be judged (SOP-002, section 6); its form asks for all of it. What is not asked is not answered, and nobody notices.',
  asks: {
    what: 'every type that has a form, but templates',
    of: ({ type, form }) => type !== null && type !== 'TEMPLATE' && form !== null,
  },
  check,
  examples: {
    good: [
      {
        file: 'CR-008.md',
        form: FORM,
        text: lines(
          '# CR-008: Cache',
          '',
          '## 1. Purpose',
          '',
          '## 2. Scope',
          '',
          '## 3. Risk',
          '',
          '## 4. Execution',
        ),
        note: 'sections of its own may stand between them',
      },
      {
        file: 'SOP-009.md',
        form: SOP_FORM,
        text: lines(
          '## 1. Purpose',
          '',
          '## 2. Scope',
          '',
          '## 3. Definitions',
          '',
          '## 4. Backup',
          '',
          '## 5. References',
        ),
        note: 'of a procedure, what stands between Definitions and References is the choice of its author',
      },
    ],
    bad: [
      {
        file: 'CR-008.md',
        form: FORM,
        text: lines('# CR-008: Cache', '', '## 1. Purpose', '', '## 2. Execution'),
        gives: [{ at: '5:1', found: 'no section Scope' }],
      },
      {
        file: 'CR-008.md',
        form: FORM,
        text: lines('## 1. Scope', '', '## 2. Purpose', '', 'Text.'),
        gives: [
          { at: '3:1', found: 'Purpose after Scope' },
          { at: '5:6', found: 'no section Execution' },
        ],
      },
      {
        file: 'CR-008.md',
        adopted: true,
        form: FORM,
        text: lines('## 1. Purpose', '', '## 2. Rationale', '', '## 3. Execution'),
        gives: [{ at: '5:1', found: 'no section Scope', severity: 'warning' }],
      },
      {
        file: 'SOP-009.md',
        form: SOP_FORM,
        text: lines('## 1. Purpose', '', '## 2. Scope', '', '## 3. References'),
        gives: [{ at: '5:1', found: 'no section Definitions', severity: 'warning' }],
      },
    ],
  },
}
