/** The few lines before the text that the program reads. */
import { type Found, lines, type Rule } from '../rule.ts'
import { DRAFTS_OF_OURS } from '../stage.ts'
import { type Subject, spanOf } from '../subject.ts'

const TITLE = "a line title: '...' between two lines ---"

function* check(subject: Subject): Iterable<Found> {
  const { frontmatter } = subject
  const [node] = subject.all('yaml')
  const at = node ? spanOf(node) : { start: 0, end: 0 }
  if (!frontmatter?.title?.trim())
    yield { at, found: node ? 'a frontmatter without a title' : 'no frontmatter', expected: TITLE }
}

export const frontmatterRule: Rule = {
  name: 'frontmatter',
  severity: 'error',
  softer: DRAFTS_OF_OURS,
  summary: 'the text begins with a frontmatter that names its title',
  why: 'The title of a document is that of its text. A text without one cannot be routed for review (SOP-001, section 9).',
  asks: { what: 'documents', of: ({ type }) => type !== null },
  check,
  examples: {
    good: [
      { type: 'SOP', text: lines('---', "title: 'Backup'", '---', '', '# Backup') },
      { text: lines('# Notes'), note: 'a file that is no document needs none' },
    ],
    bad: [
      { type: 'SOP', text: lines('# Backup'), gives: [{ at: '1:1', found: 'no frontmatter' }] },
      {
        type: 'SOP',
        text: lines('---', "revision_summary: 'Initial draft'", '---', '', '# Backup'),
        gives: [{ at: '1:1', found: 'a frontmatter without a title' }],
      },
    ],
  },
}
