/** Every kind of transition, with what must have happened before it. */
import { escalate } from '../../src/app/act.ts'
import {
  addUser,
  agreed,
  approved,
  checkin,
  checkout,
  claude,
  create,
  disableUser,
  drafted,
  effective,
  executed,
  executing,
  inbox,
  initialised,
  interviewed,
  lead,
  type Project,
  type Qms,
  repository,
  route,
} from '../support/cli.ts'
import { peerProject, reviewed, textOf } from '../support/peer.ts'

/** Where the store is: in the branch that is checked out, or in one of its own, which is checked out nowhere. */
export const PLACES = { 'checked out': undefined, 'own branch': 'qms' } as const
export type Place = keyof typeof PLACES

export interface Kind {
  readonly line: string
  readonly ready: (place: Place) => Promise<Project>
  /** How a second run answers where the first was done; `replayed` where there is a request id. */
  readonly again: 'replayed' | 'refused' | 'nothing'
  readonly only?: Place
  /** The control branch, where it is not the one of its place. */
  readonly branch?: string
}

type Stage = (project: Project, qms: Qms) => Promise<unknown>

const kind = (line: string, stage: Stage): Kind => ({
  line: `${line} --request-id once`,
  ready: async (place) => {
    const project = await initialised(PLACES[place])
    await project.use((qms) => stage(project, qms))
    return project
  },
  again: 'replayed',
})

const nothing: Stage = async () => undefined
const newcomer: Stage = (_, qms) => addUser(qms, lead, 'tu_api', 'reviewer', 'agent')
const draft: Stage = (p, qms) => drafted(p, qms, 'CR')
const held: Stage = async (p, qms) => {
  await draft(p, qms)
  await checkout(qms, claude, 'CR-001')
  p.edit('claude', 'CR-001', (text) => `${text}more\n`)
}
const inReview: Stage = async (p, qms) => {
  await draft(p, qms)
  await route(qms, claude, 'CR-001', {})
  await inbox(qms, { user: 'qa' })
}
const recommended: Stage = async (p, qms) => {
  await draft(p, qms)
  await route(qms, claude, 'CR-001', {})
  await agreed(qms, 'CR-001')
}
const inApproval: Stage = async (p, qms) => {
  await recommended(p, qms)
  await route(qms, claude, 'CR-001', {})
  await inbox(qms, { user: 'qa' })
}
const revised: Stage = async (p, qms) => {
  await effective(p, qms, 'SOP')
  await checkout(qms, claude, 'SOP-008')
  p.edit('claude', 'SOP-008', (text) => `${text}more\n`)
  await checkin(qms, claude, 'SOP-008')
  await route(qms, claude, 'SOP-008', {})
  await agreed(qms, 'SOP-008')
  await route(qms, claude, 'SOP-008', {})
  await inbox(qms, { user: 'qa' })
}
const retiring: Stage = async (p, qms) => {
  await effective(p, qms, 'SOP')
  await route(qms, lead, 'SOP-008', { purpose: 'retire', reason: 'Old.' })
  await agreed(qms, 'SOP-008')
  await route(qms, lead, 'SOP-008', {})
  await inbox(qms, { user: 'qa' })
}
const postReviewed: Stage = async (p, qms) => {
  await executing(p, qms, 'CR')
  await executed(p, qms, 'CR-001')
  await route(qms, claude, 'CR-001', {})
  await agreed(qms, 'CR-001')
}
const withRecord: Stage = async (p, qms) => {
  await executing(p, qms, 'CR')
  for (const title of ['First', 'Second']) {
    const made = await create(qms, claude, { type: 'VR', parent: 'CR-001', title })
    const id = made.document?.doc_id ?? ''
    await interviewed(p, id)
    await checkin(qms, claude, id)
  }
  await executed(p, qms, 'CR-001')
  await approved(qms, 'CR-001')
}

/** A procedure to be corrected, and beside the store the corrected text. */
const corrected: Stage = async (p, qms) => {
  await addUser(qms, lead, 'ann', 'administrator', 'human')
  await effective(p, qms, 'SOP')
  const path = 'QMS/SOP/SOP-008.md'
  p.write('corrected.md', p.read(path).replace('as agreed', 'as aggreed'))
}

export const KINDS: Readonly<Record<string, Kind>> = {
  create: kind('create CR --title Another -u claude', nothing),
  checkout: kind('checkout CR-001 -u claude', draft),
  'checkout, opening a revision': kind('checkout SOP-008 -u claude', (p, qms) => effective(p, qms, 'SOP')),
  checkin: kind('checkin CR-001 -u claude', held),
  discard: kind('checkin CR-001 --discard -u claude', held),
  'route for review': kind('route CR-001 --review -u claude', draft),
  'route for approval': kind('route CR-001 --approval -u claude', recommended),
  assign: kind('assign CR-001 tu_api -u qa', async (p, qms) => {
    await newcomer(p, qms)
    await inReview(p, qms)
  }),
  review: kind('review CR-001 --recommend --comment Read. -u qa', inReview),
  'approve a plan': kind('approve CR-001 -u qa', inApproval),
  'approve a revision': kind('approve SOP-008 -u qa', revised),
  reject: kind('reject CR-001 --comment Unclear. -u qa', inApproval),
  withdraw: kind('withdraw CR-001 -u claude', inReview),
  release: kind('release CR-001 -u claude', (p, qms) => effective(p, qms, 'CR')),
  revert: kind('revert CR-001 --reason Wrong. -u claude', postReviewed),
  'close, with two records': kind('close CR-001 -u claude', withRecord),
  cancel: kind('cancel CR-001 --confirm --reason No. -u claude', draft),
  fix: kind('fix SOP-008 --file corrected.md --reason Spelling. -u lead', corrected),
  retire: kind('approve SOP-008 -u qa', retiring),
  'user add': kind('user add tu_api --group reviewer -u lead', nothing),
  'user disable': kind('user disable tu_api -u lead', newcomer),
  'user enable': kind('user enable tu_api -u lead', async (p, qms) => {
    await newcomer(p, qms)
    await disableUser(qms, lead, 'tu_api', undefined)
  }),
  'policy set': kind('policy set changeControl required -u lead', nothing),
  'namespace add': kind('namespace add API -u lead', nothing),
  config: kind('config documentLimit 2000000 -u lead', nothing),
  escalate: kind('escalate CR-001 --reason Unclear. -u claude', draft),
  resolve: kind('resolve CR-001 --decision So. -u lead', async (p, qms) => {
    await draft(p, qms)
    await escalate(qms, claude, 'CR-001', 'Unclear.')
  }),
  abandon: kind('close CR-001 -u claude', async (p, qms) => {
    await executing(p, qms, 'CR')
    await route(qms, claude, 'CR-001', { purpose: 'abandon', reason: 'No need.' })
    await agreed(qms, 'CR-001')
    await route(qms, claude, 'CR-001', {})
    await agreed(qms, 'CR-001')
  }),
  'withdraw a revision': kind('withdraw SOP-008 --reason Not. -u claude', async (p, qms) => {
    await effective(p, qms, 'SOP')
    await checkout(qms, claude, 'SOP-008')
    p.edit('claude', 'SOP-008', (text) => `${text}more\n`)
    await checkin(qms, claude, 'SOP-008')
  }),
  init: { line: 'init', ready: async () => repository(), again: 'refused', only: 'checked out' },
  'init, on a branch of its own': {
    line: 'init --branch records',
    ready: async () => repository(),
    again: 'refused',
    only: 'own branch',
    branch: 'records',
  },
  'init --adopt': {
    line: 'init --adopt',
    ready: async () => adoptable(),
    again: 'nothing',
    only: 'checked out',
  },
}

/** Six documents of another program, more than one commit of files when they are taken in. */
const adoptable = (): Project => {
  const project = peerProject(
    Array.from({ length: 6 }, (_, i) => ({
      id: `CR-00${i + 1}`,
      status: 'PRE_REVIEWED',
      version: '0.1',
      draft: textOf(`CR-00${i + 1}`),
      trail: reviewed('0.1', 'PRE_REVIEW'),
    })),
  )
  project.write('src/code.txt', 'code\n')
  project.git('add', 'src')
  project.git('commit', '-q', '-m', 'code')
  return project
}
