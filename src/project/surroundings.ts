/** The port to what surrounds a command that a tool is about to run: which paths are guarded, and what is on them. */

export interface Surroundings {
  /** Top of the work tree, absolute. */
  readonly top: string
  /** Of this user; null where there is none. */
  readonly home: string | null
  /** Files and folders that only this program writes, absolute. */
  readonly places: readonly string[]
  /** Files of agent tools that say which hooks they run, absolute. */
  readonly settings: readonly string[]
  /** Top of the main work tree, where copies of documents are worked on. */
  readonly mainTop: string
  readonly ignoresCase: boolean
  /** Whether the control branch is checked out here. */
  readonly onBranch: boolean
  /** Whether git, called in this folder, works on this repository. */
  ours(folder: string): boolean
  /** What a file holds that a command runs; null where it is none, is large, or is no text. */
  text(path: string): string | null
  /** The same path with links resolved, as far as it is there. */
  real(path: string): string
}
