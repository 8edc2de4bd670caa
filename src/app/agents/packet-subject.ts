import type { TextRef } from '../../documents/document.ts'
import type { Actor } from '../../documents/registry.ts'
import type { ProjectFiles } from '../../project/files.ts'
import type { Loaded, Records } from '../records.ts'

/** What a packet is about, and for whom. */
export interface Subject {
  readonly records: Records
  readonly loaded: Loaded
  /** The text under review. */
  readonly ref: TextRef
  readonly reader: Actor | null
  files(): Promise<ProjectFiles>
}

/** How much of it is wanted. */
export interface PacketAsk {
  /** Of procedures their names alone, or their texts. */
  readonly sops?: 'list' | 'full' | undefined
  /** Superseded texts, too. */
  readonly history?: boolean | undefined
}
