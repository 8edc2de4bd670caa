/** Evidence in words. */
import { type Exhibit, factsOf, type ShownItem, toldBriefly } from '../../app/exhibits.ts'
import type { Evidence } from '../../documents/evidence.ts'
import { visibleLine } from '../visible.ts'
import { localTime } from './display.ts'
import { bold, dim, folded, nextLines } from './screen.ts'

const LONGEST = 400

export const toldOf = (evidence: Evidence): string => {
  const words = visibleLine(toldBriefly(evidence))
  return words.length > LONGEST ? `${words.slice(0, LONGEST)} ...` : words
}

export const itemLines = ({ document, item, started, exhibits, entries, next }: ShownItem): string[] => {
  const facts: [string, string | null][] = [
    ['task', item.task],
    ['expected', item.expected],
    ['outcome', item.outcome ?? (started ? `none, begun ${localTime(started)}` : 'none')],
    ['by', [item.performer, item.date].filter((word) => word !== null).join(', ') || item.assignee],
    ['summary', item.summary],
  ]
  return [
    bold(`${document.doc_id} ${item.item}`),
    ...facts.flatMap(([name, value]) =>
      value ? folded(`  ${name.padEnd(9)} ${visibleLine(value)}`, 12) : [],
    ),
    ...headed('Evidence', exhibits.flatMap(exhibitLines)),
    ...headed('Recorded', entries.flatMap(entryLines)),
    ...nextLines(next),
  ]
}

const headed = (title: string, lines: readonly string[]): string[] =>
  lines.length > 0 ? ['', bold(title), ...lines] : ['', bold(title), '  nothing yet']

/** Without its kind, which stands in front of it. */
const toldOnce = (evidence: Evidence): string => {
  const [kind, ...rest] = toldOf(evidence).split(' ')
  return kind === evidence.kind && kind !== 'text' ? rest.join(' ') : [kind, ...rest].join(' ')
}

const exhibitLines = ({ number, evidence, ts, user, aside }: Exhibit): string[] => [
  ...folded(`  ${`E${number}`.padEnd(4)} ${evidence.kind.padEnd(6)} ${toldOnce(evidence)}`, 14),
  ...factsOf(evidence).flatMap(([name, value]) =>
    folded(`       ${dim(name.padEnd(8))} ${visibleLine(value)}`, 16),
  ),
  dim(`       ${localTime(ts)}  ${user}`),
  ...(aside === null ? [] : folded(`       set aside: ${visibleLine(aside)}`, 16)),
]

const entryLines = (e: ShownItem['entries'][number]): string[] => {
  const what = [e.action, e.outcome, ...(e.carried ?? []), ...(e.aside ?? []).map((n) => `without E${n}`)]
  const words = [e.summary, e.reason && `reason: ${e.reason}`].filter((word) => word).join(' ')
  return [
    ...folded(`  ${dim(localTime(e.ts))}  ${e.user}  ${what.filter((word) => word).join(' ')}`, 4),
    ...(words === '' ? [] : folded(`    ${visibleLine(words)}`, 4)),
  ]
}
