/**
 * The port to what somebody is about to do through git's own doors: a commit that is not made yet, a push that is not
 * accepted yet. It shows, and changes nothing.
 */
import type { Evidence } from './evidence.ts'
import type { Snapshot } from './store.ts'

/** One side of a change: mode as git writes it (`100644`), and content address. */
export interface Side {
  readonly mode: string
  readonly oid: string
}

/** A path that the commit would change; null where it is not there before, or after. */
export interface StagedChange {
  readonly path: string
  readonly before: Side | null
  readonly after: Side | null
}

export interface ProposedCommit {
  /** Another commit is being merged in. */
  readonly merging: boolean
  /** Changes of the store, its settings and the attributes that no parent of the commit, and no step of qms, explains. */
  unexplained(): Promise<readonly StagedChange[]>
  /** Every path outside of the store that differs from HEAD, and how many paths of the store do. */
  files(): Promise<{ readonly files: readonly string[]; readonly others: number }>
  /** Bytes of one side; null where the path is not there. */
  bytes(side: Side | null): Promise<Uint8Array | null>
  /** What attributes, as they would be committed, would do to texts of the store; null for nothing. */
  conversion(): Promise<string | null>
}

/** A reference that a push moves, by full name; null where it is made, or deleted. */
export interface RefUpdate {
  readonly ref: string
  readonly from: string | null
  readonly to: string | null
}

/** A trail that one new commit changed, compared with one of its parents. */
export interface TrailChange {
  readonly commit: string
  readonly path: string
  readonly before: string | null
  readonly after: string | null
}

export interface ProposedPush {
  /** Whether the update is one of a control branch. */
  isControl(update: RefUpdate): Promise<boolean>
  /** How the new commit lies to the old one; `unknown` where the old one is not in this repository. */
  relation(from: string, to: string): Promise<'forward' | 'rewound' | 'unknown'>
  /** Changes of trails by commits that `to` has and `from` has not. */
  trailChanges(from: string, to: string): Promise<readonly TrailChange[]>
  /** Paths of the store that differ between two commits. */
  changedPaths(from: string, to: string): Promise<readonly string[]>
  at(commit: string): Promise<Snapshot>
  /** What an audit of it goes by. */
  evidence(commit: string): Promise<Evidence>
  /** Bytes of a file by its content address. */
  blob(oid: string): Promise<Uint8Array>
  /** Why history is not whole here, or null when it is. */
  incomplete(): string | null
}
