import type { DocId } from './id.ts'
import { isExecutable, type Status } from './types.ts'

/** A text by version and digest. One version is one text for ever. */
export interface TextRef {
  readonly version: string
  readonly content: string
  /** Where an adopted text stands; absent for a text that stands at its place. */
  readonly path?: string
}

/** What a document brought along that another program kept before. */
export interface Adopted {
  readonly at: string
  /** Gates that the former rules did not have and the document is past. */
  readonly waived: readonly string[]
  /** Metadata that means nothing here, written on after our own. */
  readonly carried: Readonly<Record<string, unknown>>
}

/** The text of the last approval before execution, and the edition of the tables by which it was given (0: adopted). */
export interface Seal extends Pick<TextRef, 'version' | 'content'> {
  readonly edition: number
}

export interface Review {
  readonly user: string
  readonly outcome: 'RECOMMEND' | 'UPDATES_REQUIRED'
  readonly round: number
}

export interface Remark {
  readonly ts: string
  readonly user: string
  readonly event: 'REVIEW' | 'REJECT' | 'APPROVE'
  readonly outcome: string | null
  readonly comment: string
  readonly version: string
  readonly round: number
}

/** What a round is for. A retirement or an abandonment falls back to `home` where it fails. */
export interface Purpose {
  readonly kind: 'ordinary' | 'retire' | 'abandon'
  readonly home: Status | null
  readonly reason: string | null
}

export interface Round {
  readonly number: number
  readonly void: boolean
  /** Digest of the text under review or approval. */
  readonly content: string
  readonly reviews: readonly Review[]
  readonly approvals: readonly string[]
  readonly pending: readonly string[]
  readonly openedAt: string
  readonly openedBy: string
}

export interface Checkout {
  readonly by: string
  readonly at: string
  /** Digest of the text that was handed out. */
  readonly base: string
}

export interface Escalation {
  readonly ts: string
  readonly user: string
  readonly reason: string
  readonly decision: string | null
}

export interface Document {
  readonly id: DocId
  readonly title: string
  readonly status: Status
  readonly version: string
  readonly parent: string | null
  readonly source: string | null
  readonly kind: 1 | 2 | null
  readonly owner: string | null
  readonly checkout: Checkout | null
  /** No text has been checked in since it was created, or since this revision was opened. */
  readonly fresh: boolean
  readonly draft: TextRef | null
  readonly live: TextRef | null
  readonly archive: readonly TextRef[]
  readonly versions: readonly string[]
  readonly team: readonly string[]
  /** Rounds ever opened; the next one's number is one more. */
  readonly rounds: number
  readonly round: Round | null
  readonly purpose: Purpose
  /** Who checked a text in since the last approval. */
  readonly authors: readonly string[]
  readonly lastApprovers: readonly string[]
  readonly remarks: readonly Remark[]
  readonly escalations: readonly Escalation[]
  readonly released: boolean
  /** The text that was approved for execution: what of it is sealed may not change. Null before, and for covered types. */
  readonly seal: Seal | null
  /** Digests of the files that are kept as evidence: outputs of runs, copied files. */
  readonly kept: readonly string[]
  /** Digest of the record of answers from which its text is compiled; null for a text that is written by hand. */
  readonly record: string | null
  readonly outcome: 'abandoned' | null
  readonly adopted: Adopted | null
  readonly createdAt: string
  readonly createdBy: string
  readonly changedAt: string
  readonly seq: number
}

/** The text that a reviewer is asked about, and that `checkout` hands out. */
export const textInHand = (d: Document): TextRef | null => d.draft ?? d.live

/** A round is open: somebody is asked. */
export const isOpen = (status: Status): boolean => /^IN_(?:PRE_|POST_)?(?:REVIEW|APPROVAL)$/.test(status)

/** Between release and the review of the result: what is sealed may not change. */
export const isExecuting = (status: Status): boolean => status === 'IN_EXECUTION'

export const isReviewing = (status: Status): boolean => /^IN_(?:PRE_|POST_)?REVIEW$/.test(status)

export const isApproving = (status: Status): boolean => /^IN_(?:PRE_|POST_)?APPROVAL$/.test(status)

export const executable = (d: Document): boolean => isExecutable(d.id.type)
