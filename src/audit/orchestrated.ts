/**
 * What in the orchestration of agents the Lead should look at. Nearly all of it is a warning: whether it was a deviation
 * is for the Lead to judge. Source: SOP-007 section 7.3.
 */
import type { Dispatch, Session } from '../agents/sessions.ts'
import type { SystemEvent } from '../documents/event.ts'
import { type AgentRecord, systemPath } from '../store/layout.ts'
import { type Finding, finding } from './finding.ts'
import { type Material, secondsFor, type VerdictSeen } from './orchestration.ts'

/**
 * Words a minute, of the text and of what changed in it, that somebody can be said to have read. Few people read 300
 * words of a procedure in a minute and understand them; programs read much faster, but not without end.
 */
export const MOST_WORDS_A_MINUTE = { human: 1_500, agent: 15_000 } as const

/** A session in which nothing happened for so long was left, not paused. */
export const LEFT_AFTER_HOURS = 24

export const orchestrationFindings = (m: Material): Finding[] => [
  ...m.verdicts.flatMap((v) => [...uncalled(v, m), ...tooFast(v, m)]),
  ...twice(m),
  ...leftOpen(m),
  ...m.events.incidents.flatMap(incidentFinding),
  ...m.escalations.map((e) =>
    finding(
      'ESCALATION_UNANSWERED',
      { document: e.document, path: e.path, line: e.line },
      'a decision of the Lead (qms resolve)',
      `none since ${e.at}, when ${e.user} escalated`,
    ),
  ),
]

const inRecord = (record: AgentRecord, line: number) => ({ document: record, path: systemPath(record), line })

const whereOf = ({ document, path, line }: VerdictSeen) => ({ document, path, line })

const wasOpen = (s: Session, at: string): boolean => s.started <= at && (s.ended === null || at <= s.ended.at)

/** A verdict that no call explains: in the name of an agent that served then, or by the orchestrator, or by nobody known. */
const uncalled = (v: VerdictSeen, m: Material): Finding[] => {
  const open = [...m.sessions.values()].filter((s) => wasOpen(s, v.at))
  const said = byOrchestrator(v, open, m) ?? (v.dispatch === null ? inNameOf(v, open, m) : null)
  if (said) return [finding('VERDICT_OF_ORCHESTRATOR', whereOf(v), ...said)]
  if (v.kind !== 'agent' || v.dispatch !== null) return []
  return [
    finding(
      'VERDICT_UNCALLED',
      whereOf(v),
      `the dispatch by which ${v.user} was called`,
      `${v.event} by ${v.user} without one`,
    ),
  ]
}

type Said = readonly [expected: string, found: string]

const byOrchestrator = (v: VerdictSeen, open: readonly Session[], m: Material): Said | null => {
  const own = open.find((s) => s.orchestrator === v.user)
  const called = [...m.dispatches.values()].find(
    (d) => d.session === own?.id && d.document === v.document && d.round === v.round && d.at <= v.at,
  )
  if (!own || !called) return null
  return [
    'a verdict of somebody who did not call the reviewers',
    `${v.event} by ${v.user}, orchestrator of ${own.id}, who called ${called.agent} (${called.id})`,
  ]
}

const inNameOf = (v: VerdictSeen, open: readonly Session[], { dispatches }: Material): Said | null => {
  const serving = [...dispatches.values()].find(
    (d) => d.agent === v.user && d.at <= v.at && open.some((s) => s.id === d.session),
  )
  const session = open.find((s) => s.id === serving?.session)
  if (!serving || !session) return null
  return [
    `the dispatch by which ${v.user} was called`,
    `${v.event} by ${v.user} without one, while ${session.id} of ${session.orchestrator} was open, in which ${v.user} serves`,
  ]
}

const tooFast = (v: VerdictSeen, m: Material): Finding[] => {
  const seconds = secondsFor(v, m.dispatches)
  const least = ((v.words ?? 0) * 60) / MOST_WORDS_A_MINUTE[v.kind]
  if (least <= seconds) return []
  const from = v.dispatch ? `its call (${v.dispatch})` : 'the routing'
  const expected = `at least ${Math.ceil(least)} s for ${v.words} words that ${v.user} had not judged before`
  return [
    finding('VERDICT_TOO_FAST', whereOf(v), expected, `${v.event} ${Math.floor(seconds)} s after ${from}`),
  ]
}

/** In one session an agent serves as one, unless the Lead allowed a fresh one. */
const twice = ({ dispatches, events }: Material): Finding[] => {
  const serving = new Map<string, { readonly instance: string; readonly since: string }>()
  return [...dispatches.values()].flatMap((d) => {
    const instance = d.end?.instance
    if (!instance) return []
    const key = `${d.session} ${d.agent}`
    const before = serving.get(key)
    if (before?.instance !== instance) serving.set(key, { instance, since: d.id })
    if (!before || before.instance === instance || d.fresh) return []
    const expected = `${before.instance}, which serves as ${d.agent} in ${d.session} since ${before.since}`
    return [
      finding(
        'AGENT_TWICE',
        inRecord('dispatches', lineOf(d, events.dispatches)),
        expected,
        `${instance} (${d.id})`,
      ),
    ]
  })
}

const lineOf = ({ id }: Dispatch, events: readonly SystemEvent[]): number =>
  events.find((e) => e.event === 'DISPATCH' && e.dispatch === id)?.seq ?? 0

const leftOpen = (m: Material): Finding[] => [
  ...[...m.dispatches.values()]
    .filter((d) => d.end === null && d.until < m.now)
    .map((d) =>
      finding(
        'DISPATCH_LEFT_OPEN',
        inRecord('dispatches', lineOf(d, m.events.dispatches)),
        `how ${d.id} ended, by ${d.until}`,
        'nothing on record',
      ),
    ),
  ...[...m.sessions.values()].filter((s) => wasLeft(s, m)).map((s) => leftSession(s, m)),
]

const lastIn = (s: Session, { dispatches }: Material): string =>
  [...dispatches.values()]
    .filter((d) => d.session === s.id)
    .reduce((last, d) => (d.at > last ? d.at : last), s.started)

const wasLeft = (s: Session, m: Material): boolean =>
  s.ended === null && Date.parse(m.now) - Date.parse(lastIn(s, m)) > LEFT_AFTER_HOURS * 3_600_000

const leftSession = (s: Session, m: Material): Finding => {
  const line = m.events.sessions.find((e) => e.event === 'SESSION_START' && e.session === s.id)?.seq ?? 0
  const found = `still open; the last that ${s.orchestrator} did in it was at ${lastIn(s, m)}`
  return finding('SESSION_LEFT_OPEN', inRecord('sessions', line), `an end of ${s.id}`, found)
}

const incidentFinding = (e: SystemEvent): Finding[] => {
  const where = inRecord('incidents', e.seq)
  const of = 'document' in e && e.document ? ` on ${e.document}` : ''
  if (e.event === 'IDENTITY_MISMATCH')
    return [
      finding(
        'IDENTITY_MISMATCHED',
        where,
        `${e.user}, as the ${e.by} says, to act as ${e.user}`,
        `${e.action} as ${e.claimed}${of}, refused`,
      ),
    ]
  if (e.event !== 'ATTEMPT') return []
  const what = [e.tool, e.agent && `of ${e.agent}`, e.path, e.classes?.join(', ')].filter(Boolean).join(' ')
  return [finding('ATTEMPT_PAST_RULES', where, RULES[e.kind], `${what}${of} by ${e.user}, ${e.done}`)]
}

const RULES: Readonly<Record<Extract<SystemEvent, { event: 'ATTEMPT' }>['kind'], string>> = {
  prompt: 'a prompt of what SOP-007 section 5.2 permits, and nothing else',
  second_agent: 'the agent that serves in this session (SOP-007 section 4.4)',
  write: 'no writing to the record but by qms (SOP-007 section 6)',
  spawn: 'agents called by the orchestrator, not by those whom it called',
}
