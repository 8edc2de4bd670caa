/** What an audit of one document begins with, and what it needs to judge it. */
import type { DocumentEvent } from '../documents/event.ts'
import type { DocId } from '../documents/id.ts'
import type { Digest, Scanned } from '../documents/trail.ts'
import type { Calls } from './calls.ts'
import type { Edge } from './history.ts'
import type { World } from './positions.ts'
import type { BlobId, Versions } from './versions.ts'

/** A file of the document as it is now. */
export interface Present {
  readonly mode: string
  /** SHA-256 of its bytes; null where they could not be read. */
  readonly digest: string | null
  /** Its bytes, of metadata only. */
  readonly bytes?: Uint8Array
}

export interface DocumentEvidence {
  readonly id: DocId
  /** Null where there is none, although there are files of that name. */
  readonly trail: Uint8Array | null
  /** Every file whose name is the document's, but its trail. */
  readonly present: ReadonlyMap<string, Present>
  /** Its part of the history, oldest first; null where there is no history to look at. */
  readonly edges: readonly Edge[] | null
  /** Events that an earlier audit found in order are only folded; `edges` begins after them. */
  readonly continued?: boolean
}

export interface Hashes {
  readonly digest: Digest
  readonly blobId: BlobId
}

/** A document whose trail has been read. What else must be read for it can be told now. */
export interface Opened {
  readonly evidence: DocumentEvidence
  readonly scanned: Scanned<DocumentEvent>
  readonly versions: Versions
  /** Git's names of trails that must be read before history can be judged (`versions.learn`). */
  readonly unknown: readonly string[]
}

export interface Judging extends Hashes {
  readonly world: World
  readonly calls: Calls
  readonly digestOf: (oid: string) => string | undefined
  /** Milliseconds since the epoch. */
  readonly now: number
}
