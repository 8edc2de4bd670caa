/** The store is not changed by `git commit`, however it is called; what qms itself committed is let through. */
import { symlinkSync, unlinkSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { drafted, folder, initialised, Project, repository } from '../support/cli.ts'
import { does, git, stopped, wired } from '../support/hooks.ts'

const SOP = 'QMS/SOP/SOP-001.md'
const edit = (project: Project, path: string): void => project.write(path, `${project.read(path)}by hand\n`)

/** With a change record, and hooks. */
const project = async (branch?: string): Promise<Project> => {
  const made = await initialised(branch)
  await made.use((qms) => drafted(made, qms, 'CR'))
  return wired(made)
}

// Verifies: REQ-QMS-401
describe('git commit of the store by hand is stopped', () => {
  it('for a text, a trail, metadata and an archive, each named with what was found and what helps', async () => {
    const p = await project()
    edit(p, SOP)
    edit(p, 'QMS/.audit/CR/CR-001.jsonl')
    unlinkSync(p.path('QMS/.meta/CR/CR-001.json'))
    p.write('QMS/.archive/SOP/SOP-001-v0.1.md', 'planted\n')
    p.write('QMS/notes.md', 'planted\n')
    p.git('add', '-A')
    const said = await stopped(p, 'HAND_COMMIT', 'commit', '-m', 'by hand')
    for (const line of [
      `${SOP}: changed`,
      'QMS/.audit/CR/CR-001.jsonl: changed',
      'QMS/.meta/CR/CR-001.json: deleted',
      'QMS/.archive/SOP/SOP-001-v0.1.md: added',
      'QMS/notes.md: added',
      'the bytes that qms committed on main',
      'git diff HEAD -- ',
      'git restore --source=HEAD --staged --worktree -- ',
      'git restore --staged -- ',
      'qms checkout SOP-001 -u NAME',
    ])
      expect(said).toContain(line)
  })

  it('with -a, with named files, and with --amend; other files of the same work are not held up', async () => {
    const p = await project()
    edit(p, SOP)
    await stopped(p, 'HAND_COMMIT', 'commit', '-a', '-m', 'all')
    await stopped(p, 'HAND_COMMIT', 'commit', '-m', 'one', '--', SOP)
    p.git('add', SOP)
    await stopped(p, 'HAND_COMMIT', 'commit', '--amend', '--no-edit')
    edit(p, 'src/code.txt')
    await does(p, 'commit', '-m', 'code only', '--', 'src/code.txt')
    expect(p.git('show', '--name-only', '--format=', 'HEAD')).toBe('src/code.txt')
    p.git('restore', '--source=HEAD', '--staged', '--worktree', '--', SOP)
    await does(p, 'commit', '--amend', '-m', 'reworded')
  })

  it('for renames out of the store and into it, for links, and for the folder itself made a link', async () => {
    const p = await project()
    p.git('mv', SOP, 'moved.md')
    expect(await stopped(p, 'HAND_COMMIT', 'commit', '-m', 'out')).toContain(`${SOP}: deleted`)
    p.git('reset', '-q', '--hard')
    p.git('mv', 'src/code.txt', 'QMS/SOP/code.txt')
    expect(await stopped(p, 'HAND_COMMIT', 'commit', '-m', 'in')).toContain('QMS/SOP/code.txt: added')
    p.git('reset', '-q', '--hard')
    unlinkSync(p.path(SOP))
    symlinkSync('/etc/hostname', p.path(SOP))
    expect(await stopped(p, 'HAND_COMMIT', 'commit', '-a', '-m', 'link')).toContain(`${SOP}: made a link`)
    p.git('reset', '-q', '--hard')
    p.git('rm', '-r', '-q', 'QMS')
    symlinkSync('/tmp', p.path('QMS'))
    p.git('add', 'QMS')
    expect(await stopped(p, 'HAND_COMMIT', 'commit', '-m', 'link')).toContain('QMS: made a link')
  })

  it('for settings, even of others, unless they are mended; for the line of attributes, not for others', async () => {
    const p = await project()
    const config = JSON.parse(p.read('qms.config.json'))
    p.write('qms.config.json', JSON.stringify({ ...config, tools: { lint: true } }))
    expect(await stopped(p, 'HAND_COMMIT', 'commit', '-a', '-m', 'a key')).toContain('tools changed')
    p.write('qms.config.json', JSON.stringify(config))
    expect(await stopped(p, 'HAND_COMMIT', 'commit', '-a', '-m', 'one line')).toContain('its layout changed')
    expect(await stopped(p, 'HAND_COMMIT', 'commit', '-a', '-m', 'x')).toContain('qms config KEY VALUE')
    p.write('qms.config.json', JSON.stringify({ ...config, branch: 'elsewhere', documentLimit: 5000 }))
    expect(await stopped(p, 'HAND_COMMIT', 'commit', '-a', '-m', 'branch')).toContain(
      'qms.config.json: branch, documentLimit changed',
    )
    unlinkSync(p.path('qms.config.json'))
    expect(await stopped(p, 'HAND_COMMIT', 'commit', '-a', '-m', 'gone')).toContain(
      'qms.config.json: its settings deleted',
    )
    p.write('qms.config.json', '{')
    p.git('commit', '-q', '--no-verify', '-a', '-m', 'spoilt')
    p.write('qms.config.json', JSON.stringify(config, null, 2))
    await does(p, 'commit', '-a', '-m', 'mended')
    const line = p.read('.gitattributes')
    p.write('.gitattributes', `*.png binary\n${line}`)
    await does(p, 'commit', '-a', '-m', 'another attribute')
    p.write('.gitattributes', '*.png binary\n')
    expect(await stopped(p, 'HAND_COMMIT', 'commit', '-a', '-m', 'no line')).toContain('line taken out')
    p.write('.gitattributes', `${line}*.md text eol=crlf\n`)
    expect(await stopped(p, 'HAND_COMMIT', 'commit', '-a', '-m', 'undone')).toContain('text is set')
    p.write('.gitattributes', `${line}QMS/** filter=lfs\n`)
    expect(await stopped(p, 'HAND_COMMIT', 'commit', '-a', '-m', 'filter')).toContain('filter is lfs')
  })

  it('in a linked work tree, in a path with spaces, and with the git folder named from elsewhere', async () => {
    const p = await project()
    const other = new Project(folder('a b ä'))
    p.git('worktree', 'add', '-q', '-b', 'topic', other.path('wt'))
    const linked = new Project(other.path('wt'))
    edit(linked, SOP)
    await stopped(linked, 'HAND_COMMIT', 'commit', '-a', '-m', 'in the linked one')
    edit(linked, 'src/code.txt')
    linked.git('restore', '--', SOP)
    await does(linked, 'commit', '-a', '-m', 'code')
    const bare = new Project(folder('elsewhere'))
    bare.write('QMS/SOP/SOP-001.md', 'other\n')
    const from = [`--git-dir=${p.path('.git')}`, '--work-tree=.', '-c', 'core.bare=false']
    const said = await git(bare, [...from, 'commit', '-a', '-m', 'from elsewhere'])
    expect(said.err).toContain('Refused [HAND_COMMIT]')
  })
})

// Verifies: REQ-QMS-401
describe('git commit is let through', () => {
  it('where nothing of the store changes, where there is no project, and before the first commit', async () => {
    const p = await project()
    edit(p, 'src/code.txt')
    await does(p, 'commit', '-a', '-m', 'code')
    const plain = wired(repository())
    plain.write('QMS/x.md', 'not a store\n')
    plain.git('add', '.')
    await does(plain, 'commit', '-m', 'no project')
    const fresh = new Project(folder('fresh'))
    fresh.git('init', '-q')
    wired(fresh).write('a.txt', 'a\n')
    fresh.git('add', '.')
    await does(fresh, 'commit', '-m', 'first')
  })

  it('for a merge, a rebase and a squash of what qms has committed on the control branch meanwhile', async () => {
    const p = await project()
    p.git('checkout', '-q', '-b', 'topic', 'main~1')
    p.write('src/topic.txt', 'topic\n')
    p.git('add', '.')
    await does(p, 'commit', '-m', 'topic')
    await does(p, 'merge', '--no-edit', 'main')
    expect(p.git('diff', '--stat', 'main', '--', 'QMS')).toBe('')
    p.git('reset', '-q', '--hard', 'HEAD~1')
    await does(p, 'merge', '--squash', 'main')
    await does(p, 'commit', '-m', 'squashed')
    p.git('reset', '-q', '--hard', 'HEAD~1')
    await does(p, 'rebase', 'main')
    p.git('checkout', '-q', 'main')
    await does(p, 'merge', '--no-ff', '--no-edit', 'topic')
    await p.ok('create CR --title "After the merge" -u claude')
  })

  it('for a merge with conflicts in code, not for one in which the store was edited on the way', async () => {
    const p = await project()
    p.git('checkout', '-q', '-b', 'topic', 'main~1')
    p.write('src/code.txt', 'topic\n')
    await does(p, 'commit', '-a', '-m', 'topic')
    p.git('checkout', '-q', 'main')
    p.write('src/code.txt', 'main\n')
    await does(p, 'commit', '-a', '-m', 'main')
    p.git('checkout', '-q', 'topic')
    expect((await git(p, ['merge', 'main'])).code).not.toBe(0)
    p.write('src/code.txt', 'both\n')
    edit(p, SOP)
    p.git('add', '-A')
    await stopped(p, 'HAND_COMMIT', 'commit', '--no-edit')
    p.git('checkout', '-q', 'main', '--', SOP)
    await does(p, 'commit', '--no-edit')
  })

  it('not for former bytes of the store on the control branch itself, which would undo what was recorded', async () => {
    const p = await project()
    p.git('rm', '-r', '-q', '--cached', 'QMS')
    p.git('checkout', '-q', 'main~1', '--', 'QMS')
    expect(await stopped(p, 'HAND_COMMIT', 'commit', '-m', 'back')).toContain('CR-001.jsonl: changed')
  })

  it('not for an automatic merge whose text of the store is neither side', async () => {
    const p = await project()
    const lines = p.read('QMS/SOP/SOP-002.md').split('\n')
    const altered = (at: number) => lines.map((line, i) => (i === at ? `${line} by hand` : line)).join('\n')
    p.git('checkout', '-q', '-b', 'topic')
    p.write('QMS/SOP/SOP-002.md', altered(1))
    p.git('commit', '-q', '--no-verify', '-a', '-m', 'one end')
    p.git('checkout', '-q', 'main')
    p.write('QMS/SOP/SOP-002.md', altered(lines.length - 3))
    p.git('commit', '-q', '--no-verify', '-a', '-m', 'other end')
    expect(await stopped(p, 'HAND_COMMIT', 'merge', '--no-edit', 'topic')).toContain('SOP-002.md: changed')
  })

  it('with a store on a branch of its own, whose work tree is guarded all the same', async () => {
    const p = await project('qms')
    p.write('src/code.txt', 'more\n')
    await does(p, 'commit', '-a', '-m', 'code')
    const store = new Project(folder('store'))
    p.git('worktree', 'add', '-q', store.path('wt'), 'qms')
    const linked = new Project(store.path('wt'))
    edit(linked, SOP)
    await stopped(linked, 'HAND_COMMIT', 'commit', '-a', '-m', 'by hand')
  })
})

describe('qms hook pre-commit', () => {
  it('closes where the store cannot be read, and says why; runs nothing that the repository names', async () => {
    const p = await project()
    p.git('config', 'core.fsmonitor', 'touch ran; false')
    p.git('config', 'diff.external', 'touch ran; false')
    p.git('config', 'filter.evil.clean', 'touch ran; cat')
    p.write('.git/info/attributes', '* filter=evil diff=evil\n')
    await p.ok('hook pre-commit')
    expect(p.has('ran')).toBe(false)
    p.git('config', 'qms.branch', '../evil')
    expect((await p.run('hook pre-commit')).err).toContain('Refused [BAD_VALUE]')
    p.git('config', 'qms.branch', 'main')
    p.write('.git/index', 'no index')
    expect((await p.run('hook pre-commit')).err).toContain('Refused [GIT]')
  })
})
