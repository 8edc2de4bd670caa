/** The port to the state of the project around the store: all files as they are now, pinned as a commit. */

/** What a snapshot is taken for. */
export interface SnapshotOf {
  readonly document: string
  /** The prompt whose answer it belongs to. */
  readonly prompt: string
  readonly author: string
  readonly at: Date
}

export interface Snapshots {
  /**
   * Records every tracked file and every other that is not ignored, changes nothing of branch, index or files, and
   * gives the commit. It is kept under `refs/qms/snapshots/<document>/<prompt>-<n>`.
   * @throws SNAPSHOT_IMPOSSIBLE, GIT, IO
   */
  take(of: SnapshotOf): Promise<string>
}
