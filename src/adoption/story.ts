/** What the old lines of a trail tell, folded by the former rules as far as they are known. It decides nothing. */
import { parseVersion } from '../documents/version.ts'
import { isName, namesOf, type OldLine, stringOf, timeOf } from './lines.ts'

export interface OldReview {
  readonly user: string
  readonly outcome: string | null
}

export interface OldRound {
  readonly number: number
  readonly asked: readonly string[]
  readonly reviews: readonly OldReview[]
  readonly approvals: readonly string[]
  readonly pending: readonly string[]
  readonly void: boolean
  readonly openedAt: string | null
  readonly openedBy: string | null
}

export interface Story {
  readonly title: string | null
  readonly createdAt: string | null
  readonly createdBy: string | null
  /** As the last event leaves it; null where nothing tells. */
  readonly status: string | null
  /** The `to_status` last named, for what follows it. */
  readonly named: string | null
  readonly version: string | null
  readonly versions: readonly string[]
  /** Who checked out last, or created it. */
  readonly holder: string | null
  readonly heldAt: string | null
  /** No check-in since it was created or a revision was opened. */
  readonly fresh: boolean
  readonly rounds: number
  readonly round: OldRound | null
  /** Who checked in since the last approval. */
  readonly authors: readonly string[]
  /** Who approved last. */
  readonly approvers: readonly string[]
  readonly released: boolean
  readonly holes: readonly { readonly line: number; readonly expected: string; readonly found: string }[]
  readonly withoutZone: number
  readonly unreadable: readonly number[]
  readonly unknown: readonly number[]
  /** The number of the round that each line belongs to, by line; for comments. */
  readonly roundAt: ReadonlyMap<number, number>
}

const BEGINNING: Story = {
  title: null,
  createdAt: null,
  createdBy: null,
  status: null,
  named: null,
  version: null,
  versions: [],
  holder: null,
  heldAt: null,
  fresh: false,
  rounds: 0,
  round: null,
  authors: [],
  approvers: [],
  released: false,
  holes: [],
  withoutZone: 0,
  unreadable: [],
  unknown: [],
  roundAt: new Map(),
}

export const tell = (lines: readonly OldLine[]): Story => {
  const roundAt = new Map<number, number>()
  const story = lines.reduce<Story>((before, line) => {
    const after = { ...before, ...common(before, line) }
    const step = line.fields ? (STEPS[line.event ?? ''] ?? unknown) : unreadable
    const told = { ...after, ...step(after, line) }
    roundAt.set(line.line, told.rounds)
    return told
  }, BEGINNING)
  return { ...story, roundAt }
}

type Step = (s: Story, line: OldLine) => Partial<Story>

const common = (s: Story, { ts, user, version }: OldLine): Partial<Story> => {
  const time = timeOf(ts)
  const known = version !== null && parseVersion(version) !== null
  const raised = known && major(version) > major(s.version)
  return {
    createdAt: s.createdAt ?? time?.at ?? null,
    createdBy: s.createdBy ?? (isName(user) ? user : null),
    withoutZone: s.withoutZone + (time?.zoned === false ? 1 : 0),
    version: known ? version : s.version,
    versions: known && !s.versions.includes(version) ? [...s.versions, version] : s.versions,
    ...(raised && s.version !== null ? { authors: [], approvers: s.round?.approvals ?? s.approvers } : {}),
  }
}

const major = (version: string | null): number => parseVersion(version ?? '')?.major ?? 0

const unknown: Step = (s, { line }) => ({ unknown: [...s.unknown, line] })
const unreadable: Step = (s, { line }) => ({ unreadable: [...s.unreadable, line] })

const nameIn = ({ user }: OldLine): string | null => (isName(user) ? user : null)

const held: Step = (s, line) => ({
  holder: nameIn(line) ?? s.holder,
  heldAt: timeOf(line.ts)?.at ?? s.heldAt,
})

/** `PRE_REVIEW` as `IN_PRE_REVIEW`; nothing where the line does not say. */
const inRound = (type: unknown): Partial<Story> =>
  typeof type === 'string' && /^(?:PRE_|POST_)?(?:REVIEW|APPROVAL)$/.test(type)
    ? { status: `IN_${type}` }
    : {}

const reviewed = (status: string | null): string | null =>
  status?.replace(/^IN_((?:PRE_|POST_)?)(?:REVIEW|APPROVAL)$/, '$1REVIEWED') ?? null

const opened: Step = (s, line) => ({
  rounds: s.rounds + 1,
  round: {
    number: s.rounds + 1,
    asked: namesOf(line.fields?.assignees),
    pending: namesOf(line.fields?.assignees),
    reviews: [],
    approvals: [],
    void: false,
    openedAt: timeOf(line.ts)?.at ?? null,
    openedBy: nameIn(line),
  },
  ...inRound(line.fields?.review_type),
})

const askedToApprove: Step = (s, line) => ({
  round: {
    number: s.round?.number ?? Math.max(1, s.rounds),
    void: false,
    reviews: s.round?.reviews ?? [],
    approvals: [],
    asked: namesOf(line.fields?.assignees),
    pending: namesOf(line.fields?.assignees),
    openedAt: timeOf(line.ts)?.at ?? null,
    openedBy: nameIn(line),
  },
  ...inRound(line.fields?.approval_type),
})

const answered = (s: Story, user: string | null, own: Partial<OldRound>): Partial<Story> => {
  if (!s.round) return {}
  const round = { ...s.round, ...own, pending: s.round.pending.filter((name) => name !== user) }
  return { round }
}

const review: Step = (s, line) => {
  const user = nameIn(line)
  if (user === null) return {}
  const others = (s.round?.reviews ?? []).filter((r) => r.user !== user)
  const after = answered(s, user, {
    reviews: [...others, { user, outcome: stringOf(line.fields?.outcome) }],
  })
  return after.round?.pending.length === 0 ? { ...after, status: reviewed(s.status) } : after
}

const approve: Step = (s, line) => {
  const user = nameIn(line)
  if (user === null) return {}
  const after = answered(s, user, { approvals: [...(s.round?.approvals ?? []), user] })
  return after.round?.pending.length === 0 ? { ...after, status: approved(s.status) } : after
}

const approved = (status: string | null): string | null =>
  status?.replace(/^IN_((?:PRE_|POST_)?)APPROVAL$/, '$1APPROVED') ?? null

const rejected: Step = (s) => ({
  round: s.round && { ...s.round, void: true, pending: [] },
  status: reviewed(s.status),
})

const moved: Step = (s, line) => {
  const [from, to] = [stringOf(line.fields?.from_status), stringOf(line.fields?.to_status)]
  const hole = from !== null && s.named !== null && from !== s.named
  return {
    named: to ?? s.named,
    status: to ?? s.status,
    holes: hole ? [...s.holes, { line: line.line, expected: s.named ?? '', found: from }] : s.holes,
    released: s.released || to === 'IN_EXECUTION',
  }
}

const checkedIn: Step = (s, line) => {
  const user = nameIn(line)
  const again = s.status !== null && /REVIEWED$/.test(s.status)
  return {
    fresh: false,
    authors: user === null ? s.authors : [...new Set([...s.authors, user])],
    ...(again ? { status: 'DRAFT' } : {}),
  }
}

const STEPS: Readonly<Record<string, Step>> = {
  CREATE: (s, line) => ({
    ...held(s, line),
    title: stringOf(line.fields?.title) ?? s.title,
    status: 'DRAFT',
    fresh: true,
  }),
  CHECKOUT: (s, line) => ({
    ...held(s, line),
    ...(line.fields?.from_version !== undefined ? { status: 'DRAFT', fresh: true } : {}),
  }),
  CHECKIN: checkedIn,
  ROUTE_REVIEW: opened,
  ROUTE_APPROVAL: askedToApprove,
  ASSIGN: (s, line) => ({
    round: s.round && {
      ...s.round,
      asked: [...new Set([...s.round.asked, ...namesOf(line.fields?.assignees)])],
      pending: [...new Set([...s.round.pending, ...namesOf(line.fields?.assignees)])],
    },
  }),
  REVIEW: review,
  APPROVE: approve,
  REJECT: rejected,
  WITHDRAW: (s, line) => ({
    round: s.round && { ...s.round, void: true, pending: [] },
    status: stringOf(line.fields?.to_status) ?? s.status,
  }),
  STATUS_CHANGE: moved,
  EFFECTIVE: () => ({ status: 'EFFECTIVE' }),
  RETIRE: () => ({ status: 'RETIRED' }),
  RELEASE: () => ({ status: 'IN_EXECUTION', released: true }),
  REVERT: () => ({ status: 'IN_EXECUTION' }),
  CLOSE: () => ({ status: 'CLOSED' }),
  seed: (_, line) => ({ status: stringOf(asStatus(line)) }),
}

const asStatus = (line: OldLine): unknown =>
  (line.fields?.details as Record<string, unknown> | undefined)?.status
