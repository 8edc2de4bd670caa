/** Rules about what a document of one type has to say. */
import type { Rule } from './rule.ts'
import { agentDefinitions } from './rules/agent-definitions.ts'
import { changeAffects } from './rules/change-affects.ts'
import { executionItems } from './rules/execution-items.ts'
import { expectedOutcomes } from './rules/expected-outcomes.ts'
import { failedItem } from './rules/failed-item.ts'
import { investigationActions } from './rules/investigation-actions.ts'
import { orchestrationReferences } from './rules/orchestration-references.ts'
import { orchestrationSections } from './rules/orchestration-sections.ts'
import { orchestrationWording } from './rules/orchestration-wording.ts'
import { qualifiedCommit } from './rules/qualified-commit.ts'
import { requirementIds } from './rules/requirement-ids.ts'
import { requirementSentences } from './rules/requirement-sentences.ts'
import { scopeHandOff } from './rules/scope-hand-off.ts'

export const TYPE_RULES: readonly Rule[] = [
  changeAffects,
  executionItems,
  investigationActions,
  scopeHandOff,
  expectedOutcomes,
  failedItem,
  requirementIds,
  requirementSentences,
  qualifiedCommit,
  orchestrationSections,
  orchestrationWording,
  orchestrationReferences,
  agentDefinitions,
]
