/** One action on one document, explained: every rule of it in this status, and what it found. */
import type { Explained, Foresight } from '../../app/foresight.ts'
import { visibleLine } from '../visible.ts'
import { bold, dim, folded, nextLines } from './screen.ts'

export const whyLines = ({ document: d, action, prospects, possibleIn, next }: Foresight): string[] => {
  const head = `${bold(d.doc_id)}  ${d.status}, version ${d.version}`
  if (prospects.length > 0) return [head, ...prospects.flatMap((p) => ruleLines(p, d.status))]
  const elsewhere = possibleIn.length > 0 ? `in ${possibleIn.join(', ')}` : 'in no status of this type'
  return [
    head,
    ...folded(`  No rule allows ${action} in ${d.status}. There is one ${elsewhere}.`, 2),
    ...nextLines(next),
  ]
}

const ruleLines = (p: Explained, status: string): string[] => [
  '',
  `${p.possible ? 'possible' : 'not possible'}  ${bold(p.command)}`,
  ...folded(
    `  rule  ${p.action}: ${status} -> ${p.to}, by ${p.role}${p.when.length > 0 ? `; it takes ${p.when.join(' and ')}` : ''}`,
    8,
  ),
  ...folded(
    `  who   ${p.who.join(', ') || 'nobody who is registered now'}${p.admitted ? dim('   you are') : dim('   you are not')}`,
    8,
  ),
  ...(p.gates.length === 0 ? ['  gates none'] : p.gates.flatMap(gateLines)),
]

const gateLines = (gate: Explained['gates'][number]): string[] => [
  ...folded(`  ${gate.holds ? 'yes' : 'no '}   ${gate.expected} ${dim(`(${gate.gate})`)}`, 8),
  ...(gate.holds ? [] : folded(`        found: ${visibleLine(gate.found)}`, 15)),
]
