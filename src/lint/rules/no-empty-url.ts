/** remark's own rule about links that lead nowhere. */
import { EVERYTHING, lines, type Rule } from '../rule.ts'

export const noEmptyUrl: Rule = {
  name: 'no-empty-url',
  severity: 'warning',
  summary: 'every link, image and definition has an address',
  why: 'A link without an address looks like evidence and is none.',
  asks: EVERYTHING,
  borrowed: {
    plugin: async () => (await import('remark-lint-no-empty-url')).default,
    told: (reason) => ({
      found: `${/empty (\w+)/.exec(reason)?.[1] ?? 'link'} without an address`,
      expected: 'where it leads to',
    }),
  },
  examples: {
    good: [{ text: lines('[Report](https://example.com/report.html)') }],
    bad: [
      {
        text: lines('See the [report]() and ![the plot](#).'),
        gives: [
          { at: '1:9', found: 'link without an address' },
          { at: '1:24', found: 'image without an address' },
        ],
      },
    ],
  },
}
