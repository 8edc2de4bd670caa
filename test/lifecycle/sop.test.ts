import { describe, expect, it } from 'vitest'
import {
  approve,
  approved,
  approvedBy,
  becameEffective,
  checkedIn,
  checkedOut,
  checkin,
  checkout,
  created,
  digestOf,
  discard,
  discarded,
  documentOf,
  executing,
  FORM,
  given,
  installed,
  moved,
  recommended,
  reject,
  rejected,
  review,
  reviewed,
  route,
  routed,
  sha256,
  withdraw,
  withdrawn,
} from '../support/given.ts'

describe('the whole life of a procedure', () => {
  // Verifies: REQ-QMS-002
  it('goes from the form to force, and to a second edition', () => {
    const first = given(created({ owner: 'ann' }))
      .is({ status: 'DRAFT', version: '0.1', owner: 'ann', fresh: true })
      .when(checkin({ as: 'ann', text: 'one' }))
      .then(checkedIn('ann', 'one', '0.1'))
      .is({ checkout: null, fresh: false })
      .when(route('review', { as: 'ann', assign: ['tu'] }))
      .then(routed('review', ['tu', 'qa']), moved('DRAFT', 'IN_REVIEW'))
      .when(review({ as: 'tu', verdict: 'updates', comment: 'say who' }))
      .then(reviewed('tu', 'updates'))
      .is({ status: 'IN_REVIEW' })
      .when(review({ as: 'qa', verdict: 'recommend' }))
      .then(reviewed('qa', 'recommend'), moved('IN_REVIEW', 'REVIEWED'))
      .when(route('approval', { as: 'ann' }))
      .refused('GATE', { gate: 'allRecommend', found: 'tu asked for updates' })
      .when(checkout({ as: 'ann' }))
      .then(checkedOut('ann'))
      .when(checkin({ as: 'ann', text: 'two' }))
      .then(checkedIn('ann', 'two', '0.2'), moved('REVIEWED', 'DRAFT', '0.2'))
      .files({ draft: 'two', archive: { '0.1': 'one' } })
    const effective = first
      .when(route('review', { as: 'ann' }))
      .then({ ...routed('review', ['tu', 'qa']).expected, round: 2 }, moved('DRAFT', 'IN_REVIEW'))
      .and(reviewed('qa', 'recommend'))
      .when(review({ as: 'tu', verdict: 'recommend' }))
      .then(reviewed('tu', 'recommend'), moved('IN_REVIEW', 'REVIEWED'))
      .when(route('approval', { as: 'ann' }))
      .then({ ...routed('approval', ['tu', 'qa']).expected, round: 2 }, moved('REVIEWED', 'IN_APPROVAL'))
      .when(approve({ as: 'tu' }))
      .then(approved('tu'))
      .is({ status: 'IN_APPROVAL', version: '0.2' })
      .when(approve({ as: 'qa' }))
      .then(approved('qa'), moved('IN_APPROVAL', 'EFFECTIVE', '1.0'), becameEffective('0.2'))
      .is({ status: 'EFFECTIVE', version: '1.0', owner: null, round: null, team: [] })
      .files({ live: 'two', archive: { '0.1': 'one', '0.2': 'two' } })
    effective
      .when(checkout({ as: 'ben' }))
      .warned('NO_CHANGE_RECORD')
      .then(
        { event: 'CHECKOUT', from_version: '1.0', under: null, version: '1.1' },
        moved('EFFECTIVE', 'DRAFT', '1.1'),
      )
      .is({ owner: 'ben', checkout: { by: 'ben', base: digestOf('two') } })
      .files({ live: 'two', archive: { '0.1': 'one', '0.2': 'two' } })
      .when(checkin({ as: 'ben', text: 'three' }))
      .then(checkedIn('ben', 'three', '1.1'))
      .files({ draft: 'three', live: 'two', archive: { '0.1': 'one', '0.2': 'two' } })
      .and(routed('review', ['qa']), reviewed('qa', 'recommend'), routed('approval', ['qa']), approved('qa'))
      .is({ status: 'EFFECTIVE', version: '2.0', owner: null })
      .files({ live: 'three', archive: { '0.1': 'one', '0.2': 'two', '1.0': 'two', '1.1': 'three' } })
  })

  it('writes the verdict for the version it judges, and what follows for the version it makes', () => {
    const story = given(created({ owner: 'ann' }), ...approvedBy('one'))
    const ends = story.events.slice(-3).map((e) => `${e.event} ${e.version}`)
    expect(ends).toEqual(['APPROVE 0.1', 'STATUS_CHANGE 1.0', 'EFFECTIVE 1.0'])
  })

  it('names the exact text and round in every routing and verdict', () => {
    const { events } = given(created({ owner: 'ann' }), ...approvedBy('one'))
    const naming = events.filter((e) => /ROUTE|REVIEW|APPROVE/.test(e.event))
    expect(naming.map((e) => e.event)).toEqual(['ROUTE_REVIEW', 'REVIEW', 'ROUTE_APPROVAL', 'APPROVE'])
    for (const e of naming) expect(e).toMatchObject({ content: digestOf('one'), round: 1 })
  })
})

describe('versions and archive', () => {
  const draft = given(created({ owner: 'ann' }), checkedIn('ann', 'one'))

  it('lets the first check-in replace the form, under the same number', () => {
    expect(given(created({ owner: 'ann' })).doc.draft).toEqual({ version: '0.1', content: sha256(FORM) })
    draft.is({ version: '0.1', archive: [] }).files({ draft: 'one' })
  })

  it('numbers and archives every further check-in that changes the text', () => {
    draft
      .and(checkedOut('ann'), checkedIn('ann', 'two'), checkedOut('ann'), checkedIn('ann', 'three'))
      .is({ version: '0.3' })
      .files({ draft: 'three', archive: { '0.1': 'one', '0.2': 'two' } })
  })

  it('ends only the checkout where nothing changed', () => {
    draft
      .and(checkedOut('ann'))
      .when(checkin({ as: 'ann', text: 'one' }))
      .then({ event: 'CHECKIN', changed: false, version: '0.1', content: digestOf('one') })
      .is({ checkout: null, version: '0.1' })
      .files({ draft: 'one' })
  })

  it('keeps a reviewed text reviewed where the check-in changed nothing', () => {
    given(created({ owner: 'ann' }), ...recommended('one'), checkedOut('ann'))
      .when(checkin({ as: 'ann', text: 'one' }))
      .then({ event: 'CHECKIN', changed: false })
      .is({ status: 'REVIEWED' })
      .when(route('approval', { as: 'ann' }))
      .then(routed('approval', ['qa']), moved('REVIEWED', 'IN_APPROVAL'))
  })

  it('gives up a copy, and still waits for the first text', () => {
    given(created({ owner: 'ann' }))
      .when(discard({ as: 'ann' }))
      .then(discarded('ann'))
      .is({ status: 'DRAFT', fresh: true, checkout: null })
      .when(route('review', { as: 'ann' }))
      .refused('GATE', { gate: 'contentReady', found: 'no text has been checked in yet' })
      .and(checkedOut('ann'), checkedIn('ann', 'one'))
      .is({ version: '0.1', archive: [] })
  })

  it('takes the title from the text that is checked in', () => {
    draft
      .and(checkedOut('ann'))
      .when(checkin({ as: 'ann', text: 'two', title: 'Another title' }))
      .then({ event: 'CHECKIN', title: 'Another title' })
      .is({ title: 'Another title' })
  })

  it('refuses a title that create would not take', () => {
    const titled = (title: string) => `---\ntitle: ${title}\n---\n\nbody\n`
    const held = draft.and(checkedOut('ann'))
    const taking = (title: string, problem: string) =>
      held.when(checkin({ as: 'ann', text: titled(title) })).refused('BAD_TITLE', { problem })
    taking("' '", 'it is empty')
    taking('"two\\nlines"', 'it holds a line break, control or hidden character')
    taking('"x\\u202ey"', 'it holds a line break, control or hidden character')
    taking('x'.repeat(201), 'it has 201 characters')
  })

  it('says nothing of a title that stays', () => {
    const [event] = draft.and(checkedOut('ann')).when(checkin({ as: 'ann', text: 'two' })).decision.events
    expect(event).not.toHaveProperty('title')
  })

  // Verifies: REQ-QMS-009
  it('refuses a copy of another text than was checked out', () => {
    draft
      .and(checkedOut('ann'))
      .when(checkin({ as: 'ann', text: 'two', base: digestOf('stranger') }))
      .refused('GATE', { gate: 'copyIsCurrent' })
  })

  it('refuses a text that does not parse', () => {
    draft
      .and(checkedOut('ann'))
      .when(checkin({ as: 'ann', text: '---\ntitle: [\n---\nbody' }))
      .refused('GATE', { gate: 'textParses', found: 'frontmatter cannot be read' })
  })
})

describe('a revision of a text in force', () => {
  const inForce = given(created({ owner: 'ann' }), ...approvedBy('one'))
  const opened = inForce.and(checkedOut('ben'))

  it('leaves the old text in force until the new one is approved', () => {
    let story = opened.and(checkedIn('ben', 'two'))
    for (const step of [routed('review', ['qa']), reviewed('qa', 'recommend'), routed('approval', ['qa'])]) {
      story = story.and(step)
      story.is({ version: '1.1', live: { version: '1.0', content: digestOf('one') } })
    }
    story
      .and(approved('qa'))
      .is({ version: '2.0', live: { version: '2.0', content: digestOf('two') }, draft: null })
  })

  // Verifies: REQ-QMS-008
  it('falls back to EFFECTIVE where the copy is given up at once, and never gives that number again', () => {
    opened
      .when(discard({ as: 'ben' }))
      .then({ ...discarded('ben').expected, version: '1.0' }, moved('DRAFT', 'EFFECTIVE', '1.0'))
      .is({ status: 'EFFECTIVE', version: '1.0', owner: null, checkout: null, fresh: false })
      .files({ live: 'one', archive: { '0.1': 'one' } })
      .when(checkout({ as: 'ann' }))
      .then({ event: 'CHECKOUT', from_version: '1.0', version: '1.2' }, moved('EFFECTIVE', 'DRAFT', '1.2'))
  })

  it('is only a draft once something was checked in: to discard a second copy leaves it', () => {
    opened
      .and(checkedIn('ben', 'two'), checkedOut('ben'))
      .when(discard({ as: 'ben' }))
      .then(discarded('ben'))
      .is({ status: 'DRAFT', version: '1.1' })
      .files({ draft: 'two', live: 'one', archive: { '0.1': 'one' } })
  })

  it('is given up from DRAFT with a reason, the draft archived', () => {
    const draft = opened.and(checkedIn('ben', 'two'))
    draft.when(withdraw({ as: 'ben' })).refused('GATE', { gate: 'reasoned' })
    draft
      .when(withdraw({ as: 'ben', reason: 'not wanted' }))
      .then(
        { ...withdrawn('ben', 'not wanted').expected, version: '1.1' },
        moved('DRAFT', 'EFFECTIVE', '1.0'),
      )
      .is({ status: 'EFFECTIVE', version: '1.0', owner: null, draft: null })
      .files({ live: 'one', archive: { '0.1': 'one', '1.1': 'two' } })
      .when(checkout({ as: 'ann' }))
      .then({ event: 'CHECKOUT', version: '1.2' }, moved('EFFECTIVE', 'DRAFT', '1.2'))
  })

  it('an administrator may give it up too, others may not, and a first draft is cancelled instead', () => {
    const draft = opened.and(checkedIn('ben', 'two'))
    draft
      .when(withdraw({ as: 'lead', reason: 'stale' }))
      .passes()
      .is({ status: 'EFFECTIVE' })
    draft.when(withdraw({ as: 'ann', reason: 'mine now' })).refused('NOT_ALLOWED', { who: ['lead', 'ben'] })
    given(created({ owner: 'ann' }), checkedIn('ann', 'one'))
      .when(withdraw({ as: 'ann', reason: 'no' }))
      .refused('GATE', { gate: 'revision' })
  })

  it('is opened by any initiator, by nobody else', () => {
    for (const as of ['ann', 'ben', 'lead']) inForce.when(checkout({ as })).passes().is({ owner: as })
    for (const as of ['qa', 'tu'])
      inForce
        .when(checkout({ as }))
        .refused('NOT_ALLOWED', { needs: 'initiator', who: ['lead', 'ann', 'ben'] })
    inForce.when(checkout({ as: 'gone' })).refused('USER_DISABLED', { name: 'gone' })
  })

  it('begins at the shipped text too', () => {
    given(installed('SOP-001', 'shipped'), checkedOut('ann'), ...approvedBy('mine'))
      .is({ status: 'EFFECTIVE', version: '2.0' })
      .files({ live: 'mine', archive: { '1.0': 'shipped', '1.1': 'mine' } })
  })

  it('must be checked in before it is routed', () => {
    opened.when(route('review', { as: 'ben' })).refused('CHECKED_OUT', { by: 'ben', action: 'route review' })
  })
})

describe('change control', () => {
  const inForce = given(installed())
  const strict = inForce.and({ policy: { changeControl: 'required' } })
  const running = documentOf(...executing('CR-001'))

  it('recommended: a revision without a change record is warned about and recorded', () => {
    inForce
      .when(checkout({ as: 'ann' }))
      .warned('NO_CHANGE_RECORD')
      .passes()
    inForce
      .when(checkout({ as: 'ann', under: running }))
      .warned()
      .then({ event: 'CHECKOUT', under: 'CR-001' }, moved('EFFECTIVE', 'DRAFT'))
  })

  it('required: one must be named, be a change record, and be in execution', () => {
    strict
      .when(checkout({ as: 'ann' }))
      .refused('GATE', { gate: 'changeControl', found: 'no change record named' })
    strict
      .when(checkout({ as: 'ann', under: running }))
      .warned()
      .passes()
  })

  it('what is named must fit under either policy', () => {
    const draft = documentOf(created({ owner: 'ann', id: 'CR-002' }))
    const other = documentOf(...executing('INV-001'))
    for (const story of [inForce, strict]) {
      story
        .when(checkout({ as: 'ann', under: draft }))
        .refused('GATE', { gate: 'changeControl', found: 'CR-002 is DRAFT' })
      story
        .when(checkout({ as: 'ann', under: other }))
        .refused('GATE', { gate: 'changeControl', found: 'not a change record' })
    }
  })

  it('is not asked of a further checkout of the draft', () => {
    strict
      .when(checkout({ as: 'ann', under: running }))
      .passes()
      .and(checkedIn('ann', 'two'))
      .when(checkout({ as: 'ann' }))
      .warned()
      .then(checkedOut('ann'))
  })
})

describe('withdraw and reject', () => {
  const inReview = given(created({ owner: 'ann' }), checkedIn('ann', 'one'), routed('review', ['tu', 'qa']))
  const inApproval = given(
    created({ owner: 'ann' }),
    ...recommended('one', ['tu', 'qa']),
    routed('approval', ['tu', 'qa']),
  )

  it('withdraw from review voids the round and returns to DRAFT', () => {
    inReview
      .and(reviewed('tu', 'recommend'))
      .when(withdraw({ as: 'ann' }))
      .then(withdrawn('ann'), moved('IN_REVIEW', 'DRAFT'))
      .is({ status: 'DRAFT', version: '0.1' })
      .when(route('review', { as: 'ann' }))
      .then({ event: 'ROUTE_REVIEW', round: 2, assignees: ['tu', 'qa'] }, moved('DRAFT', 'IN_REVIEW'))
      .is({ round: { reviews: [], pending: ['tu', 'qa'], void: false } })
  })

  it('withdraw from approval returns to REVIEWED, where the round still stands', () => {
    inApproval
      .and(approved('tu'))
      .when(withdraw({ as: 'ann' }))
      .then(withdrawn('ann'), moved('IN_APPROVAL', 'REVIEWED'))
      .when(route('approval', { as: 'ann' }))
      .then(routed('approval', ['tu', 'qa']), moved('REVIEWED', 'IN_APPROVAL'))
      .is({ round: { approvals: [], pending: ['tu', 'qa'] } })
  })

  it('only the owner withdraws', () => {
    for (const as of ['ben', 'lead', 'qa'])
      inReview.when(withdraw({ as })).refused('NOT_ALLOWED', { needs: 'owner', who: ['ann'] })
  })

  it('reject voids the round: no approval without a new one', () => {
    const story = inApproval
      .when(reject({ as: 'qa', comment: '' }))
      .refused('GATE', { gate: 'commented' })
      .when(reject({ as: 'qa' }))
      .then(rejected('qa'), moved('IN_APPROVAL', 'REVIEWED'))
    story
      .when(route('approval', { as: 'ann' }))
      .refused('GATE', { gate: 'roundStands', found: 'round 1 is void' })
      .when(route('review', { as: 'ann' }))
      .then({ event: 'ROUTE_REVIEW', round: 2 }, moved('REVIEWED', 'IN_REVIEW'))
  })

  it('a round that stands is not repeated', () => {
    given(created({ owner: 'ann' }), ...recommended('one'))
      .when(route('review', { as: 'ann' }))
      .refused('GATE', { gate: 'roundNeedsRepeat', found: 'round 1 stands' })
  })

  it('a round in which someone asked for updates may be repeated with the same text', () => {
    given(
      created({ owner: 'ann' }),
      checkedIn('ann', 'one'),
      routed('review', ['qa']),
      reviewed('qa', 'updates'),
    )
      .when(route('review', { as: 'ann' }))
      .then({ event: 'ROUTE_REVIEW', round: 2 }, moved('REVIEWED', 'IN_REVIEW'))
  })
})

describe('content ready', () => {
  const routing = (body: string) =>
    given(created({ owner: 'ann' }), checkedIn('ann', body)).when(route('review', { as: 'ann' }))

  // Verifies: REQ-QMS-010
  it('refuses blanks of the form, naming line and blank', () =>
    void routing('{{PURPOSE - why}}').refused('GATE', { gate: 'contentReady', found: 'line 7 {{PURPOSE}}' }))

  it('allows the same in code, and blanks that are not of the form', () => {
    routing('`{{PURPOSE - why}}`').passes()
    routing('```\n{{PURPOSE - why}}\n```').passes()
    routing('{{OTHER - thing}}').passes()
  })

  it('names five blanks and counts the rest', () => {
    const many = Array(8).fill('{{PURPOSE - why}}').join('\n')
    routing(many).refused('GATE', { gate: 'contentReady', found: /line 11 {{PURPOSE}}; and 3 more$/ })
  })

  it('refuses an empty text, and one without a title', () => {
    routing("---\ntitle: 'T'\n---\n\n  \n").refused('GATE', { gate: 'contentReady', found: 'an empty text' })
    routing('---\nrevision_summary: x\n---\n\nbody').refused('GATE', {
      gate: 'contentReady',
      found: 'no title',
    })
  })
})

// Verifies: REQ-QMS-009
describe('while a document is checked out', () => {
  const held = given(created({ owner: 'ann' }))

  it('nothing but its check-in is possible', () => {
    held.when(checkout({ as: 'ann' })).refused('CHECKED_OUT', { by: 'ann', action: 'checkout' })
    held.when(route('review', { as: 'ann' })).refused('CHECKED_OUT')
  })

  it('only its holder checks in', () => {
    for (const as of ['ben', 'lead'])
      held.when(checkin({ as, text: 'x' })).refused('NOT_ALLOWED', { needs: 'holder', who: ['ann'] })
    held.when(discard({ as: 'ben' })).refused('NOT_ALLOWED')
  })

  it('a check-in without a checkout is refused (peer 13.4)', () => {
    const draft = held.and(checkedIn('ann', 'one'))
    draft.when(checkin({ as: 'ann', text: 'two' })).refused('NOT_CHECKED_OUT', { status: 'DRAFT' })
    draft.when(discard({ as: 'ann' })).refused('NOT_CHECKED_OUT')
  })

  it('another initiator does not take over a draft (peer 13.16)', () =>
    void held
      .and(checkedIn('ann', 'one'))
      .when(checkout({ as: 'ben' }))
      .refused('NOT_ALLOWED', { who: ['ann'] }))

  it('a text under review or approval is never checked out (peer 13.1)', () => {
    const inReview = held.and(checkedIn('ann', 'one'), routed('review', ['qa']))
    inReview
      .when(checkout({ as: 'ann' }))
      .refused('NOT_OPEN', { possibleIn: ['DRAFT', 'REVIEWED', 'EFFECTIVE'] })
  })
})
