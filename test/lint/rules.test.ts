/** Every rule is tried on its own examples: they are what `qms lint --explain` and docs/lint.md show. */
import { describe, expect, it } from 'vitest'
import { materialOf } from '../../src/lint/example.ts'
import { type Finding, lint } from '../../src/lint/lint.ts'
import { mended } from '../../src/lint/mend.ts'
import { subjectOf } from '../../src/lint/read.ts'
import type { Bad, Good, Rule } from '../../src/lint/rule.ts'
import { RULES } from '../../src/lint/rules.ts'

const findings = (rule: Rule, example: Good | Bad, text = example.text): Promise<Finding[]> =>
  lint(subjectOf({ ...materialOf(example), text }), {}, [rule])

const seen = (all: readonly Finding[], rule: Rule) =>
  all.map((f) => ({
    at: `${f.line}:${f.column}`,
    found: f.found,
    ...(f.severity === rule.severity ? {} : { severity: f.severity }),
  }))

const first = (text: string): string => text.trim().split('\n')[0] ?? ''

// Verifies: REQ-QMS-753
describe.each(RULES)('$name', (rule) => {
  it.each(rule.examples.good.map((example, i) => [i, first(example.text), example] as const))(
    'lets the good example %i pass: %s',
    async (_, __, example) => {
      expect(seen(await findings(rule, example), rule)).toEqual([])
    },
  )

  it.each(rule.examples.bad.map((example, i) => [i, first(example.text), example] as const))(
    'finds what is stated in the bad example %i: %s',
    async (_, __, example) => {
      const all = await findings(rule, example)
      expect(seen(all, rule)).toEqual(example.gives)
      for (const f of all)
        expect([f.found, f.expected].every((words) => words !== '' && !words.endsWith('.'))).toBe(true)
    },
  )

  it.each(rule.examples.bad.map((example, i) => [i, example] as const))(
    'mends the bad example %i as stated, once and for all',
    async (_, example) => {
      const all = await findings(rule, example)
      const { text } = mended(example.text, all)
      expect(text).toBe(example.fixed ?? example.text)
      const left = await findings(rule, example, text)
      expect(left.filter((f) => f.fix)).toEqual([])
      expect(left.length).toBe(all.filter((f) => !f.fix).length)
    },
  )
})

describe('the rules', () => {
  it('have names of their own, and words that read as clauses', () => {
    expect(new Set(RULES.map((rule) => rule.name)).size).toBe(RULES.length)
    for (const rule of RULES) {
      expect(rule.name).toMatch(/^[a-z]+(?:-[a-z]+)*$/)
      expect(rule.summary).not.toMatch(/^[A-Z]|\.$/)
      expect(rule.why).toMatch(/^[A-Z].*\.$/s)
    }
  })
})
