/**
 * Named conditions that must hold before a transition. Each says what it expects and, where it fails, what it found.
 * Source: lifecycle design, "Transitions" (column "gates and effects") and the paragraphs below it.
 */
import { type Document, isApproving, isOpen, isReviewing, textInHand } from '../documents/document.ts'
import { isQuality } from '../documents/registry.ts'
import { FINAL, type Status } from '../documents/types.ts'
import { majorOf } from '../documents/version.ts'
import {
  dispatchApplies,
  dispatchFound,
  packetApplies,
  packetFound,
  personApplies,
  personFound,
} from './agent-gates.ts'
import type { ExecutionGate } from './command.ts'
import { type Frame, pendingAfterAssign } from './conditions.ts'
import { INITIATING, isAuthor } from './roles.ts'
import { approvalTeam, reviewTeam, teamAfterAssign, unable } from './team.ts'

const shortfall =
  (gate: ExecutionGate) =>
  ({ d, c }: Frame): string | null => {
    const found = d.purpose.kind === 'abandon' ? [] : (c.shortfalls?.[gate] ?? [])
    const more = found.length > 8 ? [`and ${found.length - 8} more`] : []
    return listed([...found.slice(0, 8), ...more])
  }

interface Gate {
  readonly expected: string
  /** What was found instead, or null where the gate holds. */
  readonly found: (f: Frame) => string | null
  /** Where it asks nothing of a document, `next` does not show it. */
  readonly applies?: (f: Frame) => boolean
}

const given = (text: string | undefined): boolean => (text ?? '').trim() !== ''
const listed = (items: readonly string[]): string | null => (items.length > 0 ? items.join('; ') : null)

const PRE_APPROVED_OR_LATER: ReadonlySet<Status> = new Set([
  'PRE_APPROVED',
  'IN_EXECUTION',
  'IN_POST_REVIEW',
  'POST_REVIEWED',
  'IN_POST_APPROVAL',
  'POST_APPROVED',
  'CLOSED',
])

/** What keeps a child from being done, or null. Kind 2 variances need approval only; verification records their text. */
const undone = (child: Document, complete: ReadonlySet<string>): string | null => {
  if (FINAL.has(child.status)) return null
  const say = (needs: string) =>
    `${child.id.id} is ${child.status}${child.checkout ? ', checked out' : ''}, needs ${needs}`
  if (child.id.type.machine === 'covered')
    return complete.has(child.id.id) ? null : say('a complete text, checked in')
  if (child.kind === 2)
    return PRE_APPROVED_OR_LATER.has(child.status) ? null : say('PRE_APPROVED at least (kind 2)')
  return say('CLOSED')
}

const contentFound = ({ d, c }: Frame): string | null => {
  if (d.purpose.kind !== 'ordinary') return null
  if (d.fresh) return 'no text has been checked in yet'
  const text = c.text
  if (!text) return 'no text'
  if (text.problem) return text.problem
  if (text.empty) return 'an empty text'
  if (!text.title?.trim()) return 'no title in the frontmatter'
  const blanks = text.blanks.map((b) => `line ${b.line} ${shortened(b.text)}`)
  const faults = (text.faults ?? []).map((f) => `line ${f.line} ${f.found} (${f.rule})`)
  return listed([...firstFive(blanks), ...firstFive(faults)])
}

const firstFive = (items: readonly string[]): string[] =>
  items.length > 5 ? [...items.slice(0, 5), `and ${items.length - 5} more`] : [...items]

/** `{{PURPOSE - why ...}}` as `{{PURPOSE}}`: the name is enough to find it. */
const shortened = (blank: string): string =>
  blank.replace(/^\{\{\s*([A-Z][A-Z_]*)\b.*\}\}$/, '{{$1}}').slice(0, 60)

/** A round that nobody of quality answered cannot lead to approval, so it may be repeated. */
const repeatFound = (f: Frame): string | null => {
  const { d } = f
  const agreed = d.round && !d.round.void && d.round.reviews.every((r) => r.outcome === 'RECOMMEND')
  const stands = agreed && qualityFound(f) === null
  return stands ? `round ${d.round?.number} stands and everyone recommends: route it for approval` : null
}

const changeControlFound = ({ command, c }: Frame): string | null => {
  const under = command.under
  if (!under) return c.policy.changeControl === 'required' ? 'no change record named (--under)' : null
  if (under.id.type.name !== 'CR') return `${under.id.id} is not a change record`
  return under.status === 'IN_EXECUTION' ? null : `${under.id.id} is ${under.status}`
}

const assigneesFound = (f: Frame): string | null => {
  const { command, d } = f
  const add = command.assign ?? []
  const remove = command.remove ?? []
  if (add.length + remove.length === 0 && !command.owner) return 'nobody named'
  return listed([
    ...add.flatMap((name) => unable(f, name) ?? []),
    ...add.filter((name) => d.round?.pending.includes(name)).map((name) => `${name} is already asked`),
    ...add.filter((name) => answered(f).includes(name)).map((name) => `${name} has answered already`),
    ...remove.filter((name) => !d.round?.pending.includes(name)).map((name) => `${name} is not being asked`),
  ])
}

/** Who has given the verdict that the open round asks for. */
const answered = ({ d }: Frame): readonly string[] =>
  isReviewing(d.status)
    ? (d.round?.reviews.map((r) => r.user) ?? [])
    : isApproving(d.status)
      ? (d.round?.approvals ?? [])
      : []

const ownerFound = (f: Frame): string | null => {
  const { command, c } = f
  if (!command.owner) return null
  const actor = c.registry.get(command.owner)
  if (!actor) return `${command.owner} is not registered`
  if (!actor.enabled) return `${command.owner} is disabled`
  if (!INITIATING.has(actor.group)) return `${command.owner} is in the group ${actor.group}`
  if (answered(f).includes(command.owner)) return `${command.owner} has answered in this round`
  return isOpen(f.d.status) && pendingAfterAssign(f).includes(command.owner)
    ? `${command.owner} is being asked for a verdict`
    : null
}

const qualityFound = ({ d, c }: Frame): string | null =>
  d.round?.reviews.some((r) => isQuality(c.registry, r.user))
    ? null
    : `reviewed by ${d.round?.reviews.map((r) => r.user).join(', ') || 'nobody'}`

const shownFound = ({ d, c }: Frame): string | null => {
  const { shown } = c
  if (!shown || (shown.content === d.round?.content && shown.round === d.round.number)) return null
  return `${c.actor.name} was last shown ${shown.content.slice(0, 8)} in round ${shown.round}`
}

/** An outcome once given is changed for a reason, and what is set aside is so too. */
const itemReasonedFound = ({ command }: Frame): string | null => {
  const { recording: r } = command
  if (!r?.item || given(r.reason)) return null
  if (r.item.action === 'record' && r.recorded) return `the item is ${r.recorded}, and no reason`
  return r.item.aside?.length ? 'evidence set aside, and no reason' : null
}

/** In a test protocol or an exception report an exception takes a failure over, elsewhere a variance. */
const CARRIERS: Readonly<Record<string, string>> = { TP: 'ER', ER: 'ER' }
export const carrierOf = (type: string): string => CARRIERS[type] ?? 'VAR'

/** Whether a child takes failures of its parent over. */
export const carriesFor = (d: Document, child: Document): boolean =>
  child.id.type.name === carrierOf(d.id.type.name) && child.status !== 'CANCELLED'

const carriersFound = ({ d, command }: Frame): string | null => {
  const wanted = carrierOf(d.id.type.name)
  return listed(
    (command.recording?.carried ?? []).flatMap(({ id, document }) => {
      if (!document) return [`${id} does not exist`]
      if (document.id.parent !== d.id.id || document.id.type.name !== wanted)
        return [`${id} is no ${wanted} of ${d.id.id}`]
      return document.status === 'CANCELLED' ? [`${id} is CANCELLED`] : []
    }),
  )
}

const failureFound = (f: Frame): string | null => {
  const { recording: r } = f.command
  const bare = r?.item?.outcome === 'Fail' && !r.carried?.length
  return bare ? `none named (--${carrierOf(f.d.id.type.name).toLowerCase()} ID)` : carriersFound(f)
}

const runsFound = ({ command }: Frame): string | null =>
  command.recording?.item?.outcome === 'Pass' ? listed(command.recording.failedRuns ?? []) : null

const sealFound = ({ command }: Frame): string | null =>
  command.unsealed ? `changes in ${command.unsealed.sections.join(', ')}` : null

export const GATES = {
  textParses: {
    expected: 'a readable controlled text',
    found: ({ command }) => command.text?.problem ?? null,
  },
  copyIsCurrent: {
    expected: 'a copy of the text that was checked out',
    found: ({ d, command }) =>
      command.base === d.checkout?.base ? null : `a copy of ${command.base?.slice(0, 8)}`,
  },
  sealKept: { expected: 'the text that was approved, but for what is open to execution', found: sealFound },
  recordsKept: {
    expected:
      'items as they were recorded (qms ei pass, fail or note, with --reason, changes them), and rows that stay and can be read',
    found: ({ command }) => listed(command.altered ?? []),
  },
  itemReasoned: { expected: 'a reason (--reason) for changing what is recorded', found: itemReasonedFound },
  failureCarried: {
    expected: 'a child document that takes the failure over',
    found: failureFound,
  },
  runsSupport: { expected: 'captured runs that succeeded', found: runsFound },
  carriersExist: { expected: 'child documents of this one', found: carriersFound },
  summaryReasoned: {
    expected: 'a reason (--reason) for writing the summary anew',
    found: ({ command: { recording: r } }) =>
      r?.recorded && !given(r.reason) ? 'a summary that is written already, and no reason' : null,
  },
  itemsDone: {
    expected: 'Pass or Fail for every execution item',
    found: shortfall('itemsDone'),
  },
  failuresCarried: {
    expected: 'a child document that takes over each item that failed',
    found: shortfall('failuresCarried'),
  },
  evidenceStands: {
    expected: 'evidence that can still be verified, and no Pass on a run that failed',
    found: shortfall('evidenceStands'),
  },
  blanksAnswered: {
    expected: 'no blank of the form left to execution',
    found: shortfall('blanksAnswered'),
  },
  documentsInForce: {
    expected: 'each document that it affects in force since release',
    found: shortfall('documentsInForce'),
  },
  matrixQualified: {
    expected: 'requirements and their matrix in force, with a real qualified commit',
    found: shortfall('matrixQualified'),
  },
  contentReady: {
    expected: 'a text with a title, without blanks and without errors (qms lint)',
    found: contentFound,
  },
  teamAble: {
    expected: 'reviewers who are registered, enabled and not authors of the text',
    found: (f) => listed((f.command.assign ?? []).flatMap((name) => unable(f, name) ?? [])),
  },
  teamHasQuality: {
    expected: 'a member of quality on the team',
    found: (f) =>
      reviewTeam(f).some((name) => isQuality(f.c.registry, name))
        ? null
        : 'no enabled actor of the group quality',
  },
  approversAble: {
    expected: 'approvers who are enabled and not authors, a member of quality among them',
    found: (f) =>
      approvalTeam(f).some((name) => isQuality(f.c.registry, name))
        ? null
        : 'no enabled actor of the group quality',
  },
  roundNeedsRepeat: { expected: 'a last round that is void or asked for updates', found: repeatFound },
  roundStands: {
    expected: 'a review round that was neither withdrawn nor rejected',
    found: ({ d }) =>
      d.round && !d.round.void ? null : d.round ? `round ${d.round.number} is void` : 'no round',
  },
  allRecommend: {
    expected: 'every reviewer recommends',
    found: ({ d }) =>
      listed(
        (d.round?.reviews ?? [])
          .filter((r) => r.outcome !== 'RECOMMEND')
          .map((r) => `${r.user} asked for updates`),
      ),
  },
  qualityReviewed: { expected: 'a review by a member of quality', found: qualityFound },
  textUnchanged: {
    expected: 'the text that was reviewed',
    found: ({ d }) => (d.round?.content === textInHand(d)?.content ? null : 'another text than was reviewed'),
  },
  notAuthor: {
    expected: 'a judge who neither owns the text nor checked in a version of it',
    found: ({ d, c }) =>
      c.policy.selfApproval === 'forbidden' && isAuthor(d, c.actor.name)
        ? `${c.actor.name} is an author`
        : null,
  },
  commented: { expected: 'a comment', found: ({ command }) => (given(command.comment) ? null : 'none') },
  sawThisText: { expected: 'a verdict on the text and round that were shown', found: shownFound },
  dispatched: {
    applies: dispatchApplies,
    expected: 'a verdict by the agent that was called for it (qms agent spawn)',
    found: dispatchFound,
  },
  packetRead: {
    applies: packetApplies,
    expected: 'a verdict by the packet of this text and round (qms packet)',
    found: packetFound,
  },
  personApproves: {
    applies: personApplies,
    expected: 'a person among those who approve',
    found: personFound,
  },
  reasoned: {
    expected: 'a reason (--reason)',
    found: ({ d, command }) => (given(command.reason) || d.purpose.reason ? null : 'none'),
  },
  confirmed: {
    expected: 'a confirmation (--confirm)',
    found: ({ command }) => (command.confirmed ? null : 'none'),
  },
  wasApproved: {
    expected: 'a text that has been in force',
    found: ({ d }) => (d.live ? null : 'a first draft: cancel it'),
  },
  neverApproved: {
    expected: 'a version below 1.0',
    found: ({ d }) => (majorOf(d.version) === 0 ? null : `version ${d.version}: retire or abandon it`),
  },
  noOpenChildren: {
    expected: 'no open child documents',
    found: ({ c }) =>
      listed(c.children.filter((x) => !FINAL.has(x.status)).map((x) => `${x.id.id} is ${x.status}`)),
  },
  childrenDone: {
    expected: 'child documents that are done',
    found: ({ c }) => listed(c.children.flatMap((child) => undone(child, c.complete) ?? [])),
  },
  linkedClosed: {
    applies: ({ d }) => d.id.type.name === 'INV',
    expected: 'change records that answer this investigation CLOSED',
    found: ({ c }) =>
      listed(c.linked.filter((x) => !FINAL.has(x.status)).map((x) => `${x.id.id} is ${x.status}`)),
  },
  parentExecutes: {
    expected: 'a parent in IN_EXECUTION',
    found: ({ c }) =>
      c.parent?.status === 'IN_EXECUTION'
        ? null
        : `${c.parent?.id.id ?? 'it'} is ${c.parent?.status ?? 'missing'}`,
  },
  changeControl: { expected: 'a change record in IN_EXECUTION (--under)', found: changeControlFound },
  fixIsSmall: { expected: 'a typographical change', found: ({ command }) => command.tooLarge ?? null },
  notSoleApprover: {
    expected: 'someone else than the only approver of this text',
    found: ({ d, c }) =>
      d.lastApprovers.length === 1 && d.lastApprovers[0] === c.actor.name
        ? `${c.actor.name} alone approved it`
        : null,
  },
  assigneesAble: { expected: 'people who can be asked, or taken off while asked', found: assigneesFound },
  onlyOwner: {
    expected: 'a new owner (--owner) and nothing else: no round is open',
    found: ({ command }) =>
      command.owner && !command.assign?.length && !command.remove?.length ? null : 'reviewers, or no owner',
  },
  ownerAble: { expected: 'an owner who is enabled and may hold documents', found: ownerFound },
  teamKeepsQuality: {
    expected: 'a member of quality left on the team',
    found: (f) =>
      teamAfterAssign(f).some((name) => isQuality(f.c.registry, name))
        ? null
        : teamAfterAssign(f).join(', ') || 'nobody',
  },
} as const satisfies Record<string, Gate>

export const applies = (name: GateName, f: Frame): boolean => (GATES[name] as Gate).applies?.(f) ?? true

export type GateName = keyof typeof GATES
