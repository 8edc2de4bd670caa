import { describe, expect, it } from 'vitest'
import { QmsError } from '../../src/errors.ts'
import { decideEscalate, decideResolve, leads } from '../../src/lifecycle/escalation.ts'
import {
  approve,
  at,
  checkedIn,
  checkin,
  created,
  digestOf,
  documentOf,
  escalated,
  given,
  people,
  REGISTRY,
  recommended,
  reject,
  resolved,
  review,
  reviewed,
  route,
  routed,
  withdraw,
} from '../support/given.ts'

const LIMIT = 65_536
const IN_REVIEW = given(created({ owner: 'ann' }), checkedIn('ann', 'one'), routed('review', ['tu', 'qa']))
const IN_APPROVAL = given(created({ owner: 'ann' }), ...recommended('one'), routed('approval', []))
const shown = (body: string, round: number) => ({ content: digestOf(body), round })

// Verifies: REQ-QMS-005
describe('a verdict is for the text that was shown', () => {
  const verdicts = {
    review: (s: object) => IN_REVIEW.when(review({ as: 'qa', verdict: 'recommend', ...s })),
    approve: (s: object) => IN_APPROVAL.when(approve({ as: 'qa', ...s })),
    reject: (s: object) => IN_APPROVAL.when(reject({ as: 'qa', ...s })),
  }

  for (const [name, ask] of Object.entries(verdicts)) {
    it(`${name}: this text in this round`, () =>
      void ask({ shown: shown('one', 1) })
        .warned()
        .passes())

    it(`${name}: never shown is a warning`, () => void ask({ shown: null }).warned('NEVER_SHOWN').passes())

    it(`${name}: another text is refused, with both digests and rounds`, () =>
      void ask({ shown: shown('other', 1) }).refused('TEXT_CHANGED', {
        id: 'SOP-001',
        user: 'qa',
        shown: digestOf('other'),
        now: digestOf('one'),
        shownRound: 1,
        round: 1,
      }))

    it(`${name}: the same text in another round is refused`, () =>
      void ask({ shown: shown('one', 2) }).refused('TEXT_CHANGED', { shownRound: 2, round: 1 }))
  }

  it('what was shown before a new round does not count in it', () => {
    IN_REVIEW.when(withdraw({ as: 'ann' }))
      .passes()
      .and(routed('review', ['qa']))
      .when(review({ as: 'qa', verdict: 'recommend', shown: shown('one', 1) }))
      .refused('TEXT_CHANGED', { shownRound: 1, round: 2 })
  })

  it('a stale verdict without its comment is refused for both', () =>
    void IN_REVIEW.when(
      review({ as: 'qa', verdict: 'updates', comment: '', shown: shown('other', 1) }),
    ).refused('GATE', {
      gate: ['commented', 'sawThisText'],
    }))
})

describe('comments', () => {
  it('a review and a rejection need one, an approval does not', () => {
    for (const comment of ['', '  \n']) {
      IN_REVIEW.when(review({ as: 'qa', verdict: 'recommend', comment })).refused('GATE', {
        gate: 'commented',
      })
      IN_APPROVAL.when(reject({ as: 'qa', comment })).refused('GATE', { gate: 'commented' })
    }
    IN_APPROVAL.when(approve({ as: 'qa' })).passes()
  })

  it('are kept with the version and the round they are about', () => {
    IN_REVIEW.when(review({ as: 'qa', verdict: 'updates', comment: 'say who' }))
      .passes()
      .is({
        remarks: [
          {
            user: 'qa',
            event: 'REVIEW',
            outcome: 'UPDATES_REQUIRED',
            comment: 'say who',
            version: '0.1',
            round: 1,
          },
        ],
      })
  })

  it('as long as a trail can hold are taken; longer ones are refused before they are written', () => {
    const long = (n: number) => 'x'.repeat(n)
    IN_REVIEW.when(review({ as: 'qa', verdict: 'updates', comment: long(LIMIT) })).passes()
    const most = { expected: 'at most 65536 characters', found: '65537 characters' }
    IN_REVIEW.when(review({ as: 'qa', verdict: 'updates', comment: long(LIMIT + 1) })).refused('BAD_VALUE', {
      name: 'comment',
      ...most,
    })
    IN_APPROVAL.when(approve({ as: 'qa', comment: long(LIMIT + 1) })).refused('BAD_VALUE', {
      name: 'comment',
      ...most,
    })
    IN_APPROVAL.when(withdraw({ as: 'ann', reason: long(LIMIT + 1) })).refused('BAD_VALUE', {
      name: 'reason',
      ...most,
    })
  })
})

describe('what is asked of an actor comes before what is asked of a text', () => {
  it('a disabled actor is refused whatever they ask', () => {
    const stranded = IN_REVIEW.and({ registry: people({ qa: { enabled: false } }) })
    stranded.when(review({ as: 'qa', verdict: 'recommend' })).refused('USER_DISABLED', { name: 'qa' })
    IN_REVIEW.when(checkin({ as: 'gone', text: 'x' })).refused('USER_DISABLED', { name: 'gone' })
  })

  it('an action that this status does not know is named as such, with where it is possible', () =>
    void IN_REVIEW.when(route('approval', { as: 'ann' })).refused('NOT_OPEN', {
      action: 'route approval',
      status: 'IN_REVIEW',
      possibleIn: ['REVIEWED'],
    }))

  it('a flag that fits no row is refused with what would fit', () =>
    void IN_REVIEW.when(withdraw({ as: 'ann' }))
      .passes()
      .when(route('review', { as: 'ann', purpose: 'abandon', reason: 'x' }))
      .refused('GATE', { gate: 'asksOrdinary', found: '--abandon' }))
})

// Verifies: REQ-QMS-012
describe('escalation (SOP-007 section 7)', () => {
  const d = documentOf(created({ owner: 'ann' }), checkedIn('ann', 'one'))
  const c = (name: string, registry = REGISTRY) => ({ actor: registry.get(name)!, now: at(9), registry })
  const refusal = (work: () => unknown): QmsError => {
    try {
      work()
    } catch (error) {
      if (error instanceof QmsError) return error
      throw error
    }
    throw new Error('not refused')
  }

  it('is open to anyone registered, changes nothing but the record of it', () => {
    for (const name of ['ann', 'qa', 'tu', 'lead'])
      expect(decideEscalate(d, 'we disagree', c(name))).toEqual({
        ts: at(9),
        event: 'ESCALATE',
        user: name,
        version: '0.1',
        reason: 'we disagree',
      })
    const before = IN_REVIEW.doc
    IN_REVIEW.and(escalated('tu', 'we disagree')).is({
      status: before.status,
      round: before.round,
      version: '0.1',
    })
  })

  it('needs a reason, and an actor who is enabled', () => {
    expect(refusal(() => decideEscalate(d, ' ', c('ann'))).facts).toMatchObject({
      unmet: [{ gate: 'reasoned' }],
    })
    expect(refusal(() => decideEscalate(d, 'x', c('gone'))).code).toBe('USER_DISABLED')
    expect(refusal(() => decideEscalate(d, 'x'.repeat(LIMIT + 1), c('ann'))).code).toBe('BAD_VALUE')
  })

  it('is resolved by a human administrator only', () => {
    const open = IN_REVIEW.and(escalated('tu', 'we disagree')).doc
    const registry = people({
      robot: { group: 'administrator', kind: 'agent' },
      old: { group: 'administrator', kind: 'human', enabled: false },
    })
    expect(leads(registry)).toEqual(['lead'])
    for (const name of ['robot', 'qa', 'ann', 'old']) {
      const said = refusal(() => decideResolve(open, 'do it', c(name, registry)))
      expect(said).toMatchObject({
        code: 'NOT_ALLOWED',
        facts: { needs: 'human administrator', who: ['lead'] },
      })
    }
    expect(decideResolve(open, 'do it', c('lead', registry))).toMatchObject({
      event: 'RESOLVE',
      decision: 'do it',
    })
  })

  it('is resolved once, with a decision, where one is open', () => {
    const open = IN_REVIEW.and(escalated('tu', 'we disagree'))
    expect(refusal(() => decideResolve(open.doc, ' ', c('lead'))).facts).toMatchObject({
      unmet: [{ gate: 'decided' }],
    })
    const done = open.and(resolved('lead', 'as tu says'))
    expect(done.doc.escalations).toMatchObject([
      { user: 'tu', reason: 'we disagree', decision: 'as tu says' },
    ])
    expect(refusal(() => decideResolve(done.doc, 'again', c('lead'))).facts).toMatchObject({
      unmet: [{ gate: 'escalated' }],
    })
    const twice = done.and(escalated('qa', 'still'), resolved('lead', 'no')).doc
    expect(twice.escalations.map((e) => e.decision)).toEqual(['as tu says', 'no'])
  })

  it('stands beside a review that goes on', () =>
    void IN_REVIEW.and(escalated('tu', 'we disagree'), reviewed('tu', 'updates')).is({
      escalations: [{ decision: null }],
    }))
})
