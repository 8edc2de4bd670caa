/** How each event changes a document. Nothing here decides; it only follows what was decided. */

import { takenOver, withoutLapsed } from './adopted.ts'
import { type Document, isOpen, isReviewing, type Purpose, type Remark, textInHand } from './document.ts'
import type { DocumentEvent, Unlinked } from './event.ts'
import { keptBy } from './evidence.ts'
import type { DocId } from './id.ts'
import { archived, withTexts } from './texts.ts'
import type { Status } from './types.ts'
import { majorOf } from './version.ts'

const ORDINARY: Purpose = { kind: 'ordinary', home: null, reason: null }

const born = (id: DocId, e: Extract<DocumentEvent, { event: 'CREATE' | 'INSTALL' }>): Document => {
  const installed = e.event === 'INSTALL'
  const text = { version: e.version, content: e.content }
  return {
    id,
    title: e.title,
    status: installed ? 'EFFECTIVE' : e.status,
    version: e.version,
    parent: installed ? null : (e.parent ?? null),
    source: installed ? null : (e.source ?? null),
    kind: installed ? null : (e.kind ?? null),
    owner: installed ? null : e.user,
    checkout: installed ? null : { by: e.user, at: e.ts, base: e.content },
    fresh: !installed,
    draft: installed ? null : text,
    live: installed ? text : null,
    archive: [],
    versions: [e.version],
    team: [],
    rounds: 0,
    round: null,
    purpose: ORDINARY,
    authors: [],
    lastApprovers: [],
    remarks: [],
    escalations: [],
    released: !installed && e.status === 'IN_EXECUTION',
    seal: null,
    kept: [],
    record: installed ? null : (e.record ?? null),
    outcome: null,
    adopted: null,
    createdAt: e.ts,
    createdBy: e.user,
    changedAt: e.ts,
    seq: 1,
  }
}

/** The state after `e`. @throws Error where a trail does not begin with CREATE, INSTALL or ADOPT, or begins twice. */
export const evolve = (id: DocId, before: Document | null, e: Unlinked<DocumentEvent>): Document => {
  if (e.event === 'CREATE' || e.event === 'INSTALL' || e.event === 'ADOPT') {
    if (before) throw new Error(`${e.event} after the first line`)
    return e.event === 'ADOPT'
      ? takenOver(id, e)
      : born(id, e as Extract<DocumentEvent, { event: 'CREATE' | 'INSTALL' }>)
  }
  if (!before) throw new Error(`${e.event} before CREATE`)
  const after = { ...before, ...follow(before, e) }
  return {
    ...after,
    version: e.version,
    versions: after.versions.includes(e.version) ? after.versions : [...after.versions, e.version],
    changedAt: e.ts,
    seq: before.seq + 1,
  }
}

export const fold = (
  id: DocId,
  events: readonly Unlinked<DocumentEvent>[],
  from: Document | null = null,
): Document => {
  let state = from
  for (const event of events) state = evolve(id, state, event)
  if (!state) throw new Error('an empty trail')
  return state
}

type Later = Exclude<Unlinked<DocumentEvent>, { event: 'CREATE' | 'INSTALL' | 'ADOPT' }>

type Of<N> = Extract<Later, { event: N }>

const follow = (d: Document, e: Later): Partial<Document> => {
  switch (e.event) {
    case 'CHECKOUT':
      return checkedOut(d, e)
    case 'CHECKIN':
      return checkedIn(d, e)
    case 'ROUTE_REVIEW':
      return routedForReview(d, e)
    case 'ROUTE_APPROVAL':
      return routedForApproval(d, e)
    case 'ASSIGN':
      return assigned(d, e)
    case 'REVIEW':
      return reviewed(d, e)
    case 'APPROVE':
      return approved(d, e)
    case 'REJECT':
      return { round: d.round && { ...d.round, void: true, pending: [] }, remarks: remarked(d, e, null) }
    case 'WITHDRAW':
      return withdrawn(d)
    case 'STATUS_CHANGE':
      return moved(d, e)
    case 'RELEASE':
      return { released: true }
    case 'CLOSE':
      return { outcome: e.outcome ?? null }
    case 'FIX':
      return fixed(d, e)
    case 'EI':
    case 'NOTE':
    case 'SUMMARY':
      return recorded(d, e)
    case 'ESCALATE':
      return { escalations: [...d.escalations, { ts: e.ts, user: e.user, reason: e.reason, decision: null }] }
    case 'RESOLVE':
      return { escalations: d.escalations.map((x) => ({ ...x, decision: x.decision ?? e.decision })) }
    default:
      return {}
  }
}

const checkedOut = (d: Document, e: Of<'CHECKOUT'>): Partial<Document> => {
  const opening = e.from_version !== undefined
  return {
    owner: d.owner ?? e.user,
    checkout: { by: e.user, at: e.ts, base: textInHand(d)?.content ?? '' },
    fresh: opening ? true : d.fresh,
  }
}

const checkedIn = (d: Document, e: Of<'CHECKIN'>): Partial<Document> => {
  if (e.discarded) return { checkout: null }
  const text = { version: e.version, content: e.content }
  const replaces = e.changed && d.draft && !d.fresh
  return {
    checkout: null,
    fresh: false,
    title: e.title ?? d.title,
    record: e.record ?? d.record,
    draft: text,
    archive: replaces ? archived(d, d.draft) : d.archive,
    authors: e.changed || d.fresh ? union(d.authors, [e.user]) : d.authors,
  }
}

/** Execution writes into the text without a checkout. Who executed an item judges it as little as who wrote it. */
const recorded = (d: Document, e: Of<'EI' | 'NOTE' | 'SUMMARY'>): Partial<Document> => {
  const authors = union(d.authors, [e.user])
  const kept = e.event === 'EI' ? union(d.kept, keptBy(e.evidence)) : d.kept
  if (e.content === e.base) return { authors, kept }
  const text = { version: e.version, content: e.content }
  const archive = d.draft && !d.fresh ? archived(d, d.draft) : d.archive
  return { authors, kept, fresh: false, draft: text, archive }
}

const purposeOf = (d: Document, e: Of<'ROUTE_REVIEW' | 'ROUTE_APPROVAL'>): Purpose => {
  if (!e.retire && !e.abandon) return d.purpose
  return {
    kind: e.retire ? 'retire' : 'abandon',
    home: d.purpose.home ?? d.status,
    reason: e.reason ?? d.purpose.reason,
  }
}

const routedForReview = (d: Document, e: Of<'ROUTE_REVIEW'>): Partial<Document> => ({
  owner: d.owner ?? e.user,
  team: e.assignees,
  purpose: purposeOf(d, e),
  rounds: e.round,
  round: {
    number: e.round,
    void: false,
    content: e.content,
    reviews: [],
    approvals: [],
    pending: e.assignees,
    openedAt: e.ts,
    openedBy: e.user,
  },
})

const routedForApproval = (d: Document, e: Of<'ROUTE_APPROVAL'>): Partial<Document> => ({
  purpose: purposeOf(d, e),
  team: e.assignees,
  round: d.round && { ...d.round, approvals: [], pending: e.assignees, openedAt: e.ts, openedBy: e.user },
})

const assigned = (d: Document, e: Of<'ASSIGN'>): Partial<Document> => {
  const removed = new Set(e.removed ?? [])
  const stays = (names: readonly string[]) => union(names, e.assignees).filter((n) => !removed.has(n))
  const open = d.round !== null && isOpen(d.status)
  return {
    ...(e.owner ? { owner: e.owner, checkout: null } : {}),
    team: open ? stays(d.team) : d.team,
    round: open && d.round ? { ...d.round, pending: stays(d.round.pending) } : d.round,
  }
}

const without = (names: readonly string[], user: string): string[] => names.filter((n) => n !== user)

const reviewed = (d: Document, e: Of<'REVIEW'>): Partial<Document> => ({
  round: d.round && {
    ...d.round,
    pending: without(d.round.pending, e.user),
    reviews: [...d.round.reviews, { user: e.user, outcome: e.outcome, round: e.round }],
  },
  remarks: remarked(d, e, e.outcome),
})

const approved = (d: Document, e: Of<'APPROVE'>): Partial<Document> => ({
  round: d.round && {
    ...d.round,
    pending: without(d.round.pending, e.user),
    approvals: [...d.round.approvals, e.user],
  },
  remarks: e.comment ? remarked(d, e, null) : d.remarks,
})

const remarked = (
  d: Document,
  e: Of<'REVIEW' | 'REJECT' | 'APPROVE'>,
  outcome: string | null,
): readonly Remark[] => [
  ...d.remarks,
  {
    ts: e.ts,
    user: e.user,
    event: e.event,
    outcome,
    comment: e.comment ?? '',
    version: e.version,
    round: e.round,
  },
]

const withdrawn = (d: Document): Partial<Document> => ({
  round: d.round && { ...d.round, pending: [], void: d.round.void || isReviewing(d.status) },
})

const fixed = (d: Document, e: Of<'FIX'>): Partial<Document> => ({
  title: e.title ?? d.title,
  live: { version: e.version, content: e.content },
  archive: d.live ? archived(d, d.live) : d.archive,
})

const moved = (d: Document, e: Of<'STATUS_CHANGE'>): Partial<Document> => {
  const after: Partial<Document> = {
    ...withPurpose(d, e.to_status),
    ...withTexts(d, e),
    ...withSeal(d, e),
    status: e.to_status,
    adopted: withoutLapsed(d.adopted, e.from_status, e.to_status),
  }
  return majorOf(e.version) > majorOf(d.version) ? { ...after, ...afterApproval(d) } : after
}

/** Approval before execution seals the plan; going back to DRAFT breaks the seal. */
const withSeal = (d: Document, e: Of<'STATUS_CHANGE'>): Partial<Document> => {
  if (e.to_status === 'DRAFT') return { seal: null }
  if (e.from_status !== 'IN_PRE_APPROVAL' || e.to_status !== 'PRE_APPROVED' || !d.draft) return {}
  return { seal: { version: e.version, content: d.draft.content, edition: e.edition } }
}

/** An approval ends authorship: who may approve next time is asked anew. */
const afterApproval = (d: Document): Partial<Document> => ({
  authors: [],
  lastApprovers: d.round?.approvals ?? [],
})

const withPurpose = (d: Document, to: Status): Partial<Document> =>
  d.purpose.kind !== 'ordinary' && (to === d.purpose.home || FINAL_OF_PURPOSE.has(to))
    ? { purpose: ORDINARY }
    : {}

const FINAL_OF_PURPOSE: ReadonlySet<Status> = new Set(['CLOSED', 'RETIRED'])

const union = (a: readonly string[], b: readonly string[]): string[] => [...new Set([...a, ...b])]
