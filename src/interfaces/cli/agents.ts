/** What commands about agents and sessions share: flags, and what a person sees. */
import { Flags } from '@oclif/core'
import type { SessionStanding } from '../../app/agents/sessions.ts'
import type { Spawned } from '../../app/agents/spawn.ts'
import type { SpawnedAll } from '../../app/agents/spawn-all.ts'
import type { AgentSums } from '../../app/agents/stats.ts'
import { visible, visibleLine } from '../visible.ts'
import { isQuiet, localTime } from './display.ts'
import { bold, nextLines, printError, receiptLines, table, warningLines } from './screen.ts'

export const sessionFlag = {
  session: Flags.string({ description: 'which session; else your open one', helpValue: 'S-001' }),
}

const next = (...commands: string[]): string[] =>
  isQuiet() ? [] : ['', bold('Next'), ...commands.map((command) => `  ${command}`)]

export const sessionNext = (): string[] =>
  next('qms route ID --review --spawn', 'qms agent spawn qa --doc ID', 'qms session show', 'qms session end')

export const endedNext = (session: string): string[] =>
  next(`qms session show ${session}`, 'qms agent stats', 'qms audit --sop SOP-007')

/** Bytes that may wait for whoever reads standard error; what comes then is in the log of the call alone. */
const WAITING = 1_000_000

/**
 * Tells a person what agents do: on standard error, each under its name, so that the answer stays alone. What an agent
 * says again and again is told once.
 */
export const tellerFor = (asJson: boolean): ((agent: string, line: string) => void) => {
  const last = new Map<string, string>()
  return (agent, line) => {
    if (asJson || isQuiet() || last.get(agent) === line || process.stderr.writableLength > WAITING) return
    last.set(agent, line)
    printError([`${agent}: ${visibleLine(line)}`])
  }
}

/** Milliseconds as people read them. */
export const lasted = (ms: number | null): string => {
  if (ms === null) return '-'
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`
}

const money = (usd: number | null): string => (usd === null ? '-' : usd.toFixed(4))
const known = (n: number | null): string => (n === null ? '-' : String(n))

export const sumsRow = (s: AgentSums): string[] => [
  s.agent,
  s.backend,
  String(s.dispatches),
  String(s.resumed),
  String(s.outcomes.verdict ?? 0),
  Object.entries(s.outcomes)
    .filter(([outcome]) => outcome !== 'verdict')
    .map(([outcome, n]) => `${n} ${outcome.replace('_', ' ')}`)
    .concat(s.open > 0 ? [`${s.open} open`] : [])
    .join(', ') || '-',
  lasted(s.duration),
  known(s.turns),
  known(s.tokens),
  money(s.cost),
]

/** The exact prompt and command line, or what came of the call. */
export const spawnedLines = (s: Spawned): string[] => {
  const prompt = visible(s.prompt)
    .split('\n')
    .map((line) => `  ${line}`.trimEnd())
  if (s.dryRun)
    return [
      bold(`Would tell ${s.agent}${s.resumed ? ' (who goes on)' : ''}`),
      ...prompt,
      bold('By'),
      `  ${s.command.map(visibleLine).join(' ')}`,
      ...receiptLines(s, ''),
    ]
  const cost = s.cost === null ? '' : `, ${money(s.cost)} USD`
  return [
    `${bold(documentOf(s))} has the verdict of ${s.agent}: ${bold(s.verdict ?? s.outcome ?? '')}`,
    `  ${s.dispatch}, ${s.task}, ${s.resumed ? 'went on' : 'began'} on ${s.backend}, ${lasted(s.duration)}${cost}`,
    `  ${bold(s.status)}`,
    ...warningLines(s),
    ...next(`qms status ${documentOf(s)}`, `qms comments ${documentOf(s)}`, 'qms session show'),
  ]
}

const documentOf = (s: Spawned): string =>
  s.events.flatMap((e) =>
    'event' in e && e.event === 'DISPATCH' && 'document' in e ? [String(e.document)] : [],
  )[0] ?? ''

/** What came of calling all of them, and where the document stands now. */
export const calledLines = ({ called, people, document, next: steps }: SpawnedAll): string[] => [
  '',
  ...called.map(
    (c) =>
      `${bold(c.agent)}  ${c.verdict ?? `no verdict (${visibleLine(c.refused?.problem ?? '')})`}  ${c.dispatch ?? ''}`,
  ),
  ...(people.length > 0 ? [`Asked, too, and to be told by you: ${people.join(', ')}`] : []),
  `  ${bold(document.status)}, version ${document.version}`,
  ...nextLines(steps),
]

export const standingLines = (s: SessionStanding): string[] => {
  const { session } = s
  const awaited = s.awaited.map((a) => [a.document, a.task, a.agent, a.status, a.dispatch ?? 'not called'])
  const awaits =
    awaited.length > 0
      ? ['', bold('Awaited'), ...table(['DOCUMENT', 'TASK', 'AGENT', 'STATUS', 'DISPATCH'], awaited)]
      : []
  if (!session) return [...noSession(s), ...awaits, ...next('qms session start')]
  return [
    `${bold(session.id)} of ${session.orchestrator}, ${session.ended ? `ended ${localTime(session.ended.at)}` : `open since ${localTime(session.started)}`}`,
    ...section(
      'Agents',
      ['AGENT', 'BACKEND', 'INSTANCE', 'CALLED', 'LAST'],
      s.agents.map((a) => [a.agent, a.backend, a.instance ?? '-', String(a.dispatches), a.last]),
    ),
    ...section(
      'Dispatches',
      ['DISPATCH', 'AGENT', 'DOCUMENT', 'TASK', 'CAME TO'],
      s.dispatches.map((d) => [d.id, d.agent, d.document, d.task, cameTo(d, s.gone)]),
    ),
    ...awaits,
    ...section(
      'Own documents',
      ['DOCUMENT', 'STATUS', 'TITLE'],
      s.own.map((o) => [o.document, o.status, o.title]),
    ),
    ...next(...commandsAfter(s)),
  ]
}

/** Where there is no verdict, also why: that is what whoever goes on has to know. */
const cameTo = (
  { id, end, until }: SessionStanding['dispatches'][number],
  gone: readonly string[],
): string => {
  if (end === null)
    return gone.includes(id) ? 'gone, its end is not on record' : `open until ${localTime(until)}`
  const outcome = end.outcome.replace('_', ' ')
  return end.outcome === 'verdict' || end.problem === null
    ? outcome
    : `${outcome}: ${visibleLine(end.problem)}`
}

const section = (name: string, head: readonly string[], rows: readonly (readonly string[])[]): string[] =>
  rows.length > 0 ? ['', bold(name), ...table(head, rows)] : []

const noSession = ({ sessions }: SessionStanding): string[] =>
  sessions.length === 0
    ? ['No session was ever opened.']
    : table(
        ['SESSION', 'ORCHESTRATOR', 'STARTED', 'ENDED'],
        sessions.map((x) => [
          x.id,
          x.orchestrator,
          localTime(x.started),
          x.ended ? localTime(x.ended.at) : 'open',
        ]),
      )

const commandsAfter = ({ session, awaited }: SessionStanding): string[] => {
  if (session?.ended) return ['qms session start']
  const calls = awaited
    .filter((a) => a.dispatch === null)
    .slice(0, 4)
    .map((a) => `qms agent spawn ${a.agent} --doc ${a.document} -u ${session?.orchestrator}`)
  return [...calls, `qms next -u ${session?.orchestrator}`, `qms session end -u ${session?.orchestrator}`]
}
