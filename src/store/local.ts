/** The port to what is local to a clone and never committed: copies being worked on, and what each user was shown. */

/** What a user was last shown of a document: digest of the text, and the round of review it was shown in. */
export interface Seen {
  readonly content: string
  readonly round: number
}

export interface Workspace {
  /** Bytes of the copy, or null. @throws LINK_IN_STORE, TEXT_TOO_LARGE, IO. */
  read(user: string, id: string): Promise<Uint8Array | null>
  /** Puts the copy and remembers which text (digest, null for none) it comes from. @throws LINK_IN_STORE, IO. */
  write(user: string, id: string, bytes: Uint8Array, base: string | null): Promise<void>
  /** Digest of the text the copy comes from, or null where that is not known. */
  base(user: string, id: string): Promise<string | null>
  /** Deletes the copy: only for bytes that are committed. */
  remove(user: string, id: string): Promise<void>
  /** Moves the copy out of the way and gives the new path, relative to the root; null where there was none. */
  discard(user: string, id: string): Promise<string | null>
  /** Ids of the user's copies, sorted. */
  list(user: string): Promise<readonly string[]>
  /** Where the copy is, relative to the root, whether it exists or not. */
  pathOf(user: string, id: string): string
  /** Bytes of the answers that are not checked in yet, or null. @throws LINK_IN_STORE, TEXT_TOO_LARGE, IO. */
  answers(user: string, id: string): Promise<Uint8Array | null>
  /** Keeps them, whole or not at all, flushed. @throws LINK_IN_STORE, IO. */
  keepAnswers(user: string, id: string, bytes: Uint8Array): Promise<void>
  /** Deletes them: only where they are committed. */
  removeAnswers(user: string, id: string): Promise<void>
  /** Moves them out of the way and gives the new path, relative to the root; null where there were none. */
  discardAnswers(user: string, id: string): Promise<string | null>
  /** Where they are, relative to the root. */
  answersPath(user: string, id: string): string
  seen(user: string, id: string): Promise<Seen | null>
  /** Best effort: a record that cannot be written is no reason to fail a reading command. */
  markSeen(user: string, id: string, seen: Seen): Promise<void>
  /** What `keep` was given under this name, or null: it may be thrown away at any time, and nothing relies on it. */
  recall(name: string): Promise<Uint8Array | null>
  /** Best effort, as `markSeen`. */
  keep(name: string, bytes: Uint8Array): Promise<void>
}

/** What this clone was last seen to hold. */
export interface LastSeen {
  /** Tip of the control branch. */
  readonly tip: string
  /** Identity of the store. */
  readonly store: string | null
  /** What was found where the record was not what it had been, at the tip that was looked at. */
  readonly warned: {
    readonly tip: string | null
    readonly trails: number
    readonly path: string
    readonly reason: string
  } | null
}

/** What this machine remembers of stores, outside of their repositories: who rewrites those does not rewrite this. */
export interface Witness {
  /** Null where nothing was seen yet, or nothing can be remembered. Never fails. */
  seen(): LastSeen | null
  /** Remembers it, unless what was seen is no longer `before`: somebody else was faster. Best effort. */
  see(before: LastSeen | null, seen: LastSeen): void
  /** Names of the checkpoints that were kept of the store with this identity, oldest first. */
  kept(store: string): Promise<readonly string[]>
  /** @throws IO */
  read(store: string, name: string): Promise<Uint8Array | null>
  /** Keeps a checkpoint under its digest and gives the path of the file. @throws IO, LINK_IN_STORE */
  keep(store: string, digest: string, bytes: Uint8Array): Promise<string>
}

/** A store that another program kept, as it lies there. Paths are relative to the root, with `/`. */
export interface FoundStore {
  readonly files: ReadonlyMap<string, Uint8Array>
  readonly emptyFolders: readonly string[]
  /** What is no regular file: named, never followed. */
  readonly others: readonly { readonly path: string; readonly kind: string }[]
}

/** The same with what belongs to the project around it. */
export interface LyingStore extends FoundStore {
  /** Agent files by path. */
  readonly agents: ReadonlyMap<string, Uint8Array>
  /** Copies in workspaces, as `user/ID`. */
  readonly copies: readonly string[]
  /** What the branch does not have of it, by path; null for what only the branch has. */
  readonly unrecorded: ReadonlyMap<string, Uint8Array | null>
}

/** A command that the project names, and that this user agreed to. */
export interface TrustedCommand {
  readonly name: string
  /** SHA-256 of its words, all of them. */
  readonly digest: string
  /** The words, as they were shown. */
  readonly command: string
  /** UTC, milliseconds, `Z`. */
  readonly at: string
}

/** Commands of one clone that this user trusts on this machine: kept outside of the repository, which could name any. */
export interface Trust {
  /** By name. What cannot be read is not trusted. */
  list(): readonly TrustedCommand[]
  /** In the place of what has the same name. @throws IO */
  trust(command: TrustedCommand): Promise<void>
  /** Whether there was one. @throws IO */
  remove(name: string): Promise<boolean>
}

/** What an agent was given to judge by: digest of the packet, and text and round that it was made of. */
export interface PacketSeen {
  readonly digest: string
  readonly content: string
  readonly round: number
}

/**
 * What somebody was given to act with. `session`: an orchestrator, until its session ends; `dispatch`: an agent that was
 * called, while its dispatch lasts; `call`: one call of the program by an agent inside an agent tool, at once.
 */
export interface Grant {
  /** Not secret. */
  readonly id: string
  readonly kind: 'session' | 'dispatch' | 'call'
  readonly actor: string
  readonly session: string | null
  readonly dispatch: string | null
  /** What the dispatch is for. */
  readonly document: string | null
  readonly task: string | null
  /** Names by which an agent tool knows the caller, such as `SESSION/AGENT/CALL`. */
  readonly bound: string | null
  /** UTC, milliseconds, `Z`. */
  readonly expires: string
  readonly packet: PacketSeen | null
}

/** Grants of one clone, kept for this user outside of the repository; of a secret only its digest is kept. */
export interface Grants {
  /** Makes the folder that they are kept in, before anything is on record that needs one: which it is. @throws IO */
  ready(): Promise<string>
  /** A new grant, and its token: the only time that this is told. @throws IO */
  issue(grant: Omit<Grant, 'id' | 'packet'>): Promise<{ readonly grant: Grant; readonly token: string }>
  /** The grant that a token is for; one of a call is gone with it. @throws BAD_TOKEN */
  redeem(token: string, now: string): Promise<Grant>
  /**
   * The grant of the nearest process above this one that was given one; null where there is none, and where a session's
   * is over. Costs one look at a folder where nobody was given any.
   * @throws BAD_TOKEN where that of a dispatch is over: whoever was called does not become who called
   */
  ofProcess(now: string): Promise<Grant | null>
  /** Says which process it was given to. @throws IO */
  bind(id: string, pid: number): Promise<void>
  /** Whether the process that it was given to still lives; null where that is not known. */
  lives(id: string): Promise<boolean | null>
  /** Remembers what was shown to whoever holds it. @throws IO */
  keepPacket(id: string, packet: PacketSeen): Promise<void>
  /** Every grant that has not expired. */
  list(now: string): Promise<readonly Grant[]>
  /** Takes back all that it says yes to, and says how many those were. */
  revoke(which: (grant: Grant) => boolean): Promise<number>
}

/** What this machine knows of a call. */
export interface Waiting {
  /** The process that made it may still wait for its agent. */
  readonly waits: boolean
  /** What the agent is resumed by; null where its backend has not told. */
  readonly instance: string | null
}

/** Calls of agents that are under way, from one clone by this user: what is left of them where their process was killed. */
export interface Calls {
  /** This process waits for it, from before it is on record. @throws IO */
  wait(dispatch: string): Promise<void>
  /** What its agent is resumed by. Best effort. */
  met(dispatch: string, instance: string): void
  /** Null where nobody on this machine is known to have made it. */
  known(dispatch: string): Waiting | null
  /** Its end is on record, or it never was: this process waits no longer. */
  forget(dispatch: string): void
}
