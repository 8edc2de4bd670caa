/** Suggested reviewers, with why each is one. */
import type { Suggested } from '../../app/agents/suggest.ts'
import { visibleLine } from '../visible.ts'
import { isQuiet } from './display.ts'
import { bold, dim, folded, nextLines } from './screen.ts'

export const suggestedLines = (answer: Suggested): string[] => {
  const { document: d, suggestions, unreadable } = answer
  return [
    `${bold(d.doc_id)}  ${visibleLine(d.title)}`,
    `  ${d.status}, ${filesIn(answer)}`,
    ...unreadable.flatMap((entry) => folded(`  ${dim('not read')}  ${visibleLine(entry)}`, 12)),
    ...suggestions.flatMap(candidateLines),
    ...(suggestions.length === 0 ? [noneIn(answer)] : []),
    ...(answer.next.length > 0 ? nextLines(answer.next) : otherwise(answer)),
  ]
}

const filesIn = ({ files }: Suggested): string =>
  files === null
    ? 'without a section Files Affected'
    : `${files.length} ${files.length === 1 ? 'entry' : 'entries'} in Files Affected`

const noneIn = ({ domains, files }: Suggested): string => {
  if (domains === 0) return 'No user has a definition file that names a domain.'
  return files?.length ? 'No domain has any of these files.' : 'It lists no files to compare with domains.'
}

/** Matches that a screen has room for; all of them are in `--json`. */
const MOST = 5

const STANDINGS = { free: '', 'on the team': ', on the team', unable: '' } as const

const candidateLines = (c: Suggested['suggestions'][number]): string[] => [
  `${bold(c.name)}  ${c.group}, ${c.kind}${STANDINGS[c.standing]}`,
  ...(c.because === null ? [] : [`  cannot be asked: ${visibleLine(c.because)}`]),
  ...c.why.slice(0, MOST).flatMap((m) => folded(`  ${visibleLine(m.entry)}  in ${visibleLine(m.domain)}`, 4)),
  ...(c.why.length > MOST ? [`  and ${c.why.length - MOST} more`] : []),
]

const otherwise = ({ document: d, domains }: Suggested): string[] =>
  isQuiet()
    ? []
    : ['', bold('Next'), ...(domains === 0 ? ['  qms agent check'] : []), `  qms status ${d.doc_id}`]
