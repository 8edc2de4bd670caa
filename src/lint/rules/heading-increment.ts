/** remark's own rule about the levels of headings. */
import { EVERYTHING, lines, type Rule } from '../rule.ts'

export const headingIncrement: Rule = {
  name: 'heading-increment',
  severity: 'warning',
  summary: 'a heading is at most one level below the one before it',
  why: 'Tables of contents, diagrams and reviewers take the levels as the structure of the document: a level that is left out is a section that seems to be missing.',
  asks: EVERYTHING,
  borrowed: {
    plugin: async () => (await import('remark-lint-heading-increment')).default,
    told: (reason) => {
      const [found, expected] = [...reason.matchAll(/`(\d)`/g)].map((m) => m[1])
      return { found: `a heading of level ${found}`, expected: `level ${expected} at most` }
    },
  },
  examples: {
    good: [{ text: lines('# Title', '', '## 1. Purpose', '', '### 1.1 Need', '', '## 2. Scope') }],
    bad: [
      { text: lines('# Title', '', '### 1.1 Need'), gives: [{ at: '3:1', found: 'a heading of level 3' }] },
    ],
  },
}
