/** The port to what is checked out around the store: which commit, whether anything differs from it, and one file of it. */

/** The commit that is checked out, null before the first; and whether the files are exactly that. */
export interface Head {
  readonly commit: string | null
  readonly clean: boolean
}

/** `unknown`: this clone does not hold the whole history, so that it cannot tell. */
export type Standing = 'reachable' | 'unreachable' | 'missing' | 'unknown'

/** A file below the root, or why it was not read. */
export type FileRead =
  | { readonly path: string; readonly bytes: Uint8Array }
  | { readonly problem: string; readonly expected: string }

export interface WorkState {
  /** Files of the store, and of workspaces, do not count: recording changes them while others work. */
  head(): Promise<Head>
  /** Whether the same commit is checked out still, and no tracked file differs from it. */
  isStill(before: Head): Promise<boolean>
  /** Full id of the commit that a revision names; null where it names none. */
  commitOf(revision: string): Promise<string | null>
  /** Whether a commit is there, and a branch, a tag or HEAD leads to it. */
  standing(commit: string): Promise<Standing>
  /** Bytes of an ordinary file of the work tree, links not followed. @param path absolute; @param limit bytes */
  file(path: string, limit: number): Promise<FileRead>
}
