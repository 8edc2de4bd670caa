/** What `qms interact` shows: what is asked, how far it is, which states of the project belong to it. */
import type { Interaction, Open } from '../../app/interaction.ts'
import { visible, visibleLine } from '../visible.ts'
import { isQuiet } from './display.ts'
import { bold, dim, folded, table } from './screen.ts'

const headLines = (i: Interaction): string[] => {
  const unsaved = i.unsaved === 0 ? '' : ', not all checked in yet'
  const state = i.complete ? 'complete' : `answered ${i.answered} of ${i.of}`
  return [`${bold(i.document)}  ${visibleLine(i.title)}`, `  ${state}${i.held ? unsaved : ''}`]
}

const HINTS: Readonly<Record<Open['kind'], (open: Open) => string | null>> = {
  yesno: () => 'yes or no',
  choice: (open) => `one of: ${open.choices.join(', ')}`,
  text: () => null,
}

/** One prompt: its guidance, and what is to be known of its answer. */
export const askingLines = (open: Open): string[] => {
  const facts = [
    HINTS[open.kind](open),
    open.default === null ? null : `nothing answered: ${open.default}`,
    open.snapshot ? 'the state of the project is recorded with the answer' : null,
    open.changing ? `it was answered: ${open.changing.value}` : null,
    open.changing && open.changing.reason === null ? 'it is changed only with a reason' : null,
  ].filter((fact) => fact !== null)
  const guidance = open.guidance.split('\n').flatMap((line) => folded(`  ${visible(line)}`.trimEnd(), 2))
  return [
    '',
    bold(open.prompt),
    ...guidance,
    ...facts.flatMap((fact) => folded(dim(`  (${visibleLine(fact)})`), 2)),
  ]
}

export const openLines = (i: Interaction): string[] => [
  ...headLines(i),
  ...(i.open ? askingLines(i.open) : []),
  ...nextLines(i),
]

const nextLines = ({ next }: Interaction): string[] =>
  isQuiet() || next.length === 0 ? [] : ['', bold('Next'), ...next.map((command) => `  ${command}`)]

/** All answers that count, and how to look at the states that were recorded. */
export const progressLines = (i: Interaction): string[] => {
  const rows = i.answers.map((a) => [
    a.prompt,
    firstLine(a.value),
    a.author,
    a.superseded > 0 ? `changed ${a.superseded}x` : '',
  ])
  const loops = i.loops.map((l) => `  loop ${l.loop}: pass ${l.passes}, ${l.closed ? 'closed' : 'open'}`)
  return [
    ...headLines(i),
    ...(i.open ? [`  open: ${i.open.prompt}`] : []),
    ...loops,
    ...(rows.length > 0 ? ['', ...table(['prompt', 'answer', 'by', ''], rows)] : []),
    ...snapshotLines(i),
    ...nextLines(i),
  ]
}

const firstLine = (value: string): string => {
  const [line = '', ...more] = value.split('\n')
  return more.length > 0 ? `${line} ...` : line
}

const snapshotLines = ({ snapshots }: Interaction): string[] => {
  const last = snapshots.at(-1)
  if (!last) return []
  return [
    '',
    bold('States of the project'),
    ...snapshots.map((s) => `  ${s.commit}  ${s.prompt}, ${s.timestamp}`),
    ...(isQuiet()
      ? []
      : [
          dim(`  git show --stat ${last.commit.slice(0, 12)}`),
          dim(`  git worktree add --detach ../seen ${last.commit.slice(0, 12)}`),
        ]),
  ]
}

export const tookLines = (i: Interaction): string[] => {
  const did = i.dryRun ? 'Would be taken: ' : i.replayed ? 'As it was answered before: ' : 'Answered: '
  return i.took.length > 0 ? [`${did}${i.took.join(', ')}`, '', ...openLines(i)] : openLines(i)
}
