/** Sections are referred to by their numbers. */
import type { Section } from '../headings.ts'
import { EVERYTHING, type Found, lines, type Rule } from '../rule.ts'
import { type Subject, spanOf } from '../subject.ts'

/** A section with its number as others count on from it. */
interface Counted {
  readonly depth: number
  readonly number: string | null
}

function* check(subject: Subject): Iterable<Found> {
  const seen = new Set<string>()
  const open: Counted[] = []
  const before = new Map<Counted | null, string>()
  for (const section of subject.sections()) {
    while ((open.at(-1)?.depth ?? 0) >= section.depth) open.pop()
    const parent = open.at(-1) ?? null
    const number = parent === null ? withoutZero(section.number) : section.number
    if (number !== null && !seen.has(number) && (parent === null || parent.number !== null)) {
      const next = nextOf(parent, before.get(parent) ?? null)
      if (!next.includes(number)) yield told(section, number, next[0] ?? '')
      before.set(parent, number)
    }
    if (number !== null) seen.add(number)
    open.push({ depth: section.depth, number })
  }
}

/** Many procedures call their sections 1.0, 2.0, and what is in them 2.1. */
const withoutZero = (number: string | null): string | null => number?.replace(/^(\d+)\.0$/, '$1') ?? null

/** What may follow in this section: 1 at first; after 9 also 9A, and after that 9B or 10. */
const nextOf = (parent: Counted | null, before: string | null): string[] => {
  const prefix = parent ? `${parent.number}.` : ''
  const [, digits, letter] = /(\d+)([A-Z]?)$/.exec(before ?? '') ?? []
  if (digits === undefined) return [`${prefix}1`]
  const inserted = letter ? String.fromCharCode(letter.charCodeAt(0) + 1) : 'A'
  return [`${prefix}${Number(digits) + 1}`, `${prefix}${digits}${inserted}`]
}

/** Both in the manner of the section. */
const told = (section: Section, number: string, next: string): Found => {
  const zero = section.number === number ? '' : '.0'
  return {
    at: spanOf(section.node),
    found: `section ${number}${zero}`,
    expected: `section ${next}${zero} here`,
  }
}

export const headingNumbers: Rule = {
  name: 'heading-numbers',
  severity: 'warning',
  summary: 'numbered sections count up without gaps, and subsections bear the number of their section',
  why: 'Procedures, reviews and variances refer to sections by number. A gap reads as a section that was taken out.',
  asks: EVERYTHING,
  check,
  examples: {
    good: [
      {
        text: lines(
          '# Title',
          '',
          '## 1. Purpose',
          '',
          '## 2. Scope',
          '',
          '### 2.1 Context',
          '',
          '### Remarks',
        ),
      },
      {
        text: lines('## 1. One', '', '## 1A. Put in later', '', '## 1B. And more', '', '## 2. Two'),
        note: 'letters keep the other numbers as they are',
      },
      {
        text: lines('## 1.0 Purpose', '', '## 2.0 Scope', '', '### 2.1 Context', '', '## 3.0 Terms'),
        note: 'sections that are called 1.0, 2.0',
      },
      { text: lines('## 1. One', '', '## 2. Two', '', '## 2. Two again'), note: 'that is duplicate-numbers' },
      {
        text: lines('## Changes', '', '### 2.0 of March', '', '## 3 principles'),
        note: 'these are no numbers of sections',
      },
    ],
    bad: [
      { text: lines('## 1. Purpose', '', '## 3. Scope'), gives: [{ at: '3:1', found: 'section 3' }] },
      {
        text: lines('## 1.0 Purpose', '', '## 3.0 Scope', '', '### 2.1 Files'),
        gives: [
          { at: '3:1', found: 'section 3.0' },
          { at: '5:1', found: 'section 2.1' },
        ],
      },
      {
        text: lines('## 1. Purpose', '', '## 2. Scope', '', '### 1.1 Context', '', '### 2.2 Files'),
        gives: [{ at: '5:1', found: 'section 1.1' }],
      },
      {
        text: lines('## 1. Purpose', '', '### 1.1 One', '', '### 1.3 Three', '', '### 1.4 Four'),
        gives: [{ at: '5:1', found: 'section 1.3' }],
      },
    ],
  },
}
