/** What the form asks is answered before anybody is asked to judge. */
import { BLANK, blanksOf } from '../../documents/text.ts'
import { type Found, lines, NOT_TEMPLATES, type Rule } from '../rule.ts'
import { DRAFTS_OF_OURS } from '../stage.ts'
import { codeSpans, type Subject } from '../subject.ts'

/** Where no form tells which blanks there were: a name in capitals, as forms have them. */
const USUAL = /^\{\{\s*[A-Z][A-Z0-9_]*\b/

function* check(subject: Subject): Iterable<Found> {
  const own = subject.form === null ? null : blanksOf(subject.form)
  const blanks = [...subject.text.matchAll(BLANK)].filter(([blank]) => own?.has(blank) ?? USUAL.test(blank))
  if (blanks.length === 0) return
  const code = codeSpans(subject)
  for (const { 0: blank, index } of blanks) {
    if (code.some(({ start, end }) => index >= start && index < end)) continue
    yield {
      at: { start: index, end: index + blank.length },
      found: `the blank ${shortened(blank)}`,
      expected: 'what it asks for',
    }
  }
}

const shortened = (blank: string): string =>
  blank.replace(/^\{\{\s*([A-Z][A-Z0-9_]*)\b.*\}\}$/, '{{$1}}').slice(0, 60)

const FORM = lines('# {{DOC_ID}}: {{TITLE}}', '', '{{PURPOSE - why it is done}}', '', '[SUMMARY]')

export const blanks: Rule = {
  name: 'blanks',
  severity: 'error',
  softer: DRAFTS_OF_OURS,
  summary: 'every {{blank}} of the form is answered',
  why: 'A blank is a question that its author has not answered yet. None may remain when the document is routed (SOP-001, section 9); blanks in square brackets are answered in execution and may stand until then.',
  asks: NOT_TEMPLATES,
  check,
  examples: {
    good: [
      {
        type: 'CR',
        form: FORM,
        text: lines('# CR-008: Cache', '', 'Answers are kept for a minute.', '', '[SUMMARY]'),
        note: 'blanks of execution may stand until then',
      },
      {
        type: 'CR',
        form: FORM,
        text: lines('Pages hold `{{PURPOSE - why it is done}}`; templates hold {{user_name}} and {{OTHER}}.'),
        note: 'code, and what is no blank of this form',
      },
      { type: 'TEMPLATE', text: FORM },
    ],
    bad: [
      {
        type: 'CR',
        form: FORM,
        text: lines('# CR-008: {{TITLE}}', '', '{{PURPOSE - why it is done}}'),
        gives: [
          { at: '1:11', found: 'the blank {{TITLE}}' },
          { at: '3:1', found: 'the blank {{PURPOSE}}' },
        ],
      },
      { text: lines('`a` {{TITLE}} `b`'), gives: [{ at: '1:5', found: 'the blank {{TITLE}}' }] },
      { text: lines('{{SCOPE - what is governed}}'), gives: [{ at: '1:1', found: 'the blank {{SCOPE}}' }] },
    ],
  },
}
