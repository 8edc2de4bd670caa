/** Wherever the user stands, the store is the same; what was damaged or edited by hand is named. Source: store design. */
import { describe, expect, it } from 'vitest'
import {
  act,
  addUser,
  approve,
  checkout,
  claude,
  create,
  drafted,
  folder,
  initialised,
  lead,
  Project,
  qa,
  read,
  recommend,
  route,
  status,
  verdict,
} from '../support/cli.ts'

const routed = async (project: Project): Promise<void> =>
  project.use(async (qms) => {
    await drafted(project, qms, 'CR')
    await route(qms, claude, 'CR-001', {})
  })

// Verifies: REQ-QMS-105
describe.each(['main', 'qms'])('from anywhere, control branch %s,', (branch) => {
  const made = async (): Promise<Project> => {
    const project = await initialised(branch === 'main' ? undefined : branch)
    await project.use((qms) => drafted(project, qms, 'CR'))
    return project
  }

  it('another branch, a subfolder, a linked worktree and a detached HEAD see and write the same store', async () => {
    const project = await made()
    project.git('checkout', '-q', '-b', 'feature')
    project.write('src/feature.txt', 'x\n')
    project.git('add', 'src')
    project.git('commit', '-qm', 'feature')
    await project.use((qms) => route(qms, claude, 'CR-001', {}))
    expect(project.git('log', '-1', '--format=%s', 'feature')).toBe('feature')
    await project.use((qms) => verdict(qms, qa, 'CR-001', recommend, undefined), project.path('src'))
    const linked = new Project(`${folder()}/linked`)
    project.git('worktree', 'add', '-q', linked.root, '-b', 'other')
    await linked.use((qms) => route(qms, claude, 'CR-001', {}))
    project.git('checkout', '-q', '--detach')
    const { document } = await project.use((qms) => verdict(qms, qa, 'CR-001', approve, undefined))
    expect(document).toMatchObject({ status: 'PRE_APPROVED' })
    for (const place of [project.root, project.path('src'), linked.root])
      expect(await project.use(async (qms) => (await status(qms, {}, 'CR-001')).document.status, place)).toBe(
        'PRE_APPROVED',
      )
    const said = await Promise.all(
      [project.root, project.path('src'), linked.root].map((cwd) => project.ok('status CR-001', { cwd })),
    )
    expect(new Set(said).size).toBe(1)
    for (const place of [project, linked]) expect(place.git('status', '--porcelain')).toBe('')
  })

  it('the one workspace is that of the main worktree', async () => {
    const project = await made()
    const linked = new Project(`${folder()}/linked`)
    project.git('worktree', 'add', '-q', linked.root, '-b', 'other')
    await linked.use((qms) => checkout(qms, claude, 'CR-001'))
    expect(project.has(project.copy('claude', 'CR-001'))).toBe(true)
    expect(linked.has('.qms')).toBe(false)
  })

  it("the user's next commit does not undo a transition, staged work included", async () => {
    const project = await made()
    project.write('src/code.txt', 'staged\n')
    project.git('add', 'src/code.txt')
    await project.use((qms) => route(qms, claude, 'CR-001', {}))
    project.write('src/new.txt', 'new\n')
    project.git('add', '-A')
    project.git('commit', '-qm', 'mine')
    expect(project.git('show', '--name-only', '--format=', 'HEAD').split('\n').sort()).toEqual([
      'src/code.txt',
      'src/new.txt',
    ])
    const { document } = await project.use((qms) => status(qms, {}, 'CR-001'))
    expect(document.status).toBe('IN_PRE_REVIEW')
  })
})

// Verifies: REQ-QMS-104
describe('a hand edit', () => {
  it('of a draft in the work tree is refused, named, left, and has a way out', async () => {
    const project = await initialised()
    await project.use((qms) => drafted(project, qms, 'CR'))
    const path = 'QMS/CR/CR-001/CR-001-draft.md'
    const committed = project.read(path)
    await project.use((qms) => checkout(qms, claude, 'CR-001'))
    project.edit('claude', 'CR-001', (text) => `${text}more\n`)
    project.write(path, 'by hand\n')
    const before = project.everything()
    const err = await project.refused('checkin CR-001 -u claude', 'HAND_EDIT')
    expect(err).toContain(path)
    expect(project.everything()).toEqual(before)
    const way = /git restore --staged --worktree -- \S+/.exec(err)?.[0].split(' ') ?? []
    project.git(...way.slice(1))
    expect(project.read(path)).toBe(committed)
    expect(await project.ok('checkin CR-001 -u claude')).toContain('version 0.2')
  })

  it('stops every transition of the document, also one that would leave the file alone, and no other document', async () => {
    const project = await initialised()
    await project.use((qms) => drafted(project, qms, 'CR'))
    await project.use((qms) => drafted(project, qms, 'SOP'))
    const path = 'QMS/CR/CR-001/CR-001-draft.md'
    project.write(path, `${project.read(path)}by hand\n`)
    const before = project.everything()
    const error = await project.denied('HAND_EDIT', (qms) => checkout(qms, claude, 'CR-001'))
    expect(error.facts).toEqual({ paths: [path] })
    expect(project.everything()).toEqual(before)
    await project.use((qms) => checkout(qms, claude, 'SOP-008'))
    expect(project.read(path)).toContain('by hand')
  })

  it('of a text that was committed all the same is refused as damage, with both digests', async () => {
    const project = await initialised()
    await routed(project)
    project.write('QMS/CR/CR-001/CR-001-draft.md', 'by hand\n')
    project.git('commit', '-qam', 'sneaked in')
    const error = await project.denied('DAMAGED', (qms) => read(qms, qa, 'CR-001', {}))
    expect(error.facts).toMatchObject({ path: 'QMS/CR/CR-001/CR-001-draft.md' })
  })

  it('of the metadata decides nothing: the trail does', async () => {
    const project = await initialised()
    await routed(project)
    const path = 'QMS/.meta/CR/CR-001.json'
    project.write(path, project.read(path).replace('IN_PRE_REVIEW', 'POST_APPROVED'))
    project.git('commit', '-qam', 'promoted')
    await project.denied('NOT_OPEN', (qms) => act(qms, claude, 'CR-001', { action: 'close' }))
  })
})

describe('a damaged trail', () => {
  const PATH = 'QMS/.audit/CR/CR-001.jsonl'
  it.each([
    ['a changed word', (t: string) => t.replace('About CR', 'About me'), 2],
    ['a line taken out', (t: string) => t.split('\n').toSpliced(1, 1).join('\n'), 2],
    ['a line twice', (t: string) => `${t}${t.trimEnd().split('\n').at(-1)}\n`, 5],
    ['a cut-off end', (t: string) => t.slice(0, -20), 4],
    ['a key twice', (t: string) => t.replace('"user":"claude"', '"user":"claude","user":"qa"'), 1],
    ['no JSON', (t: string) => `${t}<<<<<<< ours\n`, 5],
    ['nothing', () => '', 0],
  ])('with %s is named with file and line, exit 7', async (_, damage, line) => {
    const project = await initialised()
    await routed(project)
    project.write(PATH, damage(project.read(PATH)))
    project.git('commit', '-qam', 'damage')
    const before = project.everything()
    const error = await project.denied('DAMAGED', (qms) => status(qms, {}, 'CR-001'))
    expect(error.facts).toMatchObject({ path: PATH, line })
    await project.denied('DAMAGED', (qms) => verdict(qms, qa, 'CR-001', recommend, undefined))
    expect(project.everything()).toEqual(before)
    expect(
      await project.use(
        async (qms) => (await create(qms, claude, { type: 'SOP', title: 'Others go on' })).document?.doc_id,
      ),
    ).toBe('SOP-008')
  })

  it('on the command line', async () => {
    const project = await initialised()
    const registry = 'QMS/.audit/_system/registry.jsonl'
    project.write(registry, project.read(registry).replace('"initiator"', '"administrator"'))
    project.git('commit', '-qam', 'promoted')
    const err = await project.refused('inbox -u qa', 'DAMAGED')
    expect(err).toContain(`${registry}, line 3`)
    expect(err).not.toContain('undefined')
  })
})

describe('a refused command', () => {
  it('changes nothing at all', async () => {
    const project = await initialised()
    await routed(project)
    await project.use(async (qms) => {
      await addUser(qms, lead, 'ann', 'initiator', 'human')
      await create(qms, claude, { type: 'SOP', title: 'Held' })
    })
    const before = project.everything()
    await project.denied('NOT_ALLOWED', (qms) => act(qms, { user: 'ann' }, 'CR-001', { action: 'withdraw' }))
    await project.denied('GATE', (qms) =>
      verdict(qms, qa, 'CR-001', { ...recommend, comment: ' ' }, undefined),
    )
    await project.denied('NOT_OPEN', (qms) => checkout(qms, claude, 'CR-001'))
    await project.denied('CHECKED_OUT', (qms) => route(qms, claude, 'SOP-008', {}))
    await project.denied('GATE', (qms) =>
      create(qms, claude, { type: 'VAR', parent: 'CR-001', title: 'Too early' }),
    )
    await project.denied('NO_USER', (qms) => create(qms, { user: 'ghost' }, { type: 'CR', title: 'X' }))
    await project.denied('ALREADY_EXISTS', (qms) =>
      create(qms, claude, { type: 'TEMPLATE', name: 'CR', title: 'X' }),
    )
    expect(project.everything()).toEqual(before)
  })
})
