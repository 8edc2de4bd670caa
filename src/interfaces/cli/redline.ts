/** A redline on the screen: removed struck through in red, added in green; marked with signs where there is no colour. */
import type { Difference } from '../../app/versions.ts'
import type { Hunk, Span } from '../../documents/redline.ts'
import { visible } from '../visible.ts'
import { added, bold, coloured, dim, removed } from './screen.ts'

export const differenceLines = (difference: Difference, unified: boolean): string[] => {
  if (unified) return visible(difference.unified).trimEnd().split('\n')
  const head = bold(`${difference.id}  ${difference.from.version} -> ${difference.to.version}`)
  if (difference.hunks.length === 0) return [head, 'No difference.']
  return [head, ...difference.hunks.flatMap(hunkLines)]
}

const hunkLines = (hunk: Hunk): string[] => [
  dim(`@ line ${hunk.to}`),
  ...hunk.before.map((line) => `  ${visible(line)}`),
  ...hunk.spans
    .map(spanText)
    .join('')
    .split('\n')
    .map((line) => `| ${line}`),
  ...hunk.after.map((line) => `  ${visible(line)}`),
]

/** Each line of a span is marked by itself, so that marks never run over a line break. */
const spanText = ({ kind, text }: Span): string =>
  visible(text)
    .split('\n')
    .map((line) => (kind === 'same' || line === '' ? line : mark(kind, line)))
    .join('\n')

const mark = (kind: 'removed' | 'added', line: string): string => {
  if (!coloured()) return kind === 'removed' ? `[-${line}-]` : `{+${line}+}`
  return kind === 'removed' ? removed(line) : added(line)
}
