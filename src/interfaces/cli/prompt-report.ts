/** What is wrong with a prompt, on a terminal: each span in its line, why it may not be told, and what to say instead. */
import type { PromptReport, Suggestion, Untrue } from '../../app/agents/lint-prompt.ts'
import { visible, visibleLine } from '../visible.ts'
import { isQuiet } from './display.ts'
import { bold, dim, folded, green, red } from './screen.ts'
import { cutTo, widthOf } from './text.ts'

type Violation = PromptReport['violations'][number]

export const promptLines = (report: PromptReport, text: string): string[] => [
  ...report.violations.flatMap((one) => [...spanLines(one, text, report.from), '']),
  ...report.untrue.flatMap(untrueLine),
  summary(report),
  ...(report.ok ? [] : insteadLines(report.suggestion)),
  ...(isQuiet() ? [] : ['', bold('Next'), ...report.next.map((command) => `  ${command}`)]),
]

/** Columns of a line that are shown before a span, and of the span. */
const BEFORE = 40
const SHOWN = 60

/** `file:2:16  criteria`, the line, and what of it is meant. */
const spanLines = (one: Violation, text: string, from: string): string[] => {
  const begin = text.lastIndexOf('\n', one.start - 1) + 1
  const lead = visibleLine(text.slice(Math.max(begin, one.start - BEFORE), one.start))
  const [first = ''] = one.text.split('\n')
  const span = cutTo(visibleLine(first.trimEnd()), SHOWN)
  const end = text.indexOf('\n', one.start)
  const rest = span.endsWith('~') ? '' : text.slice(one.start + first.length, end < 0 ? undefined : end)
  const why = `${one.class}: ${one.what}${one.item === null ? '' : ` (5.3, item ${one.item})`}`
  return [
    `${visibleLine(from)}:${one.line}:${one.column}  ${red(one.class)}`,
    `    ${lead}${bold(span)}${dim(cutTo(visibleLine(rest.trimEnd()), BEFORE))}`,
    `    ${' '.repeat(widthOf(lead))}${red('^'.repeat(Math.max(1, widthOf(span))))}`,
    ...folded(`    ${visibleLine(why)}`, 4),
  ]
}

const untrueLine = ({ fact, said, is }: Untrue): string[] => [
  `${red('not so')}  ${fact} ${visibleLine(said)}: it is ${is}`,
  '',
]

const summary = ({ ok, words, violations, untrue, named }: PromptReport): string => {
  const call = [named?.task, named?.document && `of ${named.document}`, named?.agent && `by ${named.agent}`]
  const about = call.filter((part) => part).join(' ')
  if (ok) return `${green('Within SOP-007 5.2')}: ${words} words${about === '' ? '' : `, ${about}`}`
  const counts = [
    ...(violations.length > 0 ? [`${violations.length} ${violations.length === 1 ? 'span' : 'spans'}`] : []),
    ...(untrue.length > 0 ? [`${untrue.length} not so`] : []),
  ]
  return `${red('Not within SOP-007 5.2')}: ${counts.join(', ')}`
}

const insteadLines = ({ prompt, blanks, asked, why }: Suggestion): string[] => [
  '',
  bold('Say instead'),
  ...visible(prompt)
    .split('\n')
    .map((line) => `    ${line}`.trimEnd()),
  ...(blanks.length === 0 ? [] : folded(`  to be filled in: ${blanks.join(', ')} (--agent, --doc)`, 4)),
  ...(asked === false ? folded(`  but not now: ${visibleLine(why ?? '')}`, 4) : []),
]
