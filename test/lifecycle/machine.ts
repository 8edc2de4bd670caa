/** Documents in every situation that the tables know, made by real decisions, and everybody who may ask. */
import type { Document } from '../../src/documents/document.ts'
import type { Action } from '../../src/lifecycle/command.ts'
import {
  approve,
  approved,
  approvedBy,
  assign,
  cancel,
  cancelled,
  checkedIn,
  checkedOut,
  checkin,
  checkout,
  close,
  closed,
  created,
  type Deed,
  discard,
  ei,
  executing,
  fix,
  given,
  note,
  postApproved,
  recommended,
  reject,
  release,
  revert,
  review,
  reviewed,
  route,
  routed,
  Story,
  summarise,
  withdraw,
} from '../support/given.ts'

export interface Situation {
  readonly name: string
  readonly story: Story
}

const RETIRE = { purpose: 'retire', reason: 'old' } as const
const ABANDON = { purpose: 'abandon', reason: 'stop' } as const
/** Two are asked, so that there is one who is not the last. */
const TEAM = ['tu', 'qa'] as const

const at = (name: string, story: Story): Situation => ({ name, story })

const inRound = (name: string, story: Story): Situation[] => [
  at(`${name}, two are asked`, story),
  at(
    `${name}, one is left`,
    story.and(/REVIEW/.test(story.doc.status) ? reviewed('qa', 'recommend') : approved('qa')),
  ),
]

const recommending = TEAM.map((name) => reviewed(name, 'recommend'))

const controlled = (): Situation[] => {
  const draft = given(created({ owner: 'ann' }), checkedIn('ann', 'one'))
  const effective = given(created({ owner: 'ann' }), ...approvedBy('one', TEAM))
  const reviewedSop = given(created({ owner: 'ann' }), ...recommended('one', TEAM))
  const opened = effective.and(checkedOut('ann'))
  const revision = opened.and(...recommended('two', TEAM))
  const retiring = effective.when(route('review', { as: 'lead', ...RETIRE, assign: TEAM })).passes()
  return [
    at('DRAFT', draft),
    at('DRAFT, checked out', given(created({ owner: 'ann' }))),
    at('DRAFT, a revision just opened', opened),
    at('DRAFT, a revision', opened.and(checkedIn('ann', 'two'))),
    ...inRound('IN_REVIEW', draft.and(routed('review', TEAM))),
    at('REVIEWED', reviewedSop),
    at('REVIEWED, updates requested', draft.and(routed('review', ['qa']), reviewed('qa', 'updates'))),
    at('REVIEWED, checked out', reviewedSop.and(checkedOut('ann'))),
    at('REVIEWED, a revision', revision),
    ...inRound('IN_APPROVAL', reviewedSop.and(routed('approval', []))),
    at('EFFECTIVE', effective),
    ...inRound('IN_REVIEW, retiring', retiring),
    at('REVIEWED, retiring', retiring.and(...recommending)),
    ...inRound('IN_APPROVAL, retiring', retiring.and(...recommending, routed('approval', []))),
    at('RETIRED', retiring.and(...recommending, routed('approval', []), approved('tu'), approved('qa'))),
    at('CANCELLED', draft.and(cancelled('x'))),
  ]
}

const executable = (): Situation[] => {
  const birth = created({ owner: 'ann', id: 'CR-001' })
  const draft = given(birth, checkedIn('ann', 'plan'))
  const preReviewed = given(birth, ...recommended('plan', TEAM))
  const planned = given(birth, ...approvedBy('plan', TEAM))
  const running = planned.when(release({ as: 'ann' })).passes()
  const shut = given(...executing(), ...postApproved(), closed())
  const retiring = shut.when(route('review', { as: 'lead', ...RETIRE, assign: TEAM })).passes()
  const abandoning = running.and(routed('review', TEAM, ABANDON))
  const posted = running.and(routed('review', TEAM))
  return [
    at('DRAFT', draft),
    at('DRAFT, checked out', given(birth)),
    ...inRound('IN_PRE_REVIEW', draft.and(routed('review', TEAM))),
    at('PRE_REVIEWED', preReviewed),
    at('PRE_REVIEWED, updates requested', draft.and(routed('review', ['qa']), reviewed('qa', 'updates'))),
    at('PRE_REVIEWED, checked out', preReviewed.and(checkedOut('ann'))),
    ...inRound('IN_PRE_APPROVAL', preReviewed.and(routed('approval', []))),
    at('PRE_APPROVED', planned),
    at('PRE_APPROVED, checked out', planned.and(checkedOut('ann'))),
    at('IN_EXECUTION', running),
    at('IN_EXECUTION, checked out', running.and(checkedOut('ann'))),
    ...inRound('IN_POST_REVIEW', posted),
    at('POST_REVIEWED', posted.and(...recommending)),
    ...inRound('IN_POST_APPROVAL', posted.and(...recommending, routed('approval', []))),
    at('POST_APPROVED', running.and(...postApproved(TEAM))),
    at('CLOSED', shut),
    at('IN_POST_REVIEW, abandoning', abandoning),
    at('POST_REVIEWED, abandoning', abandoning.and(...recommending)),
    ...inRound('IN_POST_APPROVAL, abandoning', abandoning.and(...recommending, routed('approval', []))),
    at('IN_POST_REVIEW, retiring', retiring),
    at('POST_REVIEWED, retiring', retiring.and(...recommending)),
    ...inRound('IN_POST_APPROVAL, retiring', retiring.and(...recommending, routed('approval', []))),
    at('RETIRED', retiring.and(...recommending, routed('approval', []), approved('tu'), approved('qa'))),
    at('CANCELLED', draft.and(cancelled('x'))),
  ]
}

const covered = (): Situation[] => {
  const parent = given(...executing()).doc
  const born = given(created({ owner: 'ann', id: 'CR-001-VR-001', parent }))
  const done = born.and(checkedIn('ann', 'evidence')).doc
  const shut = given(...executing(), ...postApproved(), { children: [done], complete: [done.id.id] }).when(
    close({ as: 'ann' }),
  ).decision.others[0]?.after as Document
  const filled = born.and(checkedIn('ann', 'evidence'))
  return [
    at('IN_EXECUTION', filled),
    at('IN_EXECUTION, checked out', born),
    at('CLOSED', new Story({ ...filled.world, d: shut })),
    at('CANCELLED', filled.and(cancelled('x'))),
  ]
}

export const SITUATIONS = { controlled: controlled(), executable: executable(), covered: covered() } as const

/** Who asks, by what they are to ann's document; tu and qa are on its team. */
export const ASKERS = {
  owner: 'ann',
  initiator: 'ben',
  administrator: 'lead',
  'quality on the team': 'qa',
  'quality off the team': 'qb',
  'reviewer on the team': 'tu',
  'reviewer off the team': 'ty',
  disabled: 'gone',
} as const

export const NAMED = 'ei pass, who is named in it'

/** An action with all that its gates ask of the one who asks it, in the ways it can be asked. */
export const asking = (as: string): readonly (readonly [string, Action, Deed])[] => {
  const owner = as === 'ben' ? 'lead' : 'ben'
  return [
    ['checkout', 'checkout', checkout({ as })],
    ['checkin, changed', 'checkin', checkin({ as, text: 'changed' })],
    ['checkin, unchanged', 'checkin', unchanged(as)],
    ['discard', 'discard', discard({ as })],
    ['ei pass', 'ei', ei({ as, text: 'item done' })],
    ['ei fail, without a carrier', 'ei', ei({ as, text: 'item failed', item: { outcome: 'Fail' } })],
    [NAMED, 'ei', ei({ as, text: 'item done', named: as })],
    ['note', 'note', note({ as, text: 'remark' })],
    ['summarise', 'summarise', summarise({ as, text: 'summary' })],
    ['route review', 'route review', route('review', { as })],
    ['route review --retire', 'route review', route('review', { as, ...RETIRE })],
    ['route review --abandon', 'route review', route('review', { as, ...ABANDON })],
    ['route approval', 'route approval', route('approval', { as })],
    ['route approval --retire', 'route approval', route('approval', { as, ...RETIRE })],
    ['assign', 'assign', assign({ as, add: ['ty'] })],
    ['assign --remove tu', 'assign', assign({ as, remove: ['tu'] })],
    ['assign --owner', 'assign', assign({ as, owner })],
    ['review', 'review', review({ as, verdict: 'recommend' })],
    ['approve', 'approve', approve({ as })],
    ['reject', 'reject', reject({ as })],
    ['withdraw --reason', 'withdraw', withdraw({ as, reason: 'x' })],
    ['release', 'release', release({ as })],
    ['revert --reason', 'revert', revert({ as, reason: 'x' })],
    ['close', 'close', close({ as })],
    ['cancel', 'cancel', cancel({ as, reason: 'x' })],
    ['fix', 'fix', fix({ as, text: 'changed' })],
  ]
}

/** The text that was handed out, given back as it was. */
const unchanged = (as: string): Deed => ({
  as,
  command: (d) => ({
    action: 'checkin',
    base: d.checkout?.base,
    text: { digest: d.checkout?.base ?? '', problem: null, title: d.title, empty: false, blanks: [] },
  }),
})
