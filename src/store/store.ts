/**
 * The port between the rules and the memory. A store keeps bytes under paths, in a sequence of states named by
 * their tip; it knows nothing of documents. Source: design of the store, "One transaction".
 */

/** A state of the store: opaque to everyone but the store that gave it. `null` is the store before its first commit. */
export type Tip = string | null

/** One name in a folder of the store. */
export interface Entry {
  readonly name: string
  readonly kind: 'file' | 'folder' | 'other'
  /** Content address of the bytes: equal ids mean equal bytes. */
  readonly oid: string
}

/** A file that `walk` found. */
export interface Found {
  readonly path: string
  readonly oid: string
}

/** An immutable view of the store at one tip. Every path is relative to the root, with `/`, and already validated. */
export interface Snapshot {
  readonly tip: Tip
  /** The bytes at `path`, or null where there is no file. @throws LINK_IN_STORE where the path is not a regular file. */
  read(path: string): Promise<Uint8Array | null>
  /** As `read`, for many paths at once, in order (one round trip). */
  readAll(paths: readonly string[]): Promise<(Uint8Array | null)[]>
  /** Names directly in `folder` that begin with `prefix`, sorted by bytes; empty where there is none. */
  list(folder: string, prefix?: string): Promise<readonly Entry[]>
  /** Every file below `folder`, with paths relative to the root, sorted by bytes. */
  walk(folder: string): Promise<readonly Found[]>
  /** The bytes of files that `walk` found, in order; cheaper than by path. @throws DAMAGED where one is missing. */
  contents(files: readonly Found[]): Promise<Uint8Array[]>
  /** Paths below `folder`, or any of several, whose text holds `text` (ignoring case when asked), with 1-based line numbers. */
  grep(
    text: string,
    options: { readonly folder: string | readonly string[]; readonly ignoreCase?: boolean },
  ): Promise<readonly { readonly path: string; readonly line: number; readonly text: string }[]>
}

/** What one transaction writes: bytes to put, null to remove, and how the record of it is signed and titled. */
export interface Change {
  readonly files: ReadonlyMap<string, Uint8Array | null>
  /** Files that this change leaves alone, but which must not hold bytes that were never committed. */
  readonly watched?: readonly string[]
  /** Files whose bytes on disk count, whatever the user has staged of them. */
  readonly overStaged?: ReadonlySet<string>
  readonly message: string
  readonly author: { readonly name: string; readonly email: string }
  /** Milliseconds since the epoch, UTC. */
  readonly at: number
}

/** The answer to an attempt: the new tip, or that somebody else moved the store since the base was read. */
export type Outcome =
  | { readonly won: true; readonly tip: string; readonly warnings: readonly StoreNotice[] }
  | { readonly won: false }

/** Something a person should hear about that did not stop the work. */
export type StoreNotice =
  | { readonly kind: 'HAND_EDIT'; readonly path: string }
  | { readonly kind: 'VIEW_BEHIND'; readonly path: string; readonly reason: string }
  | { readonly kind: 'COPY_BEHIND'; readonly path: string; readonly reason: string }
  | { readonly kind: 'FOREIGN_LOCK'; readonly path: string }
  | LockLeft
  | RewrittenNotice

/** A lock of git's that a git child of this program left, and that the disk does not let go of. */
export interface LockLeft {
  readonly kind: 'LOCK_LEFT'
  readonly path: string
  readonly reason: string
}

/** Trails that no longer begin with what this clone saw of them (`path` is the first), or that cannot be compared. */
export interface RewrittenNotice {
  readonly kind: 'RECORD_REWRITTEN' | 'RECORD_UNCOMPARED'
  readonly path: string
  readonly trails: number
  readonly reason: string
}

/** One line of the store's own history. */
export interface Revision {
  readonly id: string
  readonly at: string
  readonly author: string
  readonly subject: string
}

export interface Store {
  /** The present state, read once. Every later read through it sees that state, whatever others do. */
  snapshot(): Promise<Snapshot>
  /** A state as it once was; null where nobody has it any more. */
  at(tip: string): Promise<Snapshot | null>
  /**
   * Makes `change` the successor of `base`, wholly or not at all. Flushed to disk and read back when it says won.
   * @throws IO, LOCKED, HAND_EDIT (a file that the change would overwrite holds bytes that were never committed).
   */
  commit(base: Tip, change: Change): Promise<Outcome>
  /** Runs `work` while no other process of this program writes; fairness only, `commit` is what keeps it true. */
  exclusively<T>(work: () => Promise<T>): Promise<T>
  /** Brings files that people see up to date with the tip, and finishes what a killed process left. */
  refresh(): Promise<readonly StoreNotice[]>
  /** The newest `limit` states that touched `folder`, newest first. */
  revisions(options: { readonly folder: string; readonly limit: number }): Promise<readonly Revision[]>
  /**
   * When the `n`-th newest change by this author was made, if that was after `since` (UTC): null where fewer were.
   * Of histories that were joined, only that counts which the changes were made on.
   */
  nthBy(author: string, since: string, n: number): Promise<string | null>
  /** Lets go of what reading holds open (a git child). The store may be used again; it opens it again. */
  close(): Promise<void>
}
