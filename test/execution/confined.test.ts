/** Whether a recording wrote only where it may, told by the two texts. */
import { describe, expect, it } from 'vitest'
import { isAddedRow, isCommentsOnly, isItemOnly, isSummaryOnly } from '../../src/execution/confined.ts'
import { outlineOf } from '../../src/execution/outline.ts'

const BASE = `---
title: 'Plan'
---

# Plan

As planned.

## 1. Execution

| EI | Task Description | Depends On | Execution Summary | Task Outcome | Performed By - Date |
| --- | --- | --- | --- | --- | --- |
| EI-1 | First | | [SUMMARY] | [Pass/Fail] | [PERFORMER] - [DATE] |
| EI-2 | Second |EI-1|  |[Pass/Fail]| |

### Execution Comments

| Comment | Performed By - Date |
| --- | --- |
| [COMMENT] | [PERFORMER] - [DATE] |

## 2. Execution Summary

[EXECUTION_SUMMARY]

## 3. References

- None
`

const changed = (from: string | RegExp, to: string, text = BASE): string => {
  const now = text.replace(from, to)
  expect(now).not.toBe(text)
  return now
}
const passed = changed(/\[SUMMARY\] .*$/m, 'Done. | Pass | ann - 2026-01-05 09:00 UTC |')
const of = (text: string) => [outlineOf(BASE), outlineOf(text)] as const

describe('an outcome may write into', () => {
  it('the executed cells of its item, empty ones, too', () => {
    expect(isItemOnly(...of(passed), 'EI-1', 'record')).toBe(true)
    const second = changed('|EI-1|  |[Pass/Fail]| |', '|EI-1| Done. |Pass| ann - 2026-01-05 09:00 UTC |')
    expect(isItemOnly(...of(second), 'EI-2', 'record')).toBe(true)
  })

  it('neither another item, nor a planned cell of its own, nor anything else', () => {
    expect(isItemOnly(...of(passed), 'EI-2', 'record')).toBe(false)
    expect(isItemOnly(...of(changed('First', 'Firstly', passed)), 'EI-1', 'record')).toBe(false)
    expect(isItemOnly(...of(changed('First | |', 'First | EI-2 |', passed)), 'EI-1', 'record')).toBe(false)
    expect(isItemOnly(...of(changed('As planned', 'As it came', passed)), 'EI-1', 'record')).toBe(false)
    expect(isItemOnly(...of(changed('title: ', 'title:  ', passed)), 'EI-1', 'record')).toBe(false)
    expect(isItemOnly(...of(passed), 'EI-9', 'record')).toBe(false)
  })

  it('a note: neither outcome nor signature', () => {
    const noted = changed('[SUMMARY]', 'Begun.')
    expect(isItemOnly(...of(noted), 'EI-1', 'note')).toBe(true)
    expect(isItemOnly(...of(passed), 'EI-1', 'note')).toBe(false)
  })
})

it('an item is added as one row below the others, and nothing else changes', () => {
  const row = '| EI-3 | Third | | [SUMMARY] | [Pass/Fail] | [PERFORMER] - [DATE] |'
  const added = changed(/(\| EI-2 .*)/, `$1\n${row}`)
  expect(isAddedRow(...of(added), 'EI-3')).toBe(true)
  expect(isAddedRow(...of(added), 'EI-4')).toBe(false)
  expect(isAddedRow(...of(changed(/(\| EI-1 .*)/, `$1\n${row}`)), 'EI-3')).toBe(false)
  expect(isAddedRow(...of(changed(/(\| EI-2 .*)/, `$1\n${row}\n${row.replace('3', '4')}`)), 'EI-3')).toBe(
    false,
  )
  expect(isAddedRow(...of(changed('First', 'Firstly', added)), 'EI-3')).toBe(false)
  expect(isAddedRow(...of(passed), 'EI-1')).toBe(false)
})

it('remarks and the summary stay in their sections', () => {
  const remarked = changed('[COMMENT] | [PERFORMER] - [DATE]', 'It rained. | ann')
  const summed = changed('[EXECUTION_SUMMARY]', 'All done.\n\nIn two days.')
  expect([isCommentsOnly(...of(remarked)), isSummaryOnly(...of(remarked))]).toEqual([true, false])
  expect([isCommentsOnly(...of(summed)), isSummaryOnly(...of(summed))]).toEqual([false, true])
  expect(isSummaryOnly(...of(changed('- None', '- Some', summed)))).toBe(false)
  expect(isSummaryOnly(...of(changed('## 2. Execution Summary', '## 2. Summary', summed)))).toBe(false)
  expect(isSummaryOnly(outlineOf('# No such section\n'), outlineOf('# No such section\n\nMore.\n'))).toBe(
    false,
  )
})
