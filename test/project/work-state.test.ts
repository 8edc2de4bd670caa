/** What is checked out, told from real repositories: what counts as a change, which commits are held, which files are read. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { WorkState } from '../../src/project/work-state.ts'
import { folder, initialised, Project, repository } from '../support/cli.ts'

const LIMIT = 1000

/** The work state of a project with a store, seen from `cwd`. */
const seen = <T>(project: Project, work: (state: WorkState) => Promise<T>, cwd = project.root): Promise<T> =>
  project.use(async (qms) => work(await qms.work()), cwd)

describe('what is checked out', () => {
  it('is a commit, and clean while nothing but the store and workspaces differs from it', async () => {
    const project = await initialised()
    expect(await seen(project, (s) => s.head())).toEqual({ commit: project.tip(), clean: true })
    project.write('QMS/SOP/SOP-001.md', 'edited by hand')
    project.write('.qms/workspace/claude/CR-001.md', 'a copy')
    project.write('qms.config.json', '{}')
    expect((await seen(project, (s) => s.head())).clean).toBe(true)
  })

  it.each([
    ['an edited file', (p: Project) => p.write('src/code.txt', 'other\n')],
    ['a file that git does not know', (p: Project) => p.write('src/new é.txt', 'new\n')],
    ['a folder whose name begins like the store', (p: Project) => p.write('QMSX/file', 'new\n')],
    ['a file that is staged as gone', (p: Project) => p.git('rm', '-q', '--cached', 'src/code.txt')],
    ['a deleted file', (p: Project) => p.git('rm', '-q', 'src/code.txt')],
    ['a renamed file', (p: Project) => p.git('mv', 'src/code.txt', 'src/QMS')],
  ])('is not clean with %s', async (_, change) => {
    const project = await initialised()
    change(project)
    expect((await seen(project, (s) => s.head())).clean).toBe(false)
  })

  it('is still the same while only files appear that git does not know', async () => {
    const project = await initialised()
    const before = await seen(project, (s) => s.head())
    project.write('coverage/report.txt', 'made by a test\n')
    expect(await seen(project, (s) => s.isStill(before))).toBe(true)
    project.write('src/code.txt', 'other\n')
    expect(await seen(project, (s) => s.isStill(before))).toBe(false)
    project.git('commit', '-qam', 'other')
    expect(await seen(project, (s) => s.isStill(before))).toBe(false)
  })

  it('is that of the work tree in which the caller stands', async () => {
    const project = await initialised('qms')
    const tree = new Project(`${folder()}/tree`)
    project.git('worktree', 'add', '-q', '-b', 'topic', tree.root)
    tree.write('src/code.txt', 'topic\n')
    tree.git('commit', '-qam', 'topic')
    project.write('src/code.txt', 'not committed\n')
    expect(await seen(project, (s) => s.head(), tree.root)).toEqual({
      commit: tree.tip('topic'),
      clean: true,
    })
    expect((await seen(project, (s) => s.head())).clean).toBe(false)
  })

  it('is no commit before the first', async () => {
    const project = repository()
    await project.init({ branch: 'qms' })
    project.git('checkout', '-q', '--orphan', 'empty')
    expect(await seen(project, (s) => s.head())).toEqual({ commit: null, clean: false })
  })
})

describe('a commit', () => {
  it('stands while a branch, a tag or HEAD leads to it', async () => {
    const project = await initialised('qms')
    project.git('checkout', '-q', '--detach')
    project.git('commit', '-q', '--allow-empty', '-m', 'work')
    const commit = project.tip('HEAD')
    expect(await seen(project, (s) => s.standing(commit))).toBe('reachable')
    project.git('checkout', '-q', 'main')
    expect(await seen(project, (s) => s.standing(commit))).toBe('unreachable')
    project.git('tag', 'kept', commit)
    expect(await seen(project, (s) => s.standing(commit))).toBe('reachable')
    expect(await seen(project, (s) => s.commitOf('kept'))).toBe(commit)
    expect(await seen(project, (s) => s.standing('0'.repeat(40)))).toBe('missing')
  })

  it.each(['--output=/tmp/x', 'no-such', 'HEAD:src/code.txt', '', 'a\nb', 'HEAD^{tree}'])(
    'is not named by %j',
    async (revision) => {
      const project = await initialised()
      expect(await seen(project, (s) => s.commitOf(revision))).toBeNull()
    },
  )

  it('of which a shallow clone holds nothing cannot be told there', async () => {
    const project = await initialised()
    const first = project.git('rev-list', '--max-parents=0', 'HEAD')
    const clone = new Project(`${folder()}/clone`)
    execFileSync('git', ['clone', '-q', '--depth', '1', `file://${project.root}`, clone.root])
    expect(await seen(clone, (s) => s.standing(first))).toBe('unknown')
    expect(await seen(clone, (s) => s.standing(clone.tip('HEAD')))).toBe('reachable')
  })
})

describe('a file of the work tree', () => {
  it('is read by its path from the root, wherever the caller stands', async () => {
    const project = await initialised()
    const read = await seen(project, (s) => s.file(project.path('src/code.txt'), LIMIT), project.path('src'))
    expect(read).toEqual({ path: 'src/code.txt', bytes: Buffer.from('code\n') })
  })

  it('is refused where it is none, elsewhere, or too large', async () => {
    const project = await initialised()
    project.write('large', 'x'.repeat(LIMIT + 1))
    symlinkSync('/etc/hostname', project.path('link'))
    symlinkSync(folder('outside'), project.path('away'))
    mkdirSync(project.path('empty'))
    const paths = ['large', 'link', 'away/file', 'empty', 'missing', 'QMS/SOP/SOP-001.md', '.git/config', '']
    for (const path of [...paths.map((p) => project.path(p)), '/etc/hostname', project.path('../other')]) {
      const read = await seen(project, (s) => s.file(path, LIMIT))
      expect({ path, refused: 'problem' in read }).toEqual({ path, refused: true })
    }
  })
})
