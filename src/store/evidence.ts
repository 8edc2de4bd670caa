/** The port of an audit: the store as it is and as it came about, without any of the program's own shortcuts. */

/** A file as a tree holds it, whatever its mode. */
export interface TreeFile {
  readonly path: string
  readonly mode: string
  readonly oid: string
}

export interface Blob {
  readonly mode: string
  readonly oid: string
}

/** What one commit changed against one of its parents. `at` counts the commits, parents before children. */
export interface CommitEdge {
  readonly commit: string
  readonly at: number
  readonly merge: boolean
  readonly changes: readonly {
    readonly path: string
    readonly before: Blob | null
    readonly after: Blob | null
  }[]
}

/** A file of the view that people see, or of the index, that is not what the branch holds. */
export interface Deviation {
  readonly path: string
  readonly kind: 'edited' | 'missing' | 'unknown' | 'staged' | 'behind' | 'not a file' | 'mode'
  readonly found: string
}

/**
 * `all`: every file at these paths is read, and what lies beside them is named. `changed`: the same, but files that were
 * not touched `since` (milliseconds since the epoch), or that git believes to be as they were, are not read. `named`: these files and no others.
 */
export type Extent = 'all' | 'changed' | 'named'

/** What could make git show something else than what was committed. */
export interface Surroundings {
  /** Names of objects for which a replacement is registered. */
  readonly replaced: readonly string[]
  readonly grafts: boolean
  /** Folders from which objects are borrowed. */
  readonly alternates: readonly string[]
}

export interface Evidence {
  /** The commit that is looked at. */
  readonly tip: string
  /** Why history is not whole, or null. */
  incomplete(): string | null
  /** Git's name for these bytes. */
  blobId(bytes: Uint8Array): string
  /** Every file at or below these paths. */
  tree(paths: readonly string[]): Promise<readonly TreeFile[]>
  /** Bytes of a blob; null where it is missing, unreadable, or not what its name says. */
  blob(oid: string): Promise<Uint8Array | null>
  /** Commits up to the tip, parents first. @param after a commit whose history is left out */
  edges(paths: readonly string[], after?: string): AsyncIterable<CommitEdge>
  /** Number of commits that `edges` looked at. */
  readonly commits: number
  /** Whether `commit` is in the history of the tip. */
  holds(commit: string): Promise<boolean>
  surroundings(): Promise<Surroundings>
  /** The view that people see, against the tip. */
  deviations(paths: readonly string[], extent: Extent, since?: number): Promise<readonly Deviation[]>
  /** What an earlier audit kept in this clone, or null. */
  recall(): Promise<Uint8Array | null>
  /** Best effort. */
  keep(bytes: Uint8Array): Promise<void>
}
