/**
 * The port of `qms doctor`: what can be seen of the machine, of a repository and of its files. Facts only; the checks
 * judge them. Every question is asked by itself, so that one that cannot be answered spoils no other.
 */

/** Compiled code that a start may find, in the user's own cache folder. */
export interface CodeCache {
  /** Null where the user has no folder for it, or wants none. */
  readonly folder: string | null
  readonly writable: boolean
  /** Names in it that no start can use or replace, and remains of killed ones. */
  readonly unusable: readonly string[]
}

export interface MachineProbe {
  readonly node: string
  /** Such as `2.43.0`. @throws GIT_MISSING, GIT, IO */
  git(): Promise<string>
  codeCache(): Promise<CodeCache>
  /** Removes these names from the code cache; those that were removed. */
  dropCode(names: readonly string[]): Promise<readonly string[]>
}

/** One line of git's configuration; `scope` is `global`, `local` or `worktree`. */
export interface GitSetting {
  readonly scope: string
  /** `file:` and the path, relative where git says so. */
  readonly origin: string
  readonly key: string
  readonly value: string
}

export interface History {
  readonly shallow: boolean
  readonly partial: boolean
  readonly sparse: boolean
  /** References by which git shows other objects than those that are named. */
  readonly replaced: readonly string[]
  readonly grafted: boolean
  /** Object folders of other repositories that this one leans on. */
  readonly alternates: readonly string[]
}

export interface Attribute {
  readonly path: string
  readonly name: string
  readonly value: string
}

export interface IndexFlag {
  readonly path: string
  readonly flag: 'assume-unchanged' | 'skip-worktree'
}

export interface Disk {
  readonly path: string
  readonly freeBytes: number
  /** Name of a kind of file system that is known for trouble, else null. */
  readonly remote: string | null
}

export interface FileSystem {
  /** Names that differ only by case are one file. */
  readonly ignoresCase: boolean
  readonly disks: readonly Disk[]
}

/** Where files that are never committed are kept. */
export interface LocalFiles {
  /** Patterns that would have to be ignored and are not. */
  readonly unignored: readonly string[]
  /** Local files that git tracks nevertheless. */
  readonly tracked: readonly string[]
  /** Why nothing can be written there, or null. */
  readonly unwritable: string | null
}

/** Something that git began and did not end in one work tree. */
export interface Unfinished {
  readonly root: string
  readonly what: 'merge' | 'rebase' | 'cherry-pick' | 'revert' | 'bisect'
  /** It will set the control branch when it ends: nothing can be written until then. */
  readonly blocks: boolean
}

/** A lock of git's that is not ours to remove. */
export interface ForeignLock {
  readonly path: string
  readonly ageSeconds: number
}

/** A file of this program's that outlived its moment. */
export interface Leftover {
  readonly path: string
  readonly kind: 'journal' | 'ticket' | 'temporary file' | 'index'
  /** Its process still lives, or may live elsewhere: then it is no leftover yet. */
  readonly gone: boolean
}

export interface ViewFile {
  readonly path: string
  readonly where: 'file' | 'index'
  /**
   * `behind`: bytes of an earlier state; `missing`; `left over`: of a file that the store no longer has; `edited`:
   * bytes that were never committed; `removed`: taken out of the index by hand; `conflict`; `unreadable`.
   */
  readonly state: 'behind' | 'missing' | 'left over' | 'edited' | 'removed' | 'conflict' | 'unreadable'
}

/** What people see of the store. */
export interface ViewState {
  readonly kind: 'work tree' | 'ignored folder' | 'none'
  /** Empty for `none`. */
  readonly root: string
  readonly differing: readonly ViewFile[]
}

/** What lies in the folder of the store and is no file of the tip. */
export interface Strangers {
  readonly files: readonly string[]
  readonly emptyFolders: readonly string[]
  /** Links, pipes, and names that no store can hold. */
  readonly others: readonly { readonly path: string; readonly kind: string }[]
}

/** One hook of git's, and whether it calls this program. */
export interface Hook {
  readonly name: string
  readonly file: string
  readonly state: 'absent' | 'installed' | 'outdated' | 'edited' | 'foreign' | 'not executable'
}

export interface RepositoryProbe {
  /** Top folder of the work tree the caller stands in, and of the main one. */
  readonly root: string
  readonly mainRoot: string
  readonly commonDir: string
  /** Short name of the control branch; null while there is none. */
  readonly branch: string | null
  settings(): Promise<readonly GitSetting[]>
  history(): Promise<History>
  /** Attributes of the store's files where the control branch is checked out; empty where it is not. */
  attributes(names: readonly string[]): Promise<readonly Attribute[]>
  indexFlags(): Promise<readonly IndexFlag[]>
  fileSystem(): Promise<FileSystem>
  /** @param workspace the folder of copies, with `<user>` */
  localFiles(workspace: string): Promise<LocalFiles>
  unfinished(): Promise<readonly Unfinished[]>
  locks(): Promise<readonly ForeignLock[]>
  /** @param workspace as above */
  leftovers(workspace: string): Promise<readonly Leftover[]>
  view(): Promise<ViewState>
  strangers(): Promise<Strangers>
  /** Committed names of the store whose mode is not that of a plain file, with the mode. */
  oddModes(): Promise<readonly { readonly path: string; readonly mode: string }[]>
  /** Definition files of agents in this folder of the main work tree, by path; null for what is no such file. */
  agents(folder: string): Promise<ReadonlyMap<string, Uint8Array | null>>
  hooks(): Promise<readonly Hook[]>
  /** Brings files and index entries of these paths to the tip; what could not be is left. @throws LOCKED, IO */
  bringUp(files: readonly ViewFile[]): Promise<void>
  /** Finishes or undoes what killed processes left, and sweeps their files. @throws IO */
  sweep(leftovers: readonly Leftover[]): Promise<void>
  /** @throws IO */
  ignore(patterns: readonly string[]): Promise<void>
}
