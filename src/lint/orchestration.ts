/** The procedure on agent orchestration: which document it is, and which sections it has. */
import type { Rule } from './rule.ts'

export const ORCHESTRATION = 'SOP-007'

export const IS_ORCHESTRATION: Rule['asks'] = {
  what: `${ORCHESTRATION}, the procedure on agent orchestration`,
  of: ({ document }) => document?.id === ORCHESTRATION,
}

export const ORCHESTRATION_SECTIONS = [
  'Purpose',
  'Scope',
  'Definitions',
  'Agent Roles',
  'Communication Boundaries',
  'Identity and Integrity',
  'Conflict Resolution',
  'References',
] as const
