/** The seal: open parts may change in any way that stays within them; of the rest, not one character. */

import { describe, expect, it } from 'vitest'
import { breachOf, holdsOpenParts } from '../../src/execution/seal.ts'
import fc from '../support/property.ts'
import { HEAD, marked, OPEN_ROW, record, tableOf } from './given.ts'

const ROWS = [OPEN_ROW(1, 'Add it'), OPEN_ROW(2, 'Test it'), OPEN_ROW(3, 'Tell them')]
const APPROVED = marked(ROWS)
const DONE = '| EI-2 | Test it | Tested | Pass | claude - 2026-01-25 |'

const swap = (text: string, from: string, to: string): string => {
  if (!text.includes(from)) throw new Error(`not in the text: ${from}`)
  return text.replace(from, to)
}
const changed = (from: string, to: string, text = APPROVED): readonly string[] | null =>
  breachOf(text, swap(text, from, to))?.sections ?? null

describe('what is open', () => {
  it.each([
    ['the executed cells of an item', ROWS[1] ?? '', DONE],
    ['a row added below the last', ROWS[2] ?? '', `${ROWS[2]}\n${OPEN_ROW(4)}`],
    ['spaces beside the words of a cell', '| EI-2 | Test it |', '|  EI-2|Test it   |'],
    ['a remark', '| [COMMENT] | [PERFORMER] - [DATE] |', '| Late | claude - 2026-01-25 |\n| More | x |'],
    [
      'the summary, of several paragraphs, with headings of its own',
      '[EXECUTION_SUMMARY]',
      'All is done.\n\n#### Left for later\n\n- a\n- b',
    ],
    ['the summary and the lines around it', '[EXECUTION_SUMMARY]\n\n', 'All is done.\n\n\n\n'],
    ['a fence in it that is closed', '[EXECUTION_SUMMARY]', '```\n## not a heading\n```'],
    [
      'the references',
      '- **SOP-001:** Document Control',
      '- **SOP-001:** Document Control\n- **SOP-002:** Change Control',
    ],
    [
      'a comment in an open section that guides nobody',
      '- **SOP-001:** Document Control',
      '- a\n\n<!-- b -->',
    ],
    ['the frontmatter', "revision_summary: 'Initial draft'", "revision_summary: 'Executed'"],
  ])('%s', (_, from, to) => {
    expect(changed(from, to)).toBeNull()
  })

  it('for any words in any of its cells and sections that stay within them', () => {
    const plain = fc
      .stringMatching(/^[A-Za-z0-9 .,;:()*_éß漢-]{0,30}$/)
      .map((s) => s.trim().replace(/^[-*+\d#>:]+/, ''))
    fc.assert(
      fc.property(
        plain,
        plain,
        plain,
        fc.constantFrom('Pass', 'Fail', ''),
        (summary, remark, whole, outcome) => {
          const now = swap(
            swap(
              swap(
                APPROVED,
                ROWS[1] ?? '',
                `| EI-2 | Test it | ${summary} | ${outcome} | claude - 2026-01-25 |`,
              ),
              '| [COMMENT] |',
              `| ${remark} |`,
            ),
            '[EXECUTION_SUMMARY]',
            `So: ${whole}`,
          )
          expect(breachOf(APPROVED, now)).toBeNull()
        },
      ),
      { numRuns: 60 },
    )
  }, 60_000)
})

describe('what is sealed', () => {
  it.each<[string, string, string, string | RegExp]>([
    ['a word of the plan', 'Why it is done.', 'Why it was done.', '1. Purpose'],
    ['what stands above the first section', '# CR-001: A change', '# CR-001: Another', /CR-001/],
    ['the task of an item', 'Test it', 'Test some of it', '10. Execution'],
    ['the name of an item', '| EI-2 |', '| EI-7 |', '10. Execution'],
    ['a row, taken away', `${ROWS[1]}\n`, '', '10. Execution'],
    ['two rows, exchanged', `${ROWS[0]}\n${ROWS[1]}`, `${ROWS[1]}\n${ROWS[0]}`, '10. Execution'],
    ['a row, put between', ROWS[1] ?? '', `${OPEN_ROW(4)}\n${ROWS[1]}`, '10. Execution'],
    ['a row, made unreadable', ROWS[1] ?? '', `${ROWS[1]} more |`, '10. Execution'],
    ['a row, hidden in a comment', ROWS[2] ?? '', `\n<!--\n${ROWS[2]}\n-->`, '10. Execution'],
    ['the heading of a column', 'Task Outcome', 'Outcome', '10. Execution'],
    ['the whole table, made into words', '| --- | --- | --- | --- | --- |\n', '', '10. Execution'],
    ['a heading of an open section', '## 11. Execution Summary', '## 11. Summary', /Summary/],
    [
      'the mark of an open section',
      '## 12. References\n<!-- qms:open -->',
      '## 12. References',
      '12. References',
    ],
    [
      'a comment that is not to be deleted',
      'NOTE: Do NOT delete this comment. It comes before the summary.',
      'NOTE',
      '11. Execution Summary',
    ],
    ['the end of the document', '**END OF DOCUMENT**', '', /./],
  ])('%s', (_, from, to, section) => {
    expect(changed(from, to)?.join(' and ')).toMatch(section)
  })

  it.each([
    ['a mark in a section that has none', '## 1. Purpose\n', '## 1. Purpose\n<!-- qms:open -->\n'],
    ['a mark and other words', '## 1. Purpose\n\nWhy', '## 1. Purpose\n<!-- qms:open -->\n\nWhatever'],
    [
      'a heading in an open section, of its own depth',
      '[EXECUTION_SUMMARY]',
      'Done.\n\n## 1. Purpose\n\nAnother.',
    ],
    ['the same, underlined', '[EXECUTION_SUMMARY]', 'Done.\n\nPurpose\n---\n'],
    ['words that a line below them makes a heading', '[EXECUTION_SUMMARY]\n', 'Done.'],
    ['a comment that is never closed', '[EXECUTION_SUMMARY]', 'Done.\n\n<!-- and so'],
    ['a fence that is never closed', '[EXECUTION_SUMMARY]', 'Done.\n\n```'],
    ['a block that swallows what follows', '[EXECUTION_SUMMARY]', 'Done.\n\n<script>'],
    ['a table of items in an open section', '- **SOP-001:** Document Control', tableOf(HEAD, OPEN_ROW(9))],
    [
      'a table of items before the approved one',
      '## 1. Purpose\n',
      `## 1. Purpose\n\n${tableOf(HEAD, OPEN_ROW(9))}\n`,
    ],
  ])('%s', (_, from, to) => {
    expect(changed(from, to)).not.toBeNull()
  })

  it('what its links lead to, although no character of it differs', () => {
    const linked = swap(APPROVED, 'Why it is done.', 'Why it is done: [the plan].')
    const define = (url: string): string => `- **SOP-001:** Document Control\n\n[the plan]: ${url}`
    expect(changed('- **SOP-001:** Document Control', define('plan.md'), linked)).toEqual([
      'what its links and notes lead to',
    ])
    const defined = swap(linked, '- **SOP-001:** Document Control', define('plan.md'))
    expect(changed('plan.md', 'https://elsewhere.test', defined)).not.toBeNull()
    expect(changed('Document Control', 'Another word', defined)).toBeNull()
  })

  it('what its notes say, wherever they are written, and by whichever definition comes first', () => {
    const noted = swap(
      swap(APPROVED, 'Why it is done.', 'Why it is done.[^1]'),
      '- **SOP-001:** Document Control',
      '- **SOP-001:** Document Control\n\n[^1]: At most ten.\n[^2]: Nobody asks.',
    )
    const said = ['what its links and notes lead to']
    expect(changed('At most ten.', 'At most a hundred.', noted)).toEqual(said)
    expect(changed('[EXECUTION_SUMMARY]', '[^1]: At most a hundred.', noted)).toEqual(said)
    expect(changed('Nobody asks.', 'Somebody asks.', noted)).toBeNull()
    expect(changed('[EXECUTION_SUMMARY]', 'Done.[^3]\n\n[^3]: In a hurry.', noted)).toBeNull()
  })

  it.each([
    ['a heading of a column that is struck out', '| Task Description |', '| ~~Task Description~~ |'],
    ['one with a comment', '| Task Description |', '| Task Description <!-- no --> |'],
    ['one with a link', '| Task Description |', '| [Task Description](https://elsewhere.test) |'],
    ['one with a picture', '| Task Description |', '| Task Description ![](https://elsewhere.test/a.png) |'],
    [
      'the side on which a column is aligned',
      '| --- | --- | --- | --- | --- |',
      '| --- | :-: | --- | --- | --- |',
    ],
    ['a no-break space beside the task of an item', '| EI-2 | Test it |', '| EI-2 |\u00a0Test it |'],
    [
      'one before the first bar, which moves the cells of a row',
      '| EI-2 | Test it |',
      '\u00a0| EI-2 | Test it |',
    ],
    ['one behind the last bar', `${ROWS[1]}\n`, `${ROWS[1]}\u00a0\n`],
  ])('%s', (_, from, to) => {
    expect(changed(from, to)).toContain('10. Execution')
  })

  it('the heading of a field, and how its columns are aligned', () => {
    const text = record('### EI-1: Do it\n\n| Field | Value |\n| --- | --- |\n| Status | PENDING |\n')
    expect(changed('| Status |', '| ~~Status~~ |', text)).not.toBeNull()
    expect(changed('| --- | --- |', '| --: | --- |', text)).not.toBeNull()
  })

  it.each([
    'Done.\n\n<div><!--\n\nMore.',
    'Done.\n\n<div hidden\n',
    'Done.\n\n<div hidden>\n\nMore.',
    'Done.\n\n<user hidden>\n\nMore.',
    'Done.\n\n<!--> <div hidden> -->\n',
    'Done.\n\n<details>\n\nMore.',
    'Done.\n\n</div>\n\nMore.',
    'Done <textarea> and more.',
    'Done <s> and more.',
    'Done.\n\n<style>h2 { display: none }</style>',
  ])('what would be shown otherwise behind %j in an open section', (words) => {
    const sections = ['HTML that reaches beyond its open part']
    expect(changed('[EXECUTION_SUMMARY]', words)).toEqual(sections)
    expect(changed('Why it is done.', 'Why not.', swap(APPROVED, '[EXECUTION_SUMMARY]', words))).toEqual([
      '1. Purpose',
    ])
  })

  it('what would be shown otherwise behind an open cell', () => {
    const cell = (words: string) => changed(ROWS[1] ?? '', DONE.replace('Tested', words))
    expect(cell('</table><div hidden> Tested')).not.toBeNull()
    expect(cell('Tested <script>1</script>')).not.toBeNull()
    expect(cell('Tested <textarea>')).not.toBeNull()
    expect(cell('Tested <b>well, with a <div>')).toBeNull()
    expect(cell('Tested <b>well</b>, twice<br>by <id> and `<div>`, <https://log.test>')).toBeNull()
  })

  it.each([
    'Done.\n\n<details>\n<summary>More</summary>\n\nMore.\n\n</details>',
    'Done.\n\n<p>\n\nMore, <!-- said --> H<sub>2</sub>O<br/>as <user> said.\n\n<li>',
    'Done.\n\n```html\n<div hidden>\n```',
  ])('%j ends where it stands', (words) => {
    expect(changed('[EXECUTION_SUMMARY]', words)).toBeNull()
  })

  it('what reached beyond its part when it was approved may stay', () => {
    const text = swap(APPROVED, '[EXECUTION_SUMMARY]', '<div>\n\n[EXECUTION_SUMMARY]')
    expect(changed('[EXECUTION_SUMMARY]', 'Done.', text)).toBeNull()
    expect(changed('<div>\n\n[EXECUTION_SUMMARY]', 'Done.', text)).not.toBeNull()
  })

  it('links within open parts may lead anywhere', () => {
    const now = swap(APPROVED, '[EXECUTION_SUMMARY]', 'See [the log] and [the log][].\n\n[the log]: log.txt')
    expect(breachOf(APPROVED, now)).toBeNull()
  })

  it('a text that spells what is shown for open parts', () => {
    const text = record(tableOf(HEAD, ...ROWS))
    const spelt = [HEAD, ...ROWS.map((r) => r.replace(/\[SUMMARY.*$/, '[open] | [open] | [open] |'))]
    expect(breachOf(text, swap(text, tableOf(HEAD, ...ROWS), spelt.join('\n')))).not.toBeNull()
  })

  it('any one character of it, taken away or put in', () => {
    const open = openRanges(APPROVED)
    const sealed = fc
      .nat(APPROVED.length - 1)
      .filter((i) => i > APPROVED.indexOf('# CR-001') && !open.some(([a, b]) => i >= a && i < b))
      .filter((i) => /[A-Za-z0-9.:*<!]/.test(APPROVED[i] ?? ''))
    fc.assert(
      fc.property(sealed, fc.constantFrom('', 'x'), (i, put) => {
        const at = APPROVED[i] === 'x' ? '' : put
        expect(breachOf(APPROVED, APPROVED.slice(0, i) + at + APPROVED.slice(i + 1))).not.toBeNull()
      }),
      { numRuns: 120 },
    )
  }, 60_000)

  it('is shown as a redline of what is sealed alone', () => {
    const now = swap(swap(APPROVED, 'Why it is done.', 'Why not.'), '[EXECUTION_SUMMARY]', 'Secret')
    const { redline = '', sections } = breachOf(APPROVED, now) ?? {}
    expect(sections).toEqual(['1. Purpose'])
    expect(redline).toContain('-Why it is done.\n+Why not.')
    expect(redline).not.toContain('Secret')
    const row = breachOf(APPROVED, swap(APPROVED, 'Test it', 'Try it'))?.redline
    expect(row).toContain('+| EI-2 | Try it | [open] | [open] | [open] |')
  })
})

/** Executed cells, the frontmatter, and what stands below the marks: by the text alone, as an author sees them. */
const openRanges = (text: string): [number, number][] => {
  const between = (from: string, to: string): [number, number] => {
    const start = text.indexOf(from) + from.length
    return [start, text.indexOf(to, start)]
  }
  const cells = ROWS.map((row): [number, number] => {
    const start = text.indexOf(row)
    return [start + row.indexOf('[SUMMARY]'), start + row.length]
  })
  return [
    ...cells,
    between('### Execution Comments\n<!-- qms:open -->', '\n---'),
    between('It comes before the summary.\n-->', '\n---'),
    between('## 12. References\n<!-- qms:open -->', '\n---'),
  ]
}

describe('older texts, without marks', () => {
  const old = record(
    tableOf(HEAD, ...ROWS),
    '\n### Execution Comments\n\n| Comment | By |\n| --- | --- |\n| - | - |\n\n## 11. Execution Summary\n\nTo come.\n\n## 12. References\n\n- SOP-001\n',
  )

  it('are open by their headings', () => {
    expect(changed('To come.', 'It came.', old)).toBeNull()
    expect(changed('- SOP-001', '- SOP-001\n- SOP-002', old)).toBeNull()
    expect(changed('| - | - |', '| Late | claude |', old)).toBeNull()
    expect(changed(ROWS[1] ?? '', DONE, old)).toBeNull()
    expect(changed('Why it is done.', 'Why not.', old)).toEqual(['1. Purpose'])
  })

  it.each([
    'Resolution Summary',
    'Test Summary',
    'VAR Closure',
    'Closure',
    'Investigation Comments',
    'references',
  ])('%s is one of them', (title) => {
    const text = record(tableOf(HEAD, ...ROWS), `\n## 8. ${title}\n\nTo come.\n`)
    expect(changed('To come.', 'It came.', text)).toBeNull()
  })

  it.each(['Summary of Changes', 'Closure Criteria', 'Referenced Documents'])('%s is none', (title) => {
    const text = record(tableOf(HEAD, ...ROWS), `\n## 8. ${title}\n\nTo come.\n`)
    expect(changed('To come.', 'It came.', text)).toEqual([`8. ${title}`])
  })

  it('a mark closes those that have none', () => {
    const now = swap(
      swap(old, '## 12. References\n', '## 12. References\n<!-- qms:open -->\n'),
      'To come.',
      'It came.',
    )
    expect(breachOf(old, now)).not.toBeNull()
  })

  it('items below headings are open in their values alone', () => {
    const fields = '| Field | Value |\n| --- | --- |\n| Expected | green |\n| Status | PENDING |'
    const text = record(`### EI-1: Do it\n\n${fields}\n`)
    expect(changed('PENDING', 'COMPLETE', text)).toBeNull()
    for (const [from, to] of [
      ['Do it', 'Do half'],
      ['green', 'red'],
      ['Expected', 'Observed'],
      ['| Expected | green |', '| Expected |'],
    ] as const)
      expect(changed(from, to, text), from).not.toBeNull()
  })

  it('some hold nothing that is open', () => {
    expect(holdsOpenParts(record('Words.'))).toBe(false)
    expect(holdsOpenParts(record('Words.', '\n## References\n'))).toBe(true)
    expect(holdsOpenParts(record(tableOf(HEAD, OPEN_ROW(1))))).toBe(true)
  })
})

it('line ends of Windows and a byte order mark change nothing of it', () => {
  const text = `\uFEFF${APPROVED.replaceAll('\n', '\r\n')}`
  expect(changed('[EXECUTION_SUMMARY]\r\n', 'Done.\r\n\r\n', text)).toBeNull()
  expect(changed('Why it is done.', 'Why not.', text)).toEqual(['1. Purpose'])
})
