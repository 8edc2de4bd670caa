/** Items as documents have them, in every form that real ones were seen in; words of our own. */
import { describe, expect, it } from 'vitest'
import { itemsOf, rowNamed } from '../../src/execution/item.ts'
import { outlineOf } from '../../src/execution/outline.ts'
import { readTables } from '../../src/execution/table.ts'
import { HEAD, itemsIn, OPEN_ROW, record, tableOf } from './given.ts'

const first = (head: string, ...rows: string[]) => itemsIn(head, ...rows)[0]

describe('the form of today', () => {
  it('has nothing recorded where the form still stands', () => {
    expect(first(HEAD, OPEN_ROW(1, 'Add the limit'))).toMatchObject({
      item: 'EI-1',
      task: 'Add the limit',
      summary: null,
      outcome: null,
      performer: null,
      date: null,
      assignee: null,
    })
  })

  it('tells what was done, by whom and when', () => {
    const row = '| EI-1 | Add it | Added in `a1b2c3d` | Pass | claude - 2026-01-25 09:30 UTC |'
    expect(first(HEAD, row)).toMatchObject({
      summary: 'Added in a1b2c3d',
      outcome: 'Pass',
      performer: 'claude',
      date: '2026-01-25 09:30 UTC',
      assignee: null,
      line: 16,
    })
  })

  it('takes a name before the date that is still open for whom the plan names', () => {
    const row = '| EI-1 | Add it | [SUMMARY] | [Pass/Fail] | tu_api - [DATE] |'
    expect(first(HEAD, row)).toMatchObject({ performer: null, date: null, assignee: 'tu_api' })
  })

  it.each(['09Jan2026', '9 January 2026', '2026-01-09', '2026-01-09 10:00 UTC'])(
    'reads the date %s',
    (date) => {
      expect(first(HEAD, `| EI-1 | Do | done | Pass | claude - ${date} |`)).toMatchObject({
        performer: 'claude',
        date,
      })
    },
  )

  it.each([
    ['PASS', 'Pass'],
    ['passed', 'Pass'],
    ['**Fail**', 'Fail'],
    ['FAILED', 'Fail'],
    ['COMPLETE', 'COMPLETE'],
    ['Pass (xfail)', 'Pass (xfail)'],
    ['~~Fail~~ Pass', 'Pass'],
  ])('reads the outcome %s as %s', (found, outcome) => {
    expect(first(HEAD, `| EI-1 | Do | done | ${found} | x - 2026-01-25 |`)?.outcome).toBe(outcome)
  })

  it.each(['', '-', '–', '—', '[Pass/Fail]', '[TBD]'])('takes the outcome "%s" for none', (found) => {
    expect(first(HEAD, `| EI-1 | Do | [SUMMARY] | ${found} | [PERFORMER] - [DATE] |`)?.outcome).toBeNull()
  })
})

describe('other headings', () => {
  it.each(['—', '–', '-', '‑', '/'])('signature with "%s" in the heading and in the cell', (dash) => {
    const head = `| EI | Task Description | Execution Summary | Task Outcome | Performed By ${dash} Date |`
    const row = `| EI-1 | Do | done | Pass | claude ${dash === '‑' ? '-' : dash} 2026-01-25 |`
    expect(first(head, row)).toMatchObject({ performer: 'claude', date: '2026-01-25' })
  })

  it('an older form: Status is the outcome, Evidence what was done; Follow-up is kept by its heading', () => {
    const head = '| EI | Description | Status | Evidence | Follow-up |'
    expect(first(head, '| EI-1 | Write it | COMPLETE | see the log | none yet |')).toMatchObject({
      task: 'Write it',
      outcome: 'COMPLETE',
      summary: 'see the log',
      evidence: null,
      other: { 'Follow-up': 'none yet' },
    })
  })

  it('corrective actions of an investigation', () => {
    const head = '| CAPA | Type | Description | Implementation | Outcome | Verified By - Date |'
    expect(
      first(head, '| CAPA-002 | Preventive | Train them | Trained | Pass | qa - 2026-02-01 |'),
    ).toMatchObject({
      item: 'CAPA-002',
      task: 'Train them',
      summary: 'Trained',
      outcome: 'Pass',
      performer: 'qa',
      other: { Type: 'Preventive' },
    })
  })

  it('further columns: VR, Expected, Commit, Depends On, Assignee, Evidence beside a summary', () => {
    const head =
      '| EI | Task Description | Expected Outcome | Depends On | Assignee | VR | Execution Summary | Evidence | Commit | Task Outcome | Performed By - Date |'
    const row =
      '| EI-2 | Run | all green | EI-1 | tu_api | CR-001-VR-001 | ran | `E1` | a1b2c3d | Pass | tu_api - 2026-02-01 |'
    expect(first(head, row)).toMatchObject({
      expected: 'all green',
      depends: 'EI-1',
      assignee: 'tu_api',
      vr: 'CR-001-VR-001',
      summary: 'ran',
      evidence: 'E1',
      commit: 'a1b2c3d',
    })
  })

  it('steps of a test protocol', () => {
    const head =
      '| Step | REQ ID | Instruction | Expected Result | Actual Result | Pass/Fail | Performed By — Date |'
    expect(
      first(head, '| 1 | R-1 | Press it | it opens | it opened | Pass | qa — 2026-02-01 |'),
    ).toMatchObject({
      item: '1',
      task: 'Press it',
      expected: 'it opens',
      summary: 'it opened',
      outcome: 'Pass',
    })
  })

  it('a second column of the same meaning is an ordinary one', () => {
    const head = '| EI | Task | Outcome | Result |'
    expect(first(head, '| EI-1 | Do | Pass | Fail |')).toMatchObject({
      outcome: 'Pass',
      other: { Result: 'Fail' },
    })
  })

  it.each([
    '| EI | Task Description |',
    '| Item | Status |',
    '| Step | Action | Detail |',
    '| CAPA | Finding | Description | Priority |',
    '| REQ | Task | Outcome |',
  ])('%s is no execution table', (head) => {
    const cells = head.split('|').length - 2
    const row = `| EI-1 ${'| x '.repeat(cells - 1)}|`
    expect(itemsOf(record(tableOf(head, row)))).toEqual({ items: [], unreadable: [] })
  })
})

describe('items under headings', () => {
  const fields = (status: string): string => `| Field | Value |\n| --- | --- |\n| Status | ${status} |`
  const item = (title: string, status = 'Pass'): string =>
    record(`### ${title}\n\nWords.\n\n${fields(status)}\n\n### Something else\n\nMore.`)

  it('has its fields in a small table', () => {
    const [found] = itemsOf(item('EI-3: Phase 3 - Clean up')).items
    expect(found).toMatchObject({ item: 'EI-3', task: 'Phase 3 - Clean up', outcome: 'Pass' })
  })

  it.each(['EI-3. Clean up', 'EI-3 – Clean up', 'EI-3 — Clean up', 'CAPA-003: Clean up'])('%s', (title) => {
    expect(itemsOf(item(title)).items[0]?.task).toBe('Clean up')
  })

  it('is none without an outcome among its fields', () => {
    expect(itemsOf(item('EI-3: Clean up').replace('Status', 'Place')).items).toEqual([])
  })
})

describe('cells', () => {
  const three = '| EI | Task | Outcome |'

  it('an escaped bar is a sign, a bar in code is not', () => {
    expect(first(three, '| EI-1 | a \\| b | Pass |')).toMatchObject({ task: 'a | b', outcome: 'Pass' })
    expect(first(three, '| EI-1 | `a \\| b` | Pass |')).toMatchObject({ task: 'a | b', outcome: 'Pass' })
    const { items, unreadable } = itemsOf(record(tableOf(three, '| EI-1 | `a | b` | Pass |', OPEN_ROW(2))))
    expect(items).toEqual([])
    expect(unreadable).toMatchObject([{ line: 16, found: expect.stringContaining('4 cells') }, { line: 17 }])
  })

  it('a backslash before a backslash hides no bar', () => {
    expect(first(three, '| EI-1 | a \\\\| Pass |')?.outcome).toBe('Pass')
  })

  it('rows without outer bars', () => {
    const text = record('EI | Task | Outcome\n--- | --- | ---\nEI-1 | Do it | Pass')
    expect(itemsOf(text).items).toMatchObject([{ item: 'EI-1', task: 'Do it', outcome: 'Pass' }])
  })

  it('comments, markup and what was struck out are not read', () => {
    const row = '| **EI-1** | *Do* <!-- hidden --> it | ~~Fail~~ Pass |'
    expect(first(three, row)).toMatchObject({ item: 'EI-1', task: 'Do  it', outcome: 'Pass' })
  })

  it('names the range that stands between the bars', () => {
    const text = record(tableOf(three, '| EI-1 |  Do it   | |'))
    const cells = readTables(outlineOf(text)).tables[0]?.rows[0]?.cells ?? []
    expect(cells.map((c) => text.slice(c.start, c.end))).toEqual(['EI-1', 'Do it', ' '])
  })

  it('the same with line ends of Windows, and behind a byte order mark', () => {
    const text = `\uFEFF${record(tableOf(HEAD, OPEN_ROW(1), OPEN_ROW(2))).replaceAll('\n', '\r\n')}`
    const { tables } = readTables(outlineOf(text))
    const cells = tables[0]?.rows[1]?.cells ?? []
    expect(cells.map((c) => text.slice(c.start, c.end))).toEqual([
      'EI-2',
      'Task 2',
      '[SUMMARY]',
      '[Pass/Fail]',
      '[PERFORMER] - [DATE]',
    ])
    expect(tables[0]?.rows[1]?.line).toBe(17)
  })
})

describe('what cannot be read is named, never guessed', () => {
  const odd = (...rows: string[]) => itemsOf(record(tableOf(HEAD, ...rows)))

  it.each([
    ['too few cells', '| EI-2 | Do it | Pass |', '3 cells'],
    ['too many cells', `${OPEN_ROW(2)} more |`, '6 cells'],
    ['no name', '| | Do it | done | Pass | x - 2026-01-01 |', 'Do it'],
    ['a name of several words', '| the second | Do it | done | Pass | x |', 'the second'],
    ['a name in another script', '| ЕІ-2 | Do it | done | Pass | x |', 'ЕІ-2'],
  ])('%s', (_, row, found) => {
    const { items, unreadable } = odd(OPEN_ROW(1), row, OPEN_ROW(3))
    expect(items.map((i) => i.item)).toEqual(['EI-1', 'EI-3'])
    expect(unreadable).toMatchObject([{ line: 17, found: expect.stringContaining(found) }])
  })

  it('an empty row is not worth a word', () => {
    expect(odd(OPEN_ROW(1), '| | | | | |')).toMatchObject({ items: [{ item: 'EI-1' }], unreadable: [] })
  })

  it('the same item twice, in one table or in two, whatever its case', () => {
    expect(odd(OPEN_ROW(1), OPEN_ROW(1).replace('EI', 'ei')).unreadable).toMatchObject([
      { line: 17, found: 'ei-1 once more' },
    ])
    const two = record(`${tableOf(HEAD, OPEN_ROW(1))}\n\nWords.\n\n${tableOf(HEAD, OPEN_ROW(1))}`)
    expect(itemsOf(two).unreadable).toMatchObject([{ found: 'EI-1 once more' }])
  })

  it('rows that a comment or a blank line cut off from their table', () => {
    const text = record(`${tableOf(HEAD, OPEN_ROW(1))}\n\n${OPEN_ROW(2)}\n<!-- note -->\n${OPEN_ROW(3)}`)
    const { items, unreadable } = itemsOf(text)
    expect(items.map((i) => i.item)).toEqual(['EI-1'])
    expect(unreadable.map((u) => u.line)).toEqual([18, 20])
  })

  it.each([
    ['a quotation', '> '],
    ['a list', '  '],
  ])('rows of a table within %s', (where, margin) => {
    const table = tableOf(HEAD, OPEN_ROW(2), OPEN_ROW(3)).replaceAll(/^/gm, margin)
    const within = where === 'a list' ? `- So:\n\n${table}` : table
    const { items, unreadable } = itemsOf(record(`${tableOf(HEAD, OPEN_ROW(1))}\n\n${within}`))
    expect(items.map((i) => i.item)).toEqual(['EI-1'])
    expect(unreadable.map((u) => /EI-\d/.exec(u.found)?.[0])).toEqual(['EI-2', 'EI-3'])
    const other = itemsOf(
      record(`${tableOf(HEAD, OPEN_ROW(1))}\n\n> | A | B |\n> | --- | --- |\n> | a | b |`),
    )
    expect(other.unreadable).toEqual([])
  })

  it('headings of items without their fields, where others have them', () => {
    const fields = '| Field | Value |\n| --- | --- |\n| Outcome | |'
    const { items, unreadable } = itemsOf(
      record(`### EI-1: Do it\n\n${fields}\n\n### EI-2: Test it\n\nWords.\n\n### EI-3: Tell\n\n${fields}`),
    )
    expect(items.map((i) => i.item)).toEqual(['EI-1', 'EI-3'])
    expect(unreadable).toMatchObject([{ line: 20, found: 'EI-2: Test it' }])
    const told = record(`### EI-1: In words\n\nWords.\n\n${tableOf(HEAD, OPEN_ROW(1), OPEN_ROW(2))}`)
    expect(itemsOf(told).unreadable).toEqual([])
  })

  it('rows in a comment or in code are no items, and nobody takes them for any', () => {
    const text = record(
      `<!--\n${tableOf(HEAD, OPEN_ROW(1))}\n-->\n\n\`\`\`\n${tableOf(HEAD, OPEN_ROW(2))}\n\`\`\`\n`,
    )
    expect(itemsOf(text)).toEqual({ items: [], unreadable: [] })
  })
})

it('line breaks are spaces, and pictures their words', () => {
  const row = '| EI-1 | Do<br>it ![twice](b.png) | ![seen](a.png) | Pass | x - 2026-01-01 |'
  expect(itemsIn(HEAD, row)[0]).toMatchObject({ task: 'Do it twice', summary: 'seen' })
})

describe('several tables', () => {
  const text = record(`${tableOf(HEAD, OPEN_ROW(1))}\n\nThen:\n\n${tableOf(HEAD, OPEN_ROW(2), OPEN_ROW(3))}`)

  it('are one list of items', () => {
    expect(itemsOf(text).items.map((i) => i.item)).toEqual(['EI-1', 'EI-2', 'EI-3'])
  })

  it('an item is found by its name in any case, or by its number alone', () => {
    const { tables } = readTables(outlineOf(text))
    expect(['EI-3', 'ei-3', '3'].map((name) => rowNamed(tables, name)?.row.item)).toEqual(
      Array(3).fill('EI-3'),
    )
    expect(['EI-33', 'EI', '', 'EI-3 '].map((name) => rowNamed(tables, name))).toEqual(Array(4).fill(null))
  })
})
