/** The port to the files of the project around the store: those that git knows or would take in, never the store's own. */

/** Why a file was not read. */
export type Unread = 'too large' | 'binary' | 'not a file'

export interface ProjectFiles {
  /** Paths with `/`, relative to the root, sorted: tracked files, and untracked ones that are not ignored. */
  files(): Promise<readonly string[]>
  /** Bytes of a text file below the root, links not followed; else why there are none. */
  read(path: string): Uint8Array | Unread
}
