/** Where a document, or the whole store, stands, in words. */
import type { Standing } from '../../app/read.ts'
import type { Overview } from '../../app/survey.ts'
import { visibleLine } from '../visible.ts'
import { bold, dim, folded, nextLines, table } from './screen.ts'

export const standingLines = ({ document: d, texts, escalations, next }: Standing): string[] => {
  const newest = texts.at(-1)
  const facts: [string, string | null][] = [
    [
      'status',
      d.status + (d.purpose === 'ordinary' ? '' : ` (${d.purpose})`) + (d.outcome ? ` (${d.outcome})` : ''),
    ],
    [
      'version',
      d.version +
        (d.effective_version && d.effective_version !== d.version
          ? `, in force: ${d.effective_version}`
          : ''),
    ],
    ['type', d.doc_type + (d.kind ? `, kind ${d.kind}` : '')],
    ['owner', d.responsible_user],
    ['parent', d.parent],
    ['source', d.source],
    ['held by', d.checked_out_by ? `${d.checked_out_by}, checked out` : null],
    ['asked', d.pending_assignees.length > 0 ? `${d.pending_assignees.join(', ')} (round ${d.round})` : null],
    [
      'answered',
      Object.entries(d.review_outcomes)
        .map(([who, outcome]) => `${who} ${outcome}`)
        .join(', ') || null,
    ],
    ['text', newest ? `${newest.path}  ${dim(newest.digest.slice(0, 8))}` : null],
  ]
  return [
    ...folded(`${bold(d.doc_id)}  ${visibleLine(d.title)}`, 2),
    ...facts.flatMap(([name, value]) => (value ? folded(`  ${name.padEnd(9)} ${value}`, 12) : [])),
    ...escalations
      .filter((e) => e.decision === null)
      .flatMap((e) => folded(`  escalated ${visibleLine(e.reason)} (${e.user})`, 12)),
    ...nextLines(next),
  ]
}

export const overviewLines = (seen: Overview): string[] => {
  const counts = Object.entries(seen.counts).map(([status, n]) => `${n} ${status}`)
  const waiting = Object.entries(seen.tasks).map(([name, n]) => `${name} ${n}`)
  const rows = seen.open.map((m) => [m.doc_id, m.version, m.status, m.responsible_user ?? '-', m.title])
  return [
    ...folded(`Store on branch ${bold(seen.branch)}: ${counts.join(', ')}`, 2),
    ...(waiting.length > 0
      ? folded(`Waiting for an answer: ${waiting.join(', ')}`, 2)
      : ['Nobody is being asked for a verdict.']),
    ...(seen.escalations > 0 ? [bold(`${seen.escalations} escalated to the Lead`)] : []),
    '',
    ...(rows.length > 0
      ? table(['DOCUMENT', 'VERSION', 'STATUS', 'OWNER', 'TITLE'], rows)
      : ['No open documents. To begin one: qms create CR --title "..." -u NAME']),
  ]
}
