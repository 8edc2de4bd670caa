/**
 * What the records tell of the orchestration of agents, as the Lead reads it: who called whom for what, what each was
 * told, and what came of it. Source: SOP-007 sections 4 to 7.
 */
import type { Allowance, Dispatch, Session } from '../agents/sessions.ts'
import { wordsIn } from '../agents/spawn-prompt.ts'
import type { AttemptKind, SystemEvent } from '../documents/event.ts'
import type { Actor } from '../documents/registry.ts'

/** A verdict, and what its reviewer had to read for it. */
export interface VerdictSeen {
  readonly document: string
  /** Path of the trail, and the line in it. */
  readonly path: string
  readonly line: number
  readonly event: 'REVIEW' | 'APPROVE' | 'REJECT'
  readonly outcome: string | null
  readonly user: string
  readonly kind: Actor['kind']
  readonly at: string
  readonly round: number
  readonly dispatch: string | null
  /** When the round was opened by which the verdict was asked. */
  readonly asked: string
  /** Words of the text that this reviewer had not judged before, and of what changed in it; null where a text is gone. */
  readonly words: number | null
}

export interface EscalationSeen {
  readonly document: string
  readonly path: string
  readonly line: number
  readonly at: string
  readonly user: string
  readonly reason: string
}

/** All that the report is made of. */
export interface Material {
  readonly now: string
  readonly sessions: ReadonlyMap<string, Session>
  readonly dispatches: ReadonlyMap<string, Dispatch>
  readonly events: {
    readonly sessions: readonly SystemEvent[]
    readonly dispatches: readonly SystemEvent[]
    readonly incidents: readonly SystemEvent[]
  }
  readonly verdicts: readonly VerdictSeen[]
  /** Those without a decision. */
  readonly escalations: readonly EscalationSeen[]
  /** SHA-256 of a text. */
  readonly digest: (text: string) => string
}

/** How a call came by its agent: one that served already, a new one, or a new one in the place of one that served. */
export type Mode = 'new' | 'resumed' | 'fresh'

export interface DispatchTold {
  readonly dispatch: string
  readonly session: string
  readonly by: string
  readonly at: string
  readonly agent: string
  readonly document: string
  readonly version: string
  readonly task: string
  readonly round: number
  readonly backend: string
  readonly tool: string | null
  readonly mode: Mode
  /** Who allowed a fresh one, and why. */
  readonly allowed: { readonly by: string; readonly at: string; readonly reason: string } | null
  /** By which the backend knows the agent. */
  readonly instance: string | null
  readonly told: string
  readonly words: number
  /** Of the prompt, and of the template that it was made from. */
  readonly prompt: string
  readonly template: string
  readonly ended: string | null
  readonly until: string
  readonly outcome: string | null
  readonly problem: string | null
  readonly duration: number | null
  readonly turns: number | null
  readonly tokens: number | null
  readonly cost: number | null
  readonly verdict: { readonly event: string; readonly outcome: string | null; readonly at: string } | null
}

export interface SessionTold {
  readonly session: string
  readonly orchestrator: string
  readonly started: string
  readonly ended: string | null
  readonly agents: readonly {
    readonly agent: string
    readonly dispatches: number
    readonly instances: readonly string[]
  }[]
}

export interface VerdictTold {
  readonly document: string
  readonly line: number
  readonly event: string
  readonly outcome: string | null
  readonly user: string
  readonly kind: string
  readonly at: string
  readonly dispatch: string | null
  /** From the call, or from the routing where there was none. */
  readonly seconds: number
  readonly words: number | null
}

export interface IncidentTold {
  readonly line: number
  readonly at: string
  readonly user: string
  readonly event: 'IDENTITY_MISMATCH' | 'ATTEMPT'
  /** Of an attempt its kind; of a mismatch what gave it away. */
  readonly kind: string
  readonly claimed: string | null
  readonly what: string
  readonly done: string
  readonly document: string | null
  readonly session: string | null
  readonly classes: readonly string[]
}

export interface Orchestration {
  readonly sessions: readonly SessionTold[]
  readonly dispatches: readonly DispatchTold[]
  readonly verdicts: readonly VerdictTold[]
  readonly incidents: readonly IncidentTold[]
  readonly attempts: Readonly<Record<AttemptKind, number>>
  readonly escalations: readonly EscalationSeen[]
  readonly totals: {
    readonly dispatches: number
    readonly verdicts: number
    readonly uncalled: number
    readonly fresh: number
    readonly mismatches: number
    readonly cost: number | null
  }
}

export const orchestrationOf = (m: Material): Orchestration => {
  const dispatches = [...m.dispatches.values()].map((d) => dispatchTold(d, m))
  const incidents = m.events.incidents.flatMap(incidentTold)
  const verdicts = m.verdicts.map((v) => verdictTold(v, m))
  return {
    sessions: [...m.sessions.values()].map((s) => sessionTold(s, m)),
    dispatches,
    verdicts,
    incidents,
    attempts: attemptsIn(incidents),
    escalations: m.escalations,
    totals: {
      dispatches: dispatches.length,
      verdicts: verdicts.length,
      uncalled: verdicts.filter((v) => v.kind === 'agent' && v.dispatch === null).length,
      fresh: dispatches.filter((d) => d.mode === 'fresh').length,
      mismatches: incidents.filter((i) => i.event === 'IDENTITY_MISMATCH').length,
      cost: costOf(dispatches),
    },
  }
}

/** US dollars, to the hundredth of a cent; null where no backend said any. */
const costOf = (dispatches: readonly DispatchTold[]): number | null => {
  const known = dispatches.flatMap((d) => (d.cost === null ? [] : [d.cost]))
  return known.length === 0 ? null : Math.round(known.reduce((a, b) => a + b, 0) * 10_000) / 10_000
}

const dispatchTold = (d: Dispatch, m: Material): DispatchTold => {
  const verdict = m.verdicts.find((v) => v.dispatch === d.id && v.document === d.document)
  const allowed = d.fresh ? allowanceOf(d, m) : undefined
  return {
    dispatch: d.id,
    session: d.session,
    by: d.by,
    at: d.at,
    agent: d.agent,
    document: d.document,
    version: d.version,
    task: d.task,
    round: d.round,
    backend: d.backend,
    tool: d.end?.tool ?? null,
    mode: d.fresh ? 'fresh' : d.resumed === null ? 'new' : 'resumed',
    allowed: allowed ? { by: allowed.by, at: allowed.at, reason: allowed.reason } : null,
    instance: d.end?.instance ?? d.resumed,
    told: d.told,
    words: wordsIn(d.told),
    prompt: m.digest(d.told),
    template: d.template,
    ended: d.end?.at ?? null,
    until: d.until,
    outcome: d.end?.outcome ?? null,
    problem: d.end?.problem ?? null,
    duration: d.end?.duration ?? null,
    turns: d.end?.turns ?? null,
    tokens: d.end?.tokens ?? null,
    cost: d.end?.cost ?? null,
    verdict: verdict ? { event: verdict.event, outcome: verdict.outcome, at: verdict.at } : null,
  }
}

/** The nth fresh agent of a name in a session is the one that the nth allowance was for. */
const allowanceOf = (d: Dispatch, { sessions, dispatches }: Material): Allowance | undefined => {
  const same = [...dispatches.values()].filter(
    (x) => x.session === d.session && x.agent === d.agent && x.fresh,
  )
  const allowed = sessions.get(d.session)?.allowed.filter((a) => a.agent === d.agent)
  return allowed?.[same.indexOf(d)]
}

const sessionTold = (s: Session, { dispatches }: Material): SessionTold => {
  const own = [...dispatches.values()].filter((d) => d.session === s.id)
  const names = [...new Set(own.map((d) => d.agent))]
  return {
    session: s.id,
    orchestrator: s.orchestrator,
    started: s.started,
    ended: s.ended?.at ?? null,
    agents: names.map((agent) => {
      const served = own.filter((d) => d.agent === agent)
      const instances = [...new Set(served.flatMap((d) => d.end?.instance ?? []))]
      return { agent, dispatches: served.length, instances }
    }),
  }
}

const verdictTold = (v: VerdictSeen, m: Material): VerdictTold => ({
  document: v.document,
  line: v.line,
  event: v.event,
  outcome: v.outcome,
  user: v.user,
  kind: v.kind,
  at: v.at,
  dispatch: v.dispatch,
  seconds: secondsFor(v, m.dispatches),
  words: v.words,
})

/** From the call, or from the routing where there was none, to the verdict. */
export const secondsFor = (v: VerdictSeen, dispatches: Material['dispatches']): number => {
  const from = (v.dispatch && dispatches.get(v.dispatch)?.at) || v.asked
  return Math.max(0, (Date.parse(v.at) - Date.parse(from)) / 1000)
}

const incidentTold = (e: SystemEvent): IncidentTold[] => {
  const common = { line: e.seq, at: e.ts, user: e.user }
  if (e.event === 'IDENTITY_MISMATCH')
    return [
      {
        ...common,
        event: e.event,
        kind: e.by,
        claimed: e.claimed,
        what: e.action,
        done: 'refused',
        document: e.document ?? null,
        session: e.session ?? null,
        classes: [],
      },
    ]
  if (e.event !== 'ATTEMPT') return []
  return [
    {
      ...common,
      event: e.event,
      kind: e.kind,
      claimed: null,
      what: [e.tool, e.agent, e.path].filter(Boolean).join(' '),
      done: e.done,
      document: e.document ?? null,
      session: e.session ?? null,
      classes: e.classes ?? [],
    },
  ]
}

const attemptsIn = (incidents: readonly IncidentTold[]): Record<AttemptKind, number> => {
  const of = (kind: AttemptKind): number =>
    incidents.filter((i) => i.event === 'ATTEMPT' && i.kind === kind).length
  return { prompt: of('prompt'), second_agent: of('second_agent'), write: of('write'), spawn: of('spawn') }
}
