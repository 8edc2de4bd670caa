/** Every rule, in the order in which they are listed. Importing them does not load a parser. */
import type { Rule } from './rule.ts'
import { endMarker } from './rules/end-marker.ts'

export const RULES: readonly Rule[] = [endMarker]

export const RULE_NAMES: readonly string[] = RULES.map((rule) => rule.name)
