/** In which state a document is taken over: what is believed where records disagree, and what may be done then. */
import { symlinkSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { NOTE_CODES } from '../../src/app/adopt.ts'
import { digest } from '../../src/compose.ts'
import {
  act,
  agreed,
  approve,
  checkin,
  checkout,
  claude,
  comments,
  create,
  diff,
  discard,
  fix,
  history,
  inbox,
  lead,
  list,
  next,
  type Project,
  type Qms,
  qa,
  read,
  recommend,
  route,
  status,
  verdict,
} from '../support/cli.ts'
import {
  adopt,
  codesOf,
  emptyFolder,
  line,
  type PeerDocument,
  peerProject,
  reviewed,
  textOf,
} from '../support/peer.ts'

const refused = (code: string, deed: Promise<unknown>) => expect(deed).rejects.toMatchObject({ code })
const bytesOf = async (qms: Qms, id: string, which = {}) =>
  Buffer.from((await read(qms, {}, id, which)).bytes).toString()

const created = (version = '0.1', own: object = {}): object =>
  line('CREATE', 'claude', version, { title: 'From the trail', ...own })

const CASES: readonly [
  name: string,
  document: PeerDocument,
  expected: Record<string, unknown>,
  codes: readonly string[],
][] = [
  [
    'the metadata, where it can be read',
    { id: 'SOP-001', status: 'REVIEWED', version: '1.1', draft: 'x', trail: [created('0.1')] },
    { status: 'REVIEWED', version: '1.1', responsible_user: 'claude' },
    ['ROUND_MISSING', 'STATUS_DISAGREES', 'TITLE_FROM_TRAIL', 'VERSION_DISAGREES'],
  ],
  [
    'the trail, where there is no metadata',
    {
      id: 'SOP-002',
      status: '',
      version: '0.1',
      draft: textOf('SOP-002'),
      metadata: null,
      trail: reviewed(),
    },
    { status: 'REVIEWED', version: '0.1', responsible_user: 'claude', title: 'About SOP-002' },
    ['METADATA_MISSING', 'OWNER_FROM_TRAIL', 'STATUS_FROM_TRAIL', 'VERSION_FROM_TRAIL'],
  ],
  [
    'the trail, where the metadata is cut short',
    {
      id: 'SOP-003',
      status: '',
      version: '',
      live: 'x',
      metadata: '{"doc_id": "SOP-003", "sta',
      trail: [created(), line('EFFECTIVE', 'qa', '1.0', { from_version: '0.1' })],
    },
    { status: 'EFFECTIVE', version: '1.0', responsible_user: null, title: 'From the trail' },
    ['METADATA_UNREADABLE', 'STATUS_FROM_TRAIL', 'TITLE_FROM_TRAIL', 'VERSION_FROM_TRAIL'],
  ],
  [
    'the trail, for values of another kind',
    {
      id: 'SOP-004',
      status: '',
      version: '',
      draft: textOf('SOP-004'),
      metadata: { status: 7, version: 1.1, responsible_user: ['a'], checked_out: 'no' },
      trail: [created('0.3')],
    },
    { status: 'DRAFT', version: '0.3', responsible_user: 'claude' },
    ['METADATA_VALUE', 'OWNER_FROM_TRAIL', 'STATUS_FROM_TRAIL', 'VERSION_FROM_TRAIL'],
  ],
  [
    'the files, where nothing else is left: a live text',
    {
      id: 'SOP-005',
      status: '',
      version: '',
      live: textOf('SOP-005'),
      archive: { '1.0': 'a', '1.1': 'b' },
      metadata: null,
      trail: null,
    },
    { status: 'EFFECTIVE', version: '2.0', title: 'About SOP-005' },
    ['METADATA_MISSING', 'STATUS_FROM_FILES', 'TRAIL_MISSING', 'VERSION_FROM_FILES'],
  ],
  [
    'the files: a live text of an executable document',
    { id: 'CR-001', status: '', version: '', live: textOf('CR-001'), metadata: null, trail: null },
    { status: 'CLOSED', version: '1.0' },
    ['METADATA_MISSING', 'STATUS_FROM_FILES', 'TRAIL_MISSING', 'VERSION_FROM_FILES'],
  ],
  [
    'the files: only a draft',
    { id: 'CR-002', status: '', version: '', draft: textOf('CR-002'), metadata: '[]', trail: '' },
    { status: 'DRAFT', version: '0.1', responsible_user: null },
    ['METADATA_UNREADABLE', 'OWNER_MISSING', 'STATUS_FROM_FILES', 'VERSION_FROM_FILES'],
  ],
  [
    'the files: only an archive',
    { id: 'CR-003', status: '', version: '', archive: { '0.1': 'x' }, metadata: null, trail: null },
    { status: 'RETIRED', version: '0.1', title: 'CR-003' },
    ['METADATA_MISSING', 'STATUS_FROM_FILES', 'TITLE_MISSING', 'TRAIL_MISSING', 'VERSION_FROM_FILES'],
  ],
  [
    'the nearest status, for one that the type does not have',
    { id: 'CR-004', status: 'IN_REVIEW', version: '0.1', draft: textOf('CR-004'), pending: ['qa'] },
    { status: 'IN_PRE_REVIEW', pending_assignees: ['qa'] },
    ['STATUS_DISAGREES', 'STATUS_MAPPED'],
  ],
  [
    'the nearest status, for one that no type has',
    { id: 'CR-005', status: 'superseded', version: '2.0', live: textOf('CR-005'), trail: [] },
    { status: 'CLOSED', responsible_user: null },
    ['OWNER_CLEARED', 'STATUS_MAPPED'],
  ],
  [
    'approval only where it is beyond doubt',
    { id: 'SOP-006', status: 'APPROVED', version: '1.0', draft: textOf('SOP-006'), trail: reviewed('1.0') },
    { status: 'REVIEWED' },
    ['STATUS_MAPPED'],
  ],
  [
    'nothing of a status that is no word, but the trail',
    { id: 'SOP-007', status: 'banana', version: '0.1', draft: textOf('SOP-007'), trail: [created()] },
    { status: 'DRAFT' },
    ['METADATA_VALUE', 'STATUS_FROM_TRAIL'],
  ],
  [
    'an owner of a document at rest is cleared, and a checkout too',
    {
      id: 'SOP-008',
      status: 'EFFECTIVE',
      version: '1.0',
      live: textOf('SOP-008'),
      owner: 'lead',
      checkedOut: true,
      trail: [],
    },
    { status: 'EFFECTIVE', responsible_user: null, checked_out: false },
    ['CHECKOUT_CLEARED', 'OWNER_CLEARED'],
  ],
  [
    'a checkout without a copy stays with its holder',
    { id: 'CR-006', status: 'DRAFT', version: '0.1', draft: textOf('CR-006'), checkedOut: true },
    { checked_out: true, checked_out_by: 'claude', checked_out_date: '2026-01-05' },
    ['CHECKOUT_WITHOUT_COPY'],
  ],
  [
    'a checkout that no check-in could end is ended',
    {
      id: 'CR-007',
      status: 'IN_PRE_REVIEW',
      version: '0.1',
      draft: textOf('CR-007'),
      checkedOut: true,
      pending: ['qa'],
      trail: reviewed('0.1', 'PRE_REVIEW').slice(0, 4),
    },
    { checked_out: false, status: 'IN_PRE_REVIEW' },
    ['CHECKOUT_CLEARED'],
  ],
  [
    'whoever is asked stays asked, registered or not',
    {
      id: 'CR-008',
      status: 'IN_PRE_REVIEW',
      version: '0.1',
      draft: textOf('CR-008'),
      pending: ['ghost', 'claude'],
      trail: reviewed('0.1', 'PRE_REVIEW', 'ghost').slice(0, 4),
    },
    { pending_assignees: ['ghost', 'claude'] },
    ['PENDING_AUTHOR', 'PENDING_UNKNOWN', 'ROUND_WITHOUT_QUALITY'],
  ],
  [
    'somebody who answered and is asked again answers again',
    {
      id: 'CR-009',
      status: 'IN_PRE_REVIEW',
      version: '0.1',
      draft: textOf('CR-009'),
      pending: ['qa'],
      trail: reviewed('0.1', 'PRE_REVIEW').slice(0, 5),
    },
    { pending_assignees: ['qa'], review_outcomes: {} },
    ['PENDING_ANSWERED', 'STATUS_DISAGREES'],
  ],
  [
    'unknown keys are carried, the mark of a failed retirement is not',
    {
      id: 'SOP-009',
      status: 'DRAFT',
      version: '1.1',
      draft: textOf('SOP-009'),
      live: textOf('SOP-009', 'former'),
      metadata: { effective_version: '1.0', retiring: true, approval_date: '2026-01-01', own: { a: [1] } },
      trail: [line('CHECKOUT', 'claude', '1.1', { from_version: '1.0' })],
    },
    {
      effective_version: '1.0',
      purpose: 'ordinary',
      approval_date: '2026-01-01',
      own: { a: [1] },
      supersedes: null,
    },
    ['RETIRING_STALE'],
  ],
  [
    'a variance of unknown kind is of kind 1, an orphan stands alone',
    { id: 'CR-099-VAR-001', status: 'CLOSED', version: '2.0', owner: null, live: textOf('V'), trail: [] },
    { kind: 1, parent: null },
    ['KIND_ASSUMED', 'PARENT_MISSING'],
  ],
  [
    'a requirements specification of a namespace',
    { id: 'SDLC-FLOW-RS', status: 'EFFECTIVE', version: '1.0', owner: null, live: textOf('RS'), trail: [] },
    { doc_type: 'FLOW-RS', status: 'EFFECTIVE' },
    [],
  ],
  [
    'text that cannot be read as text, and frontmatter that cannot be parsed',
    {
      id: 'SOP-010',
      status: 'EFFECTIVE',
      version: '1.0',
      owner: null,
      live: '---\ntitle: a: b: c\n---\n\nText.\n',
      trail: [created('1.0'), line('EFFECTIVE', 'qa', '1.0')],
    },
    { title: 'From the trail' },
    ['FRONTMATTER_UNREADABLE', 'TITLE_FROM_TRAIL'],
  ],
  [
    'a version whose number an earlier life of the id has used',
    {
      id: 'SOP-011',
      status: 'DRAFT',
      version: '0.1',
      draft: textOf('SOP-011'),
      archive: { '0.1': 'former life' },
    },
    { version: '0.1' },
    ['VERSION_TAKEN'],
  ],
  [
    'a closed record that was opened again goes the whole way again',
    {
      id: 'CR-010',
      status: 'DRAFT',
      version: '2.1',
      draft: textOf('CR-010'),
      live: textOf('CR-010', 'closed'),
      archive: { '2.0': textOf('CR-010', 'closed') },
      trail: [line('RELEASE', 'claude', '1.0'), line('CHECKOUT', 'claude', '2.1', { from_version: '2.0' })],
    },
    { status: 'DRAFT', execution_phase: 'pre_release' },
    ['REOPENED'],
  ],
]

describe('what is believed', () => {
  let project: Project
  let done: Awaited<ReturnType<typeof adopt>>
  beforeAll(async () => {
    project = peerProject(CASES.map(([, document]) => document))
    done = await adopt(project)
  })

  it.each(CASES)('%s', async (_, { id }, expected, codes) => {
    const { document } = await project.use((qms) => status(qms, {}, id))
    expect(document).toMatchObject(expected)
    expect(codesOf(done, id)).toEqual(codes)
  })

  it('lists every document as its trail has it', async () => {
    const answer = await project.json('list')
    expect(answer.result.documents.map((m: { doc_id: string }) => m.doc_id)).toEqual(
      CASES.map(([, { id }]) => id).sort(),
    )
    for (const listed of answer.result.documents) {
      const { document } = await project.use((qms) => status(qms, {}, listed.doc_id))
      expect(listed).toEqual(JSON.parse(JSON.stringify(document)))
    }
    expect(await project.ok('status')).toContain('IN_PRE_REVIEW')
    expect(await project.ok('tree')).toContain('CR-099-VAR-001')
    expect((await project.use((qms) => inbox(qms, qa))).tasks.map((t) => t.document).sort()).toEqual([
      'CR-004',
      'CR-007',
      'CR-009',
    ])
  })
})

const using = (
  name: string,
  documents: readonly PeerDocument[],
  work: (qms: Qms, project: Project) => Promise<void>,
) =>
  it(name, async () => {
    const project = peerProject(documents)
    await adopt(project)
    await project.use((qms) => work(qms, project))
  })

const edit = (project: Project, id: string, word: string): void =>
  project.write(`.claude/users/claude/workspace/${id}.md`, textOf(id, word))

// Verifies: REQ-QMS-503
describe('an adopted document is worked on at once', () => {
  using(
    'a draft: checked out, routed, reviewed, approved, in force; its metadata is ours then, with what was carried',
    [
      {
        id: 'SOP-001',
        status: 'DRAFT',
        version: '0.1',
        draft: textOf('SOP-001'),
        trail: reviewed().slice(0, 2),
      },
    ],
    async (qms, project) => {
      await checkout(qms, claude, 'SOP-001')
      edit(project, 'SOP-001', 'better text')
      expect((await checkin(qms, claude, 'SOP-001')).document).toMatchObject({ version: '0.2' })
      const keys = Object.keys(JSON.parse(project.read('QMS/.meta/SOP/SOP-001.json')))
      expect(keys.slice(-2)).toEqual(['events', 'supersedes'])
      await route(qms, claude, 'SOP-001', {})
      await agreed(qms, 'SOP-001')
      await route(qms, claude, 'SOP-001', {})
      await agreed(qms, 'SOP-001')
      expect((await status(qms, {}, 'SOP-001')).document).toMatchObject({
        status: 'EFFECTIVE',
        version: '1.0',
      })
      expect(await bytesOf(qms, 'SOP-001', { version: '0.1' })).toBe(textOf('SOP-001'))
      expect(project.read('QMS/.archive/SOP/SOP-001-v0.1.md')).toBe(textOf('SOP-001'))
      expect(project.has('QMS/SOP/SOP-001-draft.md')).toBe(false)
    },
  )

  using(
    'an open round is about the text that was found',
    [
      {
        id: 'SOP-001',
        status: 'IN_REVIEW',
        version: '0.1',
        draft: textOf('SOP-001'),
        pending: ['qa'],
        trail: reviewed().slice(0, 4),
      },
    ],
    async (qms) => {
      await inbox(qms, qa)
      await verdict(qms, qa, 'SOP-001', recommend, undefined)
      expect((await route(qms, claude, 'SOP-001', {})).document).toMatchObject({
        status: 'IN_APPROVAL',
        round: 1,
        pending_assignees: ['qa'],
      })
    },
  )

  using(
    'comments of an open round are kept from who has yet to answer, also in the old lines',
    [
      {
        id: 'SOP-001',
        status: 'IN_REVIEW',
        version: '0.1',
        draft: textOf('SOP-001'),
        pending: ['tu_ui'],
        trail: [
          ...reviewed().slice(0, 3),
          line('ROUTE_REVIEW', 'claude', '0.1', { assignees: ['qa', 'tu_ui'], review_type: 'REVIEW' }, 2),
          line('REVIEW', 'qa', '0.1', { outcome: 'RECOMMEND', comment: 'Secret.' }, 3),
        ],
      },
    ],
    async (qms) => {
      const reader = { user: 'tu_ui' }
      expect(await comments(qms, reader, 'SOP-001', undefined)).toMatchObject({ comments: [], hidden: 1 })
      expect(JSON.stringify(await history(qms, reader, 'SOP-001'))).not.toContain('Secret.')
      expect((await comments(qms, qa, 'SOP-001', undefined)).comments).toMatchObject([{ comment: 'Secret.' }])
      await verdict(qms, reader, 'SOP-001', recommend, undefined)
      expect(JSON.stringify(await history(qms, reader, 'SOP-001'))).toContain('Secret.')
    },
  )

  using(
    'a text whose version a former life of the id has used is archived beside that one',
    [
      {
        id: 'SOP-001',
        status: 'DRAFT',
        version: '0.1',
        draft: textOf('SOP-001'),
        archive: { '0.1': 'former life\n' },
        trail: reviewed().slice(0, 2),
      },
    ],
    async (qms, project) => {
      await checkout(qms, claude, 'SOP-001')
      edit(project, 'SOP-001', 'newer')
      expect((await checkin(qms, claude, 'SOP-001')).document?.version).toBe('0.2')
      expect(project.read('QMS/.archive/SOP/SOP-001-v0.1.md')).toBe('former life\n')
      expect(project.read('QMS/.archive/SOP/again/SOP-001-v0.1.md')).toBe(textOf('SOP-001'))
      expect(await bytesOf(qms, 'SOP-001', { version: '0.1' })).toBe(textOf('SOP-001'))
      const { texts } = await status(qms, {}, 'SOP-001')
      expect(texts.map((t) => t.path)).toEqual([
        'QMS/.archive/SOP/SOP-001-v0.1.md',
        'QMS/.archive/SOP/again/SOP-001-v0.1.md',
        'QMS/SOP/SOP-001-draft.md',
      ])
    },
  )

  using(
    'a reviewed one goes on to approval; one that was rejected, or never seen by quality, to another round',
    [
      { id: 'SOP-001', status: 'REVIEWED', version: '0.1', draft: textOf('SOP-001'), trail: reviewed() },
      {
        id: 'SOP-002',
        status: 'REVIEWED',
        version: '0.1',
        draft: textOf('SOP-002'),
        trail: [...reviewed(), line('REJECT', 'qa', '0.1', { comment: 'No.' }, 5)],
      },
      {
        id: 'SOP-003',
        status: 'REVIEWED',
        version: '0.1',
        draft: textOf('SOP-003'),
        trail: reviewed('0.1', 'REVIEW', 'tu_ui'),
      },
      {
        id: 'SOP-004',
        status: 'REVIEWED',
        version: '0.1',
        draft: textOf('SOP-004'),
        trail: [],
        outcomes: { qa: 'RECOMMEND' },
      },
    ],
    async (qms) => {
      expect((await route(qms, claude, 'SOP-001', {})).document?.status).toBe('IN_APPROVAL')
      await refused('GATE', route(qms, claude, 'SOP-002', { to: 'approval' }))
      expect((await route(qms, claude, 'SOP-002', {})).document?.status).toBe('IN_REVIEW')
      await refused('GATE', route(qms, claude, 'SOP-003', { to: 'approval' }))
      expect((await route(qms, claude, 'SOP-003', { to: 'review' })).document?.pending_assignees).toContain(
        'qa',
      )
      expect((await route(qms, claude, 'SOP-004', {})).document?.status).toBe('IN_APPROVAL')
    },
  )

  using(
    'a round that quality was never asked in can be repeated when it is over',
    [
      {
        id: 'SOP-001',
        status: 'IN_REVIEW',
        version: '0.1',
        draft: textOf('SOP-001'),
        pending: ['tu_ui'],
        trail: reviewed('0.1', 'REVIEW', 'tu_ui').slice(0, 4),
      },
    ],
    async (qms) => {
      await verdict(qms, { user: 'tu_ui' }, 'SOP-001', recommend, undefined)
      await refused('GATE', route(qms, claude, 'SOP-001', { to: 'approval' }))
      const again = await route(qms, claude, 'SOP-001', { to: 'review' })
      expect(again.document).toMatchObject({ status: 'IN_REVIEW', pending_assignees: ['tu_ui', 'qa'] })
    },
  )

  using(
    'nobody is approved by an empty list: an open round in which nobody is asked waits for quality',
    [
      {
        id: 'SOP-001',
        status: 'IN_APPROVAL',
        version: '0.1',
        draft: textOf('SOP-001'),
        pending: [],
        trail: reviewed(),
      },
    ],
    async (qms) => {
      await refused('GATE', act(qms, lead, 'SOP-001', { action: 'assign', owner: 'lead' }))
      await act(qms, lead, 'SOP-001', { action: 'assign', assign: ['qa'] })
      expect((await verdict(qms, qa, 'SOP-001', approve, undefined)).document?.status).toBe('EFFECTIVE')
    },
  )

  using(
    'a retirement under way is one here, too',
    [
      {
        id: 'SOP-001',
        status: 'IN_APPROVAL',
        version: '1.1',
        draft: textOf('SOP-001'),
        live: textOf('SOP-001', 'old'),
        pending: ['qa'],
        metadata: { retiring: true, effective_version: '1.0' },
        trail: reviewed('1.1'),
      },
    ],
    async (qms) => {
      const { document } = await verdict(qms, qa, 'SOP-001', approve, undefined)
      expect(document).toMatchObject({ status: 'RETIRED' })
      expect(await bytesOf(qms, 'SOP-001', { version: '1.0' })).toBe(textOf('SOP-001', 'old'))
    },
  )

  using(
    'a missing copy is fetched again by its holder, and by nobody else',
    [{ id: 'CR-001', status: 'DRAFT', version: '0.1', draft: textOf('CR-001'), checkedOut: true }],
    async (qms, project) => {
      await refused('NOT_ALLOWED', checkin(qms, lead, 'CR-001'))
      await refused('CHECKED_OUT', checkout(qms, lead, 'CR-001'))
      const { copy } = await checkout(qms, claude, 'CR-001')
      expect(project.read(copy ?? '')).toBe(textOf('CR-001'))
      edit(project, 'CR-001', 'first text')
      expect((await checkin(qms, claude, 'CR-001')).document).toMatchObject({
        version: '0.1',
        title: 'About CR-001',
      })
    },
  )

  const POST_APPROVED: PeerDocument = {
    id: 'CR-001',
    status: 'POST_APPROVED',
    version: '2.0',
    draft: textOf('CR-001'),
    archive: { '0.1': 'plan', '1.0': 'record' },
    metadata: { execution_phase: 'post_release' },
    trail: reviewed('2.0', 'POST_REVIEW'),
  }
  const CHILD: PeerDocument = {
    id: 'CR-001-VAR-001',
    status: 'DRAFT',
    version: '0.1',
    draft: textOf('CHILD'),
  }

  using(
    'a gate that the former rules did not have is waived for what is past it, visibly and in the record',
    [POST_APPROVED, CHILD],
    async (qms, project) => {
      const steps = await next(qms, claude, 'CR-001', 'close')
      expect(steps.prospects[0]).toMatchObject({ possible: true })
      const closed = await act(qms, claude, 'CR-001', { action: 'close' })
      expect(closed.warnings).toEqual(['GATE_WAIVED'])
      expect(project.trail('CR/CR-001').at(-2)).toMatchObject({ event: 'CLOSE', waived: ['childrenDone'] })
      expect(closed.document?.status).toBe('CLOSED')
    },
  )

  using(
    'and asked again where the document goes back',
    [{ ...POST_APPROVED, status: 'POST_REVIEWED', version: '1.0' }, CHILD],
    async (qms) => {
      await act(qms, claude, 'CR-001', { action: 'revert', reason: 'Once more.' })
      await refused('GATE', route(qms, claude, 'CR-001', {}))
    },
  )

  using(
    'a plan in execution is not asked for what its review should have found, once',
    [
      {
        id: 'TEMPLATE-CR',
        status: 'EFFECTIVE',
        version: '1.0',
        owner: null,
        live: "---\ntitle: '{{TITLE}}'\n---\n\n{{PURPOSE}}\n",
        trail: [],
      },
      { ...POST_APPROVED, status: 'IN_EXECUTION', version: '1.0', draft: textOf('CR-001', '{{PURPOSE}}') },
    ],
    async (qms, project) => {
      const routed = await route(qms, claude, 'CR-001', {})
      expect(routed).toMatchObject({ warnings: ['GATE_WAIVED'], document: { status: 'IN_POST_REVIEW' } })
      const [event] = project.trail('CR/CR-001').slice(-2)
      expect(event).toMatchObject({ event: 'ROUTE_REVIEW', waived: ['contentReady'] })
      await act(qms, claude, 'CR-001', { action: 'withdraw' })
      await refused('GATE', route(qms, claude, 'CR-001', {}))
    },
  )
})

describe('a state that is impossible here', () => {
  using(
    'EFFECTIVE with only a draft: it is read and revised, and not fixed',
    [
      {
        id: 'SOP-001',
        status: 'EFFECTIVE',
        version: '1.0',
        owner: null,
        draft: textOf('SOP-001'),
        trail: [],
      },
    ],
    async (qms, project) => {
      expect(await bytesOf(qms, 'SOP-001')).toBe(textOf('SOP-001'))
      await refused('NO_TEXT', fix(qms, lead, 'SOP-001', { bytes: Buffer.from('x'), from: 'x' }, 'Why'))
      await checkout(qms, claude, 'SOP-001')
      edit(project, 'SOP-001', 'revised')
      expect((await checkin(qms, claude, 'SOP-001')).document).toMatchObject({
        status: 'DRAFT',
        version: '1.1',
      })
    },
  )

  using(
    'frontmatter that cannot be read is more than a fix can mend: a revision does',
    [
      {
        id: 'SOP-001',
        status: 'EFFECTIVE',
        version: '1.0',
        owner: null,
        live: '---\ntitle: a: b: c\n---\n\nA mistke.\n',
        trail: [],
      },
    ],
    async (qms, project) => {
      const bytes = Buffer.from("---\ntitle: 'a: b: c'\n---\n\nA mistake.\n")
      await refused('FIX_TOO_LARGE', fix(qms, lead, 'SOP-001', { bytes, from: 'x' }, 'Spelling'))
      const { copy } = await checkout(qms, claude, 'SOP-001')
      project.write(copy ?? '', bytes)
      expect((await checkin(qms, claude, 'SOP-001')).document).toMatchObject({
        title: 'a: b: c',
        version: '1.1',
      })
    },
  )

  using(
    'CLOSED only as a draft: it is read, has addenda, and can be retired',
    ['CR-001', 'CR-002'].map((id) => ({
      id,
      status: 'CLOSED',
      version: '2.0',
      owner: null,
      draft: textOf(id),
      trail: [],
    })),
    async (qms) => {
      expect(await bytesOf(qms, 'CR-001')).toBe(textOf('CR-001'))
      const addendum = await create(qms, claude, { type: 'ADD', parent: 'CR-001', title: 'More' })
      expect(addendum.document?.doc_id).toBe('CR-001-ADD-001')
      await route(qms, lead, 'CR-002', { purpose: 'retire', reason: 'Old.' })
      await agreed(qms, 'CR-002')
      await route(qms, lead, 'CR-002', {})
      await agreed(qms, 'CR-002')
      expect((await status(qms, {}, 'CR-002')).document.status).toBe('RETIRED')
      expect(await bytesOf(qms, 'CR-002', { version: '2.0' })).toBe(textOf('CR-002'))
    },
  )

  using(
    'a draft beside a text in force does not count, and is not handed out',
    [
      {
        id: 'SOP-001',
        status: 'EFFECTIVE',
        version: '1.0',
        owner: null,
        live: textOf('SOP-001'),
        draft: 'planted\n',
        trail: [],
      },
    ],
    async (qms, project) => {
      const { copy } = await checkout(qms, claude, 'SOP-001')
      expect(project.read(copy ?? '')).toBe(textOf('SOP-001'))
      expect(project.read('QMS/SOP/SOP-001-draft.md')).toBe('planted\n')
      await discard(qms, claude, 'SOP-001')
      expect((await status(qms, {}, 'SOP-001')).document.status).toBe('EFFECTIVE')
    },
  )

  using(
    'no text at all: every question has an answer, every step that needs a text is refused',
    [
      { id: 'CR-001', status: 'DRAFT', version: '0.1' },
      { id: 'CR-002', status: 'IN_EXECUTION', version: '1.0' },
      { id: 'CR-003', status: 'IN_PRE_REVIEW', version: '0.1', pending: ['qa'] },
    ],
    async (qms) => {
      for (const id of ['CR-001', 'CR-002', 'CR-003']) {
        expect((await status(qms, {}, id)).texts).toEqual([])
        await refused('NO_TEXT', read(qms, {}, id, {}))
        await refused('NO_TEXT', diff(qms, {}, id, {}))
      }
      await refused('NO_TEXT', checkout(qms, claude, 'CR-001'))
      await refused('NO_TEXT', route(qms, claude, 'CR-002', { purpose: 'abandon', reason: 'Gone.' }))
      await refused('NO_TEXT', verdict(qms, qa, 'CR-003', recommend, undefined))
      const gone = { action: 'cancel', confirmed: true, reason: 'Gone.' } as const
      expect((await act(qms, claude, 'CR-001', gone)).document?.status).toBe('CANCELLED')
    },
  )

  using(
    'a holder who has the only text can check it in',
    [{ id: 'CR-001', status: 'DRAFT', version: '0.1', checkedOut: true }],
    async (qms, project) => {
      edit(project, 'CR-001', 'only text')
      expect((await checkin(qms, claude, 'CR-001')).document).toMatchObject({
        version: '0.1',
        status: 'DRAFT',
      })
      expect(await bytesOf(qms, 'CR-001')).toContain('only text')
    },
  )

  it('texts that stand elsewhere are read there, and move to their place when they change', async () => {
    const project = peerProject([{ id: 'CR-001', status: 'DRAFT', version: '0.1' }], {
      'QMS/CR/CR-001-draft.md': textOf('CR-001'),
      'QMS/.archive/CR/CR-001-v0.0.md': 'older',
    })
    expect(codesOf(await adopt(project), 'CR-001')).toEqual(['FILE_ELSEWHERE'])
    await project.use(async (qms) => {
      expect(await bytesOf(qms, 'CR-001')).toBe(textOf('CR-001'))
      expect(await bytesOf(qms, 'CR-001', { version: '0.0' })).toBe('older')
      await checkout(qms, claude, 'CR-001')
      edit(project, 'CR-001', 'moved')
      await checkin(qms, claude, 'CR-001')
    })
    expect(project.has('QMS/CR/CR-001-draft.md')).toBe(false)
    expect(project.read('QMS/CR/CR-001/CR-001-draft.md')).toContain('moved')
    expect(project.read('QMS/.archive/CR/CR-001/CR-001-v0.1.md')).toBe(textOf('CR-001'))
    expect(project.git('status', '--porcelain', '--', 'QMS')).toBe('')
  })

  it('an exception report whose records the peer kept among the protocols', async () => {
    const id = 'CR-001-TP-001-ER-001'
    const project = peerProject(
      [{ id, status: 'DRAFT', version: '0.1', draft: textOf(id), trail: [created()] }],
      {
        [`QMS/.meta/TP/${id}.json`]: JSON.stringify({
          status: 'PRE_REVIEWED',
          version: '0.1',
          responsible_user: 'claude',
        }),
        [`QMS/.audit/TP/${id}.jsonl`]: `${reviewed('0.1', 'PRE_REVIEW')
          .slice(1)
          .map((l) => JSON.stringify(l))
          .join('\n')}\n`,
      },
    )
    const done = await adopt(project)
    expect(codesOf(done, id)).toEqual(['METADATA_TWICE', 'PARENT_MISSING', 'TRAIL_ELSEWHERE'])
    expect((await project.use((qms) => list(qms, {}))).map((m) => m.doc_id)).toEqual([id])
    await project.use(async (qms) => {
      expect((await status(qms, {}, id)).document).toMatchObject({ status: 'PRE_REVIEWED', doc_type: 'ER' })
      expect((await route(qms, claude, id, {})).document?.status).toBe('IN_PRE_APPROVAL')
    })
    const said = await project.ok(`history ${id}`)
    expect(said).toContain('Read it.')
  })

  using(
    'a template that cannot be read: what needs it is refused with a name, everything else goes on',
    [
      {
        id: 'TEMPLATE-CR',
        status: 'EFFECTIVE',
        version: '1.0',
        owner: null,
        live: '---\ntitle: a: b: c\n---\n{{X}}\n',
        trail: [],
      },
      {
        id: 'CR-001',
        status: 'DRAFT',
        version: '0.1',
        draft: textOf('CR-001', '{{X}}'),
        trail: reviewed().slice(0, 2),
      },
      { id: 'TEMPLATE-SOP', status: 'EFFECTIVE', version: '1.0', owner: null, draft: 'x', trail: [] },
    ],
    async (qms) => {
      await refused('TEXT_UNREADABLE', create(qms, claude, { type: 'CR', title: 'New' }))
      expect((await route(qms, claude, 'CR-001', {})).document?.status).toBe('IN_PRE_REVIEW')
      expect((await create(qms, claude, { type: 'SOP', title: 'New' })).document?.doc_id).toBe('SOP-001')
    },
  )
})

// Verifies: REQ-QMS-502
describe('every kind of note', () => {
  it('is met', async () => {
    const open = { version: '0.1', draft: textOf('X') }
    const project = peerProject(
      [
        {
          id: 'SOP-002',
          status: 'IN_REVIEW',
          version: '1.1',
          live: textOf('SOP-002'),
          pending: [],
          trail: [],
        },
        { id: 'SOP-003', status: 'EFFECTIVE', version: '1.0', draft: textOf('SOP-003'), trail: [] },
        {
          id: 'SOP-004',
          status: 'EFFECTIVE',
          version: '1.0',
          draft: 'x',
          live: textOf('SOP-004'),
          trail: [],
        },
        { id: 'SOP-005', status: 'EFFECTIVE', version: '1.0', trail: [] },
        {
          id: 'SOP-006',
          status: 'REVIEWED',
          ...open,
          outcomes: { qa: 'UPDATES_REQUIRED' },
          trail: reviewed(),
        },
        {
          id: 'SOP-007',
          status: 'REVIEWED',
          ...open,
          trail: [
            ...reviewed().slice(0, 4),
            line('REVIEW', 'qa', '0.1', { outcome: 'COMPLETE', comment: 'Done.' }),
            line('STATUS_CHANGE', 'qa', '0.1', { from_status: 'DRAFT', to_status: 'REVIEWED' }),
          ],
        },
        {
          id: 'SOP-008',
          status: 'EFFECTIVE',
          version: '1.0',
          live: 'x',
          trail: `{"seq":1,"prev":"${'0'.repeat(64)}"}\n`,
        },
        {
          id: 'SOP-009',
          status: 'EFFECTIVE',
          version: '1.0',
          trail: 'no JSON\n{"ts":"2026-01-05T09:00:00"}',
        },
        { id: 'CR-001', status: 'CLOSED', version: '2.0', live: textOf('CR-001'), trail: [] },
        { id: 'CR-001-VAR-001', status: 'IN_EXECUTION', version: '1.0', draft: textOf('V'), owner: 'ann' },
        { id: 'CR-002', status: 'DRAFT', ...open },
      ],
      {
        'QMS/CR/CR-002-draft.md': 'twice',
        'QMS/.archive/CR/CR-002-v0.0.md': 'elsewhere',
        'QMS/.meta/TP/CR-002.json': '{}',
        'QMS/.audit/TP/CR-002.jsonl': '',
        'QMS/notes.txt': 'x',
        'QMS/.meta/sdlc_namespaces.json': '{"A_B": {}}',
        '.claude/agents/helper.md': 'no frontmatter\n',
        '.claude/agents/Loud.md': '---\ngroup: quality\n---\n',
        '.claude/users/qa/workspace/CR-002.md': 'x',
        'qms.config.json': '',
      },
    )
    project.write('QMS/SOP/SOP-009.md', new Uint8Array([0xff, 0xfe]))
    symlinkSync('notes.txt', project.path('QMS/link.md'))
    emptyFolder(project, 'QMS/INV/INV-002')
    const done = await adopt(project)
    const others = await adopt(peerProject(CASES.map(([, document]) => document)))
    const met = new Set([...done.findings, ...others.findings].map((f) => f.code))
    expect(Object.keys(NOTE_CODES).filter((code) => !met.has(code as never))).toEqual([])
    expect(codesOf(done, 'SOP-006')).toEqual(['OUTCOME_DISAGREES'])
    const { document } = await project.use((qms) => status(qms, {}, 'SOP-006'))
    expect(document.review_outcomes).toEqual({ qa: 'UPDATES_REQUIRED' })
    await project.use((qms) => refused('GATE', route(qms, claude, 'SOP-006', { to: 'approval' })))
  })

  it('the seal of a document in execution is the text of its last approval', async () => {
    const archive = { '0.1': 'plan 0.1', '0.2': 'plan 0.2', '1.0': 'first record' }
    const inExecution = (id: string, version: string, texts: Record<string, string>) => ({
      id,
      status: 'IN_EXECUTION',
      version,
      draft: textOf(id),
      archive: texts,
    })
    const { '1.0': _, ...plans } = archive
    const project = peerProject([
      inExecution('CR-001', '1.0', plans),
      inExecution('CR-002', '1.2', archive),
      inExecution('CR-003', '1.0', {}),
    ])
    await adopt(project)
    const sealOf = (id: string) =>
      (project.trail(`CR/${id}`).at(-1) as { assumed: { seal: unknown } }).assumed.seal
    const text = (version: string, words: string) => ({ version, content: digest(Buffer.from(words)) })
    expect(sealOf('CR-001')).toEqual(text('0.2', 'plan 0.2'))
    expect(sealOf('CR-002')).toEqual(text('1.0', 'first record'))
    expect(sealOf('CR-003')).toBeNull()
  })
})
