/** The line that says that nothing was cut off. */
import { type Found, lines, NOT_TEMPLATES, type Rule } from '../rule.ts'
import type { Subject } from '../subject.ts'

/** Forms end with `**END OF DOCUMENT**`; those of other projects name the type instead. */
const MARKER = /^\*\*END OF [A-Z][A-Z ]*\*\*[ \t]*$/gm
const USUAL = '**END OF DOCUMENT**'

const last = (text: string): RegExpMatchArray | undefined => [...text.matchAll(MARKER)].at(-1)

/** The marker that the form of this type ends with; the usual one where there is no form to ask. */
const wanted = ({ form }: Subject): string | null =>
  form === null ? USUAL : (last(form)?.[0].trimEnd() ?? null)

function* check(subject: Subject): Iterable<Found> {
  const { text } = subject
  const marker = last(text)
  if (marker) {
    const end = (marker.index ?? 0) + marker[0].length
    if (text.slice(end).trim() !== '') yield after(text, end, marker[0])
  } else if (subject.type !== null && wanted(subject) !== null) yield missing(text, wanted(subject) ?? '')
}

const after = (text: string, end: number, marker: string): Found => ({
  at: { start: end + (/\S/.exec(text.slice(end))?.index ?? 0), end: text.trimEnd().length },
  found: `text after ${marker}`,
  expected: 'the marker as the last line',
})

const missing = (text: string, marker: string): Found => {
  const end = text.trimEnd().length
  return {
    at: { start: end, end },
    found: 'no marker at the end',
    expected: `${marker} as the last line`,
    fix: { start: end, end: text.length, insert: `\n\n---\n\n${marker}\n` },
  }
}

export const endMarker: Rule = {
  name: 'end-marker',
  severity: 'warning',
  summary: 'the last line says that the document ends there',
  why: 'A reader of a text that ends with the marker knows that nothing is missing; text behind it is easily overlooked by reviewers. Every form of the project ends with it.',
  asks: NOT_TEMPLATES,
  check,
  examples: {
    good: [
      { type: 'SOP', text: lines('# SOP-008: Backup', '', '---', '', USUAL) },
      { text: lines('# Notes'), note: 'a file of no known type needs no marker' },
      { type: 'SOP', form: lines('# {{DOC_ID}}'), text: lines('# SOP-008'), note: 'its form has none' },
    ],
    bad: [
      {
        type: 'SOP',
        text: lines('# SOP-008: Backup', '', 'Text.'),
        gives: [{ at: '3:6', found: 'no marker at the end' }],
        fixed: lines('# SOP-008: Backup', '', 'Text.', '', '---', '', USUAL),
      },
      {
        type: 'SOP',
        text: lines('# SOP-008: Backup', '', USUAL, '', '## 3. Exceptions', '', 'None apply.'),
        gives: [{ at: '5:1', found: `text after ${USUAL}` }],
      },
    ],
  },
}
