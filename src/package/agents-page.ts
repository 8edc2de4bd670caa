/** Sessions, calls of agents and what each was told: a page, and a table of the calls. */
import type { SystemEvent } from '../documents/event.ts'
import { csvRow } from './csv.ts'
import { type CellLike, htmlTable, link, page, utc } from './html.ts'
import { pageOf } from './record.ts'

export interface SessionRow {
  readonly id: string
  readonly orchestrator: string
  readonly started: string
  readonly ended: { readonly at: string; readonly by: string } | null
  readonly allowed: readonly { readonly agent: string; readonly by: string; readonly reason: string }[]
}

export interface DispatchRow {
  readonly id: string
  readonly session: string
  readonly by: string
  readonly at: string
  readonly agent: string
  readonly document: string
  readonly version: string
  readonly status: string
  readonly task: string
  readonly round: number
  readonly backend: string
  readonly resumed: string | null
  readonly fresh: boolean
  readonly told: string
  readonly end: {
    readonly at: string
    readonly outcome: string
    readonly problem: string | null
    readonly instance: string | null
    readonly tool: string | null
    readonly duration: number | null
    readonly turns: number | null
    readonly tokens: number | null
    readonly cost: number | null
  } | null
}

export interface AgentsTold {
  readonly sessions: readonly SessionRow[]
  readonly dispatches: readonly DispatchRow[]
  readonly incidents: readonly SystemEvent[]
}

export const AGENTS_PAGE = 'agents.html'
export const DISPATCHES_TABLE = 'dispatches.csv'

/** A store that knows neither sessions nor incidents has no such page. */
export const hasAgents = ({ sessions, dispatches, incidents }: AgentsTold): boolean =>
  sessions.length + dispatches.length + incidents.length > 0

/** @param documents that have a page of their own */
export const agentsPage = (told: AgentsTold, documents: ReadonlySet<string>): string =>
  page('Agents', [
    `<h1>Agents</h1><p>${link('index.html', 'All records')}</p>`,
    sessions(told.sessions),
    dispatches(told.dispatches, documents),
    prompts(told.dispatches),
    incidents(told.incidents),
  ])

const sessions = (all: readonly SessionRow[]): string =>
  htmlTable(
    'Sessions of orchestrators',
    ['Session', 'Orchestrator', 'Started', 'Ended', 'Fresh agents that were allowed'],
    all.map((s) => [
      s.id,
      s.orchestrator,
      utc(s.started),
      s.ended ? `${utc(s.ended.at)} by ${s.ended.by}` : 'open',
      s.allowed.map((a) => `${a.agent}, by ${a.by}: ${a.reason}`).join('; '),
    ]),
  )

const modeOf = (d: DispatchRow): string => (d.fresh ? 'fresh' : d.resumed === null ? 'new' : 'resumed')

const dispatches = (all: readonly DispatchRow[], documents: ReadonlySet<string>): string =>
  htmlTable(
    'Calls of agents',
    ['Dispatch', 'Session', 'At', 'By', 'Agent', 'Document', 'Task', 'Round', 'Backend', 'How', 'Outcome'],
    all.map((d): CellLike[] => [
      ...[d.id, d.session, utc(d.at), d.by, d.agent],
      documents.has(d.document) ? { html: link(pageOf(d.document), d.document) } : d.document,
      ...[`${d.task} of ${d.version}`, d.round, d.end?.tool ?? d.backend, modeOf(d)],
      d.end ? [d.end.outcome, d.end.problem].filter(Boolean).join(': ') : 'no end on record',
    ]),
  )

const prompts = (all: readonly DispatchRow[]): string =>
  htmlTable(
    'What each was told',
    ['Dispatch', 'Prompt'],
    all.map((d) => [d.id, d.told]),
  )

const incidents = (all: readonly SystemEvent[]): string =>
  htmlTable(
    'Identity mismatches and attempts past the rules',
    ['At', 'Who', 'What', 'Of', 'Document'],
    all.flatMap((e) => {
      if (e.event === 'IDENTITY_MISMATCH')
        return [[utc(e.ts), e.user, `${e.action} as ${e.claimed}`, `by ${e.by}`, e.document ?? null]]
      if (e.event !== 'ATTEMPT') return []
      const of = [e.tool, e.agent, e.path, ...(e.classes ?? [])].filter(Boolean).join(' ')
      return [[utc(e.ts), e.user, `${e.kind}, ${e.done}`, of, e.document ?? null]]
    }),
  )

const COLUMNS = [
  ...[
    'dispatch',
    'session',
    'at',
    'by',
    'agent',
    'document',
    'version',
    'status',
    'task',
    'round',
    'backend',
  ],
  ...[
    'how',
    'ended',
    'outcome',
    'problem',
    'instance',
    'tool',
    'duration',
    'turns',
    'tokens',
    'cost',
    'told',
  ],
]

export const dispatchesTable = (all: readonly DispatchRow[]): string =>
  [
    csvRow(COLUMNS),
    ...all.map((d) =>
      csvRow([
        ...[
          d.id,
          d.session,
          d.at,
          d.by,
          d.agent,
          d.document,
          d.version,
          d.status,
          d.task,
          d.round,
          d.backend,
        ],
        ...[modeOf(d), d.end?.at, d.end?.outcome, d.end?.problem, d.end?.instance ?? d.resumed, d.end?.tool],
        ...[d.end?.duration, d.end?.turns, d.end?.tokens, d.end?.cost, d.told],
      ]),
    ),
  ].join('')
