/** What an execution lacks, what its trail tells of an item, and what a failure hands over: from texts and events alone. */
import { describe, expect, it } from 'vitest'
import type { Document } from '../../src/documents/document.ts'
import type { DocumentEvent } from '../../src/documents/event.ts'
import type { Evidence, Run } from '../../src/documents/evidence.ts'
import { commentsIn, remark, rewritten, splice, summaryIn, writtenText } from '../../src/execution/edit.ts'
import { handOver } from '../../src/execution/hand-over.ts'
import { failedRuns, historyOf } from '../../src/execution/history.ts'
import { alteredBetween, alteredPlan } from '../../src/execution/kept.ts'
import { outlineOf } from '../../src/execution/outline.ts'
import { blanksOpen, lostItems, openItems, uncarried } from '../../src/execution/readiness.ts'
import { breachOf } from '../../src/execution/seal.ts'
import { marked, OPEN_ROW, record, tableOf } from './given.ts'

const row = (n: number, outcome: string, summary = 'done'): string =>
  `| EI-${n} | Task ${n} | ${summary} | ${outcome} | claude - 2026-01-25 |`
const open = (text: string, adopted = false): string[] => openItems(outlineOf(text), adopted)

describe('items without an outcome', () => {
  it('are named, and odd ones too', () => {
    const text = marked([row(1, 'Pass'), OPEN_ROW(2), row(3, 'Fail'), row(4, 'COMPLETE'), '| EI-5 | a | b |'])
    expect(open(text)).toEqual([
      expect.stringMatching(/^line \d+: 3 cells: \| EI-5/),
      'EI-2 has no outcome',
      'EI-4 is COMPLETE',
    ])
  })

  it('are all that there is to do: none is one too few', () => {
    expect(open(record('Words.'))).toEqual(['no execution item'])
  })

  it("another program's outcome counts in an adopted record, which may have no table", () => {
    expect(open(marked([row(1, 'COMPLETE'), row(2, 'Pass (xfail)')]), true)).toEqual([])
    expect(open(record('Words.'), true)).toEqual([])
    expect(open(marked([row(1, '')]), true)).toEqual(['EI-1 has no outcome'])
  })

  it('one that is struck out is none', () => {
    expect(open(marked([row(1, '~~Pass~~')]))).toEqual(['EI-1 has no outcome'])
  })
})

it('items of the approved text that are gone are named, whatever became of their case', () => {
  const approved = outlineOf(marked([OPEN_ROW(1), OPEN_ROW(2), OPEN_ROW(3)]))
  const now = outlineOf(marked([row(1, 'Pass').replace('EI', 'ei'), row(3, 'Pass'), row(4, 'Pass')]))
  expect(lostItems(approved, now)).toEqual(['EI-2 was approved, and is gone'])
  expect(lostItems(approved, approved)).toEqual([])
})

describe('failures', () => {
  const carrier = (id: string): Document => ({ id: { id } }) as Document
  const VAR = carrier('CR-001-VAR-001')
  const lacks = (text: string, ...carriers: Document[]): string[] => uncarried(outlineOf(text), carriers)

  it('are carried by a child that the row names', () => {
    const text = marked([row(1, 'Fail', 'Not done. Carried by CR-001-VAR-001.'), row(2, 'Pass')])
    expect(lacks(text, VAR)).toEqual([])
    expect(lacks(text)).toEqual(['EI-1 failed, and no child document is named'])
    expect(lacks(text, carrier('CR-001-VAR-002'))).toEqual([
      'EI-1 failed, and none of CR-001-VAR-002 is named',
    ])
  })

  it('or by one that the comments name for the whole', () => {
    const text = marked([row(1, 'Fail', 'Not done')])
    expect(lacks(text, VAR)).toHaveLength(1)
    expect(lacks(text.replace('[COMMENT]', 'See CR-001-VAR-001'), VAR)).toEqual([])
  })

  it('are not carried by a document whose id is longer', () => {
    const text = marked([row(1, 'Fail', 'Carried by CR-001-VAR-0010.')])
    expect(lacks(text, VAR)).toHaveLength(1)
    const child = marked([row(1, 'Fail', 'Carried by CR-001-VAR-001-VAR-001.')])
    expect(lacks(child, VAR)).toHaveLength(1)
  })

  it('a name that is struck out carries nothing', () => {
    expect(lacks(marked([row(1, 'Fail', '~~Carried by CR-001-VAR-001.~~ no')]), VAR)).toHaveLength(1)
  })
})

describe('blanks of the form', () => {
  const form = marked([OPEN_ROW(1)])
  const blanks = (text: string): string[] =>
    blanksOpen(outlineOf(text), form).map((b) => b.replace(/^line \d+ /, ''))

  it('are looked for outside of items, code and unused rows of comments', () => {
    expect(blanks(form)).toEqual(['[EXECUTION_SUMMARY]'])
    expect(blanks(form.replace('[EXECUTION_SUMMARY]', 'Done: `[SUMMARY]`\n\n```\n[DATE]\n```'))).toEqual([])
    expect(blanks(form.replace('[EXECUTION_SUMMARY]', 'Done by [PERFORMER]'))).toEqual(['[PERFORMER]'])
  })

  it('a row of comments that was begun is used', () => {
    expect(blanks(form.replace('[COMMENT]', 'Late').replace('[EXECUTION_SUMMARY]', 'Done'))).toEqual([
      '[PERFORMER]',
      '[DATE]',
    ])
  })

  it('what the form does not have is no blank', () => {
    expect(blanks(form.replace('[EXECUTION_SUMMARY]', 'See [RFC] and [TBD]'))).toEqual([])
  })
})

const run = (command: string, exit: number | null, over: Partial<Run> = {}): Evidence =>
  ({
    kind: 'run',
    command: command.split(' '),
    exit,
    signal: exit === null ? 'SIGKILL' : undefined,
    ...over,
  }) as Evidence
const entry = (item: string, action: string, own: object = {}, minute = 0): DocumentEvent =>
  ({
    ts: `2026-01-25T09:${String(minute).padStart(2, '0')}:00.000Z`,
    event: 'EI',
    user: 'claude',
    version: '1.1',
    seq: minute + 1,
    prev: '',
    item,
    action,
    content: 'b',
    base: 'a',
    ...own,
  }) as DocumentEvent

describe('the history of an item', () => {
  const events = [
    entry('EI-1', 'start', { base: 'b' }, 0),
    entry('EI-1', 'evidence', { evidence: [run('npm test', 1)], base: 'b' }, 1),
    entry('ei-1', 'evidence', { evidence: [run('npm test', 0), run('npm run lint', 2)], base: 'b' }, 2),
    entry('EI-2', 'record', { outcome: 'Fail', carried: ['CR-001-VAR-001'] }, 3),
    entry('EI-1', 'record', { outcome: 'Pass', aside: [3], reason: 'another matter' }, 4),
    entry('EI-1', 'evidence', { evidence: [run('npm test', 1)], base: 'b' }, 5),
  ]

  it('tells when it began, how it ended, and its evidence by number, whatever the case of its name', () => {
    const found = historyOf(events, 'Ei-1')
    expect(found).toMatchObject({
      startedAt: '2026-01-25T09:00:00.000Z',
      startedBy: 'claude',
      outcome: 'Pass',
      carried: [],
    })
    expect(found.exhibits.map((x) => [x.number, x.aside, x.cited])).toEqual([
      [1, null, true],
      [2, null, true],
      [3, 'another matter', true],
      [4, null, false],
    ])
    expect(historyOf(events, 'EI-2').carried).toEqual(['CR-001-VAR-001'])
    expect(historyOf(events, 'EI-9')).toMatchObject({ startedAt: null, outcome: null, exhibits: [] })
  })

  it('a run that failed counts until the same command succeeds, or a reason sets it aside', () => {
    const { exhibits } = historyOf(events, 'EI-1')
    expect(failedRuns(exhibits.slice(0, 1))).toEqual(['E1 npm test: exit 1'])
    expect(failedRuns(exhibits.slice(0, 3))).toEqual([])
    expect(failedRuns(exhibits)).toEqual(['E4 npm test: exit 1'])
    expect(failedRuns([{ number: 1, evidence: run('x', null), aside: null }])).toEqual([
      'E1 x: ended by SIGKILL',
    ])
    const other = [run('npm test', 1), run('npm test -- --bail', 0)]
    expect(failedRuns(other.map((evidence, i) => ({ number: i + 1, evidence, aside: null })))).toHaveLength(1)
  })

  it('what was written of it by command is changed by command alone', () => {
    const base = marked([row(1, 'Pass'), row(2, 'Fail'), OPEN_ROW(3)])
    const altered = (now: string): string[] => alteredBetween(events, outlineOf(base), outlineOf(now))
    expect(altered(base)).toEqual([])
    expect(altered(base.replace(OPEN_ROW(3), row(3, 'Pass')))).toEqual([])
    expect(altered(base.replace(row(2, 'Fail'), row(2, 'Pass', 'well')))).toEqual([
      'EI-2 Execution Summary',
      'EI-2 Task Outcome',
    ])
    expect(altered(base.replace(`${row(1, 'Pass')}\n`, ''))).toEqual(['EI-1'])
  })

  it('rows stay once they are there, as they ask it, and none comes that cannot be read', () => {
    const base = marked([row(1, 'Pass'), OPEN_ROW(2, 'Tell them')])
    const [second, broken] = [OPEN_ROW(2, 'Tell them'), '| EI-3 | More | Pass |']
    const altered = (to: string): string[] =>
      alteredPlan(outlineOf(base), outlineOf(base.replace(second, to)))
    expect(altered(second.replace('[Pass/Fail]', 'Pass'))).toEqual([])
    expect(altered(`${second}\n${OPEN_ROW(3)}`)).toEqual([])
    expect(altered('')).toEqual(['EI-2 is gone'])
    expect(altered(second.replace('Tell them', 'Tell some'))).toEqual(['EI-2 Task Description'])
    expect(altered(`${second}\n${OPEN_ROW(1, 'Anew')}`)).toEqual([
      expect.stringMatching(/^line \d+: EI-1 once more/),
    ])
    expect(altered(`${second}\n${broken}`)).toEqual([expect.stringContaining('3 cells')])
    const odd = outlineOf(base.replace(second, broken))
    expect(alteredPlan(odd, outlineOf(`${odd.text}\nMore.\n`))).toEqual([])
  })
})

describe('scope that a failure hands over', () => {
  const head =
    '| EI | Task Description | Expected Outcome | Execution Summary | Task Outcome | Performed By - Date |'
  const text = record(
    tableOf(
      head,
      '| EI-1 | Prepare | ready | ok | Pass | claude - 2026-01-25 |',
      '| EI-2 | Run \\| it | all green | | | |',
      '| EI-3 | Clean up | tidy | | | |',
    ),
  )

  it('is the item, what is done, and what stays', () => {
    expect(handOver(text, '2', 'It hangs')).toEqual({
      ITEM: 'EI-2',
      FAILED_ITEM: 'EI-2',
      APPROVED: 'EI-2: Run \\| it. Expected: all green',
      ACTUAL: 'It hangs',
      COMPLETED: 'EI-1',
      HANDED_OVER: 'EI-2: Run \\| it',
      TAKEN_ON: 'EI-2: Run \\| it',
      STAYS: 'EI-3',
    })
    expect(handOver(text, 'EI-9', '')).toBeNull()
    expect(handOver(text, 'EI-1', ' ')).toMatchObject({ COMPLETED: 'None', STAYS: 'EI-2, EI-3' })
    expect(handOver(text, 'EI-1', ' ')).not.toHaveProperty('ACTUAL')
  })
})

describe('remarks and the summary', () => {
  const form = marked([OPEN_ROW(1)])
  const by = 'claude - 2026-01-25 09:30 UTC'
  const noted = (text: string, words: string): string => {
    const outline = outlineOf(text)
    const change = remark(outline, commentsIn(outline)!, words, by)
    return change ? splice(text, [change]) : 'no place'
  }
  const summed = (text: string, words: string): string => {
    const outline = outlineOf(text)
    return splice(text, rewritten(outline, summaryIn(outline)!, words))
  }

  it.each(['\n', '\r\n'])('a remark takes the free row first, then a row more (line end %j)', (eol) => {
    const text = form.replaceAll('\n', eol)
    const twice = noted(noted(text, 'one | two'), 'three')
    expect(twice).toContain(`| one \\| two | ${by} |${eol}| three | ${by} |${eol}`)
    expect(
      twice.replace(`| one \\| two | ${by} |${eol}| three | ${by} |`, '| [COMMENT] | [PERFORMER] - [DATE] |'),
    ).toBe(text)
    expect(breachOf(text, twice)).toBeNull()
  })

  it('a record without such a table has no place for one', () => {
    expect(noted(record('### Execution Comments\n\nNone.\n'), 'one')).toBe('no place')
  })

  it('the summary takes the place of the blank, and later of the former one; comments stay', () => {
    const once = summed(form, 'Done.\n\nAll of it.')
    expect(once).toBe(form.replace('[EXECUTION_SUMMARY]', 'Done.\n\nAll of it.'))
    const outline = outlineOf(once)
    expect(writtenText(summaryIn(outline)!)).toBe('Done.\nAll of it.')
    expect(summed(once, 'Anew.')).toBe(form.replace('[EXECUTION_SUMMARY]', 'Anew.'))
    expect(breachOf(form, summed(once, 'Anew.'))).toBeNull()
  })

  it('into an empty section, below its comments', () => {
    const text = record('', '\n## 11. Execution Summary\n\n<!-- how -->\n\n## 12. References\n')
    expect(summed(text, 'Done.')).toBe(text.replace('<!-- how -->', '<!-- how -->\n\nDone.'))
    const bare = record('', '\n## 11. Execution Summary\n')
    expect(summed(bare, 'Done.')).toBe(bare.replace('Summary\n', 'Summary\n\nDone.\n'))
  })
})
