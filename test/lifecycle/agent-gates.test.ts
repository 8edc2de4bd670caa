/** What the project may ask of verdicts of agents: that they were called for it, and that a person approves as well. */
import { describe, expect, it } from 'vitest'
import { isApproving } from '../../src/documents/document.ts'
import type { Policy } from '../../src/documents/policy.ts'
import { prospects } from '../../src/lifecycle/decide.ts'
import { TABLES } from '../../src/lifecycle/tables.ts'
import {
  approve,
  approved,
  assign,
  checkedIn,
  circumstancesOf,
  created,
  type Deed,
  given,
  people,
  recommended,
  reject,
  review,
  reviewed,
  route,
  routed,
  type Story,
} from '../support/given.ts'

const IN_REVIEW = given(created({ owner: 'ann' }), checkedIn('ann', 'one'), routed('review', ['tu', 'qa']))
const IN_APPROVAL = given(created({ owner: 'ann' }), ...recommended('one'), routed('approval', []))
const VERIFIED = { policy: { identity: 'verified' } as const }
const called = (task: string, document = 'SOP-001') => ({ dispatch: { id: 'D-007', document, task } })

const VERDICTS: readonly (readonly [string, Story, Deed, string])[] = [
  ['review', IN_REVIEW, review({ as: 'qa', verdict: 'recommend' }), 'review'],
  ['request for updates', IN_REVIEW, review({ as: 'qa', verdict: 'updates' }), 'review'],
  ['approval', IN_APPROVAL, approve({ as: 'qa' }), 'approval'],
  ['rejection', IN_APPROVAL, reject({ as: 'qa' }), 'approval'],
]

// Verifies: REQ-QMS-005
describe.each(VERDICTS)('a %s', (_, story, deed, task) => {
  const other = task === 'review' ? 'approval' : 'review'

  it('of an agent counts without a call where identity is declared', () => void story.when(deed).passes())

  it('of an agent must have been called for where identity is verified', () =>
    void story
      .and(VERIFIED)
      .when(deed)
      .refused('GATE', {
        gate: 'dispatched',
        found: /^qa was not called for it$/,
      }))

  it('of a person is not called for', () =>
    void story
      .and(VERIFIED, { registry: people({ qa: { group: 'quality', kind: 'human' } }) })
      .when(deed)
      .passes())

  it.each([{}, VERIFIED])('names the dispatch that it was called by (%j)', (setting) => {
    const after = story
      .and(setting)
      .when({ ...deed, ...called(task) })
      .passes()
    expect(after.events.find((e) => 'dispatch' in e)).toMatchObject({ user: 'qa', dispatch: 'D-007' })
  })

  it.each([{}, VERIFIED])('is not given by who was called for something else (%j)', (setting) => {
    const judged = (dispatch: object) => story.and(setting).when({ ...deed, ...dispatch })
    judged(called(other)).refused('GATE', {
      gate: 'dispatched',
      found: new RegExp(`D-007 is for the ${other}`),
    })
    judged(called(task, 'SOP-002')).refused('GATE', { gate: 'dispatched', found: /of SOP-002/ })
  })
})

// Verifies: REQ-QMS-957
describe.each(VERDICTS)('a %s by whoever was called', (_, story, deed, task) => {
  const content = story.doc.round?.content ?? ''
  const judged = (given: object | null | undefined, more: object = {}) =>
    story.when({ ...deed, ...called(task), given, ...more } as Deed)

  it('is by the packet of this text and round, and names it', () => {
    const packet = 'f'.repeat(64)
    const after = judged({ content, round: 1 }, { packet }).passes()
    expect(after.events.find((e) => 'packet' in e)).toMatchObject({ dispatch: 'D-007', packet })
  })

  it('without a packet is refused, and names whoever holds no dispatch', () => {
    judged(null).refused('GATE', { gate: 'packetRead', found: /^D-007 has read none$/ })
    judged(null, { dispatch: undefined }).refused('GATE', { gate: 'packetRead', found: /^qa has read none$/ })
  })

  it.each([
    ['text', { content: 'e'.repeat(64), round: 1 }],
    ['round', { content, round: 7 }],
  ])('by the packet of another %s is refused as one on a text that changed', (_what, given) => {
    judged(given).refused('TEXT_CHANGED', { shown: given.content, shownRound: given.round, now: content })
  })

  it('by the packet of another text is refused with what else stands in the way', () =>
    void judged({ content: 'e'.repeat(64), round: 1 }, called(task, 'SOP-002')).refused('GATE', {
      gate: ['dispatched', 'packetRead'],
    }))
})

describe('what an agent may do next', () => {
  const gates = (setting: object, deed: Deed, name = 'dispatched') => {
    const { world, doc } = IN_REVIEW.and(setting)
    const found = prospects(doc, circumstancesOf(world, deed)).find((p) => p.action === 'review')
    return found?.gates.filter((g) => g.gate === name).map((g) => g.holds)
  }

  it('says that it must be called, where that is asked, and not where it was', () => {
    const deed = review({ as: 'qa', verdict: 'recommend' })
    expect(gates({}, deed)).toEqual([])
    expect(gates(VERIFIED, deed)).toEqual([false])
    expect(gates(VERIFIED, { ...deed, ...called('review') })).toEqual([true])
  })

  it('says that it must read a packet, once it was called', () => {
    const deed = { ...review({ as: 'qa', verdict: 'recommend' }), ...called('review') }
    expect(gates({}, deed, 'packetRead')).toEqual([])
    expect(gates({}, { ...deed, given: null }, 'packetRead')).toEqual([false])
  })

  it('says that it was called for something else, whatever is asked', () => {
    const deed = review({ as: 'qa', verdict: 'recommend' })
    expect(gates({}, { ...deed, ...called('approval') })).toEqual([false])
  })
})

/** Conditions under which nobody is asked any more. */
const ENDING: ReadonlySet<string> = new Set(['lastPending', 'nonePending'])

describe('a type that a person must approve', () => {
  const asks = (...humanApproval: string[]): { policy: Partial<Policy> } => ({ policy: { humanApproval } })
  const registry = people({ boss: { group: 'quality', kind: 'human' } })
  const both = given(
    { registry },
    created({ owner: 'ann' }),
    ...recommended('one', ['qa', 'boss']),
    routed('approval', []),
  )

  it('is not approved by agents alone', () => {
    const story = IN_APPROVAL.and(asks('SOP'))
    story.when(approve({ as: 'qa' })).refused('GATE', { gate: 'personApproves', found: /alone: qa$/ })
    story
      .when(assign({ as: 'qb', add: ['lead'] }))
      .passes()
      .when(approve({ as: 'qa' }))
      .passes()
      .when(approve({ as: 'lead' }))
      .passes()
  })

  it('is approved by agents, where another type is', () =>
    void IN_APPROVAL.and(asks('CR'))
      .when(approve({ as: 'qa' }))
      .passes())

  it('takes the approval of an agent before and after that of a person', () => {
    both
      .and(asks('SOP'), approved('boss'))
      .when(approve({ as: 'qa' }))
      .passes()
    both
      .and(asks('SOP'), approved('qa'))
      .when(approve({ as: 'boss' }))
      .passes()
  })

  it('is not approved by taking the person off', () => {
    const story = both.and(asks('SOP'), approved('qa'))
    const taken = story.when(assign({ as: 'qb', remove: ['boss'] }))
    taken.refused('GATE', { gate: 'personApproves', found: /alone: qa$/ })
    both
      .and(asks('SOP'), approved('boss'))
      .when(assign({ as: 'qb', remove: ['qa'] }))
      .passes()
    both
      .and(asks('SOP'))
      .when(assign({ as: 'qb', remove: ['qa', 'boss'] }))
      .refused('GATE', { gate: ['teamKeepsQuality', 'personApproves'] })
  })

  it('asks for the person wherever a round of approval comes to its end', () => {
    const ends = Object.values(TABLES)
      .flat()
      .filter(({ from, when = [] }) => isApproving(from) && when.some((w) => ENDING.has(w)))
    expect(ends.map(({ action }) => action).sort()).toEqual(
      ['approve', 'assign'].flatMap((a) => Array(5).fill(a)),
    )
    expect(ends.filter(({ gates }) => !gates.includes('personApproves'))).toEqual([])
  })

  it('is still reviewed by agents alone, and rejected by them', () => {
    IN_REVIEW.and(asks('SOP'), reviewed('tu', 'recommend'))
      .when(review({ as: 'qa', verdict: 'recommend' }))
      .passes()
      .when(route('approval', { as: 'ann' }))
      .passes()
      .when(reject({ as: 'qa' }))
      .passes()
  })

  it('says so before anybody tries', () => {
    const gates = (setting: object) => {
      const { world, doc } = IN_APPROVAL.and(setting)
      const found = prospects(doc, circumstancesOf(world, approve({ as: 'qa' })))
      return found
        .filter((p) => p.action === 'approve')
        .flatMap((p) => p.gates)
        .flatMap((g) => (g.gate === 'personApproves' ? g.holds : []))
    }
    expect(gates(asks('SOP'))).toEqual([false])
    expect(gates(asks('CR'))).toEqual([])
  })
})
