import { describe, expect, it } from 'vitest'
import {
  approve,
  approved,
  approvedBy,
  assign,
  becameEffective,
  checkedIn,
  checkedOut,
  checkin,
  checkout,
  created,
  executing,
  given,
  moved,
  people,
  postApproved,
  reassigned,
  recommended,
  retired,
  review,
  reviewed,
  route,
  routed,
  type Story,
  type Told,
} from '../support/given.ts'

const DRAFT = given(created({ owner: 'ann' }), checkedIn('ann', 'one'))
const teamOf = (story: typeof DRAFT, names?: string[]) =>
  story.when(route('review', { as: 'ann', ...(names ? { assign: names } : {}) })).passes().doc.team

describe('the review team', () => {
  // Verifies: REQ-QMS-003
  it('always has a member of quality: the first registered', () => {
    expect(teamOf(DRAFT)).toEqual(['qa'])
    expect(teamOf(DRAFT, ['tu'])).toEqual(['tu', 'qa'])
  })

  it('takes the policy’s member of quality, while that one is enabled', () => {
    const preferring = DRAFT.and({ policy: { quality: 'qb' } })
    expect(teamOf(preferring, ['tu'])).toEqual(['tu', 'qb'])
    expect(teamOf(preferring.and({ registry: people({ qb: { enabled: false } }) }), ['tu'])).toEqual([
      'tu',
      'qa',
    ])
    expect(teamOf(DRAFT.and({ policy: { quality: 'tu' } }), ['ty'])).toEqual(['ty', 'qa'])
  })

  it('adds nobody where quality is named', () => expect(teamOf(DRAFT, ['qb', 'tu'])).toEqual(['qb', 'tu']))

  it('names each once', () => expect(teamOf(DRAFT, ['tu', 'tu', 'qa', 'qa'])).toEqual(['tu', 'qa']))

  // Verifies: REQ-QMS-003
  it('is refused where quality has nobody left', () => {
    const nobody = people({ qa: { enabled: false }, qb: { enabled: false } })
    DRAFT.and({ registry: nobody })
      .when(route('review', { as: 'ann', assign: ['tu'] }))
      .refused('GATE', { gate: 'teamHasQuality', found: 'no enabled actor of the group quality' })
  })

  it('holds only people who are registered, enabled and no authors (peer 13.7, 13.11)', () => {
    const naming = (name: string, found: string) =>
      DRAFT.when(route('review', { as: 'ann', assign: [name] })).refused('GATE', { gate: 'teamAble', found })
    naming('ghost', 'ghost is not registered')
    naming('../../../x', 'is not registered')
    naming('gone', 'gone is disabled')
    naming('ann', 'ann is an author of this text')
  })

  it('names everyone who cannot be asked at once', () =>
    void DRAFT.when(route('review', { as: 'ann', assign: ['ghost', 'gone', 'tu'] })).refused('GATE', {
      found: /^ghost is not registered; gone is disabled$/,
    }))

  it('excludes whoever checked in a version since the last approval, owner or not', () => {
    const handed = DRAFT.and(reassigned('qa', { owner: 'ben' }))
    handed
      .when(route('review', { as: 'ben', assign: ['ann'] }))
      .refused('GATE', { gate: 'teamAble', found: 'ann is an author of this text' })
  })

  it('stays the same in the next round, unless others are named', () => {
    const again = DRAFT.and(
      routed('review', ['tu', 'qb']),
      reviewed('tu', 'updates'),
      reviewed('qb', 'recommend'),
    )
    expect(teamOf(again)).toEqual(['tu', 'qb'])
    expect(teamOf(again, ['ty'])).toEqual(['ty', 'qa'])
  })
})

describe('the team after execution', () => {
  const running = given(created({ owner: 'ann', id: 'CR-001' }), ...approvedBy('plan', ['tu', 'qa']))
    .when({ as: 'ann', command: () => ({ action: 'release' }) })
    .passes()

  it('is the one from before, and names only add to it', () => {
    expect(teamOf(running)).toEqual(['tu', 'qa'])
    expect(teamOf(running, ['ty'])).toEqual(['tu', 'qa', 'ty'])
  })

  it('has a disabled member replaced by quality', () => {
    const without = (...names: string[]) =>
      running.and({ registry: people(Object.fromEntries(names.map((n) => [n, { enabled: false }]))) })
    expect(teamOf(without('qa'))).toEqual(['tu', 'qb'])
    expect(teamOf(without('tu'))).toEqual(['qa'])
    expect(teamOf(without('tu', 'qa'))).toEqual(['qb'])
  })

  it('loses a member who has become an author', () => {
    const handed = running.and(reassigned('qa', { owner: 'ben' }))
    expect(handed.doc.team).toEqual(['tu', 'qa'])
    const helped = given(created({ owner: 'ann', id: 'CR-001' }), ...approvedBy('plan', ['ben', 'qa']))
      .when({ as: 'ann', command: () => ({ action: 'release' }) })
      .passes()
      .and(reassigned('qa', { owner: 'ben' }))
    expect(helped.when(route('review', { as: 'ben' })).passes().doc.team).toEqual(['qa'])
  })

  it('approves with the team that reviewed, quality standing in for a disabled member', () => {
    const reviewedCr = running.and(
      routed('review', []),
      reviewed('tu', 'recommend'),
      reviewed('qa', 'recommend'),
    )
    reviewedCr
      .when(route('approval', { as: 'ann' }))
      .then(routed('approval', ['tu', 'qa']), moved('POST_REVIEWED', 'IN_POST_APPROVAL'))
    reviewedCr
      .and({ registry: people({ tu: { enabled: false } }) })
      .when(route('approval', { as: 'ann' }))
      .then(routed('approval', ['qa']), moved('POST_REVIEWED', 'IN_POST_APPROVAL'))
  })
})

describe('route approval', () => {
  it('asks for a recommendation by quality (peer 13.8)', () => {
    const story = DRAFT.and(
      routed('review', ['tu', 'qa']),
      reviewed('tu', 'recommend'),
      reviewed('qa', 'recommend'),
    )
    story
      .and({ registry: people({ qa: { group: 'reviewer' } }) })
      .when(route('approval', { as: 'ann' }))
      .refused('GATE', { gate: 'qualityReviewed', found: 'reviewed by tu, qa' })
  })

  it('names approvers who are still able, quality among them', () => {
    const nobody = people({ qa: { enabled: false }, qb: { enabled: false } })
    given(created({ owner: 'ann' }), ...recommended('one', ['tu', 'qa']), { registry: nobody })
      .when(route('approval', { as: 'ann' }))
      .refused('GATE', { gate: ['qualityReviewed', 'approversAble'] })
  })
})

describe('assign', () => {
  const inReview = DRAFT.and(routed('review', ['tu', 'qa']))

  it('is for quality and administrators', () => {
    for (const as of ['ann', 'ben', 'tu'])
      inReview.when(assign({ as, add: ['ty'] })).refused('NOT_ALLOWED', { who: ['lead', 'qa', 'qb'] })
    for (const as of ['qb', 'lead'])
      inReview
        .when(assign({ as, add: ['ty'] }))
        .passes()
        .is({ team: ['tu', 'qa', 'ty'] })
  })

  it('adds to those who are asked', () =>
    void inReview
      .when(assign({ as: 'qa', add: ['ty', 'qb'] }))
      .then(reassigned('qa', { add: ['ty', 'qb'] }))
      .is({
        status: 'IN_REVIEW',
        team: ['tu', 'qa', 'ty', 'qb'],
        round: { pending: ['tu', 'qa', 'ty', 'qb'] },
      }))

  it('refuses strangers, disabled people, authors, those already asked, and nobody at all', () => {
    const adding = (name: string, found: string) =>
      inReview.when(assign({ as: 'qa', add: [name] })).refused('GATE', { gate: 'assigneesAble', found })
    adding('ghost', 'ghost is not registered')
    adding('gone', 'gone is disabled')
    adding('ann', 'ann is an author of this text')
    adding('tu', 'tu is already asked')
    inReview.when(assign({ as: 'qa', remove: ['ty'] })).refused('GATE', { found: 'ty is not being asked' })
    inReview.when(assign({ as: 'qa' })).refused('GATE', { found: 'nobody named' })
  })

  it('takes someone off, while quality stays on the team', () => {
    inReview
      .when(assign({ as: 'lead', remove: ['tu'] }))
      .passes()
      .is({ team: ['qa'], round: { pending: ['qa'] } })
    inReview
      .when(assign({ as: 'lead', remove: ['qa'] }))
      .refused('GATE', { gate: 'teamKeepsQuality', found: 'tu' })
    inReview
      .when(assign({ as: 'lead', remove: ['qa'], add: ['qb'] }))
      .passes()
      .is({ team: ['tu', 'qb'] })
  })

  it('completes the review when the last pending is taken off', () =>
    void inReview
      .and(reviewed('qa', 'recommend'))
      .when(assign({ as: 'qb', remove: ['tu'] }))
      .then(reassigned('qb', { remove: ['tu'] }), moved('IN_REVIEW', 'REVIEWED'))
      .is({ team: ['qa'], round: { pending: [] } })
      .when(route('approval', { as: 'ann' }))
      .then(routed('approval', ['qa']), moved('REVIEWED', 'IN_APPROVAL')))

  it('completes the approval when the last pending is taken off', () => {
    const waiting = given(
      created({ owner: 'ann' }),
      ...recommended('one', ['tu', 'qa']),
      routed('approval', []),
      approved('qa'),
    )
    waiting
      .when(assign({ as: 'qa', remove: ['tu'] }))
      .then(
        reassigned('qa', { remove: ['tu'] }),
        moved('IN_APPROVAL', 'EFFECTIVE', '1.0'),
        becameEffective('0.1'),
      )
      .is({ lastApprovers: ['qa'], owner: null })
  })

  it('completes pre- and post-approval, and a retirement, in the same way', () => {
    const plan = given(
      created({ owner: 'ann', id: 'CR-001' }),
      ...recommended('plan', ['tu', 'qa']),
      routed('approval', []),
    )
    const off = assign({ as: 'lead', remove: ['tu'] })
    plan
      .and(approved('qa'))
      .when(off)
      .then(reassigned('lead', { remove: ['tu'] }), moved('IN_PRE_APPROVAL', 'PRE_APPROVED', '1.0'))
    const posted = given(
      ...executing(),
      routed('review', ['tu']),
      reviewed('qa', 'recommend'),
      reviewed('tu', 'recommend'),
    )
    posted
      .and(routed('approval', []), approved('qa'))
      .when(off)
      .then(reassigned('lead', { remove: ['tu'] }), moved('IN_POST_APPROVAL', 'POST_APPROVED', '2.0'))
    const ending = given(created({ owner: 'ann' }), ...approvedBy('one', ['tu', 'qa']))
      .when(route('review', { as: 'lead', purpose: 'retire', reason: 'old', assign: ['tu', 'qa'] }))
      .passes()
      .and(reviewed('tu', 'recommend'), reviewed('qa', 'recommend'), routed('approval', []), approved('qa'))
    ending
      .when(off)
      .then(reassigned('lead', { remove: ['tu'] }), retired('1.0'), moved('IN_APPROVAL', 'RETIRED', '1.0'))
  })

  it('outside a round only the owner can be named', () => {
    DRAFT.when(assign({ as: 'qa', add: ['tu'] })).refused('GATE', { gate: 'onlyOwner' })
    DRAFT.when(assign({ as: 'qa', add: ['tu'], owner: 'ben' })).refused('GATE', { gate: 'onlyOwner' })
    DRAFT.when(assign({ as: 'qa', owner: 'ben' }))
      .then(reassigned('qa', { owner: 'ben' }))
      .is({ owner: 'ben', team: [] })
  })
})

/** The story at every step of a way. */
const along = (start: Story, steps: readonly Told[]): Story[] => {
  const all = [start]
  for (const step of steps) all.push((all.at(-1) ?? start).and(step))
  return all
}

describe('a new owner', () => {
  const wrong = (name: string, found: string) =>
    DRAFT.when(assign({ as: 'qa', owner: name })).refused('GATE', { gate: 'ownerAble', found })

  it('is registered, enabled and may hold documents', () => {
    wrong('ghost', 'ghost is not registered')
    wrong('gone', 'gone is disabled')
    wrong('tu', 'tu is in the group reviewer')
    wrong('qb', 'qb is in the group quality')
  })

  it('is not one who is being asked for a verdict', () => {
    const asked = DRAFT.and(routed('review', ['ben', 'qa']))
    asked
      .when(assign({ as: 'qa', owner: 'ben' }))
      .refused('GATE', { gate: 'ownerAble', found: 'ben is being asked for a verdict' })
    DRAFT.and(routed('review', ['tu', 'qa']))
      .when(assign({ as: 'qa', add: ['ben'], owner: 'ben' }))
      .refused('GATE', { gate: 'ownerAble', found: 'ben is being asked for a verdict' })
    asked
      .when(assign({ as: 'qa', remove: ['ben'], owner: 'ben' }))
      .passes()
      .is({ owner: 'ben', team: ['qa'] })
  })

  it('is possible in every open status', () => {
    const hand = assign({ as: 'lead', owner: 'ben' })
    const plan = given(created({ owner: 'ann', id: 'CR-001' }), checkedIn('ann', 'plan'))
    const steps = [
      routed('review', ['qa']),
      reviewed('qa', 'recommend'),
      routed('approval', []),
      approved('qa'),
    ]
    const post = [routed('review', []), reviewed('qa', 'recommend'), routed('approval', []), approved('qa')]
    const stories = [
      ...along(plan, steps),
      ...along(given(...executing()), post),
      ...along(DRAFT, steps.slice(0, 3)),
    ]
    expect(new Set(stories.map((s) => s.doc.status)).size).toBe(13)
    for (const story of stories) story.when(hand).passes().is({ owner: 'ben', status: story.doc.status })
  })

  it('takes over from a disabled holder, whose checkout ends', () => {
    const held = DRAFT.and(checkedOut('ann'))
    held.when(assign({ as: 'qa', owner: 'ben' })).refused('CHECKED_OUT', { by: 'ann', action: 'assign' })
    const stranded = held.and({ registry: people({ ann: { enabled: false } }) })
    stranded.when(checkin({ as: 'ann', text: 'two' })).refused('USER_DISABLED', { name: 'ann' })
    stranded
      .when(assign({ as: 'qa', owner: 'ben' }))
      .then(reassigned('qa', { owner: 'ben' }))
      .is({ owner: 'ben', checkout: null })
      .when(checkout({ as: 'ben' }))
      .then(checkedOut('ben'))
  })

  it('takes over a revision just opened by someone who was then disabled', () => {
    const opened = given(created({ owner: 'ann' }), ...approvedBy('one'), checkedOut('ben'), {
      registry: people({ ben: { enabled: false } }),
    })
    opened
      .and(reassigned('lead', { owner: 'ann' }))
      .is({ status: 'DRAFT', version: '1.1', fresh: true, checkout: null })
      .and(checkedOut('ann'), checkedIn('ann', 'two', '1.1'))
      .files({ draft: 'two', live: 'one', archive: { '0.1': 'one' } })
  })

  it('takes over a verification record', () => {
    const parent = given(...executing()).doc
    given(created({ owner: 'ann', id: 'CR-001-VR-001', parent }), checkedIn('ann', 'evidence'))
      .when(assign({ as: 'qa', owner: 'ben' }))
      .then(reassigned('qa', { owner: 'ben' }))
      .is({ owner: 'ben', status: 'IN_EXECUTION' })
  })

  it('keeps the former owner from judging what they wrote', () => {
    const handed = DRAFT.and(reassigned('lead', { owner: 'ben' }), routed('review', ['tu', 'qa']))
    handed
      .when(assign({ as: 'qa', add: ['ann'] }))
      .refused('GATE', { gate: 'assigneesAble', found: 'ann is an author' })
  })
})

// Verifies: REQ-QMS-004
describe('nobody judges their own text (peer 13.7)', () => {
  it('an author who is on the pending list all the same is refused', () => {
    const asked = DRAFT.and({ policy: { selfApproval: 'allowed' } }, routed('review', ['ann', 'qa']))
    asked
      .and({ policy: { selfApproval: 'forbidden' } })
      .when(review({ as: 'ann', verdict: 'recommend' }))
      .refused('GATE', {
        gate: 'notAuthor',
        found: 'ann is an author',
      })
  })

  it('selfApproval allows it, and every use is a warning', () => {
    const alone = given(
      { policy: { selfApproval: 'allowed' } },
      created({ owner: 'ann' }),
      checkedIn('ann', 'one'),
    )
    alone
      .and(routed('review', ['ann', 'qa']))
      .when(review({ as: 'ann', verdict: 'recommend' }))
      .warned('SELF_APPROVAL')
      .passes()
      .when(review({ as: 'qa', verdict: 'recommend' }))
      .warned()
      .passes()
      .and(routed('approval', []))
      .when(approve({ as: 'ann' }))
      .warned('SELF_APPROVAL')
      .then(approved('ann'))
  })

  it('is asked anew after an approval: the author of a former edition may judge the next', () => {
    given(created({ owner: 'ann' }), ...approvedBy('one'), checkedOut('ben'), checkedIn('ben', 'two'))
      .is({ authors: ['ben'] })
      .and(routed('review', ['ann', 'qa']))
      .when(review({ as: 'ann', verdict: 'recommend' }))
      .then(reviewed('ann', 'recommend'))
  })

  it('whoever recorded execution does not judge it', () => {
    given(...executing(), checkedOut('ann'), checkedIn('ann', 'done'), reassigned('qa', { owner: 'ben' }))
      .when(route('review', { as: 'ben', assign: ['ann'] }))
      .refused('GATE', { gate: 'teamAble', found: 'ann is an author' })
  })

  it('a check-in that changed nothing makes no author', () => {
    given(
      created({ owner: 'ann' }),
      checkedIn('ann', 'one'),
      reassigned('qa', { owner: 'ben' }),
      checkedOut('ben'),
    )
      .and(checkedIn('ben', 'one'))
      .is({ authors: ['ann'] })
  })

  it('a verdict is for those who are asked, once', () => {
    const asked = DRAFT.and(routed('review', ['tu', 'qa']))
    asked
      .when(review({ as: 'ty', verdict: 'recommend' }))
      .refused('NOT_ALLOWED', { needs: 'assignee', who: ['qa', 'tu'] })
    asked
      .and(reviewed('tu', 'recommend'))
      .when(review({ as: 'tu', verdict: 'updates' }))
      .refused('NOT_ALLOWED', { who: ['qa'] })
  })

  it('the same approver does not count twice', () => {
    given(...executing(), ...postApproved().slice(0, 3))
      .when(approve({ as: 'qa' }))
      .passes()
      .when(approve({ as: 'qa' }))
      .refused('NOT_OPEN', { status: 'POST_APPROVED' })
  })
})
