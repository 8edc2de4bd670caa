/** What is recorded of an item is spliced into its row: whatever the words are, every other byte stays as it was. */

import { describe, expect, it } from 'vitest'
import type { Evidence } from '../../src/documents/evidence.ts'
import { cellText, nextItem, splice } from '../../src/execution/edit.ts'
import { isBlank, itemOf, itemsOf } from '../../src/execution/item.ts'
import { outlineOf } from '../../src/execution/outline.ts'
import { type Written, withItem, writtenInto } from '../../src/execution/recording.ts'
import { breachOf } from '../../src/execution/seal.ts'
import { readTables } from '../../src/execution/table.ts'
import fc from '../support/property.ts'
import { HEAD, marked, OPEN_ROW, placeIn, record, tableOf } from './given.ts'

const AT = '2026-01-25T09:30:59.123Z'
const done = (over: Partial<Written> = {}): Written => ({
  summary: 'Done as planned',
  outcome: 'Pass',
  carried: [],
  cited: [],
  reason: null,
  actor: 'claude',
  at: AT,
  ...over,
})

const write = (text: string, item: string, written: Written): string | null =>
  writtenInto(text, placeIn(text, item), written)
const itemIn = (text: string, item: string) => itemOf(placeIn(text, item).row)

const rows = [OPEN_ROW(1, 'Add \\| it'), OPEN_ROW(2, '`x \\| y`'), OPEN_ROW(3)]
const WIDE =
  '| EI | Task Description | VR | Execution Summary | Evidence | Commit | Task Outcome | Performed By — Date |'
const wide = (n: number, vr: string): string => `| EI-${n} | Task | ${vr} |  |  |  |  |  |`
const FIELDS = '| Field | Value |\n| --- | --- |\n| Status | [Pass/Fail] |\n| Evidence | [SUMMARY] |'

/** The same table in every form, with each kind of line end. */
const TEXTS: readonly string[] = [
  marked(rows),
  marked([wide(1, 'Yes'), wide(2, 'No'), wide(3, '')], WIDE),
  record(
    'EI | Task | Execution Summary | Outcome\n--- | --- | --- | ---\nEI-1 | a | | [Pass/Fail]\nEI-2 | b | | -\nEI-3 | c | | [Pass/Fail]',
  ),
  record(`### EI-1: One\n\n${FIELDS}\n\n### EI-2: Two\n\n${FIELDS}\n\n### EI-3: Three\n\n${FIELDS}\n`),
].flatMap((text) => [text, text.replaceAll('\n', '\r\n'), `\uFEFF${text}`])

const aText = fc.constantFrom(...TEXTS)
const anItem = fc.constantFrom('EI-1', 'EI-2', 'EI-3')
/** What people write, and what breaks tables. */
const sign = fc.constantFrom(
  '|',
  '\\',
  '`',
  '~',
  '~~',
  '*',
  '<!--',
  '-->',
  '[',
  ']',
  '\n',
  '\r\n',
  '\t',
  ' ',
  '<b>',
  '{{X}}',
  '#',
  'é',
  '漢',
)
const words = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.array(fc.oneof(sign, fc.string({ maxLength: 5 })), { maxLength: 15 }).map((parts) => parts.join('')),
)
const outcome = fc.constantFrom('Pass', 'Fail')

/** The text after, with the cells of the row that was written put back as they were: nothing else may differ. */
const putBack = (before: string, after: string, item: string): string => {
  const was = placeIn(before, item).row.cells
  const is = placeIn(after, item).row.cells
  const former = (i: number): string => was[i]?.source ?? '?'
  return splice(
    after,
    is.map((cell, i) => {
      // An empty cell is all that stands between its bars; once filled, the spaces beside the words belong to it.
      const [from, to] = former(i).trim() === '' && cell.source.trim() !== '' ? [1, 1] : [0, 0]
      return { start: cell.start - from, end: cell.end + to, value: former(i) }
    }),
  )
}

describe('whatever the words, whichever the cell', () => {
  it('every other byte stays, and the table is read back', () => {
    let written = 0
    fc.assert(
      fc.property(aText, anItem, words, outcome, (text, item, summary, verdict) => {
        const after = write(text, item, done({ summary, outcome: verdict }))
        if (after === null) return
        written++
        expect(putBack(text, after, item)).toBe(text)
        expect(itemIn(after, item)).toMatchObject({ outcome: verdict, task: itemIn(text, item).task })
        expect(itemsOf(after).items.map((i) => i.item)).toEqual(['EI-1', 'EI-2', 'EI-3'])
        expect(itemsOf(after).unreadable).toEqual([])
        for (const other of ['EI-1', 'EI-2', 'EI-3'].filter((name) => name !== item))
          expect(itemIn(after, other)).toEqual(itemIn(text, other))
        expect(breachOf(text, after)).toBeNull()
      }),
      { numRuns: 80 },
    )
    // Or nothing was written, and nothing was tested.
    expect(written).toBeGreaterThan(60)
  }, 60_000)

  it('words that would change how the text behind their cell is shown are not written', () => {
    const said = (summary: string) => write(marked(rows), 'EI-1', done({ summary }))
    for (const words of ['Done.</table><div hidden>', 'A <textarea> was added', '<style>p{}</style>'])
      expect(said(words), words).toBeNull()
    for (const words of ['Asked for `<textarea>`', 'qms route <id>', 'By <b>hand', 'A < B and </ C'])
      expect(said(words), words).not.toBeNull()
    const text = marked(rows)
    const [table] = readTables(outlineOf(text)).tables
    expect(table && withItem(text, table, 'EI-3', { task: 'Add <textarea>' })).toBeNull()
  })

  it('what is written again stays visible behind what was there, as often as it is', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...TEXTS.slice(0, 6)),
        anItem,
        fc.array(fc.tuple(words, outcome), { minLength: 2, maxLength: 4 }),
        (text, item, steps) => {
          let now = text
          const seen: string[] = []
          for (const [summary, verdict] of steps) {
            const after = write(now, item, done({ summary, outcome: verdict, reason: 'why' }))
            if (after === null) return
            expect(putBack(now, after, item)).toBe(now)
            expect(itemIn(after, item).outcome).toBe(verdict)
            now = after
            // What looks like a blank of the form is taken for one; a backslash that ends the words is followed by a full stop.
            if (!isBlank(summary.replaceAll(/[*_`]/g, ''))) seen.push(cellText(summary).replace(/\\+$/, ''))
          }
          const cell = placeIn(now, item).row.cells.find((c) => c.field === 'summary')
          const found = cell?.source.replaceAll('\\~', '~') ?? ''
          for (const said of seen) expect(found).toContain(said.replaceAll('\\~', '~'))
          expect(breachOf(text, now)).toBeNull()
        },
      ),
      { numRuns: 50 },
    )
  }, 60_000)

  it('a row is added below the others, and none of them differs', () => {
    fc.assert(
      fc.property(fc.constantFrom(...TEXTS.slice(0, 9)), words, words, (text, task, expected) => {
        const table = readTables(outlineOf(text)).tables[0]
        if (!table) throw new Error('no table')
        const after = withItem(text, table, 'EI-4', { task, expected })
        if (after === null) return
        const line = after.slice(table.end, table.end + after.length - text.length)
        expect(after.slice(0, table.end) + after.slice(table.end + line.length)).toBe(text)
        expect(itemsOf(after).items.map((i) => i.item)).toEqual(['EI-1', 'EI-2', 'EI-3', 'EI-4'])
        expect(itemIn(after, 'EI-4').outcome).toBeNull()
        expect(breachOf(text, after)).toBeNull()
      }),
      { numRuns: 50 },
    )
  }, 60_000)
})

describe('in words', () => {
  const row = (text: string, item = 'EI-1'): string =>
    text.split('\n').find((line) => line.startsWith(`| ${item} |`)) ?? ''

  it('an item that passed', () => {
    expect(row(write(marked(rows), 'EI-1', done()) ?? '')).toBe(
      '| EI-1 | Add \\| it | Done as planned. | Pass | claude - 2026-01-25 09:30 UTC |',
    )
  })

  it('one that failed names what takes it over', () => {
    const failed = done({ summary: 'Times out', outcome: 'Fail', carried: ['CR-001-VAR-001'] })
    expect(row(write(marked(rows), 'EI-1', failed) ?? '')).toContain(
      '| Times out. Carried by CR-001-VAR-001. | Fail |',
    )
  })

  it('an amendment strikes out, and says why', () => {
    const once = write(marked(rows), 'EI-1', done()) ?? ''
    const twice =
      write(once, 'EI-1', done({ summary: 'Not quite', outcome: 'Fail', reason: 'Looked again' })) ?? ''
    expect(row(twice)).toBe(
      '| EI-1 | Add \\| it | ~~Done as planned.~~ Not quite. Amended: Looked again | ~~Pass~~ Fail | ~~claude - 2026-01-25 09:30 UTC~~ claude - 2026-01-25 09:30 UTC |',
    )
    const thrice = write(twice, 'EI-1', done({ summary: 'Now', reason: 'Mended' })) ?? ''
    expect(row(thrice)).toContain('| ~~Pass~~ ~~Fail~~ Pass |')
    expect(itemIn(thrice, 'EI-1')).toMatchObject({ outcome: 'Pass', summary: 'Now. Amended: Mended' })
  })

  it('a note has no outcome, and a later outcome keeps it', () => {
    const noted = write(marked(rows), 'EI-1', done({ summary: 'Half of it', outcome: null })) ?? ''
    expect(row(noted)).toBe('| EI-1 | Add \\| it | Half of it. | [Pass/Fail] | [PERFORMER] - [DATE] |')
    expect(row(write(noted, 'EI-1', done({ summary: 'The rest' })) ?? '')).toContain(
      '| Half of it. The rest. | Pass |',
    )
  })

  it('who the plan names gives way to who did it', () => {
    const text = marked([OPEN_ROW(1).replace('[PERFORMER]', 'tu_api')])
    expect(itemIn(text, 'EI-1').assignee).toBe('tu_api')
    expect(itemIn(write(text, 'EI-1', done({ actor: 'tu_api' })) ?? '', 'EI-1')).toMatchObject({
      performer: 'tu_api',
      date: '2026-01-25 09:30 UTC',
    })
  })

  it('columns for a commit, a verification record and evidence get theirs', () => {
    const evidence: Evidence[] = [
      { kind: 'commit', commit: 'a'.repeat(40) },
      {
        kind: 'doc',
        document: 'CR-001-VR-001',
        version: '1.1',
        status: 'IN_EXECUTION',
        content: 'b'.repeat(64),
      },
    ] as Evidence[]
    const cited = evidence.map((e, i) => ({ number: i + 1, evidence: e }))
    const after = write(marked([wide(1, 'Yes'), wide(2, 'No')], WIDE), 'EI-1', done({ cited })) ?? ''
    expect(itemIn(after, 'EI-1')).toMatchObject({
      vr: 'CR-001-VR-001',
      commit: 'a'.repeat(40),
      evidence: `E1 commit ${'a'.repeat(12)}; E2 CR-001-VR-001 v1.1 IN_EXECUTION`,
      summary: 'Done as planned.',
    })
    expect(itemIn(after, 'EI-2')).toMatchObject({ vr: 'No', commit: null })
  })

  it('words of several lines become one', () => {
    expect(cellText('one\n two\r\n\tthree  ')).toBe('one two three')
  })

  it.each([
    ['a | b', 'a \\| b'],
    ['a \\| b', 'a \\| b'],
    ['a \\\\| b', 'a \\\\\\| b'],
    ['ends with \\', 'ends with \\\\'],
    ['ends with \\\\', 'ends with \\\\'],
  ])('%s stands in a cell as %s', (given, found) => {
    expect(cellText(given)).toBe(found)
  })

  it('the next number is that of the table', () => {
    const next = (...names: string[]): string =>
      nextItem(
        readTables(outlineOf(record(tableOf(HEAD, ...names.map((n) => OPEN_ROW(1).replace('EI-1', n))))))
          .tables,
      )
    expect([next('EI-1', 'EI-9', 'EI-3'), next('CAPA-001'), next('1', '2')]).toEqual([
      'EI-10',
      'CAPA-2',
      'EI-1',
    ])
  })
})
