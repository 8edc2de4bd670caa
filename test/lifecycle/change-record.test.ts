import { describe, expect, it } from 'vitest'
import {
  approve,
  approved,
  approvedBy,
  checkedIn,
  checkedOut,
  checkin,
  checkout,
  close,
  closed,
  created,
  discard,
  documentOf,
  executing,
  given,
  moved,
  postApproved,
  recommended,
  reject,
  rejected,
  release,
  released,
  revert,
  review,
  reviewed,
  route,
  routed,
  withdraw,
  withdrawn,
} from '../support/given.ts'

const CR = { owner: 'ann', id: 'CR-001' }
const PRE_APPROVED = given(created(CR), ...approvedBy('plan', ['tu', 'qa']))
const RUNNING = PRE_APPROVED.and(released())

describe('the whole life of a change record', () => {
  it('is planned, approved, carried out, reviewed, approved and closed', () => {
    const planned = given(created(CR))
      .when(checkin({ as: 'ann', text: 'plan' }))
      .then(checkedIn('ann', 'plan', '0.1'))
      .when(route('review', { as: 'ann', assign: ['tu'] }))
      .then(
        { ...routed('review', ['tu', 'qa']).expected, review_type: 'PRE_REVIEW' },
        moved('DRAFT', 'IN_PRE_REVIEW'),
      )
      .and(reviewed('tu', 'updates'))
      .when(review({ as: 'qa', verdict: 'recommend' }))
      .then(reviewed('qa', 'recommend'), moved('IN_PRE_REVIEW', 'PRE_REVIEWED'))
      .and(checkedOut('ann'))
      .when(checkin({ as: 'ann', text: 'better plan' }))
      .then(checkedIn('ann', 'better plan', '0.2'), moved('PRE_REVIEWED', 'DRAFT', '0.2'))
      .when(route('review', { as: 'ann' }))
      .then({ event: 'ROUTE_REVIEW', round: 2, assignees: ['tu', 'qa'] }, moved('DRAFT', 'IN_PRE_REVIEW'))
      .and(reviewed('tu', 'recommend'), reviewed('qa', 'recommend'))
    const running = planned
      .when(route('approval', { as: 'ann' }))
      .then(
        { event: 'ROUTE_APPROVAL', approval_type: 'PRE_APPROVAL' },
        moved('PRE_REVIEWED', 'IN_PRE_APPROVAL'),
      )
      .and(approved('tu'))
      .when(approve({ as: 'qa' }))
      .then(approved('qa'), moved('IN_PRE_APPROVAL', 'PRE_APPROVED', '1.0'))
      .is({ owner: 'ann', team: ['tu', 'qa'], released: false })
      .files({ draft: 'better plan', archive: { '0.1': 'plan', '0.2': 'better plan' } })
      .when(release({ as: 'ann' }))
      .then(released(), moved('PRE_APPROVED', 'IN_EXECUTION', '1.0'))
      .is({ released: true })
    const executed = running
      .and(checkedOut('ann'))
      .when(checkin({ as: 'ann', text: 'item one done' }))
      .then(checkedIn('ann', 'item one done', '1.1'))
      .is({ status: 'IN_EXECUTION' })
      .and(checkedOut('ann'), checkedIn('ann', 'item two done', '1.2'))
      .files({
        draft: 'item two done',
        archive: { '0.1': 'plan', '0.2': 'better plan', '1.0': 'better plan', '1.1': 'item one done' },
      })
    const approvedAgain = executed
      .when(route('review', { as: 'ann' }))
      .then(
        { event: 'ROUTE_REVIEW', review_type: 'POST_REVIEW', round: 3, assignees: ['tu', 'qa'] },
        moved('IN_EXECUTION', 'IN_POST_REVIEW'),
      )
      .and(reviewed('tu', 'recommend'), reviewed('qa', 'recommend'))
      .when(route('approval', { as: 'ann' }))
      .then(
        { event: 'ROUTE_APPROVAL', approval_type: 'POST_APPROVAL' },
        moved('POST_REVIEWED', 'IN_POST_APPROVAL'),
      )
      .and(approved('qa'))
      .when(approve({ as: 'tu' }))
      .then(approved('tu'), moved('IN_POST_APPROVAL', 'POST_APPROVED', '2.0'))
    approvedAgain
      .when(close({ as: 'ann' }))
      .then({ event: 'CLOSE', version: '2.0' }, moved('POST_APPROVED', 'CLOSED', '2.0'))
      .is({ status: 'CLOSED', owner: null, outcome: null, version: '2.0' })
      .files({
        live: 'item two done',
        archive: {
          '0.1': 'plan',
          '0.2': 'better plan',
          '1.0': 'better plan',
          '1.1': 'item one done',
          '1.2': 'item two done',
        },
      })
  })

  // Verifies: REQ-QMS-007
  it('is never opened again once CLOSED (peer 13.2)', () => {
    const shut = given(...executing(), ...postApproved(), closed())
    for (const as of ['ann', 'ben', 'lead']) {
      const open = ['DRAFT', 'PRE_REVIEWED', 'PRE_APPROVED', 'IN_EXECUTION', 'POST_REVIEWED'] as const
      shut.when(checkout({ as })).refused('NOT_OPEN', { possibleIn: open })
    }
  })

  it('is released and closed by its owner only', () => {
    PRE_APPROVED.when(release({ as: 'ben' })).refused('NOT_ALLOWED', { needs: 'owner', who: ['ann'] })
    PRE_APPROVED.when(release({ as: 'lead' })).refused('NOT_ALLOWED')
    RUNNING.and(...postApproved(['tu', 'qa']))
      .when(close({ as: 'ben' }))
      .refused('NOT_ALLOWED')
  })
})

describe('the sealed plan', () => {
  it('is unsealed by a check-in that changes it, and must be approved again, with a number of its own', () => {
    PRE_APPROVED.when(checkout({ as: 'ann' }))
      .warned('RETURNS_TO_DRAFT')
      .then(checkedOut('ann'))
      .is({ status: 'PRE_APPROVED' })
      .when(checkin({ as: 'ann', text: 'other plan' }))
      .then(checkedIn('ann', 'other plan', '1.1'), moved('PRE_APPROVED', 'DRAFT', '1.1'))
      .files({ draft: 'other plan', archive: { '0.1': 'plan', '1.0': 'plan' } })
      .and(routed('review', ['qa']), reviewed('qa', 'recommend'), routed('approval', ['qa']), approved('qa'))
      .is({ status: 'PRE_APPROVED', version: '2.0' })
  })

  it('stays sealed where the copy came back unchanged or was given up', () => {
    const held = PRE_APPROVED.and(checkedOut('ann'))
    held
      .when(checkin({ as: 'ann', text: 'plan' }))
      .then({ event: 'CHECKIN', changed: false })
      .is({ status: 'PRE_APPROVED', version: '1.0' })
    held
      .when(discard({ as: 'ann' }))
      .then({ event: 'CHECKIN', discarded: true })
      .is({ status: 'PRE_APPROVED' })
  })

  it('is not released while it is checked out (peer 13.3)', () =>
    void PRE_APPROVED.and(checkedOut('ann'))
      .when(release({ as: 'ann' }))
      .refused('CHECKED_OUT', { by: 'ann' }))
})

describe('back from the round after execution', () => {
  const posted = RUNNING.and(routed('review', []))
  const postReviewed = posted.and(reviewed('tu', 'recommend'), reviewed('qa', 'recommend'))

  it('withdraw returns to IN_EXECUTION', () =>
    void posted
      .when(withdraw({ as: 'ann' }))
      .then(withdrawn('ann'), moved('IN_POST_REVIEW', 'IN_EXECUTION', '1.0')))

  it('revert needs a reason', () => {
    postReviewed
      .when(revert({ as: 'ann' }))
      .refused('GATE', { gate: 'reasoned' })
      .when(revert({ as: 'ann', reason: 'item two failed' }))
      .then({ event: 'REVERT', reason: 'item two failed' }, moved('POST_REVIEWED', 'IN_EXECUTION'))
  })

  it('a checkout does the same', () =>
    void postReviewed
      .when(checkout({ as: 'ann' }))
      .then(checkedOut('ann'), moved('POST_REVIEWED', 'IN_EXECUTION'))
      .and(checkedIn('ann', 'more', '1.1')))

  it('rejection voids the round: review again, not approval again', () => {
    postReviewed
      .and(routed('approval', []))
      .when(reject({ as: 'tu' }))
      .then(rejected('tu'), moved('IN_POST_APPROVAL', 'POST_REVIEWED'))
      .when(route('approval', { as: 'ann' }))
      .refused('GATE', { gate: 'roundStands' })
      .when(route('review', { as: 'ann' }))
      .then({ event: 'ROUTE_REVIEW', round: 3 }, moved('POST_REVIEWED', 'IN_POST_REVIEW'))
  })

  it('withdraw from approval leaves the round standing', () => {
    postReviewed
      .and(routed('approval', []), withdrawn('ann'))
      .is({ status: 'POST_REVIEWED' })
      .when(route('approval', { as: 'ann' }))
      .passes()
  })
})

describe('before approval', () => {
  it('withdraw from pre-review and pre-approval, and rejection there', () => {
    const inReview = given(created(CR), checkedIn('ann', 'plan'), routed('review', ['qa']))
    inReview.when(withdraw({ as: 'ann' })).then(withdrawn('ann'), moved('IN_PRE_REVIEW', 'DRAFT'))
    const inApproval = given(created(CR), ...recommended('plan'), routed('approval', []))
    inApproval.when(withdraw({ as: 'ann' })).then(withdrawn('ann'), moved('IN_PRE_APPROVAL', 'PRE_REVIEWED'))
    inApproval
      .when(reject({ as: 'qa' }))
      .then(rejected('qa'), moved('IN_PRE_APPROVAL', 'PRE_REVIEWED'))
      .when(route('approval', { as: 'ann' }))
      .refused('GATE', { gate: 'roundStands' })
  })

  it('nothing is executed before it is released: the approved plan is not routed for post-review', () =>
    void PRE_APPROVED.when(route('review', { as: 'ann' })).refused('GATE', { gate: 'asksAbandon' }))
})

// Verifies: REQ-QMS-006
describe('variances', () => {
  const parent = documentOf(...executing())
  const variance = (kind: 1 | 2) =>
    given(created({ owner: 'ann', id: 'CR-001-VAR-001', parent, kind }), checkedIn('ann', 'what happened'))
  const approvedVariance = (kind: 1 | 2) =>
    given(created({ owner: 'ann', id: 'CR-001-VAR-001', parent, kind }), ...approvedBy('cause'))
  const posting = (child: ReturnType<typeof variance>) =>
    given(...executing(), { children: [child.doc] }).when(route('review', { as: 'ann' }))

  it('keep their kind in CREATE', () => {
    expect(variance(2).events[0]).toMatchObject({
      event: 'CREATE',
      kind: 2,
      parent: 'CR-001',
      version: '0.1',
    })
    variance(1).is({ kind: 1, parent: 'CR-001' })
  })

  it('of kind 1 must be CLOSED before the parent is reviewed', () => {
    for (const child of [variance(1), approvedVariance(1), approvedVariance(1).and(released())])
      posting(child).refused('GATE', { gate: 'childrenDone', found: /^CR-001-VAR-001 is \w+, needs CLOSED$/ })
    posting(approvedVariance(1).and(released(), ...postApproved(), closed())).passes()
  })

  it('of kind 2 must be approved only', () => {
    posting(variance(2)).refused('GATE', {
      gate: 'childrenDone',
      found: 'needs PRE_APPROVED at least (kind 2)',
    })
    posting(approvedVariance(2)).passes()
    posting(approvedVariance(2).and(released())).passes()
  })

  it('that are cancelled no longer count', () => {
    const { doc } = variance(1)
    given(...executing(), { children: [{ ...doc, status: 'CANCELLED' }] })
      .when(route('review', { as: 'ann' }))
      .passes()
  })

  it('are asked for again at post-approval and at closure', () => {
    const open = { children: [variance(1).doc] }
    const reviewedCr = given(...executing(), routed('review', []), reviewed('qa', 'recommend'))
    reviewedCr
      .and(open)
      .when(route('approval', { as: 'ann' }))
      .refused('GATE', { gate: 'childrenDone' })
    given(...executing(), ...postApproved(), open)
      .when(close({ as: 'ann' }))
      .refused('GATE', { gate: 'childrenDone' })
  })

  it('of variances obey the same rules', () => {
    const outer = approvedVariance(1).and(released())
    const inner = given(
      created({ owner: 'ben', id: 'CR-001-VAR-001-VAR-001', parent: outer.doc, kind: 2 }),
      checkedIn('ben', 'again'),
    )
    outer
      .and({ children: [inner.doc] })
      .when(route('review', { as: 'ann' }))
      .refused('GATE', { gate: 'childrenDone', found: 'CR-001-VAR-001-VAR-001' })
  })
})

// Verifies: REQ-QMS-006
describe('test protocols, exception reports, addenda', () => {
  const cr = documentOf(...executing())
  const tp = given(...executing('CR-001-TP-001', { parent: cr }))

  it('a protocol lives as a change record does', () => {
    tp.is({ status: 'IN_EXECUTION', version: '1.0', parent: 'CR-001' })
      .and(checkedOut('ann'), checkedIn('ann', 'ran', '1.1'), ...postApproved(), closed())
      .is({ status: 'CLOSED', version: '2.0' })
  })

  it('an exception report must be CLOSED before its protocol is reviewed, and the protocol before its record', () => {
    const er = given(...executing('CR-001-TP-001-ER-001', { parent: tp.doc }))
    tp.and({ children: [er.doc] })
      .when(route('review', { as: 'ann' }))
      .refused('GATE', { gate: 'childrenDone', found: 'CR-001-TP-001-ER-001 is IN_EXECUTION, needs CLOSED' })
    given(...executing(), { children: [tp.doc] })
      .when(route('review', { as: 'ann' }))
      .refused('GATE', { gate: 'childrenDone', found: 'CR-001-TP-001 is IN_EXECUTION, needs CLOSED' })
    const shut = er.and(...postApproved(), closed())
    tp.and({ children: [shut.doc] })
      .when(route('review', { as: 'ann' }))
      .passes()
  })

  it('an addendum lives as a change record does, under a closed parent', () => {
    const parent = documentOf(...executing(), ...postApproved(), closed())
    given(...executing('CR-001-ADD-001', { parent }), ...postApproved(), closed()).is({
      status: 'CLOSED',
      parent: 'CR-001',
    })
  })
})

describe('investigations', () => {
  const open = documentOf(...executing('CR-007', { source: documentOf(...executing('INV-001')) }))
  const shut = documentOf(...executing('CR-008'), ...postApproved(), closed())

  it('wait for the change records that answer them', () => {
    given(...executing('INV-001'), { linked: [shut, open] })
      .when(route('review', { as: 'ann' }))
      .refused('GATE', { gate: 'linkedClosed', found: /^CR-007 is IN_EXECUTION$/ })
    given(...executing('INV-001'), ...postApproved(), { linked: [open] })
      .when(close({ as: 'ann' }))
      .refused('GATE', { gate: 'linkedClosed' })
    given(...executing('INV-001'), { linked: [shut] })
      .when(route('review', { as: 'ann' }))
      .passes()
  })

  it('are named as its source by a change record', () => {
    expect(open.source).toBe('INV-001')
  })
})

describe('verification records', () => {
  const parent = documentOf(...executing())
  const born = given(created({ owner: 'ann', id: 'CR-001-VR-001', parent }))

  it('are born 1.0 in execution, since their form is approved', () => {
    born.is({ status: 'IN_EXECUTION', version: '1.0', released: true, owner: 'ann' })
    expect(born.events).toHaveLength(1)
  })

  it('are filled in execution only, text by text', () => {
    born
      .and(checkedIn('ann', 'evidence', '1.0'), checkedOut('ann'), checkedIn('ann', 'more', '1.1'))
      .files({ draft: 'more', archive: { '1.0': 'evidence' } })
  })

  it('are filled only while the parent is in execution', () => {
    const posted = documentOf(...executing(), routed('review', []))
    born
      .and({ parent: posted })
      .when(checkin({ as: 'ann', text: 'late' }))
      .refused('GATE', { gate: 'parentExecutes', found: 'CR-001 is IN_POST_REVIEW' })
    born
      .and({ parent: null })
      .when(checkin({ as: 'ann', text: 'late' }))
      .refused('GATE', { gate: 'parentExecutes' })
  })

  it('are never routed, closed or cancelled by themselves', () => {
    const done = born.and(checkedIn('ann', 'evidence'))
    done.when(route('review', { as: 'ann' })).refused('NOT_OPEN', { possibleIn: [] })
    done.when(close({ as: 'ann' })).refused('NOT_OPEN', { possibleIn: [] })
  })

  it('hold their parent back until their text is complete', () => {
    const done = born.and(checkedIn('ann', 'evidence'))
    const cr = given(...executing(), { children: [done.doc] })
    cr.when(route('review', { as: 'ann' })).refused('GATE', {
      gate: 'childrenDone',
      found: 'needs a complete text',
    })
    cr.and({ complete: ['CR-001-VR-001'] })
      .when(route('review', { as: 'ann' }))
      .passes()
    given(...executing(), { children: [born.doc] })
      .when(route('review', { as: 'ann' }))
      .refused('GATE', { found: 'CR-001-VR-001 is IN_EXECUTION, checked out, needs a complete text' })
  })

  it('close with their parent, in the same decision', () => {
    const child = born.and(checkedIn('ann', 'evidence'), checkedOut('ann'), checkedIn('ann', 'more')).doc
    const shut = documentOf(...executing('CR-001-VAR-001', { parent }), ...postApproved(), closed())
    const attempt = given(...executing(), ...postApproved(), {
      children: [child, shut],
      complete: ['CR-001-VR-001'],
    }).when(close({ as: 'ann', request: 'r-1' }))
    const [other, ...rest] = attempt.decision.others
    expect(rest).toEqual([])
    expect(other?.before).toBe(child)
    expect(other?.events).toMatchObject([
      { event: 'CLOSE', with: 'CR-001', version: '1.1', request: 'r-1' },
      {
        event: 'STATUS_CHANGE',
        from_status: 'IN_EXECUTION',
        to_status: 'CLOSED',
        version: '1.1',
        request: 'r-1',
      },
    ])
    expect(other?.after).toMatchObject({
      status: 'CLOSED',
      draft: null,
      owner: null,
      live: { version: '1.1' },
    })
  })
})

it.each(['ei', 'note', 'summarise'] as const)(
  '%s that says nothing of what is recorded is refused',
  (action) =>
    void given(...executing())
      .when({ as: 'ann', command: () => ({ action }) })
      .refused('GATE', { gate: 'recorded' }),
)
