/** How a call ended, as it goes on record: whatever the program says of itself, the record can be read again. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Dispatch, foldDispatches, servingIn } from '../../src/agents/sessions.ts'
import { endingOf } from '../../src/app/agents/ending.ts'
import type { AgentRan } from '../../src/app/agents/ports.ts'
import { systemEvent } from '../../src/documents/event.ts'
import { at } from '../support/given.ts'

const NOTHING = {
  trouble: null,
  instance: null,
  tool: null,
  turns: null,
  tokens: null,
  cost: null,
  denied: [],
  said: null,
}
const ran = (end: Partial<AgentRan['end']>): AgentRan => ({
  end: { ...NOTHING, ...end },
  exit: 0,
  interrupted: false,
  duration: 1.5,
  log: null,
})

const written = (end: Partial<AgentRan['end']>) => ({
  event: 'DISPATCH_END' as const,
  ts: at(1),
  user: 'ann',
  version: '1.0',
  dispatch: 'D-001',
  ...endingOf(false, ran(end)),
})
const issues = (e: object) =>
  systemEvent.safeParse({ ...e, seq: 1, prev: '0'.repeat(64) }).error?.issues ?? []

describe('an end', () => {
  it('can be read again, whatever a program says of itself', () => {
    const words = fc.option(fc.string({ minLength: 1, maxLength: 5000, unit: 'binary' }))
    const number = fc.option(fc.double({ noNaN: false }))
    const told = fc.record({
      instance: words,
      tool: words,
      turns: number,
      tokens: number,
      cost: number,
      denied: fc.array(fc.string({ minLength: 1, maxLength: 500 }), { maxLength: 40 }),
    })
    fc.assert(
      fc.property(told, (end) => {
        expect(issues(written(end))).toEqual([])
      }),
    )
  })

  it('keeps what fits, and says nothing of what does not', () => {
    const long = 'x'.repeat(201)
    expect(written({ instance: 'I-1', turns: 2, tokens: 3, cost: 0.5 })).toMatchObject({
      instance: 'I-1',
      turns: 2,
      tokens: 3,
      cost: 0.5,
    })
    const none = written({ instance: long, turns: 1.5, tokens: 1e300, cost: Number.POSITIVE_INFINITY })
    for (const key of ['instance', 'turns', 'tokens', 'cost']) expect(none).not.toHaveProperty(key)
    expect(written({ tool: long, denied: [long] })).toMatchObject({
      tool: 'x'.repeat(64),
      denied: ['x'.repeat(64)],
    })
  })

  it('gives no name that a program would take for an option, nor does a record that has one', () => {
    for (const instance of ['--dangerously-skip-permissions', '-r', 'a\nb', '\u202eb', ''])
      expect(written({ instance })).not.toHaveProperty('instance')
    const dispatch = (instance: string) => {
      const begun = { id: 'D-001', session: 'S-001', agent: 'qa', backend: 'claude', end: null } as Dispatch
      const forged = { ...written({}), instance, seq: 1 }
      return foldDispatches([forged], new Map([['D-001', begun]]))
    }
    expect(servingIn(dispatch('--dangerously'), 'S-001', 'qa')).toBeNull()
    expect(servingIn(dispatch('I-1'), 'S-001', 'qa')).toEqual({ instance: 'I-1', backend: 'claude' })
  })
})
