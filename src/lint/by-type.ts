/** Rules about what a document of one type has to say. */
import type { Rule } from './rule.ts'

export const TYPE_RULES: readonly Rule[] = []
