/** What was recorded of executions, in numbers and in words. */
import { expect, it } from 'vitest'
import type { DocumentEvent } from '../../src/documents/event.ts'
import type { Evidence } from '../../src/documents/evidence.ts'
import { told } from '../../src/package/told.ts'
import { executionOf, together } from '../../src/report/execution.ts'
import { at, sha256 } from '../support/given.ts'

const ALWAYS = { since: null, until: null }

const run = (exit: number | null): Evidence => ({
  kind: 'run',
  command: ['npm', 'test'],
  exit,
  ...(exit === null ? { signal: 'SIGKILL' } : {}),
  started: at(0),
  duration: 5,
  commit: null,
  clean: true,
  output: sha256('out'),
  bytes: 3,
})

const entry = (tick: number, own: object): DocumentEvent =>
  ({ ts: at(tick), user: 'ann', version: '1.1', event: 'EI', item: 'EI-1', ...own }) as DocumentEvent

const EVENTS = [
  entry(1, { action: 'start' }),
  entry(2, { action: 'evidence', evidence: [run(1), run(0), { kind: 'text', text: 'Seen.' }] }),
  entry(3, { action: 'record', outcome: 'Pass', evidence: [run(null)] }),
  entry(4, { item: 'EI-2', action: 'record', outcome: 'Fail', carried: ['CR-001-VAR-001'] }),
  entry(5, { item: 'ei-1', action: 'record', outcome: 'Fail', aside: [1, 2], reason: 'Wrong' }),
]

it('outcomes, amendments and runs are counted, each where it happened in the period', () => {
  const all = { passed: 1, failed: 2, amended: 1, runs: 3, failedRuns: 2 }
  expect(executionOf(EVENTS, ALWAYS)).toEqual(all)
  expect(executionOf(EVENTS, { since: at(5), until: null })).toEqual({
    passed: 0,
    failed: 1,
    amended: 1,
    runs: 0,
    failedRuns: 0,
  })
  expect(together([executionOf(EVENTS, ALWAYS), executionOf(EVENTS, { since: at(5), until: null })])).toEqual(
    {
      ...all,
      failed: 3,
      amended: 2,
    },
  )
})

it('an entry is told in words, with kinds of evidence', () => {
  expect(EVENTS.map(told)).toEqual([
    'EI-1 start',
    'EI-1 evidence: evidence: run, run, text',
    'EI-1 record Pass: evidence: run',
    'EI-2 record Fail: carried by CR-001-VAR-001',
    'ei-1 record Fail: set aside: E1, E2',
  ])
})
