/**
 * Agents that were called, against the document that they were called to: it asked for that, then, with that text; and
 * who judged by a call was called for it, and was given what to judge by. Source: SOP-007 sections 4.1, 5.2 and 6.1.
 */
import { isAsked, VERDICTS } from '../agents/task.ts'
import { type Document, textInHand } from '../documents/document.ts'
import type { AgentTask, DocumentEvent } from '../documents/event.ts'
import { systemPath } from '../store/layout.ts'
import type { Call, Calls } from './calls.ts'
import type { Said } from './decided.ts'
import { type Finding, type FindingCode, finding } from './finding.ts'
import { type Instant, notAfter, type World } from './positions.ts'
import type { Step } from './replay.ts'

/** Calls to one document that no earlier audit has judged. */
export const callFindings = (
  steps: readonly Step[],
  events: readonly DocumentEvent[],
  calls: readonly Call[],
): Finding[] =>
  calls.flatMap((call) => {
    if (call.judged) return []
    const step = steps.findLast((s) => notAfter(instantOf(s, events), call))
    const said = step ? unasked(step.after, call) : notThere(call)
    return said ? [callFinding(call, said)] : []
  })

export const notThere = ({ event }: Pick<Call, 'event'>): Said => [
  `${event.document}, to which ${event.agent} is called`,
  'no such document then',
]

export const callFinding = ({ event }: Call, said: Said): Finding =>
  finding(
    'ILLEGAL_EVENT',
    { document: 'dispatches', path: systemPath('dispatches'), line: event.seq },
    ...said,
  )

const instantOf = (step: Step, events: readonly DocumentEvent[]): Instant => ({
  at: step.at,
  ts: events[step.from]?.ts ?? '',
})

/** Why the document did not ask for it. */
const unasked = (d: Document, { event: e }: Call): Said | null => {
  const asked = `${e.task} of ${d.id.id} ${e.text_version}, ${e.status}, round ${e.round}, asked of ${e.agent}`
  if (!isAsked(d, e.agent, e.task)) {
    const pending = d.round?.pending.join(', ') || 'none'
    return [asked, `${d.status}; asked were ${pending}`]
  }
  const content = d.round?.content ?? textInHand(d)?.content
  const is = [d.version, d.status, d.round?.number, content]
  const must = [e.text_version, e.status, e.round, e.content]
  const odd = is.findIndex((value, i) => value !== must[i])
  return odd < 0 ? null : [`${NAMES[odd]} ${is[odd]}`, `${NAMES[odd]} ${must[odd]}`]
}

const NAMES = ['text_version', 'status', 'round', 'content']

type Verdict = Extract<DocumentEvent, { event: 'REVIEW' | 'APPROVE' | 'REJECT' }>

export const isVerdict = (e: DocumentEvent): e is Verdict =>
  e.event === 'REVIEW' || e.event === 'APPROVE' || e.event === 'REJECT'

export interface Judges {
  readonly world: World
  readonly calls: Calls
  readonly where: { readonly document: string; readonly path: string; readonly before: number }
  /** Events before this index were judged in an earlier audit. */
  readonly from: number
}

/** Verdicts by the calls that they name, or lack. */
export const verdictFindings = (
  steps: readonly Step[],
  events: readonly DocumentEvent[],
  judges: Judges,
): Finding[] =>
  steps.flatMap((step) => {
    const e = events[step.from]
    if (!e || step.from < judges.from || !isVerdict(e)) return []
    const said = verdictProblem(e, instantOf(step, events), judges)
    const { document, path, before } = judges.where
    return said ? [finding(said[0], { document, path, line: before + step.from + 1 }, said[1], said[2])] : []
  })

type Problem = readonly [code: FindingCode, expected: string, found: string]

const verdictProblem = (e: Verdict, when: Instant, judges: Judges): Problem | null => {
  if (e.dispatch === undefined) return unproven(e, when, judges.world)
  const call = judges.calls.named(e.dispatch)
  if (!call && !judges.calls.whole) return null
  const odd = call ? misfit(e, when, call, judges.where.document) : 'no such dispatch'
  if (odd)
    return [
      'VERDICT_MISCALLED',
      `a dispatch for this verdict: ${wordsOf(e, judges)}`,
      `${e.dispatch}: ${odd}`,
    ]
  if (e.packet !== undefined) return null
  return [
    'VERDICT_WITHOUT_PACKET',
    'the digest of what was given to judge by',
    `${e.event} by ${e.user}, ${e.dispatch}, without`,
  ]
}

const wordsOf = (e: Verdict, { where }: Judges): string => `${e.user}, ${where.document}, round ${e.round}`

const unproven = (e: Verdict, when: Instant, world: World): Problem | null => {
  const agent = world.registryAt(when.at, when.ts).get(e.user)?.kind === 'agent'
  if (!agent || world.policyAt(when.at, when.ts).identity !== 'verified') return null
  return [
    'VERDICT_UNPROVEN',
    `the dispatch by which ${e.user} was called (identity: verified)`,
    `${e.event} without`,
  ]
}

/** Clocks of one machine, and the moment between a token's being asked for and the event's being written. */
const TOLERANCE_MS = 60_000

const taskOfVerdict = (e: Verdict): AgentTask =>
  VERDICTS.review.includes(e.event.toLowerCase()) ? 'review' : 'approval'

const misfit = (e: Verdict, when: Instant, call: Call, document: string): string | null => {
  const { event: d, ended } = call
  const pairs: [string, unknown, unknown][] = [
    ['agent', d.agent, e.user],
    ['document', d.document, document],
    ['task', d.task, taskOfVerdict(e)],
    ['round', d.round, e.round],
    ['content', d.content, e.content],
  ]
  const odd = pairs.find(([, is, must]) => is !== must)
  if (odd) return `${odd[0]} ${odd[1]}`
  if (!notAfter(call, when)) return `begun at ${d.ts}, after the verdict`
  if (ended && !notAfter(when, ended)) return `ended at ${ended.ts}, before the verdict`
  return Date.parse(e.ts) > Date.parse(d.until) + TOLERANCE_MS ? `over at ${d.until}` : null
}
