/** The ports that every use case works through, and who asks for what. */
import type { Digest } from '../documents/trail.ts'
import type { WorkState } from '../project/work-state.ts'
import type { Grant, Workspace } from '../store/local.ts'
import type { Store } from '../store/store.ts'

/** Files that `init` installs, as the package ships them. */
export interface Shipped {
  /** Name and bytes of each file in one of the shipped folders, sorted by name. */
  files(
    folder: 'documents' | 'sops' | 'agents' | 'prompts',
  ): Promise<readonly { readonly name: string; readonly bytes: Uint8Array }[]>
}

export interface Qms {
  readonly store: Store
  readonly local: Workspace
  readonly digest: Digest
  readonly now: () => Date
  /** What is checked out where the caller stands: loaded where it is asked for. */
  readonly work: () => Promise<WorkState>
}

/** How a command was called: by whom, for real or not, and under which request id. */
export interface Ask {
  readonly user?: string | undefined
  readonly dryRun?: boolean | undefined
  readonly request?: string | undefined
  /** Who really calls, where that is known: then nobody else can be named. */
  readonly caller?: Caller | undefined
  /** The agent tool that runs this program without a terminal, where one is recognised. */
  readonly tool?: string | undefined
  /** What is called, such as `ei pass`: for refusals. */
  readonly verb?: string | undefined
}

/** A caller who was given a grant: `process` where it is known by where it was started, without its token. */
export interface Caller extends Grant {
  readonly by: 'token' | 'process'
}

/** UTC, milliseconds, `Z`: the form of every time stamp in the records. */
export const timestamp = (qms: Pick<Qms, 'now'>): string => qms.now().toISOString()
