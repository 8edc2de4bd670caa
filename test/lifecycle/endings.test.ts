import { describe, expect, it } from 'vitest'
import { tooLargeForFix } from '../../src/lifecycle/fix.ts'
import {
  approve,
  approved,
  approvedBy,
  cancel,
  cancelled,
  checkedIn,
  checkedOut,
  checkout,
  close,
  closed,
  created,
  documentOf,
  executing,
  fix,
  fixed,
  given,
  installed,
  moved,
  people,
  postApproved,
  recommended,
  reject,
  rejected,
  retired,
  revert,
  review,
  reviewed,
  route,
  routed,
  text,
  withdraw,
  withdrawn,
} from '../support/given.ts'

const RETIRE = { purpose: 'retire', reason: 'no longer done' } as const
/** Nothing is lacking. */
const DONE = {
  itemsDone: [],
  failuresCarried: [],
  evidenceStands: [],
  blanksAnswered: [],
  documentsInForce: [],
  matrixQualified: [],
}
const ABANDON = { purpose: 'abandon', reason: 'not worth it' } as const
const EFFECTIVE = given(created({ owner: 'ann' }), ...approvedBy('one'))

describe('retirement from EFFECTIVE', () => {
  const retiring = EFFECTIVE.when(route('review', { as: 'lead', ...RETIRE })).passes()

  it('goes through review and approval, and leaves the archive', () => {
    EFFECTIVE.when(route('review', { as: 'lead', ...RETIRE, assign: ['tu'] }))
      .then(
        { event: 'ROUTE_REVIEW', retire: true, reason: 'no longer done', assignees: ['tu', 'qa'] },
        moved('EFFECTIVE', 'IN_REVIEW'),
      )
      .is({ purpose: { kind: 'retire', home: 'EFFECTIVE', reason: 'no longer done' }, owner: 'lead' })
      .and(reviewed('tu', 'recommend'), reviewed('qa', 'recommend'), routed('approval', []), approved('tu'))
      .when(approve({ as: 'qa' }))
      .then(
        approved('qa'),
        { ...retired('1.0').expected, reason: 'no longer done' },
        moved('IN_APPROVAL', 'RETIRED', '1.0'),
      )
      .is({ status: 'RETIRED', version: '1.0', owner: null, purpose: { kind: 'ordinary' } })
      .files({ archive: { '0.1': 'one', '1.0': 'one' } })
  })

  it('stays in force until then', () =>
    void retiring
      .and(reviewed('qa', 'recommend'), routed('approval', []))
      .files({ live: 'one', archive: { '0.1': 'one' } }))

  it('is for its owner or an administrator, with a reason, and only where asked for', () => {
    EFFECTIVE.when(route('review', { as: 'ann', ...RETIRE })).refused('NOT_ALLOWED', { who: ['lead'] })
    EFFECTIVE.when(route('review', { as: 'lead', purpose: 'retire' })).refused('GATE', { gate: 'reasoned' })
    EFFECTIVE.when(route('review', { as: 'lead' })).refused('GATE', { gate: 'asksRetire' })
    EFFECTIVE.when(route('review', { as: 'lead', purpose: 'abandon', reason: 'x' })).refused('GATE', {
      gate: 'asksRetire',
    })
  })

  it('falls back to EFFECTIVE when withdrawn or rejected, and is forgotten (peer 13.10)', () => {
    const reviewedSop = retiring.and(reviewed('qa', 'recommend'))
    const inApproval = reviewedSop.and(routed('approval', []))
    const back = {
      status: 'EFFECTIVE',
      owner: null,
      round: null,
      purpose: { kind: 'ordinary', home: null },
    } as const
    retiring
      .when(withdraw({ as: 'lead' }))
      .then(withdrawn('lead'), moved('IN_REVIEW', 'EFFECTIVE', '1.0'))
      .is(back)
    reviewedSop
      .when(withdraw({ as: 'lead' }))
      .then(withdrawn('lead'), moved('REVIEWED', 'EFFECTIVE'))
      .is(back)
    inApproval
      .when(withdraw({ as: 'lead' }))
      .then(withdrawn('lead'), moved('IN_APPROVAL', 'EFFECTIVE'))
      .is(back)
    const kept = inApproval
      .when(reject({ as: 'qa' }))
      .then(rejected('qa'), moved('IN_APPROVAL', 'EFFECTIVE'))
      .is(back)
    kept.and(checkedOut('ben'), ...approvedByBen()).is({ status: 'EFFECTIVE', version: '2.0' })
  })

  it('the text under retirement is not checked out', () => {
    retiring
      .and(reviewed('qa', 'recommend'))
      .when(checkout({ as: 'lead' }))
      .refused('GATE', { gate: 'ordinary', found: 'otherwise' })
  })

  it('is asked again where someone asked for updates', () => {
    retiring
      .and(reviewed('qa', 'updates'))
      .when(route('review', { as: 'lead' }))
      .then({ event: 'ROUTE_REVIEW', round: 3 }, moved('REVIEWED', 'IN_REVIEW'))
      .is({ purpose: { kind: 'retire', home: 'EFFECTIVE' } })
  })

  it('is nothing that a shipped document escapes', () =>
    void given(installed())
      .when(route('review', { as: 'lead', ...RETIRE }))
      .passes()
      .and(reviewed('qa', 'recommend'), routed('approval', []), approved('qa'))
      .is({ status: 'RETIRED', version: '1.0' }))
})

const approvedByBen = () => [
  checkedIn('ben', 'two'),
  routed('review', ['qa']),
  reviewed('qa', 'recommend'),
  routed('approval', []),
  approved('qa'),
]

describe('retirement at the approval of a revision', () => {
  const revised = EFFECTIVE.and(checkedOut('ann'), ...recommended('two'))
  const retiring = revised.and(routed('approval', [], RETIRE))

  it('ends the text in force and the draft alike, both archived', () => {
    revised
      .when(route('approval', { as: 'ann', ...RETIRE }))
      .then(
        { event: 'ROUTE_APPROVAL', retire: true, reason: 'no longer done' },
        moved('REVIEWED', 'IN_APPROVAL'),
      )
      .when(approve({ as: 'qa' }))
      .then(approved('qa'), retired('1.1'), moved('IN_APPROVAL', 'RETIRED', '1.1'))
      .files({ archive: { '0.1': 'one', '1.0': 'one', '1.1': 'two' } })
  })

  it('falls back to the reviewed revision', () => {
    const home = { status: 'REVIEWED', purpose: { kind: 'ordinary' }, owner: 'ann' } as const
    retiring
      .when(withdraw({ as: 'ann' }))
      .then(withdrawn('ann'), moved('IN_APPROVAL', 'REVIEWED'))
      .is(home)
    retiring
      .when(reject({ as: 'qa' }))
      .then(rejected('qa'), moved('IN_APPROVAL', 'REVIEWED'))
      .is(home)
      .when(route('approval', { as: 'ann' }))
      .refused('GATE', { gate: 'roundStands' })
  })

  it('is not for a text that was never in force, nor without a reason', () => {
    given(created({ owner: 'ann' }), ...recommended('one'))
      .when(route('approval', { as: 'ann', ...RETIRE }))
      .refused('GATE', { gate: 'wasApproved', found: 'a first draft: cancel it' })
    revised.when(route('approval', { as: 'ann', purpose: 'retire' })).refused('GATE', { gate: 'reasoned' })
  })
})

// Verifies: REQ-QMS-007
describe('retirement from CLOSED', () => {
  const shut = given(...executing(), ...postApproved(), closed())
  const retiring = shut.when(route('review', { as: 'lead', ...RETIRE })).passes()

  it('ends RETIRED under the same number', () => {
    retiring
      .is({ status: 'IN_POST_REVIEW', owner: 'lead' })
      .and(reviewed('qa', 'recommend'), routed('approval', []))
      .when(approve({ as: 'qa' }))
      .then(approved('qa'), retired('2.0'), moved('IN_POST_APPROVAL', 'RETIRED', '2.0'))
      .files({ archive: { '0.1': 'plan', '1.0': 'plan', '2.0': 'plan' } })
  })

  it('falls back to CLOSED', () => {
    const home = { status: 'CLOSED', owner: null, purpose: { kind: 'ordinary' } } as const
    const reviewedCr = retiring.and(reviewed('qa', 'recommend'))
    const inApproval = reviewedCr.and(routed('approval', []))
    retiring
      .when(withdraw({ as: 'lead' }))
      .then(withdrawn('lead'), moved('IN_POST_REVIEW', 'CLOSED'))
      .is(home)
    reviewedCr
      .when(revert({ as: 'lead', reason: 'kept' }))
      .then({ event: 'REVERT' }, moved('POST_REVIEWED', 'CLOSED'))
      .is(home)
    inApproval
      .when(withdraw({ as: 'lead' }))
      .then(withdrawn('lead'), moved('IN_POST_APPROVAL', 'CLOSED'))
      .is(home)
    inApproval
      .when(reject({ as: 'qa' }))
      .then(rejected('qa'), moved('IN_POST_APPROVAL', 'CLOSED'))
      .is(home)
      .files({ live: 'plan', archive: { '0.1': 'plan', '1.0': 'plan' } })
  })
})

describe('abandonment', () => {
  const planned = given(created({ owner: 'ann', id: 'CR-001' }), ...approvedBy('plan'))
  const running = given(...executing(), checkedOut('ann'), checkedIn('ann', 'half done'))

  for (const [home, from, version] of [
    ['PRE_APPROVED', planned, '2.0'],
    ['IN_EXECUTION', running, '2.0'],
  ] as const) {
    const posted = from.and(routed('review', ['qa'], ABANDON))

    it(`from ${home} ends CLOSED, with that outcome`, () => {
      from
        .when(route('review', { as: 'ann', ...ABANDON }))
        .then(
          { event: 'ROUTE_REVIEW', abandon: true, review_type: 'POST_REVIEW' },
          moved(home, 'IN_POST_REVIEW'),
        )
        .is({ purpose: { kind: 'abandon', home } })
        .and(reviewed('qa', 'recommend'), routed('approval', []))
        .when(approve({ as: 'qa' }))
        .then(approved('qa'), moved('IN_POST_APPROVAL', 'POST_APPROVED', version))
        .when(close({ as: 'ann' }))
        .then({ event: 'CLOSE', outcome: 'abandoned' }, moved('POST_APPROVED', 'CLOSED', version))
        .is({ outcome: 'abandoned', purpose: { kind: 'ordinary' } })
    })

    it(`from ${home} asks for no work that is done: that is what it gives up`, () => {
      const none = { itemsDone: ['EI-2 has no outcome'] }
      const shortfalls = { ...DONE, ...none }
      const given = posted.and(reviewed('qa', 'recommend'), routed('approval', []), approved('qa'))
      given
        .and({ shortfalls })
        .when(close({ as: 'ann' }))
        .passes()
      running
        .and({ shortfalls })
        .when(route('review', { as: 'ann' }))
        .refused('GATE', { gate: 'itemsDone' })
    })

    it(`falls back to ${home} when withdrawn or reverted`, () => {
      posted.when(withdraw({ as: 'ann' })).then(withdrawn('ann'), moved('IN_POST_REVIEW', home))
      posted
        .and(reviewed('qa', 'recommend'))
        .when(revert({ as: 'ann', reason: 'go on' }))
        .then({ event: 'REVERT' }, moved('POST_REVIEWED', home))
        .is({ purpose: { kind: 'ordinary', home: null }, outcome: null })
    })

    it(`from ${home}, rejected, goes back to its review`, () =>
      void posted
        .and(reviewed('qa', 'recommend'), routed('approval', []))
        .when(reject({ as: 'qa' }))
        .then(rejected('qa'), moved('IN_POST_APPROVAL', 'POST_REVIEWED'))
        .is({ purpose: { kind: 'abandon', home } }))
  }

  it('needs a reason, and children that are done', () => {
    running.when(route('review', { as: 'ann', purpose: 'abandon' })).refused('GATE', { gate: 'reasoned' })
    const open = documentOf(created({ owner: 'ann', id: 'CR-001-TP-001', parent: running.doc }))
    running
      .and({ children: [open] })
      .when(route('review', { as: 'ann', ...ABANDON }))
      .refused('GATE', { gate: 'childrenDone' })
  })

  it('its text is not checked out', () =>
    void running
      .and(routed('review', ['qa'], ABANDON), reviewed('qa', 'recommend'))
      .when(checkout({ as: 'ann' }))
      .refused('GATE', { gate: 'ordinary' }))

  it('is not for a document that was never approved', () =>
    void given(created({ owner: 'ann', id: 'CR-001' }), checkedIn('ann', 'plan'))
      .when(route('review', { as: 'ann', ...ABANDON }))
      .refused('GATE', { gate: 'asksOrdinary' }))
})

describe('cancel', () => {
  const draft = given(created({ owner: 'ann' }), checkedIn('ann', 'one'))

  it('ends a first draft or a reviewed one; the events stay', () => {
    draft
      .when(cancel({ as: 'ann', reason: 'double' }))
      .then(cancelled('double'), moved('DRAFT', 'CANCELLED', '0.1'))
      .is({ status: 'CANCELLED', owner: null, draft: null })
    given(created({ owner: 'ann' }), ...recommended('one'))
      .when(cancel({ as: 'lead', reason: 'double' }))
      .then(cancelled('double'), moved('REVIEWED', 'CANCELLED'))
      .files({ archive: { '0.1': 'one' } })
    given(created({ owner: 'ann', id: 'CR-001' }), ...recommended('one'))
      .when(cancel({ as: 'ann', reason: 'double' }))
      .then(cancelled('double'), moved('PRE_REVIEWED', 'CANCELLED'))
  })

  it('wants a reason and a confirmation, owner or administrator (peer 13.17)', () => {
    draft.when(cancel({ as: 'ann', confirmed: false })).refused('GATE', { gate: ['reasoned', 'confirmed'] })
    for (const as of ['ben', 'qa'])
      draft.when(cancel({ as, reason: 'x' })).refused('NOT_ALLOWED', { who: ['lead', 'ann'] })
  })

  it('is not possible once a text was approved, while one is judged, or checked out', () => {
    EFFECTIVE.when(cancel({ as: 'lead', reason: 'x' })).refused('NOT_OPEN', {
      possibleIn: ['DRAFT', 'REVIEWED'],
    })
    EFFECTIVE.and(checkedOut('ann'), checkedIn('ann', 'two'))
      .when(cancel({ as: 'ann', reason: 'x' }))
      .refused('GATE', { gate: 'neverApproved', found: 'version 1.1' })
    draft
      .and(routed('review', ['qa']))
      .when(cancel({ as: 'ann', reason: 'x' }))
      .refused('NOT_OPEN')
    draft
      .and(checkedOut('ann'))
      .when(cancel({ as: 'ann', reason: 'x' }))
      .refused('CHECKED_OUT')
  })

  it('is not possible with open children (peer 13.20)', () => {
    const cr = given(created({ owner: 'ann', id: 'CR-001' }), checkedIn('ann', 'plan'))
    const child = given(
      created({ owner: 'ann', id: 'CR-001-TP-001', parent: cr.doc }),
      checkedIn('ann', 'test'),
    )
    cr.and({ children: [child.doc] })
      .when(cancel({ as: 'ann', reason: 'x' }))
      .refused('GATE', { gate: 'noOpenChildren', found: 'CR-001-TP-001 is DRAFT' })
    const gone = child.and(cancelled('x'))
    cr.and({ children: [gone.doc] })
      .when(cancel({ as: 'ann', reason: 'x' }))
      .passes()
  })

  it('leaves nothing of a form that was never filled', () =>
    void given(created({ owner: 'ann' }))
      .when({ as: 'ann', command: () => ({ action: 'discard' }) })
      .passes()
      .and(cancelled('x'))
      .files({}))
})

describe('fix', () => {
  it('gives the text in force the next number, and archives the old', () => {
    EFFECTIVE.when(fix({ as: 'lead', text: 'one.' }))
      .then({ ...fixed('lead', 'one.', '1.1').expected, reason: 'spelling', diff: '-teh\n+the\n' })
      .is({ status: 'EFFECTIVE', version: '1.1', owner: null })
      .files({ live: 'one.', archive: { '0.1': 'one', '1.0': 'one' } })
      .and(fixed('lead', 'one!', '1.2'), checkedOut('ann'))
      .is({ version: '1.3' })
  })

  it('never takes a number that a given-up revision had', () =>
    void EFFECTIVE.and(checkedOut('ben'), checkedIn('ben', 'two'), withdrawn('ben', 'no'))
      .when(fix({ as: 'lead', text: 'one.' }))
      .then({ event: 'FIX', version: '1.2' }))

  it('is for administrators, with a reason, of a readable text that is a small change', () => {
    for (const as of ['ann', 'qa'])
      EFFECTIVE.when(fix({ as, text: 'one.' })).refused('NOT_ALLOWED', { who: ['lead'] })
    EFFECTIVE.when(fix({ as: 'lead', text: 'one.', reason: ' ' })).refused('GATE', { gate: 'reasoned' })
    EFFECTIVE.when(fix({ as: 'lead', text: '---\na: [\n---\n' })).refused('GATE', { gate: 'textParses' })
    EFFECTIVE.when(fix({ as: 'lead', text: 'two', tooLarge: 'too much' })).refused('GATE', {
      gate: 'fixIsSmall',
      found: 'too much',
    })
  })

  it('is not for the only one who approved the text', () => {
    const selfMade = (team: string[]) =>
      given(created({ owner: 'ann' }), ...approvedBy('one', team)).when(fix({ as: 'lead', text: 'one.' }))
    const registry = people({ lead: { group: 'quality' } })
    given({ registry }, created({ owner: 'ann' }), ...approvedBy('one', ['lead']), { registry: people({}) })
      .when(fix({ as: 'lead', text: 'one.' }))
      .refused('GATE', { gate: 'notSoleApprover', found: 'lead alone approved it' })
    selfMade(['lead', 'qa']).passes()
  })

  it('is not possible while a revision is under way', () =>
    void EFFECTIVE.and(checkedOut('ann'))
      .when(fix({ as: 'lead', text: 'one.' }))
      .refused('NOT_OPEN', { possibleIn: ['EFFECTIVE'] }))

  it('with a diff longer than a trail can hold is refused before it is written', () =>
    void EFFECTIVE.when(fix({ as: 'lead', text: 'one.', diff: 'x'.repeat(65_537) })).refused('BAD_VALUE', {
      name: 'diff',
      expected: 'at most 65536 characters',
    }))
})

describe('how much a fix may change', () => {
  const lines = (n: number, word = 'teh') =>
    Array.from({ length: n }, (_, i) => `row ${'abcdefghijkl'[i]} has ${word} text`).join('\n\n')
  const large = (former: string, later: string) => tooLargeForFix(text(former), text(later))

  it('spelling, punctuation and frontmatter pass', () => {
    expect(large('teh text', 'the text')).toBeNull()
    expect(large('a text', 'a text.')).toBeNull()
    expect(tooLargeForFix(text('same', 'Old'), text('same', 'New 2 must'))).toBeNull()
    expect(tooLargeForFix(`\ufeff${text('same', 'Old')}`, `\ufeff${text('same', 'New 2 must')}`)).toBeNull()
  })

  it('nothing at all is no fix', () => expect(large('same', 'same')).toBe('nothing changed'))

  it('ten places pass, eleven do not', () => {
    expect(large(lines(10), lines(10, 'the'))).toBeNull()
    expect(large(lines(11), lines(11, 'the'))).toBe('11 places changed, 10 at the most')
  })

  it('200 characters pass, 201 do not', () => {
    expect(large('a b', `a b${'.'.repeat(200)}`)).toBeNull()
    expect(large('a b', `a b${'.'.repeat(201)}`)).toBe('201 characters changed, 200 at the most')
  })

  it.each([
    'shall',
    'must',
    'may',
    'should',
    'will',
    'can',
    'not',
    'no',
    'never',
    'none',
    'only',
    'all',
    'any',
    'each',
    'every',
    'except',
    'unless',
    'if',
    '7',
  ])('a change of "%s" carries meaning, put in or taken out', (word) => {
    expect(large('they do it', `they ${word} do it`)).toMatch(/carries meaning: open a revision$/)
    expect(large(`they ${word} do it`, 'they do it')).toMatch(/carries meaning/)
    expect(large(`they ${word.toUpperCase()} do it`, 'they do it')).toMatch(/carries meaning/)
  })

  it.each([
    ['it is approved', 'it is unapproved'],
    ['it does it', "it doesn't it"],
    ['the red text', 'the green text'],
    ['the text', 'the long text'],
    ['the long text', 'the text'],
    ['one and two', 'one or two'],
  ])('%j to %j is no spelling', (former, later) => expect(large(former, later)).toMatch(/carries meaning/))

  it('a missing article, a doubled word, a capital and a line break are', () => {
    expect(large('it is text', 'it is a text')).toBeNull()
    expect(large('it is is a text', 'it is a text')).toBeNull()
    expect(large('the Lead decides', 'the lead decides')).toBeNull()
    expect(large('one\ntwo', 'one\n\ntwo')).toBeNull()
  })

  it('a word that only holds such letters does not', () =>
    expect(large('allocate musty canals', 'alocate musti canal')).toBeNull())
})

describe('a verdict at the end of a special round', () => {
  it('review of an abandonment is asked with its purpose on the record', () => {
    const story = given(...executing(), routed('review', ['tu'], ABANDON))
    story
      .when(review({ as: 'tu', verdict: 'recommend' }))
      .passes()
      .is({ status: 'IN_POST_REVIEW' })
    expect(story.events.at(-2)).toMatchObject({ abandon: true, reason: 'not worth it' })
  })
})
