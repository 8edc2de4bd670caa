/** Texts with execution tables, made of rows, for tests that read or write them. */
import { type Item, itemsOf, rowNamed } from '../../src/execution/item.ts'
import { outlineOf } from '../../src/execution/outline.ts'
import type { Place } from '../../src/execution/recording.ts'
import { readTables } from '../../src/execution/table.ts'

export const HEAD = '| EI | Task Description | Execution Summary | Task Outcome | Performed By - Date |'
export const OPEN_ROW = (n: number, task = `Task ${n}`): string =>
  `| EI-${n} | ${task} | [SUMMARY] | [Pass/Fail] | [PERFORMER] - [DATE] |`

const rule = (head: string): string => head.replaceAll(/[^|]+/g, ' --- ')

/** A table of lines: its heading, the rule below it, its rows. */
export const tableOf = (head: string, ...rows: readonly string[]): string =>
  [head, rule(head), ...rows].join('\n')

/** A record around what stands below its heading Execution. */
export const record = (execution: string, rest = ''): string =>
  `---\ntitle: 'A change'\nrevision_summary: 'Initial draft'\n---\n\n# CR-001: A change\n\n## 1. Purpose\n\nWhy it is done.\n\n## 10. Execution\n\n${execution}\n${rest}`

/** The same as a document of today has it: sections that stay open are marked, and end with a reference list. */
export const marked = (rows: readonly string[], head = HEAD): string =>
  record(
    `<!-- qms:open -->\n\n${tableOf(head, ...rows)}`.replace(/^/, ''),
    `
<!--
NOTE: Do NOT delete this comment. It guides the execution of this document.
-->

---

### Execution Comments
<!-- qms:open -->

| Comment | Performed By - Date |
| --- | --- |
| [COMMENT] | [PERFORMER] - [DATE] |

---

## 11. Execution Summary
<!-- qms:open -->

<!--
NOTE: Do NOT delete this comment. It comes before the summary.
-->

[EXECUTION_SUMMARY]

---

## 12. References
<!-- qms:open -->

- **SOP-001:** Document Control

---

**END OF DOCUMENT**
`,
  ).replace('## 10. Execution\n\n<!--', '## 10. Execution\n<!--')

/** The items of a table that stands alone in a record. */
export const itemsIn = (head: string, ...rows: readonly string[]): readonly Item[] =>
  itemsOf(record(tableOf(head, ...rows))).items

export const placeIn = (text: string, item: string): Place => {
  const place = rowNamed(readTables(outlineOf(text)).tables, item)
  if (!place) throw new Error(`no ${item} in the text`)
  return place
}
