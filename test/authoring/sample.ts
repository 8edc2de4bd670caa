/** Forms in words of our own, and what is done with them in tests. */
import { compile } from '../../src/authoring/compile.ts'
import { type Form, isForm } from '../../src/authoring/form.ts'
import { readPrompts } from '../../src/authoring/read-form.ts'
import { type AnswerRecord, emptyRecord } from '../../src/authoring/record.ts'
import { type Step, take } from '../../src/authoring/steps.ts'

/** As projects have them that come from the Python tool: a table, blocks, a loop with code and a gate. */
export const TRIAL = `---
title: 'Trial template'
---

<!-- NOTICE
For those who write templates.
-->

<!--
@template: TRIAL | version: 3 | start: items

Reference, not read:
  @prompt: id | next: id
-->

---
title: '{{title}}'
revision_summary: 'Initial draft'
---

# {{trial_id}}: {{title}}

## 1. What

<!-- @prompt: items | next: aim -->

Which items are tried?

<!-- @end-prompt -->

| Parent | Items | Day |
| --- | --- | --- |
| {{parent_doc_id}} | {{items}} | {{date}} |

---

## 2. Aim

<!-- @prompt: aim | next: step_do -->

What is shown by it?

<!-- @end-prompt -->

{{aim}}

## 3. Steps

<!-- @loop: steps -->

### 3.{{_n}} Step {{_n}}

<!-- @prompt: step_do | next: step_seen -->

What will you do?

<!-- @end-prompt -->

**{{step_do}}**

<!-- @prompt: step_seen | next: step_good | commit: true -->

What did you see?

<!-- @end-prompt -->

\`\`\`
{{step_seen}}
\`\`\`

<!-- @prompt: step_good | next: more | choices: Pass, Fail -->

As expected?

<!-- @end-prompt -->

{{step_good}}

<!-- @gate: more | type: yesno | yes: step_do | no: closing -->

Another step?

<!-- @end-prompt -->

<!-- @end-loop: steps -->

## 4. Close

<!-- @prompt: closing | next: end | default: Nothing else was seen. -->

Anything else?

<!-- @end-prompt -->

Result: {{closing}}

| Done by | On |
| --- | --- |
| {{closing.author}} | {{closing.date}} |

<!-- @end -->

**END**
`

export const formOf = (template: string): Form => {
  const read = readPrompts(template)
  if (!isForm(read)) throw new Error(JSON.stringify(read))
  return read
}

export const begun = (form: Form): AnswerRecord =>
  emptyRecord(form, {
    document: 'CR-001-VR-001',
    template: { id: 'TEMPLATE-VR', version: '1.0', content: 'a'.repeat(64) },
    given: {
      doc_id: 'CR-001-VR-001',
      title: 'Seen',
      parent_doc_id: 'CR-001',
      parent_id: 'CR-001',
      date: '2026-01-05',
      author: 'ann',
    },
  })

export const by = (second = 0, author = 'ann') => ({
  author,
  timestamp: new Date(Date.UTC(2026, 0, 5, 10, 0, second)).toISOString(),
})

export const walked = (form: Form, steps: readonly Step[], from = begun(form)): AnswerRecord =>
  steps.reduce((record, step, i) => take(form, record, step, by(i)), from)

export const answers = (...values: readonly string[]): Step[] =>
  values.map((value) => ({ do: 'answer', value }))

/** All of TRIAL, with one step. */
export const WHOLE = answers('EI-1', 'It works', 'run it', 'it ran', 'Pass', 'no', 'All well')

export const textOf = async (form: Form, record: AnswerRecord): Promise<string> => {
  const done = await compile(form, record)
  if (!('text' in done)) throw new Error(JSON.stringify(done))
  return done.text
}
