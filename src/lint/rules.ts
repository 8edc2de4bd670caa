/** Every rule, in the order in which they are listed. Importing them does not load a parser. */
import { TYPE_RULES } from './by-type.ts'
import { CONTENT_RULES } from './content.ts'
import type { Rule } from './rule.ts'
import { blanks } from './rules/blanks.ts'
import { danglingReferences } from './rules/dangling-references.ts'
import { duplicateItems } from './rules/duplicate-items.ts'
import { duplicateNumbers } from './rules/duplicate-numbers.ts'
import { endMarker } from './rules/end-marker.ts'
import { finalNewline } from './rules/final-newline.ts'
import { frontmatterRule } from './rules/frontmatter.ts'
import { frontmatterKeys } from './rules/frontmatter-keys.ts'
import { headingIncrement } from './rules/heading-increment.ts'
import { headingNumbers } from './rules/heading-numbers.ts'
import { hiddenRows } from './rules/hidden-rows.ts'
import { noDuplicateDefinitions } from './rules/no-duplicate-definitions.ts'
import { noEmptyUrl } from './rules/no-empty-url.ts'
import { readableText } from './rules/readable-text.ts'
import { requiredSections } from './rules/required-sections.ts'
import { retiredReferences } from './rules/retired-references.ts'
import { tableShape } from './rules/table-shape.ts'
import { unfinished } from './rules/unfinished.ts'

const STRUCTURE = [
  readableText,
  frontmatterRule,
  frontmatterKeys,
  requiredSections,
  headingNumbers,
  duplicateNumbers,
  headingIncrement,
  endMarker,
  finalNewline,
]
const TABLES = [tableShape, hiddenRows, duplicateItems]
const OPEN = [blanks, unfinished]
const REFERENCES = [danglingReferences, retiredReferences, noEmptyUrl, noDuplicateDefinitions]

export const RULES: readonly Rule[] = [
  ...STRUCTURE,
  ...TABLES,
  ...OPEN,
  ...REFERENCES,
  ...TYPE_RULES,
  ...CONTENT_RULES,
]

export const RULE_NAMES: readonly string[] = RULES.map((rule) => rule.name)
