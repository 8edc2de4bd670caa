/** What a document says of its own state is not believed, and should not stand there. */
import type { Span } from '../places.ts'
import { type Found, lines, type Rule } from '../rule.ts'
import { type Subject, spanOf } from '../subject.ts'
import { listed } from '../words.ts'

const KNOWN: ReadonlySet<string> = new Set(['title', 'revision_summary'])

function* check(subject: Subject): Iterable<Found> {
  const [node] = subject.all('yaml')
  const keys = [...(subject.frontmatter?.fields.keys() ?? [])].filter((key) => !KNOWN.has(key))
  if (node && keys.length > 0)
    yield {
      at: placeOf(subject, spanOf(node), keys[0] ?? ''),
      found: `the ${keys.length === 1 ? 'key' : 'keys'} ${listed(keys)}`,
      expected: 'title and revision_summary alone',
    }
}

/** The line of the key; the whole frontmatter where the key is written in another way. */
const placeOf = ({ text }: Subject, all: Span, key: string): Span => {
  const found = new RegExp(`^["']?${key.replace(/\W/g, '\\$&')}["']?[ \t]*:`, 'm').exec(
    text.slice(all.start, all.end),
  )
  return found ? { start: all.start + found.index, end: all.start + found.index + found[0].length - 1 } : all
}

export const frontmatterKeys: Rule = {
  name: 'frontmatter-keys',
  severity: 'warning',
  summary: 'the frontmatter holds a title and a summary of the revision, and nothing else',
  why: 'Status, version, owner and dates follow from the trail. Written into the text they are a claim that nothing checks and that readers believe.',
  asks: { what: 'documents', of: ({ type }) => type !== null },
  check,
  examples: {
    good: [
      { type: 'SOP', text: lines('---', "title: 'Backup'", "revision_summary: 'Initial draft'", '---') },
    ],
    bad: [
      {
        type: 'SOP',
        text: lines('---', "title: 'Backup'", 'status: EFFECTIVE', '"version": 1.0', '---'),
        gives: [{ at: '3:1', found: 'the keys status and version' }],
      },
    ],
  },
}
