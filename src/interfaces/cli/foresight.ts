/** What is open, and why not, in words. */

import type { Explained, Foresight } from '../../app/foresight.ts'
import type { Agenda, Inbox, Task } from '../../app/tasks.ts'
import { visibleLine } from '../visible.ts'
import { bold, dim, nextLines } from './screen.ts'

export const foresightLines = ({ document: d, prospects, next, action, possibleIn }: Foresight): string[] => {
  const head = `${bold(d.doc_id)}  ${d.status}, version ${d.version}`
  if (action && prospects.length === 0)
    return [
      head,
      `  ${action} is not possible in ${d.status}; it is in ${possibleIn.join(', ') || 'no status of this type'}.`,
      ...nextLines(next),
    ]
  const shown = action ? prospects.flatMap(explainedLines) : prospects.map(summaryLine)
  return [head, ...shown, ...(action ? [] : nextLines(next, 4))]
}

const mark = (ok: boolean): string => (ok ? 'yes' : 'no ')

const summaryLine = (p: Explained): string => {
  const reasons = [
    ...(p.admitted ? [] : [`not yours: ${p.who.join(', ') || 'nobody now'}`]),
    ...p.gates.filter((g) => !g.holds).map((g) => g.found),
  ]
  return `  ${mark(p.possible)}  ${p.command}${reasons.length > 0 ? dim(`   ${visibleLine(reasons.join('; '))}`) : ''}`
}

const explainedLines = (p: Explained): string[] => [
  `  ${bold(p.command)}  -> ${p.to}`,
  `    ${mark(p.admitted)}  ${p.admitted ? 'you may' : `it takes: ${p.who.join(', ') || 'nobody who is registered now'}`}`,
  ...p.gates.map(
    (g) => `    ${mark(g.holds)}  ${g.expected}${g.holds ? '' : dim(`   found: ${visibleLine(g.found)}`)}`,
  ),
]

export const inboxLines = ({ user, tasks }: Inbox): string[] =>
  tasks.length === 0
    ? [`Nothing is asked of ${user}.`]
    : [`${tasks.length} asked of ${bold(user)}`, ...tasks.flatMap(taskLines)]

const taskLines = (t: Task): string[] => [
  '',
  `${bold(t.document)}  ${visibleLine(t.title)}`,
  `  ${t.kind}${t.purpose === 'ordinary' ? '' : ` (to ${t.purpose})`}, ${t.status}, version ${t.version}${t.round === null ? '' : `, round ${t.round}`}, since ${t.since}${t.owner ? `, from ${t.owner}` : ''}`,
  ...t.commands.map((command) => `  ${command}`),
]

export const agendaLines = (agenda: Agenda): string[] => {
  const own = agenda.own.filter(({ next }) => next.length > 0)
  return [
    ...inboxLines(agenda),
    ...(own.length > 0 ? ['', `Documents of ${bold(agenda.user)}`] : []),
    ...own.flatMap(({ document: d, next }) => [
      `${bold(d.doc_id)}  ${visibleLine(d.title)}  ${dim(d.status)}`,
      ...next.slice(0, 3).map((s) => `  ${s.command}`),
    ]),
  ]
}
