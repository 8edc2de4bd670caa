/** What a package says of one document, gathered; the pages, tables and JSON of a package are made of this. */
import type { Escalation, Remark } from '../documents/document.ts'
import type { DocumentEvent } from '../documents/event.ts'
import type { Metadata } from '../documents/placement.ts'

/** One text of a document. `text` is null where the bytes are not UTF-8, or not those that the trail names. */
export interface VersionText {
  readonly version: string
  readonly digest: string
  readonly place: 'effective' | 'draft' | 'archived'
  /** In the repository. */
  readonly path: string
  readonly text: string | null
  /** Why there is no text, or none that counts. */
  readonly problem: string | null
}

/** One piece of evidence of an execution item. */
export interface EvidenceRecord {
  readonly item: string
  readonly number: number
  readonly kind: string
  /** In words. */
  readonly told: string
  readonly ts: string
  readonly user: string
  /** Why it no longer speaks. */
  readonly aside: string | null
  /** Of what is kept of it, in the repository, with its digest; null where nothing is. */
  readonly file: { readonly path: string; readonly digest: string } | null
}

/** A line from before an adoption, as far as it says. */
export interface EarlierLine {
  readonly ts: string | null
  readonly user: string | null
  readonly version: string | null
  readonly event: string | null
  readonly comment: string | null
  readonly text: string
}

export interface DocumentRecord {
  readonly metadata: Metadata
  readonly former: readonly EarlierLine[]
  readonly events: readonly DocumentEvent[]
  readonly remarks: readonly Remark[]
  readonly escalations: readonly Escalation[]
  readonly versions: readonly VersionText[]
  readonly evidence: readonly EvidenceRecord[]
  /** In the repository. */
  readonly trail: string
}

/** A document whose trail proves nothing: its files are in the package, and nothing is told of it. */
export interface UnreadableRecord {
  readonly id: string
  readonly trail: string
  readonly problem: string
}

/** As an audit reports it. */
export interface Finding {
  readonly code: string
  readonly severity: string
  readonly document: string | null
  readonly path: string | null
  readonly line: number | null
  readonly commit: string | null
  readonly expected: string | null
  readonly found: string | null
}

/** Where the files of the repository stand in a package. */
export const STORE_IN_PACKAGE = 'store'
export const pageOf = (id: string): string => `documents/${id}.html`
