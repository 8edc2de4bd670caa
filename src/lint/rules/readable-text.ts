/** What comes before every other rule: that there is a text to look at. */
import { EVERYTHING, type Found, lines, type Rule } from '../rule.ts'
import type { Subject } from '../subject.ts'

function* check({ problem, text }: Subject): Iterable<Found> {
  if (!problem) return
  const above = text.split('\n').slice(0, (problem.line ?? 1) - 1)
  const start = above.reduce((sum, line) => sum + line.length + 1, 0)
  const end = text.indexOf('\n', start)
  yield {
    at: { start, end: end < 0 ? text.length : end },
    found: problem.problem,
    expected: 'a controlled text',
  }
}

export const readableText: Rule = {
  name: 'readable-text',
  severity: 'error',
  summary:
    'the file is UTF-8 without NUL bytes and conflict markers, with frontmatter and Markdown that can be read',
  why: 'What cannot be read by every program alike cannot be reviewed. Nothing else is looked at in such a file.',
  asks: EVERYTHING,
  unread: true,
  check,
  examples: {
    good: [{ text: lines('---', "title: 'Fix: it: all'", '---', '', '# Backup') }],
    bad: [
      {
        text: lines('# Backup', '', '<<<<<<< ours', 'TODO', '>>>>>>> theirs'),
        gives: [{ at: '3:1', found: 'it holds merge conflict markers' }],
      },
      {
        text: lines('---', "title: 'A'", "title: 'B'", '---'),
        gives: [{ at: '3:1', found: 'its frontmatter cannot be read: Map keys must be unique' }],
      },
    ],
  },
}
