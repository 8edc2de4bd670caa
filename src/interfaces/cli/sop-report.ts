/** What `audit --sop SOP-007` tells of agents, on a terminal: who called whom for what, what each was told, what came of it. */

import type { SopReport } from '../../app/audit/sop.ts'
import { visibleLine } from '../visible.ts'
import { counted } from './counted.ts'
import { localTime } from './display.ts'
import { bold, dim, folded } from './screen.ts'

type Orchestration = NonNullable<SopReport['orchestration']>
type One<K extends 'sessions' | 'dispatches' | 'verdicts' | 'incidents' | 'escalations'> =
  Orchestration[K][number]

/** Of each list so many are shown, the newest; `--all` shows each, and what each agent was told. */
const MOST = 20

export const orchestrationLines = ({ orchestration: o }: SopReport, all: boolean): string[] => {
  if (o === null) return ['The records of sessions and dispatches are damaged: nothing is told of them.', '']
  return [
    ...part('Sessions', o.sessions.map(sessionLines), all),
    ...part(
      'Dispatches',
      o.dispatches.map((d) => dispatchLines(d, all)),
      all,
    ),
    ...part('Verdicts of agents without a dispatch', o.verdicts.filter(isUncalled).map(verdictLines), all),
    ...part('Identity mismatches and attempts', o.incidents.map(incidentLines), all),
    ...part('Escalations without a decision', o.escalations.map(escalationLines), all),
    ...totals(o),
    '',
  ]
}

const isUncalled = (v: One<'verdicts'>): boolean => v.kind === 'agent' && v.dispatch === null

const part = (head: string, entries: readonly string[][], all: boolean): string[] => {
  if (entries.length === 0) return []
  const shown = all ? entries : entries.slice(-MOST)
  const left = entries.length - shown.length
  const more = left > 0 ? [dim(`  ${left} earlier ones are not shown (--all shows them)`)] : []
  return [bold(head), ...more, ...shown.flat(), '']
}

const sessionLines = (s: One<'sessions'>): string[] => {
  const until = s.ended ? `to ${localTime(s.ended)}` : 'still open'
  const agents = s.agents.map(
    (a) =>
      `${a.agent}: ${a.dispatches} calls${a.instances.length > 1 ? `, ${a.instances.length} instances` : ''}`,
  )
  return folded(
    `  ${bold(s.session)}  ${s.orchestrator}, ${localTime(s.started)} ${until}${agents.length > 0 ? `; ${agents.join('; ')}` : ''}`,
    4,
  )
}

const dispatchLines = (d: One<'dispatches'>, all: boolean): string[] => {
  const tool = d.tool ? `${d.backend} (${visibleLine(d.tool)})` : d.backend
  const allowed = d.allowed ? `, allowed by ${d.allowed.by}: ${visibleLine(d.allowed.reason)}` : ''
  return [
    ...folded(
      `  ${bold(d.dispatch)}  ${d.by} called ${d.agent} for the ${d.task} of ${d.document} ${d.version}, round ${d.round}, ${localTime(d.at)}`,
      4,
    ),
    ...folded(`      on ${tool}, ${d.mode}${d.instance ? ` ${visibleLine(d.instance)}` : ''}${allowed}`, 8),
    ...folded(`      told ${d.words} words, SHA-256 ${d.prompt.slice(0, 16)}; ${ended(d)}`, 8),
    ...(all
      ? d.told
          .trimEnd()
          .split('\n')
          .map((line) => dim(`      | ${visibleLine(line)}`))
      : []),
  ]
}

const ended = (d: One<'dispatches'>): string => {
  if (d.outcome === null) return `no end on record, its time is over at ${localTime(d.until)}`
  const verdict = d.verdict ? `: ${d.verdict.event} ${d.verdict.outcome ?? ''}`.trimEnd() : ''
  const spent = [
    d.duration === null ? null : `${Math.round(d.duration / 1000)} s`,
    d.turns === null ? null : `${d.turns} turns`,
    d.tokens === null ? null : `${d.tokens} tokens`,
    d.cost === null ? null : `$${d.cost}`,
  ].filter((x) => x !== null)
  const problem = d.problem ? ` (${visibleLine(d.problem)})` : ''
  return `${d.outcome}${verdict}${problem}${spent.length > 0 ? `; ${spent.join(', ')}` : ''}`
}

const verdictLines = (v: One<'verdicts'>): string[] =>
  folded(
    `  ${bold(v.document)}  ${v.event} ${v.outcome ?? ''}`.trimEnd() +
      ` by ${v.user}, ${localTime(v.at)}, ${Math.round(v.seconds)} s after the routing`,
    4,
  )

const incidentLines = (i: One<'incidents'>): string[] => {
  const what = i.claimed ? `${visibleLine(i.what)} as ${i.claimed}` : visibleLine(`${i.kind}: ${i.what}`)
  const classes = i.classes.length > 0 ? ` (${i.classes.join(', ')})` : ''
  return folded(
    `  ${localTime(i.at)}  ${i.user}  ${what}${classes}${i.document ? ` on ${i.document}` : ''}, ${i.done}`,
    4,
  )
}

const escalationLines = (e: One<'escalations'>): string[] =>
  folded(`  ${bold(e.document)}  ${e.user}, ${localTime(e.at)}: ${visibleLine(e.reason)}`, 4)

const totals = ({ totals: t, attempts: a }: Orchestration): string[] => [
  'SOP-007: ' +
    [
      counted(t.dispatches, 'dispatch', 'dispatches'),
      `${t.fresh} of them fresh`,
      counted(t.verdicts, 'verdict'),
      `${t.uncalled} by agents without a dispatch`,
      counted(t.mismatches, 'identity mismatch', 'identity mismatches'),
      `attempts: ${counted(a.prompt, 'prompt')}, ${counted(a.second_agent, 'second agent')}, ${counted(a.write, 'write')}, ${counted(a.spawn, 'spawn')}`,
      ...(t.cost === null ? [] : [`cost $${t.cost}`]),
    ].join(', '),
]
