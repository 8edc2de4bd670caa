/** Who owns, holds and is asked about a document that is taken over, as far as the records say and it can serve. */
import type { Assumed } from '../documents/assumed.ts'
import { isOpen, isReviewing } from '../documents/document.ts'
import type { Group } from '../documents/event.ts'
import type { DocType, Status } from '../documents/types.ts'
import { AT_REST, canCheckIn } from './fit.ts'
import { isName, timeOf } from './lines.ts'
import { brief, type Notes } from './notes.ts'
import type { OldMetadata } from './peer-metadata.ts'
import type { OldReview, OldRound, Story } from './story.ts'

/** What is known besides the document's own records. */
export interface Scene {
  readonly registry: ReadonlyMap<string, Group>
  readonly hasCopy: (user: string, id: string) => boolean
  /** Time of the adoption, and who answers for it. */
  readonly now: string
  readonly lead: string
}

/** The records of one document and what was made of them so far. */
export interface Case {
  readonly id: string
  readonly type: DocType
  readonly status: Status
  readonly metadata: OldMetadata
  readonly story: Story
  /** Digest of the text in hand, or of nothing. */
  readonly content: string
  readonly notes: Notes
}

const union = (...lists: (readonly string[])[]): string[] => [...new Set(lists.flat())]

export const ownerOf = (c: Case, scene: Scene): string | null => {
  const { status, metadata, story, notes } = c
  if (AT_REST.has(status)) {
    if (metadata.owner) notes.push({ code: 'OWNER_CLEARED', found: metadata.owner })
    return null
  }
  const owner = metadata.owner ?? story.holder
  if (!owner) notes.push({ code: 'OWNER_MISSING' })
  else if (!metadata.owner) notes.push({ code: 'OWNER_FROM_TRAIL', found: owner })
  if (owner && !scene.registry.has(owner)) notes.push({ code: 'OWNER_UNKNOWN', found: owner })
  return owner
}

export const checkoutOf = (c: Case, owner: string | null, scene: Scene): Assumed['checkout'] => {
  const { status, metadata, story, notes } = c
  if (!metadata.checkedOut) return null
  const by = owner ?? story.holder
  if (!by || !scene.registry.has(by) || !canCheckIn(c.type, status)) {
    notes.push({ code: 'CHECKOUT_CLEARED', found: by ?? 'nobody' })
    return null
  }
  if (!scene.hasCopy(by, c.id)) notes.push({ code: 'CHECKOUT_WITHOUT_COPY', found: by })
  const at = timeOf(metadata.checkedOutDate)?.at ?? story.heldAt ?? scene.now
  return { by, at, base: c.content }
}

export interface Team {
  readonly team: string[]
  readonly rounds: number
  readonly round: Assumed['round']
}

/** The round that is open or stands; none where nothing comes of it any more. */
export const teamOf = (c: Case, owner: string | null, scene: Scene): Team => {
  const { status, story } = c
  if (AT_REST.has(status)) return { team: [], rounds: story.rounds, round: null }
  if (isOpen(status)) return openRound(c, owner, scene)
  const stands = /REVIEWED$/.test(status) ? standingRound(c, scene) : null
  const rounds = Math.max(story.rounds, stands ? 1 : 0)
  return {
    team: [...(story.round?.asked ?? stands?.reviews.map((r) => r.user) ?? [])],
    rounds,
    round: stands,
  }
}

const openRound = (c: Case, owner: string | null, scene: Scene): Team => {
  const { story, status, notes } = c
  const { round } = story
  const pending = [...(c.metadata.pending ?? round?.pending ?? [])]
  const reviews = reviewsOf(c, round).filter((r) => !isReviewing(status) || !pending.includes(r.user))
  const approvals = isReviewing(status) || round?.void ? [] : without(round?.approvals ?? [], pending)
  notePending(c, round, pending, owner, scene)
  const team = pending.length === 0 ? [] : union(round?.asked ?? [], pending)
  if (pending.length > 0 && !team.some((name) => isQuality(scene, name)))
    notes.push({ code: 'ROUND_WITHOUT_QUALITY', found: team.join(', ') })
  const number = Math.max(1, story.rounds)
  return { team, rounds: number, round: roundOf(c, scene, { number, reviews, approvals, pending, round }) }
}

const without = (names: readonly string[], others: readonly string[]): string[] =>
  names.filter((name) => !others.includes(name))

const isQuality = (scene: Scene, name: string): boolean => scene.registry.get(name) === 'quality'

const notePending = (
  { notes, status, story }: Case,
  round: OldRound | null,
  pending: readonly string[],
  owner: string | null,
  scene: Scene,
): void => {
  if (pending.length === 0) notes.push({ code: 'PENDING_EMPTY' })
  const answered = isReviewing(status) ? round?.reviews.map((r) => r.user) : round?.approvals
  for (const name of pending) {
    if (!scene.registry.has(name)) notes.push({ code: 'PENDING_UNKNOWN', found: name })
    if (name === owner || story.authors.includes(name)) notes.push({ code: 'PENDING_AUTHOR', found: name })
    if (answered?.includes(name)) notes.push({ code: 'PENDING_ANSWERED', found: name })
  }
}

/** After a review: who answered what. Without an answer of quality, or after a rejection, it leads to another round. */
const standingRound = (c: Case, scene: Scene): Assumed['round'] => {
  const reviews = reviewsOf(c, c.story.round)
  if (reviews.length === 0) {
    c.notes.push({ code: 'ROUND_MISSING' })
    return null
  }
  const judged = reviews.some((r) => isQuality(scene, r.user))
  if (!judged) c.notes.push({ code: 'ROUND_WITHOUT_QUALITY', found: reviews.map((r) => r.user).join(', ') })
  const round = c.story.round
  const number = Math.max(1, c.story.rounds)
  return {
    ...roundOf(c, scene, { number, reviews, approvals: [], pending: [], round }),
    void: !judged || (round?.void ?? false),
  }
}

type Reviews = NonNullable<Assumed['round']>['reviews']

/**
 * The trail says who answered in this round. The metadata keeps answers of earlier ones, too, and is asked where the
 * trail tells of no round, and for who asked for updates: with such an answer no earlier round was passed.
 */
const reviewsOf = ({ metadata, story, notes }: Case, round: OldRound | null): Reviews => {
  const kept = Object.entries(metadata.outcomes)
    .filter(([user]) => isName(user))
    .map(([user, outcome]): OldReview => ({ user, outcome: brief(outcome) }))
  const told = story.rounds > 0 ? (round?.reviews ?? []) : kept
  const refused = kept.filter(
    ({ user, outcome }) =>
      outcome === 'UPDATES_REQUIRED' && !told.some((r) => r.user === user && r.outcome === outcome),
  )
  for (const { user } of refused) notes.push({ code: 'OUTCOME_DISAGREES', found: user })
  const noted = [...told.filter((r) => refused.every((other) => other.user !== r.user)), ...refused]
  return noted.map(({ user, outcome }) => {
    const sound = outcome === 'RECOMMEND' || outcome === 'UPDATES_REQUIRED'
    if (!sound) notes.push({ code: 'OUTCOME_ODD', found: `${user}: ${outcome}` })
    return { user, outcome: outcome === 'RECOMMEND' ? 'RECOMMEND' : 'UPDATES_REQUIRED' }
  })
}

interface Counted {
  readonly number: number
  readonly reviews: Reviews
  readonly approvals: string[]
  readonly pending: string[]
  readonly round: OldRound | null
}

const roundOf = (c: Case, scene: Scene, { round, ...own }: Counted): NonNullable<Assumed['round']> => ({
  ...own,
  void: false,
  content: c.content,
  openedAt: round?.openedAt ?? scene.now,
  openedBy: round?.openedBy ?? c.metadata.owner ?? scene.lead,
})
