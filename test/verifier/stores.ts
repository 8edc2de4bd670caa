/** Good stores, made by the program: every type, every way through the tables, every kind of system record. */
import {
  act,
  addNamespace,
  addUser,
  agreed,
  answered,
  approve,
  approved,
  checkin,
  checkout,
  claude,
  closed,
  create,
  disableUser,
  discard,
  drafted,
  effective,
  executed,
  executing,
  fix,
  inbox,
  initialised,
  lead,
  type Project,
  type Qms,
  qa,
  read,
  recommend,
  route,
  setPolicy,
  status,
  verdict,
} from '../support/cli.ts'
import { captured, plannedFor, recordItem, worked } from '../support/executions.ts'
import { adopt, filesOf, line, type PeerDocument, peerProject, reviewed, textOf } from '../support/peer.ts'

const judged = async (qms: Qms, user: string, id: string, command: Parameters<typeof verdict>[3]) => {
  await inbox(qms, { user })
  await verdict(qms, { user }, id, command, undefined)
}

const updates = { action: 'review', outcome: 'UPDATES_REQUIRED', comment: 'Not yet.' } as const
const reject = { action: 'reject', comment: 'Not so.' } as const

const rewritten = async (project: Project, qms: Qms, id: string, words: string, user = 'claude') => {
  await checkout(qms, { user }, id)
  project.edit(user, id, (text) => `${text}\n${words}\n`)
  await checkin(qms, { user }, id)
}

const inStore = async (work: (project: Project, qms: Qms) => Promise<void>): Promise<Project> => {
  const project = await initialised()
  await project.use((qms) => work(project, qms))
  return project
}

/** Documents in the midst of things: of many states, some with children, one asked of a disabled reviewer. */
export const yard = (): Promise<Project> =>
  inStore(async (project, qms) => {
    for (const [name, group] of [
      ['ann', 'initiator'],
      ['tu', 'reviewer'],
      ['gone', 'reviewer'],
      ['zoe', 'quality'],
    ] as const)
      await addUser(qms, lead, name, group, 'agent')
    await drafted(project, qms, 'SOP')
    const unwritten = await create(qms, claude, { type: 'SOP', title: 'Not yet written' })
    await discard(qms, claude, unwritten.document?.doc_id ?? '')
    await checkout(qms, claude, await drafted(project, qms, 'SOP'))
    await inReview(project, qms)
    await inApproval(project, qms)
    await inExecution(project, qms)
    await disableUser(qms, lead, 'gone', 'Left')
    await disableUser(qms, lead, 'zoe', 'Left')
    await setPolicy(qms, lead, 'quality', 'qa')
    await setPolicy(qms, lead, 'changeControl', 'required')
    await addNamespace(qms, lead, 'APP')
  })

/** In review by two; sent back for updates; agreed; agreed with a reviewer who will have left. */
const inReview = async (project: Project, qms: Qms): Promise<void> => {
  const [open = '', unready = '', agreedOn = '', left = ''] = await several(project, qms, 4)
  await route(qms, claude, open, { assign: ['tu', 'qa'] })
  await route(qms, claude, unready, { assign: ['qa'] })
  await judged(qms, 'qa', unready, updates)
  await route(qms, claude, agreedOn, { assign: ['qa'] })
  await agreed(qms, agreedOn)
  await route(qms, claude, left, { assign: ['zoe'] })
  await agreed(qms, left)
}

/** One approval missing; asked of somebody who will have left; asked of its author; rejected; in force and revised. */
const inApproval = async (project: Project, qms: Qms): Promise<void> => {
  const [open = '', stranded = '', self = '', rejected = '', revision = ''] = await several(project, qms, 5)
  for (const [id, team] of [
    [open, ['qa']],
    [stranded, ['gone', 'qa']],
    [rejected, ['qa']],
  ] as const) {
    await route(qms, claude, id, { assign: team })
    await agreed(qms, id)
    await route(qms, claude, id, {})
  }
  await judged(qms, 'qa', rejected, reject)
  await setPolicy(qms, lead, 'selfApproval', 'allowed')
  await route(qms, claude, self, { assign: ['claude', 'qa'] })
  await agreed(qms, self)
  await route(qms, claude, self, {})
  await setPolicy(qms, lead, 'selfApproval', 'forbidden')
  await approved(qms, revision)
  await rewritten(project, qms, revision, 'A second edition.')
}

/** Plans and their children: approved, in execution with an open child, in review with a verification. */
const inExecution = async (project: Project, qms: Qms): Promise<void> => {
  const busy = await executing(project, qms, 'CR')
  await create(qms, claude, { type: 'VAR', parent: busy, kind: 1, title: 'Not as planned' })
  await effective(project, qms, 'CR')
  const planned = await drafted(project, qms, 'CR')
  await create(qms, claude, { type: 'TP', parent: planned, title: 'Digest checks' })
  const inv = await executing(project, qms, 'INV')
  await drafted(project, qms, 'CR', { with: { source: inv } })
  const recorded = await plannedFor(project, qms, 'tu')
  const passed = { action: 'record', item: 'EI-1', outcome: 'Pass', summary: 'Done.' } as const
  await recordItem(qms, claude, recorded, passed, captured({ kind: 'text', text: 'Seen.' }))
  await create(qms, claude, { type: 'VAR', parent: recorded, kind: 2, title: 'Not as planned' })
  const done = await executing(project, qms, 'CR')
  await drafted(project, qms, 'VR', { with: { parent: done }, text: (form) => answered(form, 'all') })
  await executed(project, qms, done)
  await route(qms, claude, done, {})
}

const several = async (project: Project, qms: Qms, count: number): Promise<string[]> => {
  const ids: string[] = []
  while (ids.length < count) ids.push(await drafted(project, qms, 'SOP'))
  return ids
}

/** A procedure through every way out: updates, withdrawals, rejection, revision, correction, retirement. */
export const procedures = (): Promise<Project> =>
  inStore(async (project, qms) => {
    await addUser(qms, lead, 'tu', 'reviewer', 'agent')
    await addUser(qms, lead, 'ann', 'initiator', 'human')
    const id = await drafted(project, qms, 'SOP')
    await checkout(qms, claude, id)
    await discard(qms, claude, id)
    await route(qms, claude, id, { assign: ['tu'] })
    await act(qms, qa, id, { action: 'assign', remove: ['tu'] })
    await act(qms, lead, id, { action: 'assign', assign: ['tu'] })
    await judged(qms, 'tu', id, updates)
    await judged(qms, 'qa', id, recommend)
    await rewritten(project, qms, id, 'More.')
    await route(qms, claude, id, {})
    await act(qms, claude, id, { action: 'withdraw' })
    await route(qms, claude, id, {})
    await agreed(qms, id)
    await route(qms, claude, id, {})
    await judged(qms, 'qa', id, reject)
    await act(qms, lead, id, { action: 'assign', owner: 'ann' })
    await route(qms, { user: 'ann' }, id, { to: 'review', assign: ['tu'] })
    await agreed(qms, id)
    await route(qms, { user: 'ann' }, id, {})
    await agreed(qms, id)
    await revised(project, qms, id)
    await act(qms, claude, id, { action: 'withdraw', reason: 'Not needed' })
    await corrected(qms, id)
    await retired(qms, id)
    const never = await drafted(project, qms, 'SOP')
    await act(qms, claude, never, { action: 'cancel', reason: 'A mistake', confirmed: true })
    await create(qms, claude, { type: 'SOP', title: 'Never checked in' })
  })

const revised = async (project: Project, qms: Qms, id: string): Promise<void> => {
  const cr = await executing(project, qms, 'CR')
  await setPolicy(qms, lead, 'changeControl', 'required')
  await checkout(qms, claude, id, cr)
  await discard(qms, claude, id)
  await checkout(qms, claude, id, cr)
  project.edit('claude', id, (text) => `${text}\nA second edition.\n`)
  await checkin(qms, claude, id)
  await rewritten(project, qms, id, 'And more of it.')
  await approved(qms, id)
  await checkout(qms, claude, id, cr)
  project.edit('claude', id, (text) => `${text}\nA third one.\n`)
  await checkin(qms, claude, id)
}

const corrected = async (qms: Qms, id: string): Promise<void> => {
  const { bytes } = await read(qms, {}, id, {})
  const text = Buffer.from(bytes).toString().replace('A second edition', 'A secondd edition')
  await fix(qms, lead, id, { bytes: Buffer.from(text), from: 'x' }, 'Spelling')
}

const retired = async (qms: Qms, id: string): Promise<void> => {
  await route(qms, lead, id, { purpose: 'retire', reason: 'Old' })
  await act(qms, lead, id, { action: 'withdraw' })
  await route(qms, lead, id, { purpose: 'retire', reason: 'Old' })
  await agreed(qms, id)
  await route(qms, lead, id, {})
  await judged(qms, (await status(qms, {}, id)).document.pending_assignees[0] ?? '', id, reject)
  await route(qms, lead, id, { purpose: 'retire', reason: 'Old' })
  await approved2(qms, id)
}

const approved2 = async (qms: Qms, id: string): Promise<void> => {
  await agreed(qms, id)
  await route(qms, lead, id, {})
  await agreed(qms, id)
}

/** An investigation, the change that answers it, and everything that hangs below the change. */
export const family = (): Promise<Project> =>
  inStore(async (project, qms) => {
    const inv = await executing(project, qms, 'INV')
    const cr = await executing(project, qms, 'CR', { with: { source: inv } })
    const tp = await executing(project, qms, 'TP', { with: { parent: cr } })
    const er = await executing(project, qms, 'ER', { with: { parent: tp } })
    await closed(project, qms, er)
    await closed(project, qms, tp)
    const first = await executing(project, qms, 'VAR', { with: { parent: cr, kind: 1 } })
    await closed(project, qms, first)
    await effective(project, qms, 'VAR', { with: { parent: cr, kind: 2 } })
    await drafted(project, qms, 'VR', { with: { parent: cr }, text: (form) => answered(form, 'all') })
    await executed(project, qms, cr)
    await route(qms, claude, cr, {})
    await act(qms, claude, cr, { action: 'withdraw' })
    await route(qms, claude, cr, {})
    await agreed(qms, cr)
    await act(qms, claude, cr, { action: 'revert', reason: 'One more step' })
    await approved(qms, cr)
    await act(qms, claude, cr, { action: 'close' })
    const add = await executing(project, qms, 'ADD', { with: { parent: cr } })
    await closed(project, qms, add)
    await closed(project, qms, inv)
    await waysOut(project, qms)
  })

const waysOut = async (project: Project, qms: Qms): Promise<void> => {
  const abandoned = await executing(project, qms, 'CR')
  await route(qms, claude, abandoned, { purpose: 'abandon', reason: 'No longer wanted' })
  await agreed(qms, abandoned)
  await route(qms, claude, abandoned, {})
  await agreed(qms, abandoned)
  await act(qms, claude, abandoned, { action: 'close' })
  await route(qms, lead, abandoned, { purpose: 'retire', reason: 'Wrong number' })
  await approved2(qms, abandoned)
  const plan = await effective(project, qms, 'CR')
  await rewritten(project, qms, plan, 'Another plan.')
  await approved(qms, plan)
  await act(qms, claude, plan, { action: 'release' })
  const vr = await drafted(project, qms, 'VR', { with: { parent: plan } })
  await act(qms, claude, vr, { action: 'cancel', reason: 'A mistake', confirmed: true })
}

/** Execution by command: outcomes, amendments, a failure and what takes it over, up to the closure. */
export const executions = (): Promise<Project> =>
  inStore(async (project, qms) => {
    await addUser(qms, lead, 'tu', 'reviewer', 'agent')
    const cr = await plannedFor(project, qms, 'tu')
    await worked(qms, cr, 'tu')
    const variance = `${cr}-VAR-001`
    project.edit('claude', variance, answered)
    await checkin(qms, claude, variance)
    await approved(qms, variance)
    const vr = await drafted(project, qms, 'VR', {
      with: { parent: cr },
      text: (form) => answered(form, 'all'),
    })
    await checkout(qms, claude, vr)
    await discard(qms, claude, vr)
    await executed(project, qms, cr)
    await approved(qms, cr)
    await act(qms, claude, cr, { action: 'close' })
  })

/** Requirements, declared types, a team of one, people who come and go. */
export const governed = (): Promise<Project> =>
  inStore(async (project, qms) => {
    const types = [
      { name: 'WI', title: 'Work instruction', executable: false, parents: [] },
      { name: 'MEMO', title: 'Memorandum', executable: true, parents: ['CR'] },
    ]
    await setPolicy(qms, lead, 'types', JSON.stringify(types))
    await addNamespace(qms, lead, 'app')
    await effective(project, qms, 'RS', { with: { namespace: 'APP' } })
    await drafted(project, qms, 'RTM', { with: { namespace: 'APP' } })
    const form = () => textOf('WI-001')
    await effective(project, qms, 'WI', { text: form })
    const cr = await executing(project, qms, 'CR')
    await drafted(project, qms, 'MEMO', { with: { parent: cr }, text: form })
    await drafted(project, qms, 'TEMPLATE', { with: { name: 'WI' } })
    await setPolicy(qms, lead, 'selfApproval', 'allowed')
    await alone(project, qms)
    await setPolicy(qms, lead, 'selfApproval', 'forbidden')
    await addUser(qms, lead, 'zoe', 'quality', 'human')
    await setPolicy(qms, lead, 'quality', 'zoe')
    await disableUser(qms, lead, 'qa', undefined)
    await effective(project, qms, 'SOP')
  })

const alone = async (project: Project, qms: Qms): Promise<void> => {
  const id = await drafted(project, qms, 'SOP')
  await route(qms, claude, id, { assign: ['claude', 'qa'] })
  await agreed(qms, id)
  await route(qms, claude, id, {})
  await judged(qms, 'claude', id, approve)
  await judged(qms, 'qa', id, approve)
}

const PEER: readonly PeerDocument[] = [
  {
    id: 'SOP-001',
    status: 'EFFECTIVE',
    version: '1.0',
    owner: null,
    metadata: { effective_version: '1.0', supersedes: 'a: é\u2028 \u0007', more: [1e21, 1.5, -0.25, {}, []] },
    trail: [line('CREATE', 'claude', '0.1', { title: 'About SOP-001' })],
    live: textOf('SOP-001'),
    archive: { '0.1': textOf('SOP-001', 'first') },
  },
  {
    id: 'SOP-002',
    status: 'REVIEWED',
    version: '0.2',
    outcomes: { qa: 'RECOMMEND' },
    trail: reviewed('0.2'),
    draft: textOf('SOP-002'),
  },
  {
    id: 'CR-001',
    status: 'IN_EXECUTION',
    version: '1.0',
    draft: textOf('CR-001'),
    archive: { '0.1': textOf('CR-001', 'plan') },
  },
]

/** A store of another program's, taken over and gone on with. */
export const adopted = async (): Promise<Project> => {
  const project = peerProject(PEER, {
    ...filesOf({ id: 'SOP-003', status: 'DRAFT', version: '0.1', metadata: null, draft: textOf('SOP-003') }),
  })
  await adopt(project)
  await project.use(async (qms) => {
    await route(qms, claude, 'SOP-002', {})
    await agreed(qms, 'SOP-002')
    await checkout(qms, claude, 'SOP-001')
    project.write('.claude/users/claude/workspace/SOP-001.md', textOf('SOP-001', 'other'))
    await checkin(qms, claude, 'SOP-001')
    await approved(qms, 'SOP-001')
  })
  return project
}
