/**
 * Every refusal the program can utter, as data. Words live in `interfaces/present.ts`; a code without words, or words
 * without a code, does not compile. Exit codes: product design, "The commands".
 */

/** What a refusal of each kind carries. Shapes only: names, numbers and lists that a program can use. */
export interface Faults {
  // 2: the call itself is wrong
  USAGE: { problem: string; usage?: string; instead?: string }
  USER_MISSING: { command: string; users: readonly string[] }
  BAD_NAME: { name: string; what: string; expected: string }
  BAD_ID: { id: string; suggestions: readonly string[] }
  BAD_TYPE: { type: string; types: readonly string[] }
  BAD_VERSION: { version: string }
  BAD_VALUE: { name: string; found: string; expected: string }
  BAD_TITLE: { title: string; problem: string }
  TEXT_UNREADABLE: { file: string; problem: string; line?: number }
  TEXT_TOO_LARGE: { file: string; bytes: number; limit: number }
  REQUEST_REUSED: { request: string; found: string; expected: string }
  /** What is no report of a test run. */
  BAD_REPORT: { file: string; problem: string; expected: string }
  // 3: there is no such thing
  NO_REPOSITORY: { cwd: string; adopting?: boolean }
  NOT_INITIALISED: { root: string; adoptable?: boolean }
  NOTHING_TO_ADOPT: { root: string }
  NO_DOCUMENT: { id: string; suggestions: readonly string[] }
  NO_USER: { name: string; users: readonly string[] }
  NO_NAMESPACE: { name: string; namespaces: readonly string[] }
  NO_VERSION: { id: string; version: string; versions: readonly string[] }
  NO_TEXT: { id: string; status: string; wanted: string }
  NO_TEMPLATE: { type: string }
  NO_COPY: { id: string; user: string; path: string }
  NO_FILE: { file: string }
  NO_CHECKPOINT: { wanted: string; kept: readonly string[] }
  /** No session of that name, or none that this user has open. */
  NO_SESSION: {
    session: string | null
    user: string
    open: readonly { id: string; orchestrator: string }[]
  }
  // 1: a rule says no
  ALREADY_INITIALISED: { root: string; branch: string }
  /** Another program keeps a store here. */
  STORE_OF_OTHERS: { folder: string }
  STORE_TRACKED: { branch: string; current: string }
  ALREADY_EXISTS: { what: string; name: string }
  NOT_OPEN: { id: string; action: string; status: string; possibleIn: readonly string[] }
  CHECKED_OUT: { id: string; by: string; action: string }
  NOT_CHECKED_OUT: { id: string; status: string }
  GATE: { id: string; action: string; status: string; unmet: readonly UnmetGate[] }
  TEXT_CHANGED: {
    id: string
    user: string
    shown: string
    now: string
    shownRound?: number
    round?: number
    redline?: string
  }
  /** A copy changes what was approved before execution. */
  SEAL_BROKEN: { id: string; version: string; carrier: string; sections: readonly string[]; redline: string }
  NO_ITEM: {
    id: string
    item: string
    items: readonly string[]
    unreadable: readonly { line: number; found: string }[]
  }
  /** The text has no place for what is to be recorded, or cannot take these words. */
  NO_PLACE: { id: string; wanted: string; found: string }
  COPY_CHANGED: { id: string; path: string }
  STALE_COPY: { id: string; base: string; theirs: string; yours: string; diff: string }
  FIX_TOO_LARGE: { id: string; problem: string; diff: string }
  /** The rows of a traceability matrix cannot be written. */
  NO_MATRIX: { id: string; file: string; tables: number }
  /** A step of prompted authoring that may not come now; `found` is the prompt that is open, null where none is. */
  OUT_OF_TURN: {
    id: string
    problem: string
    found: string | null
    expected: string
    next: readonly string[]
  }
  /** A document that is not written by answering prompts. */
  ASKS_NOTHING: { id: string; template: string }
  /** The text is compiled from answers, and somebody changed it by hand. */
  DERIVED_TEXT: { id: string; path: string | null }
  /** Answers that do not go on from the record as it is. */
  STALE_ANSWERS: { id: string; path: string; problem: string }
  FORM_UNREADABLE: {
    template: string
    problems: readonly { line: number; problem: string; expected: string }[]
  }
  SNAPSHOT_IMPOSSIBLE: { reason: string; expected: string }
  /** A commit would change the store by hand. */
  HAND_COMMIT: {
    branch: string
    files: readonly { path: string; change: string; document: string | null; detail?: string }[]
  }
  COMMIT_UNRECORDED: {
    subject: string
    named: readonly { id: string; status: string | null }[]
    executing: readonly string[]
  }
  FILES_UNLISTED: {
    records: readonly string[]
    unlisted: readonly string[]
    unreadable: readonly string[]
  }
  PUSH_REFUSED: {
    ref: string
    problem: 'deleted' | 'rewound' | 'unknown'
    from: string | null
    to: string | null
  }
  /** A hook of this program cannot be put there, or taken away, without losing what is somebody else's. */
  HOOK_IN_THE_WAY: { hook: string; file: string; problem: string; expected: string; next: readonly string[] }
  /** An agent was called and did not do what it was called for. */
  AGENT_FAILED: {
    dispatch: string
    agent: string
    document: string
    outcome: string
    trouble: string | null
    problem: string
    said: string | null
    /** Where its output is. */
    log: string | null
  }
  /** A program that the project names, and that this user has not trusted on this machine. */
  UNTRUSTED_COMMAND: { backend: string; command: string }
  // 4: not for this actor
  NOT_ALLOWED: { user: string; action: string; id?: string; needs: string; who: readonly string[] }
  USER_DISABLED: { name: string }
  /** Who calls is known, and is not who the call names. */
  IDENTITY_MISMATCH: { claimed: string; actual: string; by: 'token' | 'process' | 'tool'; action: string }
  /** An agent that holds no token of this program, or a person's name given by an agent tool, where the policy asks for proof. */
  IDENTITY_UNPROVEN: { user: string; action: string; tool?: string }
  /** A token that is none, or not good any more. */
  BAD_TOKEN: { problem: string }
  /** An agent has made as many commits within an hour as the policy lets it. */
  QUOTA: { user: string; quota: number; until: string }
  // 5: somebody else was faster, or holds a lock
  CONFLICT: { attempts: number }
  LOCKED: { path: string; waitedMs: number; holder?: string }
  // 7: the record is damaged
  DAMAGED: { path: string; line?: number; problem: string; expected: string; found: string }
  LINK_IN_STORE: { path: string; kind: string }
  HAND_EDIT: { paths: readonly string[] }
  RECORD_REWRITTEN: { path: string; trails: number; reason: string }
  /** A commit that is pushed does not only append to a trail. */
  /** An audit finds what is new of a push to be against the rules. */
  PUSH_UNLAWFUL: {
    ref: string
    findings: readonly {
      code: string
      document: string | null
      line: number | null
      expected: string
      found: string
    }[]
  }
  PUSH_REWRITES: { commit: string; path: string; problem: string }
  // 8: the world
  IO: { operation: string; path?: string; reason: string }
  GIT: { command: string; reason: string }
  GIT_MISSING: { reason: string }
  /** A command whose output was to be evidence, or the program of an agent. */
  NOT_STARTED: { command: string; reason: string; of?: 'agent' }
  /** What is not, or may not be, a package of records; `entry` is a file in it. */
  BAD_PACKAGE: { file: string; entry?: string; problem: string; expected: string; found: string }
  // 9
  HISTORY_INCOMPLETE: { reason: string }
  NEWER_STORE: { found: string; expected: string }
}

export type FaultCode = keyof Faults

/** A condition of a rule that does not hold. */
export interface UnmetGate {
  readonly gate: string
  readonly expected: string
  readonly found: string
}

export const EXIT = {
  USAGE: 2,
  USER_MISSING: 2,
  BAD_NAME: 2,
  BAD_ID: 2,
  BAD_TYPE: 2,
  BAD_VERSION: 2,
  BAD_VALUE: 2,
  BAD_TITLE: 2,
  TEXT_UNREADABLE: 2,
  TEXT_TOO_LARGE: 2,
  REQUEST_REUSED: 2,
  BAD_REPORT: 2,
  NO_REPOSITORY: 3,
  NOT_INITIALISED: 3,
  NOTHING_TO_ADOPT: 3,
  NO_DOCUMENT: 3,
  NO_USER: 3,
  NO_NAMESPACE: 3,
  NO_VERSION: 3,
  NO_TEXT: 3,
  NO_TEMPLATE: 3,
  NO_COPY: 3,
  NO_FILE: 3,
  NO_CHECKPOINT: 3,
  NO_SESSION: 3,
  ALREADY_INITIALISED: 1,
  STORE_OF_OTHERS: 1,
  STORE_TRACKED: 1,
  ALREADY_EXISTS: 1,
  NOT_OPEN: 1,
  CHECKED_OUT: 1,
  NOT_CHECKED_OUT: 1,
  GATE: 1,
  TEXT_CHANGED: 1,
  SEAL_BROKEN: 1,
  NO_ITEM: 3,
  NO_PLACE: 1,
  COPY_CHANGED: 1,
  STALE_COPY: 5,
  FIX_TOO_LARGE: 1,
  NO_MATRIX: 1,
  OUT_OF_TURN: 1,
  ASKS_NOTHING: 1,
  DERIVED_TEXT: 1,
  STALE_ANSWERS: 5,
  FORM_UNREADABLE: 2,
  SNAPSHOT_IMPOSSIBLE: 8,
  HAND_COMMIT: 1,
  COMMIT_UNRECORDED: 1,
  FILES_UNLISTED: 1,
  PUSH_REFUSED: 1,
  HOOK_IN_THE_WAY: 1,
  AGENT_FAILED: 1,
  UNTRUSTED_COMMAND: 4,
  NOT_ALLOWED: 4,
  USER_DISABLED: 4,
  IDENTITY_MISMATCH: 4,
  IDENTITY_UNPROVEN: 4,
  BAD_TOKEN: 4,
  QUOTA: 4,
  CONFLICT: 5,
  LOCKED: 5,
  DAMAGED: 7,
  LINK_IN_STORE: 7,
  HAND_EDIT: 7,
  RECORD_REWRITTEN: 7,
  PUSH_UNLAWFUL: 7,
  PUSH_REWRITES: 7,
  IO: 8,
  GIT: 8,
  GIT_MISSING: 8,
  NOT_STARTED: 8,
  BAD_PACKAGE: 8,
  HISTORY_INCOMPLETE: 9,
  NEWER_STORE: 9,
} as const satisfies Record<FaultCode, number>

/** A refusal: a code and its facts. The message is for stack traces only; people read `interfaces/present.ts`. */
export class QmsError<C extends FaultCode = FaultCode> extends Error {
  readonly code: C
  readonly facts: Faults[C]

  constructor(code: C, facts: Faults[C], options?: { cause?: unknown }) {
    super(code, options)
    this.name = 'QmsError'
    this.code = code
    this.facts = facts
  }
}

/** Shorthand that reads as what it does: `throw refuse('NO_USER', {...})`. */
export const refuse = <C extends FaultCode>(code: C, facts: Faults[C], cause?: unknown): QmsError<C> =>
  new QmsError(code, facts, cause === undefined ? undefined : { cause })
