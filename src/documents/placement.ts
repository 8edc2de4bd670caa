/** Views of a document's state: which text stands in which file, and the metadata beside it. */
import { type Document, executable, isOpen } from './document.ts'

/** Digest of the text that each of a document's files holds, by what the file is. */
export interface Placement {
  readonly draft: string | null
  readonly live: string | null
  readonly archive: ReadonlyMap<string, string>
}

export const placement = (d: Document | null): Placement => ({
  draft: d?.draft?.content ?? null,
  live: d?.live?.content ?? null,
  archive: new Map(d?.archive.map((t) => [t.version, t.content]) ?? []),
})

/** The folded state as people and listings read it: the peer's keys first, then ours. Source: store design. */
export interface Metadata {
  readonly doc_id: string
  readonly doc_type: string
  readonly version: string
  readonly status: string
  readonly executable: boolean
  readonly execution_phase: 'pre_release' | 'post_release' | null
  readonly responsible_user: string | null
  readonly checked_out: boolean
  readonly checked_out_date: string | null
  readonly effective_version: string | null
  readonly pending_assignees: readonly string[]
  readonly review_outcomes: Readonly<Record<string, string>>
  readonly completed_reviewers: readonly string[]
  readonly title: string
  readonly parent: string | null
  readonly source: string | null
  readonly kind: 1 | 2 | null
  readonly checked_out_by: string | null
  readonly team: readonly string[]
  readonly round: number | null
  readonly round_opened: string | null
  readonly purpose: string
  readonly open_escalations: number
  readonly outcome: string | null
  readonly content: string | null
  readonly created: string
  readonly changed: string
  readonly events: number
}

export const metadata = (d: Document): Metadata => ({
  doc_id: d.id.id,
  doc_type: d.id.pathType,
  version: d.version,
  status: d.status,
  executable: executable(d),
  execution_phase: executable(d) ? (d.released ? 'post_release' : 'pre_release') : null,
  responsible_user: d.owner,
  checked_out: d.checkout !== null,
  checked_out_date: d.checkout?.at.slice(0, 10) ?? null,
  effective_version: executable(d) ? null : (d.live?.version ?? null),
  pending_assignees: isOpen(d.status) ? (d.round?.pending ?? []) : [],
  review_outcomes: Object.fromEntries(d.round?.reviews.map((r) => [r.user, r.outcome]) ?? []),
  completed_reviewers: d.round?.reviews.map((r) => r.user) ?? [],
  title: d.title,
  parent: d.parent,
  source: d.source,
  kind: d.kind,
  checked_out_by: d.checkout?.by ?? null,
  team: d.team,
  round: d.round?.number ?? null,
  round_opened: isOpen(d.status) ? (d.round?.openedAt ?? null) : null,
  purpose: d.purpose.kind,
  open_escalations: d.escalations.filter((e) => e.decision === null).length,
  outcome: d.outcome,
  content: (d.draft ?? d.live)?.content ?? null,
  created: d.createdAt,
  changed: d.changedAt,
  events: d.seq,
  ...d.adopted?.carried,
})

/** Every key that the metadata of a document has here; others are carried along. */
export const METADATA_KEYS: Readonly<Record<keyof Metadata, true>> = {
  doc_id: true,
  doc_type: true,
  version: true,
  status: true,
  executable: true,
  execution_phase: true,
  responsible_user: true,
  checked_out: true,
  checked_out_date: true,
  effective_version: true,
  pending_assignees: true,
  review_outcomes: true,
  completed_reviewers: true,
  title: true,
  parent: true,
  source: true,
  kind: true,
  checked_out_by: true,
  team: true,
  round: true,
  round_opened: true,
  purpose: true,
  open_escalations: true,
  outcome: true,
  content: true,
  created: true,
  changed: true,
  events: true,
}
