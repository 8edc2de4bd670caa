/** remark's own rule about names of links and footnotes. */
import { EVERYTHING, lines, type Rule } from '../rule.ts'

export const noDuplicateDefinitions: Rule = {
  name: 'no-duplicate-definitions',
  severity: 'warning',
  summary: 'each name of a link or a footnote is defined once',
  why: 'Only the first definition counts. The others are never shown: what they say is for readers of the source alone.',
  asks: EVERYTHING,
  borrowed: {
    plugin: async () => (await import('remark-lint-no-duplicate-definitions')).default,
    told: (reason) => ({
      found: `a second definition of ${/`([^`]*)`/.exec(reason)?.[1] ?? 'the same name'}`,
      expected: 'one definition of each name',
    }),
  },
  examples: {
    good: [{ text: lines('[a]: https://example.com/a', '[b]: https://example.com/a') }],
    bad: [
      {
        text: lines('[log]: https://example.com/1', '[log]: https://example.com/2'),
        gives: [{ at: '2:1', found: 'a second definition of log' }],
      },
    ],
  },
}
