/** What is open, and why not, in words. */

import type { Explained, Foresight } from '../../app/foresight.ts'
import type { Agenda, Inbox, Task } from '../../app/tasks.ts'
import { visibleLine } from '../visible.ts'
import { localTime } from './display.ts'
import { bold, dim, folded, nextLines } from './screen.ts'

export const foresightLines = ({ document: d, prospects, next, action, possibleIn }: Foresight): string[] => {
  const head = `${bold(d.doc_id)}  ${d.status}, version ${d.version}`
  if (action && prospects.length === 0)
    return [
      head,
      ...folded(
        `  ${action} is not possible in ${d.status}; it is in ${possibleIn.join(', ') || 'no status of this type'}.`,
        2,
      ),
      ...nextLines(next),
    ]
  const shown = action ? prospects.flatMap(explainedLines) : prospects.flatMap(summaryLine)
  return [head, ...shown, ...(action ? [] : nextLines(next, 4))]
}

const mark = (ok: boolean): string => (ok ? 'yes' : 'no ')

const summaryLine = (p: Explained): string[] => {
  const reasons = [
    ...(p.admitted ? [] : [`not yours: ${p.who.join(', ') || 'nobody now'}`]),
    ...p.gates.filter((g) => !g.holds).map((g) => g.found),
  ]
  return withReason(`  ${mark(p.possible)}  ${p.command}`, reasons.join('; '))
}

/** Behind the command where there is room, else below it: a command stays in one piece, to be pasted. */
const withReason = (command: string, reason: string): string[] => {
  if (reason === '') return [command]
  const line = `${command}   ${visibleLine(reason)}`
  if (folded(line, 0).length === 1) return [command + dim(line.slice(command.length))]
  return [command, ...folded(`         ${visibleLine(reason)}`, 9).map(dim)]
}

const explainedLines = (p: Explained): string[] => [
  `  ${bold(p.command)}  -> ${p.to}`,
  `    ${mark(p.admitted)}  ${p.admitted ? 'you may' : `it takes: ${p.who.join(', ') || 'nobody who is registered now'}`}`,
  ...p.gates.flatMap((g) =>
    folded(`    ${mark(g.holds)}  ${g.expected}${g.holds ? '' : `   found: ${visibleLine(g.found)}`}`, 9),
  ),
]

export const inboxLines = ({ user, tasks }: Inbox): string[] =>
  tasks.length === 0
    ? [`Nothing is asked of ${user}.`]
    : [`${tasks.length} asked of ${bold(user)}`, ...tasks.flatMap(taskLines)]

const taskLines = (t: Task): string[] => [
  '',
  ...folded(`${bold(t.document)}  ${visibleLine(t.title)}`, 2),
  ...folded(
    `  ${t.kind}${t.purpose === 'ordinary' ? '' : ` (to ${t.purpose})`}${t.status === null ? '' : `, ${t.status}, version ${t.version}`}${t.round === null ? '' : `, round ${t.round}`}, since ${localTime(t.since)}${t.owner ? `, from ${t.owner}` : ''}`,
    4,
  ),
  ...t.commands.map((command) => `  ${command}`),
]

export const agendaLines = (agenda: Agenda): string[] => {
  const own = agenda.own.filter(({ next }) => next.length > 0)
  return [
    ...inboxLines(agenda),
    ...(own.length > 0 ? ['', `Documents of ${bold(agenda.user)}`] : []),
    ...own.flatMap(({ document: d, next }) => [
      ...folded(`${bold(d.doc_id)}  ${visibleLine(d.title)}  ${dim(d.status)}`, 2),
      ...next.slice(0, 3).map((s) => `  ${s.command}`),
    ]),
  ]
}
