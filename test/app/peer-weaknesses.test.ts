/**
 * The weaknesses found in the Python peer (facts, section 13), each by its number: none of them is to be met here.
 * Left out, because what they are about is not part of the present scope or not of this program:
 * 5 (in part) proof that history was not rewritten, 30 lint and audit: their own tests; what every command checks (chain,
 * digest of every text) is tested here and in places.test.ts.
 * 19 that reading needs no name: it is so by design here, too.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { STATUSES } from '../../src/documents/types.ts'
import { ACTIONS } from '../../src/lifecycle/command.ts'
import { incidents, sitting } from '../support/callers.ts'
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
  comments,
  create,
  drafted,
  effective,
  executing,
  fix,
  inbox,
  initialised,
  lead,
  next,
  type Project,
  type Qms,
  qa,
  ROOT,
  read,
  recommend,
  route,
  setPolicy,
  status,
  verdict,
  workspace,
} from '../support/cli.ts'
import { adopt, codesOf, hasSample, peerProject, reviewed, sampleProject, textOf } from '../support/peer.ts'

const ann = { user: 'ann' }
const tu = { user: 'tu_api' }

const peopled = async (): Promise<Project> => {
  const project = await initialised()
  await project.use(async (qms) => {
    await addUser(qms, lead, 'ann', 'initiator', 'human')
    await addUser(qms, lead, 'tu_api', 'reviewer', 'agent')
  })
  return project
}

const using = (name: string, work: (project: Project, qms: Qms) => Promise<void>) =>
  it(name, async () => {
    const project = await peopled()
    await project.use((qms) => work(project, qms))
  })

const refused = (code: string, deed: Promise<unknown>) => expect(deed).rejects.toMatchObject({ code })
const statusOf = async (qms: Qms, id: string) => (await status(qms, {}, id)).document.status

describe('A. approved text cannot change without approval', () => {
  using(
    '1. no checkout under review or approval; a change after approval goes back to review',
    async (project, qms) => {
      await drafted(project, qms, 'CR')
      await route(qms, claude, 'CR-001', {})
      await refused('NOT_OPEN', checkout(qms, claude, 'CR-001'))
      await agreed(qms, 'CR-001')
      await route(qms, claude, 'CR-001', {})
      await refused('NOT_OPEN', checkout(qms, claude, 'CR-001'))
      await agreed(qms, 'CR-001')
      expect((await checkout(qms, claude, 'CR-001')).warnings).toEqual(['RETURNS_TO_DRAFT'])
      project.edit('claude', 'CR-001', (text) => `${text}more\n`)
      const { document } = await checkin(qms, claude, 'CR-001')
      expect(document).toMatchObject({ status: 'DRAFT', version: '1.1' })
      await refused('NOT_OPEN', act(qms, claude, 'CR-001', { action: 'release' }))
    },
  )

  using('2. CLOSED is the end: no checkout, no revert, no release', async (project, qms) => {
    await executing(project, qms, 'CR')
    await closed(project, qms, 'CR-001')
    await refused('NOT_OPEN', checkout(qms, claude, 'CR-001'))
    await refused('NOT_OPEN', checkout(qms, lead, 'CR-001'))
    for (const action of ['release', 'revert', 'close', 'withdraw', 'cancel'] as const)
      await refused('NOT_OPEN', act(qms, claude, 'CR-001', { action, reason: 'x', confirmed: true }))
  })

  using(
    '3. nothing moves while it is checked out, and nothing is checked in after approval',
    async (project, qms) => {
      await effective(project, qms, 'CR')
      await checkout(qms, claude, 'CR-001')
      await refused('CHECKED_OUT', act(qms, claude, 'CR-001', { action: 'release' }))
      await refused('CHECKED_OUT', route(qms, claude, 'CR-001', { purpose: 'abandon', reason: 'x' }))
      await effective(project, qms, 'SOP')
      project.write(project.copy('claude', 'SOP-008'), 'stale\n')
      await refused('NOT_OPEN', checkin(qms, claude, 'SOP-008'))
      expect(project.has('QMS/SOP/SOP-008-draft.md')).toBe(false)
    },
  )

  using('4. a planted file is no checkout', async (project, qms) => {
    project.write(project.copy('claude', 'SOP-001'), 'planted\n')
    await refused('NOT_OPEN', checkin(qms, claude, 'SOP-001'))
    await drafted(project, qms, 'CR')
    project.write(project.copy('claude', 'CR-001'), 'planted\n')
    await refused('NOT_CHECKED_OUT', checkin(qms, claude, 'CR-001'))
  })

  using('6. every text that was checked in can be read again', async (project, qms) => {
    await drafted(project, qms, 'CR')
    for (const word of ['first', 'second']) {
      await checkout(qms, claude, 'CR-001')
      project.edit('claude', 'CR-001', () => `---\ntitle: 'About CR'\n---\n\n${word}\n`)
      await checkin(qms, claude, 'CR-001')
    }
    const texts = await Promise.all(
      ['0.1', '0.2', '0.3'].map((version) => read(qms, {}, 'CR-001', { version })),
    )
    expect(texts.map((t) => Buffer.from(t.bytes).toString().trim().split('\n').at(-1))).toEqual([
      '**END OF DOCUMENT**',
      'first',
      'second',
    ])
  })
})

describe('B. review and approval', () => {
  using(
    '7. nobody judges their own text: not named, not added, not by a change of owner',
    async (project, qms) => {
      await drafted(project, qms, 'CR')
      await refused('GATE', route(qms, claude, 'CR-001', { assign: ['claude'] }))
      await route(qms, claude, 'CR-001', {})
      await refused('GATE', act(qms, qa, 'CR-001', { action: 'assign', assign: ['claude'] }))
      await refused('NOT_ALLOWED', verdict(qms, claude, 'CR-001', recommend, undefined))
      await act(qms, claude, 'CR-001', { action: 'withdraw' })
      await act(qms, lead, 'CR-001', { action: 'assign', owner: 'ann' })
      await refused('GATE', route(qms, ann, 'CR-001', { assign: ['claude'] }))
    },
  )

  using('8. quality is always among those who review and approve', async (project, qms) => {
    await drafted(project, qms, 'CR')
    const { document } = await route(qms, claude, 'CR-001', { assign: ['tu_api'] })
    expect(document?.pending_assignees).toEqual(['tu_api', 'qa'])
    await refused('GATE', act(qms, lead, 'CR-001', { action: 'assign', remove: ['qa'] }))
    await agreed(qms, 'CR-001')
    const sent = await route(qms, claude, 'CR-001', { assign: ['tu_api'] })
    expect(sent.document?.pending_assignees).toEqual(['tu_api', 'qa'])
  })

  using('9. old recommendations do not count for a new text or a later phase', async (project, qms) => {
    await executing(project, qms, 'CR')
    expect((await status(qms, {}, 'CR-001')).document.version).toBe('1.0')
    await refused('NOT_OPEN', route(qms, claude, 'CR-001', { to: 'approval' }))
    await effective(project, qms, 'SOP')
    await checkout(qms, claude, 'SOP-008')
    project.edit('claude', 'SOP-008', (text) => `${text}more\n`)
    await checkin(qms, claude, 'SOP-008')
    await refused('NOT_OPEN', route(qms, claude, 'SOP-008', { to: 'approval' }))
  })

  using('10. a rejected retirement is over: the next approval does not retire', async (project, qms) => {
    await effective(project, qms, 'SOP')
    await route(qms, lead, 'SOP-008', { purpose: 'retire', reason: 'Old' })
    await agreed(qms, 'SOP-008')
    await route(qms, lead, 'SOP-008', {})
    await verdict(qms, qa, 'SOP-008', { action: 'reject', comment: 'Still needed' }, undefined)
    expect(await statusOf(qms, 'SOP-008')).toBe('EFFECTIVE')
    await checkout(qms, claude, 'SOP-008')
    project.edit('claude', 'SOP-008', (text) => `${text}more\n`)
    await checkin(qms, claude, 'SOP-008')
    await approved(qms, 'SOP-008')
    expect(await statusOf(qms, 'SOP-008')).toBe('EFFECTIVE')
  })

  using(
    '11. registered users can be asked, unknown ones cannot, and a mistake can be taken back',
    async (project, qms) => {
      await drafted(project, qms, 'CR')
      await refused('GATE', route(qms, claude, 'CR-001', { assign: ['ghost'] }))
      await route(qms, claude, 'CR-001', { assign: ['tu_api'] })
      await refused('GATE', act(qms, qa, 'CR-001', { action: 'assign', assign: ['tu_ghost'] }))
      const removed = await act(qms, qa, 'CR-001', { action: 'assign', remove: ['tu_api'] })
      expect(removed.document?.pending_assignees).toEqual(['qa'])
      expect(await statusOf(qms, 'CR-001')).toBe('IN_PRE_REVIEW')
      await act(qms, claude, 'CR-001', { action: 'withdraw' })
    },
  )

  using('12. a group gives no verdict: only those who were asked', async (project, qms) => {
    await drafted(project, qms, 'CR')
    await route(qms, claude, 'CR-001', {})
    for (const user of [lead, ann, tu])
      await refused('NOT_ALLOWED', verdict(qms, user, 'CR-001', recommend, undefined))
    await refused('NOT_ALLOWED', act(qms, ann, 'CR-001', { action: 'assign', assign: ['tu_api'] }))
    await agreed(qms, 'CR-001')
    await route(qms, claude, 'CR-001', {})
    for (const user of [lead, ann, tu])
      await refused('NOT_ALLOWED', verdict(qms, user, 'CR-001', approve, undefined))
  })

  using('13. after a rejection a new review is needed', async (project, qms) => {
    await drafted(project, qms, 'CR')
    await route(qms, claude, 'CR-001', {})
    await agreed(qms, 'CR-001')
    await route(qms, claude, 'CR-001', {})
    await verdict(qms, qa, 'CR-001', { action: 'reject', comment: 'No' }, undefined)
    await refused('GATE', route(qms, claude, 'CR-001', { to: 'approval' }))
  })

  using(
    '14. comments are hidden while the round is open, and can be had for one version',
    async (project, qms) => {
      await drafted(project, qms, 'CR')
      await route(qms, claude, 'CR-001', { assign: ['tu_api'] })
      await verdict(qms, qa, 'CR-001', recommend, undefined)
      expect(await comments(qms, tu, 'CR-001', undefined)).toMatchObject({ comments: [], hidden: 1 })
      expect((await comments(qms, claude, 'CR-001', '0.1')).comments).toHaveLength(1)
      await refused('NO_VERSION', comments(qms, claude, 'CR-001', '0.2'))
    },
  )

  using(
    '15. an untouched form, an empty text and open children hold a document back',
    async (project, qms) => {
      await drafted(project, qms, 'CR', { text: (form) => form })
      await refused('GATE', route(qms, claude, 'CR-001', {}))
      await drafted(project, qms, 'CR', { text: () => '' })
      await refused('GATE', route(qms, claude, 'CR-002', {}))
      await executing(project, qms, 'CR')
      await create(qms, claude, { type: 'VAR', parent: 'CR-003', title: 'Open' })
      await refused('GATE', route(qms, claude, 'CR-003', {}))
    },
  )
})

describe('C. ownership', () => {
  using("16. another's draft is not to be had", async (project, qms) => {
    await drafted(project, qms, 'CR')
    await refused('NOT_ALLOWED', checkout(qms, ann, 'CR-001'))
    expect((await status(qms, {}, 'CR-001')).document.responsible_user).toBe('claude')
  })

  using('17. only the owner or an administrator cancels, and not in review', async (project, qms) => {
    const command = { action: 'cancel', confirmed: true, reason: 'x' } as const
    await drafted(project, qms, 'CR')
    await refused('NOT_ALLOWED', act(qms, ann, 'CR-001', command))
    await route(qms, claude, 'CR-001', {})
    await refused('NOT_OPEN', act(qms, claude, 'CR-001', command))
  })
})

describe('identity', () => {
  using(
    '18. a name is no proof where the policy says so: who calls is known by its grant',
    async (project, qms) => {
      await setPolicy(qms, lead, 'identity', 'verified')
      await refused('IDENTITY_UNPROVEN', create(qms, claude, { type: 'CR', title: 'By a name' }))
      const session = await sitting(project)
      await project.refused('create CR --title "As another" -u qa', 'IDENTITY_MISMATCH', session.how)
      await project.ok('create CR --title "By a grant"', session.how)
      expect(project.trail('CR/CR-001')[0]).toMatchObject({ user: 'claude' })
      expect(await incidents(project)).toMatchObject([{ user: 'claude', claimed: 'qa' }])
    },
  )

  using(
    '18. what is in an agent file gives nobody a group, and users change by events',
    async (project, qms) => {
      const file = project.read('.claude/agents/qa.md')
      project.write(
        '.claude/agents/tu_api.md',
        file.replaceAll('qa', 'tu_api').replaceAll('quality', 'administrator'),
      )
      await refused('NOT_ALLOWED', addUser(qms, { user: 'tu_api' }, 'more', 'quality', 'agent'))
      await addUser(qms, lead, 'more', 'quality', 'agent')
      await addNamespace(qms, lead, 'MORE')
      const system = (name: string) => project.trail(`_system/${name}`).at(-1)
      expect(system('registry')).toMatchObject({ event: 'USER_ADD', user: 'lead', name: 'more' })
      expect(system('namespaces')).toMatchObject({ event: 'NAMESPACE_ADD', user: 'lead', name: 'MORE' })
    },
  )
})

describe('D. records', () => {
  using(
    '20. a cancelled document keeps trail, metadata, text and number; its copies go',
    async (project, qms) => {
      await drafted(project, qms, 'CR')
      await drafted(project, qms, 'INV')
      await create(qms, claude, { type: 'TP', parent: 'CR-001', title: 'Open child' })
      const command = { action: 'cancel', confirmed: true, reason: 'x' } as const
      await refused('GATE', act(qms, claude, 'CR-001', command))
      await act(qms, claude, 'INV-001', command)
      expect(project.trail('INV/INV-001').map((e) => e.event)).toEqual([
        'CREATE',
        'CHECKIN',
        'CANCEL',
        'STATUS_CHANGE',
      ])
      expect(project.has('QMS/.meta/INV/INV-001.json')).toBe(true)
      expect(Buffer.from((await read(qms, {}, 'INV-001', { version: '0.1' })).bytes).toString()).toContain(
        'About INV',
      )
      expect((await create(qms, claude, { type: 'INV', title: 'Next' })).document?.doc_id).toBe('INV-002')
    },
  )

  using('21. the number of a retired document is not used again', async (project, qms) => {
    await effective(project, qms, 'SOP')
    await route(qms, lead, 'SOP-008', { purpose: 'retire', reason: 'Old' })
    await agreed(qms, 'SOP-008')
    await route(qms, lead, 'SOP-008', {})
    await agreed(qms, 'SOP-008')
    const events = project.trail('SOP/SOP-008').length
    expect((await create(qms, claude, { type: 'SOP', title: 'Next' })).document?.doc_id).toBe('SOP-009')
    expect(await statusOf(qms, 'SOP-008')).toBe('RETIRED')
    expect(project.trail('SOP/SOP-008')).toHaveLength(events)
  })

  using(
    '22. a fix is an event with its diff, a version of its own, and the old text is kept',
    async (project, qms) => {
      const former = project.read('QMS/SOP/SOP-001.md')
      const bytes = new TextEncoder().encode(former.replace('Initial release', 'First release'))
      const { document } = await fix(qms, lead, 'SOP-001', { bytes, from: 'x' }, 'Words')
      expect(document).toMatchObject({ status: 'EFFECTIVE', version: '1.1' })
      expect(project.trail('SOP/SOP-001').at(-1)).toMatchObject({
        event: 'FIX',
        user: 'lead',
        diff: expect.stringContaining('+revision_summary'),
      })
      expect(project.read('QMS/.archive/SOP/SOP-001-v1.0.md')).toBe(former)
    },
  )

  using(
    '23. every change of status is an event: the chain of from and to has no hole',
    async (project, qms) => {
      await executing(project, qms, 'CR')
      await checkout(qms, claude, 'CR-001')
      project.edit('claude', 'CR-001', (text) => answered(text, 'all'))
      await checkin(qms, claude, 'CR-001')
      await route(qms, claude, 'CR-001', {})
      await agreed(qms, 'CR-001')
      await act(qms, claude, 'CR-001', { action: 'revert', reason: 'x' })
      await route(qms, claude, 'CR-001', {})
      await agreed(qms, 'CR-001')
      await checkout(qms, claude, 'CR-001')
      const moves = project.trail('CR/CR-001').filter((e) => e.event === 'STATUS_CHANGE')
      expect(moves.slice(1).map((e) => e.from_status)).toEqual(moves.slice(0, -1).map((e) => e.to_status))
      expect(moves.at(-1)?.to_status).toBe(await statusOf(qms, 'CR-001'))
    },
  )

  it('24. metadata that cannot be read loses nothing: status, owner and type are those of the trail', async () => {
    const trail = reviewed('0.1', 'PRE_REVIEW')
    const lost = { status: '', version: '', draft: textOf('CR-001'), trail } as const
    const project = peerProject([
      { id: 'CR-001', ...lost, metadata: null },
      { id: 'CR-002', ...lost, metadata: '{"doc_id": "CR-002", "status": "POST_APP' },
      { id: 'CR-003', ...lost, metadata: { status: [], version: 3, responsible_user: {}, executable: 'no' } },
    ])
    await adopt(project)
    await project.use(async (qms) => {
      for (const id of ['CR-001', 'CR-002', 'CR-003']) {
        expect((await status(qms, {}, id)).document).toMatchObject({
          status: 'PRE_REVIEWED',
          version: '0.1',
          responsible_user: 'claude',
          executable: true,
        })
        await refused('NOT_ALLOWED', route(qms, lead, id, {}))
        expect((await route(qms, claude, id, {})).document?.status).toBe('IN_PRE_APPROVAL')
      }
    })
  })

  it('25. frontmatter that does not parse stays as it is; it is named, and mended by its author', async () => {
    const broken = '---\ntitle: Fix: it: all\nrevision_summary: [\n---\n\n# CR-001\n\nText.\n'
    const trail = reviewed('0.1', 'PRE_REVIEW').slice(0, 2)
    const project = peerProject([{ id: 'CR-001', status: 'DRAFT', version: '0.1', draft: broken, trail }])
    expect(codesOf(await adopt(project), 'CR-001')).toEqual(['FRONTMATTER_UNREADABLE', 'TITLE_FROM_TRAIL'])
    await project.use(async (qms) => {
      expect(Buffer.from((await read(qms, {}, 'CR-001', {})).bytes).toString()).toBe(broken)
      await refused('GATE', route(qms, claude, 'CR-001', {}))
      const { copy } = await checkout(qms, claude, 'CR-001')
      expect(project.read(copy ?? '')).toBe(broken)
      await refused('TEXT_UNREADABLE', checkin(qms, claude, 'CR-001'))
      project.write(copy ?? '', textOf('CR-001'))
      expect((await checkin(qms, claude, 'CR-001')).document?.title).toBe('About CR-001')
      expect((await route(qms, claude, 'CR-001', {})).document?.status).toBe('IN_PRE_REVIEW')
    })
  })

  it.skipIf(!hasSample)('25. the one of the sample, CLOSED with its block pushed into the body', async () => {
    const project = sampleProject()
    expect(codesOf(await adopt(project), 'CR-032')).toContain('TITLE_FROM_TRAIL')
    const { text, title } = (await project.json('read CR-032')).result
    expect(text.startsWith('---\n{}\n---\n\n---\ntitle: Fix qualification test gaps')).toBe(true)
    expect(title).toBe('Fix qualification test gaps - RS/Implementation alignment')
    expect(project.git('diff', '--stat', 'main~1', 'main', '--', 'QMS/CR/CR-032')).toBe('')
  })

  using('26. unknown frontmatter keys and comments survive', async (project, qms) => {
    const text = "---\ntitle: 'About CR' # a comment\nreviewed-with: [a, b]\nversion: 1.10\n---\n\nText.\n"
    await drafted(project, qms, 'CR', { text: () => text })
    expect(project.read('QMS/CR/CR-001/CR-001-draft.md')).toBe(text)
  })
})

describe('E. crashes and company', () => {
  it('27. six reviews at once are all taken, and none waits for ever', async () => {
    const project = await peopled()
    const names = ['tu_a', 'tu_b', 'tu_c', 'tu_d', 'tu_e']
    await project.use(async (qms) => {
      for (const name of names) await addUser(qms, lead, name, 'reviewer', 'agent')
      await drafted(project, qms, 'CR')
      await route(qms, claude, 'CR-001', { assign: names })
    })
    await Promise.all(
      [...names, 'qa'].map((name) => project.ok(`review CR-001 --recommend --comment Good -u ${name}`)),
    )
    const { document } = await project.use((qms) => status(qms, {}, 'CR-001'))
    expect(document.status).toBe('PRE_REVIEWED')
    expect(Object.keys(document.review_outcomes).sort()).toEqual(['qa', ...names])
  })

  using('28. one command is one commit, all or nothing', async (project, qms) => {
    const before = Number(project.git('rev-list', '--count', 'main'))
    await drafted(project, qms, 'CR')
    await route(qms, claude, 'CR-001', {})
    expect(Number(project.git('rev-list', '--count', 'main')) - before).toBe(3)
    expect(project.git('show', '--name-only', '--format=', 'main').split('\n')).toEqual([
      'QMS/.audit/CR/CR-001.jsonl',
      'QMS/.meta/CR/CR-001.json',
    ])
  })

  using('29. every event is in git, by its actor', async (project, qms) => {
    await drafted(project, qms, 'CR')
    await route(qms, claude, 'CR-001', {})
    expect(project.git('log', '-1', '--format=%an: %s')).toBe(
      'claude: CR-001: route review, DRAFT -> IN_PRE_REVIEW (claude)',
    )
    expect(project.git('status', '--porcelain')).toBe('')
  })
})

describe('F. ids, paths, parsing', () => {
  let project: Project
  beforeAll(async () => {
    project = await peopled()
    await project.use((qms) => executing(project, qms, 'CR'))
  })
  const here = (name: string, work: (qms: Qms) => Promise<void>) => it(name, () => project.use(work))

  here('31. exception reports and nested variances work like all others', async (qms) => {
    await drafted(project, qms, 'TP', { with: { parent: 'CR-001' } })
    for (const n of [1, 2])
      expect(
        (await create(qms, claude, { type: 'ER', parent: 'CR-001-TP-001', title: 'E' })).document,
      ).toMatchObject({
        doc_id: `CR-001-TP-001-ER-00${n}`,
        doc_type: 'ER',
      })
    project.edit('claude', 'CR-001-TP-001-ER-001', answered)
    await checkin(qms, claude, 'CR-001-TP-001-ER-001')
    await approved(qms, 'CR-001-TP-001-ER-001')
    expect(await statusOf(qms, 'CR-001-TP-001-ER-001')).toBe('PRE_APPROVED')
    await executing(project, qms, 'VAR', { with: { parent: 'CR-001' } })
    for (const n of [1, 2])
      expect(
        (await create(qms, claude, { type: 'VAR', parent: 'CR-001-VAR-001', title: 'V' })).document?.doc_id,
      ).toBe(`CR-001-VAR-001-VAR-00${n}`)
  })

  here('32. a variance has only the parents that it may have', async (qms) => {
    await refused('BAD_VALUE', create(qms, claude, { type: 'VAR', parent: 'SOP-001', title: 'X' }))
    await refused('BAD_VALUE', create(qms, claude, { type: 'ER', parent: 'CR-001', title: 'X' }))
    await refused('USAGE', create(qms, claude, { type: 'VAR', title: 'X' }))
  })

  here('33. an answer for a parent leaves the tasks of its children', async (qms) => {
    const own = await peopled()
    await own.use(async (q) => {
      await drafted(own, q, 'CR')
      await drafted(own, q, 'TP', { with: { parent: 'CR-001' } })
      await route(q, claude, 'CR-001', {})
      await route(q, claude, 'CR-001-TP-001', {})
      await verdict(q, qa, 'CR-001', recommend, undefined)
      expect((await inbox(q, qa)).tasks.map((t) => t.document)).toEqual(['CR-001-TP-001'])
    })
    expect(qms).toBeDefined()
  })

  here('34. no name leads out of its folder', async (qms) => {
    const before = project.everything()
    await refused(
      'GATE',
      drafted(project, qms, 'SOP').then((id) => route(qms, claude, id, { assign: ['../../../x'] })),
    )
    await refused('BAD_NAME', addUser(qms, lead, '../../x', 'reviewer', 'agent'))
    await refused('BAD_NAME', create(qms, claude, { type: 'TEMPLATE', name: '../../X', title: 'X' }))
    await refused('BAD_NAME', addNamespace(qms, lead, '../../X'))
    await refused('BAD_ID', read(qms, {}, '../../etc/passwd', {}))
    expect(
      Object.keys(project.everything().files).filter((f) => !(f in before.files) && !f.includes('SOP-008')),
    ).toEqual([])
    expect(readdirSync(project.path('..')).some((name) => /^x$/i.test(name))).toBe(false)
  })

  here('35. titles with colons, quotes and dashes stay what they are, everywhere', async (qms) => {
    for (const title of ["Fix: it's done", 'A --- B', '"quoted" # no comment', '- list', '{braces}']) {
      const made = await create(qms, claude, { type: 'CR', title })
      const id = made.document?.doc_id ?? ''
      project.edit('claude', id, answered)
      expect((await checkin(qms, claude, id)).document?.title).toBe(title)
      await route(qms, claude, id, {})
      expect((await inbox(qms, qa)).tasks.find((t) => t.document === id)?.title).toBe(title)
    }
    await refused('BAD_TITLE', create(qms, claude, { type: 'CR', title: 'a\nb' }))
  })

  here('36. a namespace that was added is known to create', async (qms) => {
    await addNamespace(qms, lead, 'api')
    expect((await create(qms, claude, { type: 'RS', namespace: 'API', title: 'R' })).document?.doc_id).toBe(
      'SDLC-API-RS',
    )
  })

  it('38. a mistake is answered in a sentence, never with a stack', async () => {
    for (const line of [
      'status CR-404',
      'read',
      'close CR-001 -u ghost',
      'create NOTE --title X -u claude',
    ]) {
      const said = await project.run(line)
      expect(said.err).toMatch(/^Refused \[\w+\] .+/)
      expect(said.err).not.toMatch(/\n\s+at |Error:/)
    }
  })

  here('39. workspace shows version and status; next needs no guessing', async (qms) => {
    const made = await create(qms, claude, { type: 'CR', title: 'Shown' })
    const id = made.document?.doc_id ?? ''
    expect((await workspace(qms, claude)).find((c) => c.document === id)).toMatchObject({
      version: '0.1',
      status: 'DRAFT',
      state: 'unchanged',
    })
    expect((await next(qms, claude, id, undefined)).next[0]?.command).toBe(`qms checkin ${id} -u claude`)
  })
})

describe('F. what a template may do to a title', () => {
  using(
    '37. nothing of a template or of its sections becomes the title of a document',
    async (project, qms) => {
      const form = [
        "---\ntitle: 'Template'\n---\n",
        '<!-- notice -->\n',
        "---\ntitle: '{{TITLE}}'\nsections:\n  - title: 'Overwritten'\nadditional_sections:\n  title: 'Overwritten'\n---\n",
        '# {{DOC_ID}}: {{TITLE}}\n\ntitle: Overwritten\n\n---\ntitle: Overwritten\n---\n\n## title\n',
      ].join('\n')
      await checkout(qms, claude, 'TEMPLATE-CR')
      project.edit('claude', 'TEMPLATE-CR', () => form)
      await checkin(qms, claude, 'TEMPLATE-CR')
      await approved(qms, 'TEMPLATE-CR')
      expect((await status(qms, {}, 'TEMPLATE-CR')).document.title).toBe('Template')
      for (const title of ['My own title', "It's {{TITLE}} $& $1", 'title: x']) {
        const { document } = await create(qms, claude, { type: 'CR', title })
        const id = document?.doc_id ?? ''
        expect(project.read(project.copy('claude', id))).toContain('Overwritten')
        expect((await checkin(qms, claude, id)).document?.title).toBe(title)
        expect(project.trail(`CR/${id}`)[0]?.title).toBe(title)
      }
    },
  )
})

describe('F. rules stand once', () => {
  const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({ name, text: readFileSync(join(ROOT, 'src', name), 'utf8') }))
  const naming = (pattern: RegExp): string[] =>
    sources.flatMap(({ name, text }) => (pattern.test(text) ? [name] : [])).sort()

  it('40. a transition is written in the tables and nowhere else', () => {
    // A row: from a status, by an action, to a status.
    expect(naming(/\bfrom: '[A-Z_]+',?\s+action:|\bto: '(?:[A-Z_]{5,})'/)).toEqual(['lifecycle/tables.ts'])
  })

  it('40. who may do what is asked in one place: commands and interfaces name no status and no group in a condition', () => {
    const judging = /[!=]==?\s*'(?:administrator|initiator|quality|reviewer|owner|assignee)'/
    for (const name of naming(judging))
      expect(name).toMatch(
        /^(?:lifecycle|documents|adoption|audit|report)\/|^app\/govern\.ts$|cli\/(?:commands\/init|adoption)\.ts$/,
      )
    const status = new RegExp(`[!=]==?\\s*'(?:${STATUSES.join('|')})'`)
    for (const name of naming(status))
      expect(name).toMatch(
        /^(?:lifecycle|documents|adoption|audit|report|diagram)\/|^app\/(?:survey|next|guard-message)\.ts$/,
      )
    expect(sources.filter(({ name, text }) => name.startsWith('interfaces/') && status.test(text))).toEqual(
      [],
    )
  })

  using(
    '40. what next allows and forbids is what the deeds allow and forbid, for every action',
    async (project, qms) => {
      await drafted(project, qms, 'CR')
      for (const stage of ['DRAFT', 'IN_PRE_REVIEW']) {
        expect(await statusOf(qms, 'CR-001')).toBe(stage)
        const { next: steps } = await next(qms, claude, 'CR-001', undefined)
        for (const action of ACTIONS.filter(
          (a) => !['checkin', 'discard', 'fix', 'review', 'assign', 'checkout'].includes(a),
        )) {
          const step = steps.find((s) => s.action === action && s.who.includes('claude'))
          const deed = { action, reason: 'x', comment: 'x', confirmed: true } as const
          const open = await act(qms, { ...claude, dryRun: true }, 'CR-001', deed).then(
            () => true,
            () => false,
          )
          expect({ stage, action, open }).toEqual({ stage, action, open: step !== undefined })
        }
        if (stage === 'DRAFT') await route(qms, claude, 'CR-001', {})
      }
    },
  )

  it('40. an argument is defined once: the flags of two commands that share a name share its meaning', () => {
    const definition = /^\s{4,}(?:'?([\w-]+)'?): Flags\.\w+\(\{/gm
    const common = [
      ...readFileSync(join(ROOT, 'src/interfaces/cli/base.ts'), 'utf8').matchAll(definition),
    ].map((m) => m[1])
    for (const { name, text } of sources.filter((s) => s.name.startsWith('interfaces/cli/commands/')))
      for (const [, flag] of text.matchAll(definition))
        expect({ name, flag, common: common.includes(flag) }).toMatchObject({ common: false })
    expect(naming(/description: 'document, such as CR-001'/)).toEqual(['interfaces/cli/args.ts'])
  })
})
