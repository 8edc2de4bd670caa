/** From a row to its events: one builder an event, and the versions that the row says. */
import { type Document, textInHand } from '../documents/document.ts'
import type { NewEvent } from '../documents/event.ts'
import { evolve } from '../documents/evolve.ts'
import type { Status } from '../documents/types.ts'
import { nextMajor, nextMinor } from '../documents/version.ts'
import type { Recording } from './command.ts'
import { baseOf, type Frame, textChanged } from './conditions.ts'
import { approvalTeam, reviewTeam } from './team.ts'

type Of<N extends NewEvent['event']> = Extract<NewEvent, { event: N }>
type Own<N extends NewEvent['event']> = Omit<Of<N>, 'ts' | 'event' | 'user' | 'version' | 'request'>

/** Of the tables; written into every STATUS_CHANGE, so that old records verify by the rules of their time. */
export const EDITION = 2

/** What a row of the tables says of its events. */
export interface Writes {
  /** `home`: where a retirement or abandonment came from. */
  readonly to: Status | 'home'
  /** `major`: (N+1).0. `minor`: the next unused M. `text`: as check-in says. `live`: back to the text in force. */
  readonly version?: 'major' | 'minor' | 'text' | 'live'
  readonly emits: readonly EmitName[]
}

interface Step extends Frame {
  readonly row: Writes
  readonly to: Status
  readonly version: string
}

export const destination = (row: Writes, d: Document): Status =>
  row.to === 'home' ? (d.purpose.home ?? d.status) : row.to

export const versionAfter = (row: Writes, f: Frame): string => {
  const { d } = f
  if (row.version === 'major') return nextMajor(d.version)
  if (row.version === 'minor') return nextMinor(d.version, d.versions)
  if (row.version === 'live') return d.live?.version ?? d.version
  if (row.version === 'text' && textChanged(f) && !d.fresh) return nextMinor(d.version, d.versions)
  return d.version
}

const phase = (to: Status): 'PRE_' | 'POST_' | '' =>
  to.startsWith('IN_PRE_') ? 'PRE_' : to.startsWith('IN_POST_') ? 'POST_' : ''

const purpose = ({ command }: Step) => ({
  retire: command.purpose === 'retire' ? (true as const) : undefined,
  abandon: command.purpose === 'abandon' ? (true as const) : undefined,
  reason: command.reason,
})

const waivers = ({ waived }: Step) => ({ waived: waived?.length ? [...waived] : undefined })

const content = (d: Document): string => textInHand(d)?.content ?? ''
const roundOf = (d: Document): number => d.round?.number ?? 1

/** By which dispatch an agent judges, and from what. */
const called = ({ c }: Step) => ({ dispatch: c.dispatch?.id, packet: c.packet })

const recordingOf = ({ command }: Step): Recording => command.recording ?? {}
const newText = ({ d, command }: Step) => ({
  content: command.text?.digest ?? '',
  base: baseOf(d) ?? '',
})

const titleIfNew = ({ d, command }: Step): string | undefined =>
  command.text?.title && command.text.title !== d.title ? command.text.title : undefined

const BUILDERS = {
  CHECKOUT: (s): Own<'CHECKOUT'> =>
    s.row.version === 'minor' ? { from_version: s.d.version, under: s.command.under?.id.id ?? null } : {},
  CHECKIN: (s): Own<'CHECKIN'> => {
    const base = s.d.checkout?.base ?? ''
    if (s.command.action === 'discard') return { content: base, base, changed: false, discarded: true }
    return {
      content: s.command.text?.digest ?? base,
      base,
      changed: textChanged(s),
      title: titleIfNew(s),
      record: s.command.record,
    }
  },
  EI: (s): Own<'EI'> => {
    const { item, reason, carried } = recordingOf(s)
    if (!item) throw new Error('a recording without its item')
    const { evidence, aside, ...entry } = item
    return {
      ...entry,
      evidence: evidence?.length ? [...evidence] : undefined,
      carried: carried?.length ? carried.map((c) => c.id) : undefined,
      aside: aside?.length ? [...aside] : undefined,
      reason,
      ...newText(s),
    }
  },
  NOTE: (s): Own<'NOTE'> => {
    const { text, carried } = recordingOf(s)
    return {
      text: text ?? '',
      carried: carried?.length ? carried.map((c) => c.id) : undefined,
      ...newText(s),
    }
  },
  SUMMARY: (s): Own<'SUMMARY'> => ({ reason: recordingOf(s).reason, ...newText(s) }),
  ROUTE_REVIEW: (s): Own<'ROUTE_REVIEW'> => ({
    assignees: reviewTeam(s),
    review_type: `${phase(s.to)}REVIEW`,
    round: s.d.rounds + 1,
    content: content(s.d),
    ...purpose(s),
    ...waivers(s),
  }),
  ROUTE_APPROVAL: (s): Own<'ROUTE_APPROVAL'> => ({
    assignees: approvalTeam(s),
    approval_type: `${phase(s.to)}APPROVAL`,
    round: roundOf(s.d),
    content: content(s.d),
    ...purpose(s),
    ...waivers(s),
  }),
  ASSIGN: ({ command }): Own<'ASSIGN'> => ({
    assignees: [...(command.assign ?? [])],
    removed: command.remove?.length ? [...command.remove] : undefined,
    owner: command.owner,
  }),
  REVIEW: (s): Own<'REVIEW'> => ({
    outcome: s.command.outcome ?? 'UPDATES_REQUIRED',
    comment: s.command.comment ?? '',
    content: content(s.d),
    round: roundOf(s.d),
    ...called(s),
  }),
  APPROVE: (s): Own<'APPROVE'> => ({
    comment: s.command.comment,
    content: content(s.d),
    round: roundOf(s.d),
    ...called(s),
  }),
  REJECT: (s): Own<'REJECT'> => ({
    comment: s.command.comment ?? '',
    content: content(s.d),
    round: roundOf(s.d),
    ...called(s),
  }),
  STATUS_CHANGE: ({ d, c, to }): Own<'STATUS_CHANGE'> => ({
    from_status: d.status,
    to_status: to,
    edition: c.edition ?? EDITION,
  }),
  EFFECTIVE: ({ d }): Own<'EFFECTIVE'> => ({ from_version: d.version }),
  RETIRE: ({ d }): Own<'RETIRE'> => ({ from_version: d.version, reason: d.purpose.reason ?? undefined }),
  RELEASE: ({ command }): Own<'RELEASE'> => ({ reason: command.reason }),
  REVERT: ({ command }): Own<'REVERT'> => ({ reason: command.reason ?? '' }),
  WITHDRAW: ({ command }): Own<'WITHDRAW'> => ({ reason: command.reason }),
  CLOSE: (s): Own<'CLOSE'> => ({
    outcome: s.d.purpose.kind === 'abandon' ? 'abandoned' : undefined,
    ...waivers(s),
  }),
  CANCEL: ({ command }): Own<'CANCEL'> => ({ reason: command.reason ?? '' }),
  FIX: (s): Own<'FIX'> => ({
    reason: s.command.reason ?? '',
    content: s.command.text?.digest ?? '',
    base: content(s.d),
    diff: s.command.diff ?? '',
    title: titleIfNew(s),
  }),
} satisfies Record<string, (s: Step) => object>

export type EmitName = keyof typeof BUILDERS

/** Verdicts and routings name the version they judge; what follows from them names the version they make. */
export const BEFORE: ReadonlySet<EmitName> = new Set([
  'APPROVE',
  'REJECT',
  'REVIEW',
  'ASSIGN',
  'ROUTE_REVIEW',
  'ROUTE_APPROVAL',
  'WITHDRAW',
])

const defined = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as T

/** The events of a row, in its order. Each builder sees the document as it was before the row. */
export const emit = (row: Writes, f: Frame): NewEvent[] => {
  const step: Step = { ...f, row, to: destination(row, f.d), version: versionAfter(row, f) }
  return row.emits.map((name) => {
    const head = {
      ts: f.c.now,
      event: name,
      user: f.c.actor.name,
      version: BEFORE.has(name) ? f.d.version : step.version,
    }
    return defined({ ...head, ...BUILDERS[name](step), request: f.c.request }) as NewEvent
  })
}

/** Verification records close with their parent, in the same commit. */
export const closeWith = (parent: string, child: Document, f: Frame): NewEvent[] => {
  const head = {
    ts: f.c.now,
    user: f.c.actor.name,
    version: child.version,
    ...(f.c.request ? { request: f.c.request } : {}),
  }
  return [
    { ...head, event: 'CLOSE', with: parent },
    {
      ...head,
      event: 'STATUS_CHANGE',
      from_status: child.status,
      to_status: 'CLOSED',
      edition: f.c.edition ?? EDITION,
    },
  ]
}

export const follow = (d: Document, events: readonly NewEvent[]): Document =>
  events.reduce<Document>((state, event) => evolve(d.id, state, event), d)
