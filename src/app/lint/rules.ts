/** The rules of the linter as its users see them: listed, explained, named in the policy. Loads no parser. */
import { refuse } from '../../errors.ts'
import type { Bad, Good, Rule, Severity } from '../../lint/rule.ts'
import { RULE_NAMES, RULES } from '../../lint/rules.ts'
import { closest } from '../suggest.ts'

export interface RuleTold {
  readonly name: string
  readonly severity: Severity
  /** Where an error is only a warning. */
  readonly warningIn: string | null
  readonly looksAt: string
  readonly summary: string
  readonly why: string
  readonly good: readonly Good[]
  readonly bad: readonly Bad[]
}

export const toldRules = (): RuleTold[] => RULES.map(told)

const told = ({ name, severity, softer, asks, summary, why, examples }: Rule): RuleTold => ({
  name,
  severity,
  warningIn: softer?.where ?? null,
  looksAt: asks.what,
  summary,
  why,
  ...examples,
})

/** @throws BAD_VALUE with the names that come closest */
export const toldRule = (text: string): RuleTold => {
  const name = text.trim().toLowerCase()
  const rule = RULES.find((r) => r.name === name)
  if (!rule) throw noRule('--explain', text)
  return told(rule)
}

/** Which rules there are is known here, not where an event is decided: another version of the program has others. */
export const unknownRules = (levels: unknown): void => {
  const named = levels !== null && typeof levels === 'object' ? Object.keys(levels) : []
  for (const name of named) if (!RULE_NAMES.includes(name)) throw noRule('lint', name)
}

const noRule = (what: string, found: string) => {
  const near = closest(found, RULE_NAMES)
  return refuse('BAD_VALUE', {
    name: what,
    found: found.slice(0, 80),
    expected: `${near.length > 0 ? near.join(' or ') : RULE_NAMES.join(', ')} (qms lint --rules)`,
  })
}
