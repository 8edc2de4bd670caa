/** The line that says that nothing was cut off. */
import { type Found, lines, NOT_TEMPLATES, type Rule } from '../rule.ts'
import { codeSpans, type Subject, sourceOf, spanOf } from '../subject.ts'

/** Forms end with `**END OF DOCUMENT**`; those of other projects name the type instead. */
const MARKER = /^\*\*END OF [A-Z][A-Z ]*\*\*[ \t]*$/gm
const USUAL = '**END OF DOCUMENT**'

const last = (text: string): RegExpMatchArray | undefined => [...text.matchAll(MARKER)].at(-1)

/** One that is shown as the end: not in code, which quotes it, nor in a comment. */
const shown = (subject: Subject): RegExpMatchArray | undefined => {
  const markers = [...subject.text.matchAll(MARKER)]
  if (markers.length === 0) return undefined
  const hidden = [...codeSpans(subject), ...subject.all('html').map(spanOf)]
  return markers.findLast(({ index }) => !hidden.some(({ start, end }) => index >= start && index < end))
}

/** The marker that the form of this type ends with; the usual one where there is no form to ask. */
const wanted = ({ form }: Subject): string | null =>
  form === null ? USUAL : (last(form)?.[0].trimEnd() ?? null)

function* check(subject: Subject): Iterable<Found> {
  const { text } = subject
  const marker = shown(subject)
  if (marker) {
    const end = (marker.index ?? 0) + marker[0].length
    if (text.slice(end).trim() !== '') yield after(text, end, marker[0])
  } else if (subject.type !== null && wanted(subject) !== null) yield missing(subject, wanted(subject) ?? '')
}

const after = (text: string, end: number, marker: string): Found => ({
  at: { start: end + (/\S/.exec(text.slice(end))?.index ?? 0), end: text.trimEnd().length },
  found: `text after ${marker}`,
  expected: 'the marker as the last line',
})

const missing = (subject: Subject, marker: string): Found => {
  const { text } = subject
  const end = text.replace(/[ \t\r\n]+$/, '').length
  const eol = text.includes('\r\n') ? '\r\n' : '\n'
  // Whether the last line is ended is another rule's.
  const insert = `${['', '', '---', '', marker].join(eol)}${text.endsWith('\n') ? eol : ''}`
  return {
    at: { start: end, end },
    found: 'no marker at the end',
    expected: `${marker} as the last line`,
    ...(isOpen(subject) ? {} : { fix: { start: end, end: text.length, insert } }),
  }
}

/** Whether the text ends in code or HTML that nothing closes: a line that is added would belong to it. */
const isOpen = (subject: Subject): boolean => {
  const node = subject.tree.children.at(-1)
  if (node?.type === 'html') return !node.value.trimEnd().endsWith('>')
  return node?.type === 'code' && isUnclosed(sourceOf(subject, node))
}

const isUnclosed = (code: string): boolean => {
  const [first = '', ...rest] = code.split('\n')
  const fence = /^ {0,3}(`{3,}|~{3,})/.exec(first)?.[1]
  if (fence === undefined) return false
  const end = (rest.at(-1) ?? '').trim()
  return end.length < fence.length || end.replaceAll(fence[0] ?? '', '') !== ''
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
      { text: lines('```', USUAL, '```', '', 'So it ends.'), note: 'code quotes it' },
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
        text: lines('# SOP-008: Backup', '', '```', USUAL),
        gives: [{ at: '4:20', found: 'no marker at the end' }],
      },
      {
        type: 'SOP',
        text: lines('# SOP-008: Backup', '', USUAL, '', '## 3. Exceptions', '', 'None apply.'),
        gives: [{ at: '5:1', found: `text after ${USUAL}` }],
      },
    ],
  },
}
