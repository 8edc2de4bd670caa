import { describe, expect, it } from 'vitest'
import { type AnswerRecord, isComplete } from '../../src/authoring/record.ts'
import { openKey, type Step, take } from '../../src/authoring/steps.ts'
import { QmsError } from '../../src/errors.ts'
import { answers, begun, by, formOf, TRIAL, WHOLE, walked } from './sample.ts'

const form = formOf(TRIAL)

const refusal = (record: AnswerRecord, step: Step): QmsError => {
  try {
    take(form, record, step, by())
  } catch (error) {
    if (error instanceof QmsError) return error
    throw error
  }
  throw new Error('not refused')
}

const values = (record: AnswerRecord, key: string) => record.answers[key]?.map((entry) => entry.value)

describe('the order of a form is strict', () => {
  it('one prompt after the other, a loop until its gate says no', () => {
    const open: (string | null)[] = [openKey(begun(form))]
    let record = begun(form)
    for (const step of answers('EI-1', 'aim', 'a', 'b', 'Pass', 'yes', 'c', 'd', 'fail', 'no', 'end')) {
      record = take(form, record, step, by())
      open.push(openKey(record))
    }
    expect(open).toEqual([
      ...['items', 'aim', 'step_do.1', 'step_seen.1', 'step_good.1', 'more.1'],
      ...['step_do.2', 'step_seen.2', 'step_good.2', 'more.2', 'closing', null],
    ])
    expect(isComplete(record)).toBe(true)
    expect(record.loops.steps).toEqual({ passes: 2, closed: true, reopened: [] })
    expect(record.gates).toMatchObject({
      'more.1': [{ value: 'yes' }],
      'more.2': [{ value: 'no', author: 'ann' }],
    })
    expect(values(record, 'step_good.2')).toEqual(['Fail'])
  })

  // Verifies: REQ-QMS-801
  it('an answer bears who gave it, when, and the state of the project', () => {
    const commit = 'c'.repeat(40)
    const record = walked(form, [...answers('EI-1', 'aim', 'a'), { do: 'answer', value: 'seen', commit }])
    expect(record.answers['step_seen.1']).toEqual([{ value: 'seen', ...by(3), commit }])
  })

  it.each<[string, string]>([
    ['nothing', ' \n '],
    ['a NUL byte', 'a\0b'],
    ['too much', 'x'.repeat(1_000_001)],
  ])('%s is no answer', (_, value) =>
    expect(refusal(begun(form), { do: 'answer', value }).code).toBe('BAD_VALUE'),
  )

  it('only what may be chosen, only yes or no, in any case of letters', () => {
    const before = walked(form, answers('EI-1', 'aim', 'a', 'b'))
    expect(refusal(before, { do: 'answer', value: 'Perhaps' }).facts).toMatchObject({
      expected: 'Pass, Fail',
    })
    const after = walked(form, answers('PASS'), before)
    expect(refusal(after, { do: 'answer', value: 'Pass' }).facts).toMatchObject({ expected: 'yes or no' })
    expect(openKey(walked(form, answers('Y'), after))).toBe('step_do.2')
  })

  it('nothing takes the default where there is one', () => {
    const record = walked(form, [...WHOLE.slice(0, -1), ...answers('')])
    expect(values(record, 'closing')).toEqual(['Nothing else was seen.'])
  })

  it('today and current_user stand for the day and the author', () => {
    for (const [word, value] of [
      ['today', '2026-01-05'],
      ['current_user', 'ann'],
    ]) {
      const other = formOf(TRIAL.replace('Nothing else was seen.', word ?? ''))
      expect(values(walked(other, [...WHOLE.slice(0, -1), ...answers('')]), 'closing')).toEqual([value])
    }
  })

  it('where all is answered, no more answers are taken', () =>
    expect(refusal(walked(form, WHOLE), { do: 'answer', value: 'more' }).code).toBe('OUT_OF_TURN'))

  it('a reason belongs to a changed answer only', () =>
    expect(refusal(begun(form), { do: 'answer', value: 'x', reason: 'why' }).code).toBe('OUT_OF_TURN'))
})

const half = walked(form, answers('EI-1', 'aim', 'a', 'b'))

// Verifies: REQ-QMS-801
describe('an answer is changed', () => {
  it('by going to it with a reason; then the form goes on where it was', () => {
    const gone = walked(form, [{ do: 'goto', prompt: 'aim', reason: 'too narrow' }], half)
    expect(gone.cursor).toEqual({
      prompt: 'aim',
      pass: null,
      back: { prompt: 'step_good', pass: 1, for: 'amend', reason: 'too narrow' },
    })
    const back = walked(form, answers('wider'), gone)
    expect(back.cursor).toEqual({ prompt: 'step_good', pass: 1, back: null })
    expect(back.answers.aim).toMatchObject([
      { value: 'aim' },
      { value: 'wider', reason: 'too narrow', author: 'ann' },
    ])
  })

  it('in its own pass of a loop, and when all is complete', () => {
    const done = walked(form, WHOLE)
    const steps: Step[] = [
      { do: 'goto', prompt: 'step_seen.1' },
      { do: 'answer', value: 'c', reason: 'typo' },
    ]
    const after = walked(form, steps, done)
    expect(values(after, 'step_seen.1')).toEqual(['it ran', 'c'])
    expect(isComplete(after)).toBe(true)
    expect(isComplete(walked(form, steps.slice(0, 1), done))).toBe(false)
  })

  it('not without a reason', () => {
    const gone = walked(form, [{ do: 'goto', prompt: 'aim' }], half)
    expect(refusal(gone, { do: 'answer', value: 'wider' }).facts).toMatchObject({ name: '--reason' })
    expect(refusal(gone, { do: 'answer', value: 'wider', reason: ' ' }).code).toBe('BAD_VALUE')
    expect(refusal(half, { do: 'goto', prompt: 'aim', reason: '' }).code).toBe('BAD_VALUE')
  })

  it.each(['closing', 'step_do.2', 'step_do', 'nothing', 'aim.1', 'constructor', '__proto__'])(
    '%s, which was not answered, cannot be gone to',
    (prompt) => expect(refusal(half, { do: 'goto', prompt, reason: 'x' }).code).toBe('OUT_OF_TURN'),
  )

  it('a gate is not changed', () =>
    expect(refusal(walked(form, WHOLE), { do: 'goto', prompt: 'more.1', reason: 'x' }).code).toBe(
      'OUT_OF_TURN',
    ))

  it('one after the other, and given up by --cancel-goto', () => {
    const gone = walked(form, [{ do: 'goto', prompt: 'aim', reason: 'x' }], half)
    expect(refusal(gone, { do: 'goto', prompt: 'items', reason: 'x' }).code).toBe('OUT_OF_TURN')
    expect(walked(form, [{ do: 'cancel' }], gone)).toEqual(half)
    expect(refusal(half, { do: 'cancel' }).code).toBe('OUT_OF_TURN')
  })
})

describe('a closed loop is reopened', () => {
  const done = walked(form, WHOLE)
  const open = walked(form, [{ do: 'reopen', loop: 'steps', reason: 'forgot one' }], done)

  it('for one more pass, without being asked for another; then the form goes on where it was', () => {
    expect(openKey(open)).toBe('step_do.2')
    expect(isComplete(open)).toBe(false)
    const after = walked(form, answers('c', 'd', 'Pass'), open)
    expect(isComplete(after)).toBe(true)
    expect(after.loops.steps).toMatchObject({
      passes: 2,
      closed: true,
      reopened: [{ author: 'ann', reason: 'forgot one' }],
    })
    expect(Object.keys(after.gates)).toEqual(['more.1'])
  })

  it('from before the end, too', () => {
    const before = walked(form, WHOLE.slice(0, -1))
    const steps: Step[] = [{ do: 'reopen', loop: 'steps', reason: 'x' }, ...answers('c', 'd', 'Pass')]
    expect(openKey(walked(form, steps, before))).toBe('closing')
  })

  it('and that is taken back only before its first answer', () => {
    const back = walked(form, [{ do: 'cancel' }], open)
    expect(back.cursor).toEqual(done.cursor)
    expect(back.loops.steps).toMatchObject({ passes: 1, closed: true })
    expect(refusal(walked(form, answers('c'), open), { do: 'cancel' }).code).toBe('OUT_OF_TURN')
  })

  it('not while it is open, not without a reason, not one that there is not', () => {
    expect(refusal(half, { do: 'reopen', loop: 'steps', reason: 'x' }).code).toBe('OUT_OF_TURN')
    expect(refusal(done, { do: 'reopen', loop: 'steps', reason: '\n' }).code).toBe('BAD_VALUE')
    expect(refusal(done, { do: 'reopen', loop: 'constructor', reason: 'x' }).code).toBe('OUT_OF_TURN')
    expect(refusal(open, { do: 'reopen', loop: 'steps', reason: 'x' }).code).toBe('OUT_OF_TURN')
  })
})
