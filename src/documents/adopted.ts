/** A document that another program kept, from the event that took it over. */
import type { Found } from './assumed.ts'
import type { Document, TextRef } from './document.ts'
import type { DocumentEvent, Unlinked } from './event.ts'
import type { DocId } from './id.ts'
import type { Status } from './types.ts'

type Adoption = Extract<Unlinked<DocumentEvent>, { event: 'ADOPT' }>

export const takenOver = (id: DocId, e: Adoption): Document => {
  const { assumed: a } = e
  return {
    id,
    title: a.title,
    status: a.status,
    version: e.version,
    parent: a.parent,
    source: null,
    kind: a.kind,
    owner: a.owner,
    checkout: a.checkout,
    fresh: a.fresh,
    draft: textOf(e, 'draft'),
    live: textOf(e, 'live'),
    archive: e.files.filter((f) => f.role === 'archive').map((f) => refOf(f, e.version)),
    versions: a.versions,
    team: a.team,
    rounds: a.rounds,
    round: a.round && {
      ...a.round,
      reviews: a.round.reviews.map((r) => ({ ...r, round: a.round?.number ?? 1 })),
    },
    purpose: {
      kind: a.purpose,
      home: a.purpose === 'retire' ? reviewedBefore(a.status) : null,
      reason: null,
    },
    authors: a.authors,
    lastApprovers: a.approvers,
    remarks: [],
    escalations: [],
    released: a.released,
    seal: a.seal && { ...a.seal, edition: 0 },
    kept: [],
    record: null,
    outcome: null,
    adopted: { at: e.ts, waived: a.waived, carried: a.carried },
    createdAt: a.created.at,
    createdBy: a.created.by,
    changedAt: e.ts,
    seq: 1,
  }
}

const textOf = (e: Adoption, role: Found['role']): TextRef | null => {
  const file = e.files.find((f) => f.role === role)
  return file ? refOf(file, e.version) : null
}

const refOf = (file: Found, version: string): TextRef => ({
  version: file.version ?? version,
  content: file.content,
  path: file.path,
})

/** Where a retirement that fails falls back to: the peer asked for it when it routed a reviewed text for approval. */
const reviewedBefore = (status: Status): Status => (status === 'IN_APPROVAL' ? 'REVIEWED' : 'POST_REVIEWED')

/** A waiver is for the way that was under way at adoption: it ends where the document goes back or comes to rest. */
export const withoutLapsed = (
  adopted: Document['adopted'],
  from: Status,
  to: Status,
): Document['adopted'] => {
  const onward = (to === 'IN_EXECUTION' && from === 'PRE_APPROVED') || !ENDS_WAIVER.has(to)
  return adopted === null || onward ? adopted : { ...adopted, waived: [] }
}

const ENDS_WAIVER: ReadonlySet<Status> = new Set([
  'DRAFT',
  'IN_EXECUTION',
  'EFFECTIVE',
  'CLOSED',
  'RETIRED',
  'CANCELLED',
])
