/** What an audit may find: every code with its weight. Words for each stand in `interfaces/findings.ts`. */

/** Which of the proofs of an audit a code belongs to. Source: store design, "What `qms audit` proves". */
export type Proof =
  | 'chain'
  | 'legality'
  | 'state'
  | 'texts'
  | 'history'
  | 'families'
  | 'time'
  | 'adoption'
  | 'agents'
  | 'work tree'
  | 'checkpoint'
  | 'package'

/** `error`: the record or its history is not as it must be. `warning`: look at it. `note`: worth knowing. */
export type Severity = 'error' | 'warning' | 'note'

interface Weight {
  readonly proof: Proof
  readonly severity: Severity
  /** The record itself cannot be relied on: exit code 7. */
  readonly damaged?: true
  /** Not a fault, but a proof that could not be made: exit code 9. */
  readonly unverifiable?: true
}

const damage = (proof: Proof): Weight => ({ proof, severity: 'error', damaged: true })
const error = (proof: Proof): Weight => ({ proof, severity: 'error' })
const warning = (proof: Proof): Weight => ({ proof, severity: 'warning' })
const note = (proof: Proof): Weight => ({ proof, severity: 'note' })
const unproven = (proof: Proof): Weight => ({ proof, severity: 'warning', unverifiable: true })

export const FINDINGS = {
  TRAIL_CUT: damage('chain'),
  NOT_JSON: damage('chain'),
  CONFLICT_MARKERS: damage('chain'),
  KEY_TWICE: damage('chain'),
  CHAIN_BROKEN: damage('chain'),
  EVENT_UNKNOWN: damage('chain'),
  ADOPTED_LINES_CHANGED: damage('chain'),
  TRAIL_MISSING: damage('chain'),
  OBJECT_UNREADABLE: damage('chain'),
  NEWER_FORMAT: unproven('chain'),

  ILLEGAL_EVENT: error('legality'),
  SELF_APPROVAL: warning('legality'),
  GATE_WAIVED: note('legality'),
  EARLIER_RULES: warning('legality'),

  METADATA_DIFFERS: error('state'),
  METADATA_MISSING: error('state'),
  CONFIGURATION_DIFFERS: error('state'),
  ATTRIBUTES_MISSING: error('state'),

  TEXT_CHANGED_BY_HAND: damage('texts'),
  TEXT_MISSING: damage('texts'),
  EVIDENCE_CHANGED: damage('texts'),
  EVIDENCE_MISSING: damage('texts'),
  UNKNOWN_FILE: error('texts'),
  NOT_A_FILE: error('texts'),
  ANSWERS_CHANGED_BY_HAND: damage('texts'),
  ANSWERS_MISSING: damage('texts'),
  SEALED_TEXT_CHANGED: error('texts'),
  APPROVED_TEXT_CHANGED: warning('texts'),
  RECORDING_DISAGREES: error('texts'),

  HISTORY_INCOMPLETE: unproven('history'),
  COMMIT_UNEXPLAINED: error('history'),
  TRAIL_REWRITTEN: error('history'),
  EVENTS_DROPPED: error('history'),
  HISTORIES_FORKED: error('history'),
  EDITED_AND_PUT_BACK: warning('history'),
  REPLACED_OBJECTS: error('history'),
  FOREIGN_OBJECTS: note('history'),

  FAMILY_GATE: error('families'),
  PARENT_UNKNOWN: error('families'),
  NUMBER_GAP: error('families'),

  TIME_BACKWARDS: warning('time'),
  TIME_IMPLAUSIBLE: warning('time'),

  ADOPTED_OLD_RULE: note('adoption'),
  ADOPTED_MISSING: warning('adoption'),
  ADOPTED_DISAGREEMENT: warning('adoption'),
  ADOPTED_OPEN_CHILD: warning('adoption'),
  ADOPTED_TEXT_DIFFERS: warning('adoption'),
  ADOPTED_UNREADABLE: warning('adoption'),
  ADOPTED_STRAY: note('adoption'),
  ADOPTED_HISTORY: note('adoption'),

  PROMPT_NOT_PERMITTED: error('agents'),
  VERDICT_MISCALLED: error('agents'),
  VERDICT_UNPROVEN: error('agents'),
  VERDICT_WITHOUT_PACKET: error('agents'),
  VERDICT_UNCALLED: warning('agents'),
  VERDICT_OF_ORCHESTRATOR: warning('agents'),
  VERDICT_TOO_FAST: warning('agents'),
  AGENT_TWICE: warning('agents'),
  IDENTITY_MISMATCHED: warning('agents'),
  ATTEMPT_PAST_RULES: warning('agents'),
  DISPATCH_LEFT_OPEN: warning('agents'),
  SESSION_LEFT_OPEN: note('agents'),
  ESCALATION_UNANSWERED: warning('agents'),

  EDITED_IN_WORK_TREE: error('work tree'),
  STAGED_BY_HAND: error('work tree'),
  MISSING_IN_WORK_TREE: error('work tree'),
  UNKNOWN_IN_WORK_TREE: warning('work tree'),
  VIEW_BEHIND: note('work tree'),

  CHECKPOINT_UNREADABLE: error('checkpoint'),
  CHECKPOINT_OTHER_STORE: error('checkpoint'),
  CHECKPOINT_TRAIL_MISSING: damage('checkpoint'),
  CHECKPOINT_TRAIL_SHORTER: damage('checkpoint'),
  CHECKPOINT_TRAIL_CHANGED: damage('checkpoint'),

  PACKAGE_FILE_CHANGED: damage('package'),
  PACKAGE_FILE_MISSING: damage('package'),
  PACKAGE_FILE_UNKNOWN: error('package'),
  PACKAGE_PAGE_DIFFERS: error('package'),
  PACKAGE_PAGES_UNCHECKED: note('package'),
} as const satisfies Record<string, Weight>

export type FindingCode = keyof typeof FINDINGS

/** One thing that is not as it must be. `document` is an id, or the name of a system record; `line` counts from 1. */
export interface Finding {
  readonly code: FindingCode
  readonly severity: Severity
  readonly document: string | null
  readonly path: string | null
  readonly line: number | null
  readonly commit: string | null
  readonly expected: string
  readonly found: string
}

export type Verdict = 'clean' | 'findings' | 'damaged' | 'incomplete'

const SAID_LIMIT = 400

/** A finding with the weight of its code; what is long is cut. */
export const finding = (
  code: FindingCode,
  where: Partial<Pick<Finding, 'document' | 'path' | 'line' | 'commit'>>,
  expected: string,
  found: string,
): Finding => ({
  code,
  severity: FINDINGS[code].severity,
  document: where.document ?? null,
  path: where.path ?? null,
  line: where.line ?? null,
  commit: where.commit ?? null,
  expected: expected.slice(0, SAID_LIMIT),
  found: found.slice(0, SAID_LIMIT),
})

const weightOf = (f: Finding): Weight => FINDINGS[f.code]

/** The worst of them decides: a damaged record before other errors, those before what could not be proven. */
export const verdictOf = (findings: readonly Finding[]): Verdict => {
  if (findings.some((f) => weightOf(f).damaged)) return 'damaged'
  if (findings.some((f) => f.severity === 'error')) return 'findings'
  return findings.some((f) => weightOf(f).unverifiable) ? 'incomplete' : 'clean'
}
