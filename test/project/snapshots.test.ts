/** The state of a project as a commit: everything that is there, byte for byte, and nothing of it touched. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { takeSnapshot } from '../../src/project/git-snapshots.ts'
import { openRepository } from '../../src/store/repository.ts'
import { folder, Project, repository } from '../support/cli.ts'

const snapshot = async (project: Project, prompt = 'seen'): Promise<string> => {
  const opened = await openRepository(project.root)
  try {
    const of = { document: 'CR-001-VR-001', prompt, author: 'claude', at: new Date('2026-01-05T10:00:00Z') }
    return await takeSnapshot(opened, of)
  } finally {
    opened.close()
  }
}

const filesOf = (project: Project, commit: string): string[] =>
  project.git('ls-tree', '-r', '--name-only', commit).split('\n')

/** All that a snapshot must leave as it is. */
const standing = (project: Project) => ({
  head: project.git('rev-parse', '--verify', '-q', '--symbolic-full-name', 'HEAD'),
  heads: project.git('for-each-ref', 'refs/heads'),
  index: readFileSync(join(project.git('rev-parse', '--absolute-git-dir'), 'index')).toString('hex'),
  status: project.git('--no-optional-locks', 'status', '--porcelain=v2', '--ignored'),
})

const untouched = async (project: Project): Promise<string> => {
  const before = standing(project)
  const commit = await snapshot(project)
  expect(standing(project)).toEqual(before)
  expect(
    existsSync(project.path('.git/qms')) ? project.git('-C', project.path('.git/qms'), 'rev-parse') : '',
  ).toBe('')
  return commit
}

describe('a snapshot', () => {
  it('holds tracked and other files as they are, deletions, links and modes, and what is ignored not', async () => {
    const project = repository()
    project.write('.gitignore', 'node_modules/\n*.log\n')
    project.write('gone.txt', 'gone\n')
    project.write('staged.txt', 'one\n')
    project.git('add', '.')
    project.git('commit', '-qm', 'more')
    project.write('staged.txt', 'two\n')
    project.git('add', 'staged.txt')
    project.write('staged.txt', 'three\n')
    project.git('rm', '-q', '--cached', 'gone.txt')
    project.write('new dir/new "file".txt', 'new\n')
    project.write('line\nfeed.txt', 'odd\n')
    project.write('run.sh', '#!/bin/sh\n')
    chmodSync(project.path('run.sh'), 0o755)
    symlinkSync('/nowhere/at all', project.path('link'))
    project.write('node_modules/big/index.js', 'x'.repeat(100_000))
    project.write('a.log', 'log\n')
    const commit = await untouched(project)
    expect(
      project
        .git('ls-tree', '-rz', commit)
        .split('\0')
        .map((line) => line.replace(/ [0-9a-f]{40}\t/, ' ')),
    ).toEqual([
      '100644 blob .gitignore',
      '100644 blob gone.txt',
      '100644 blob line\nfeed.txt',
      '120000 blob link',
      '100644 blob new dir/new "file".txt',
      '100755 blob run.sh',
      '100644 blob src/code.txt',
      '100644 blob staged.txt',
      '',
    ])
    expect(project.git('show', `${commit}:staged.txt`)).toBe('three')
    expect(project.git('cat-file', 'blob', `${commit}:link`)).toBe('/nowhere/at all')
    expect(project.git('rev-parse', `${commit}^`)).toBe(project.tip())
    expect(project.git('show', '-s', '--format=%an %cn %at %s', commit)).toBe(
      'claude claude 1767607200 CR-001-VR-001: the project as claude saw it when answering seen',
    )
  })

  it('is kept by a reference of its own, numbered, and lives through a garbage collection', async () => {
    const project = repository()
    const one = await snapshot(project)
    project.write('more.txt', 'more\n')
    const two = await snapshot(project)
    const other = await snapshot(project, 'seen_too')
    expect(project.git('for-each-ref', '--format=%(refname) %(objectname)', 'refs/qms').split('\n')).toEqual([
      `refs/qms/snapshots/CR-001-VR-001/seen-1 ${one}`,
      `refs/qms/snapshots/CR-001-VR-001/seen-2 ${two}`,
      `refs/qms/snapshots/CR-001-VR-001/seen_too-1 ${other}`,
    ])
    project.git('gc', '-q', '--prune=now')
    expect(filesOf(project, two)).toEqual(['more.txt', 'src/code.txt'])
  })

  it('takes bytes as they are, whatever filters, attributes and configuration say, and runs none of it', async () => {
    const project = repository()
    const trap = project.path('trap')
    for (const [key, value] of [
      ['filter.evil.clean', `touch ${trap}; cat`],
      ['filter.evil.process', `touch ${trap}`],
      ['filter.evil.required', 'true'],
      ['core.fsmonitor', `touch ${trap}`],
      ['core.hooksPath', project.path('hooks')],
      ['core.autocrlf', 'true'],
      ['core.untrackedCache', 'true'],
      ['core.splitIndex', 'true'],
      ['commit.gpgsign', 'true'],
      ['gpg.program', `touch ${trap}`],
    ] as const)
      project.git('config', key, value)
    project.write('hooks/post-index-change', `#!/bin/sh\ntouch ${trap}\n`)
    chmodSync(project.path('hooks/post-index-change'), 0o755)
    project.write('.gitattributes', '* filter=evil text=auto eol=crlf ident working-tree-encoding=UTF-16\n')
    project.write('src/code.txt', 'crlf\r\n$Id$\r\n')
    project.write('new.bin', new Uint8Array([0, 255, 13, 10, 1]))
    const commit = await snapshot(project)
    expect(existsSync(trap)).toBe(false)
    expect(project.git('cat-file', 'blob', `${commit}:src/code.txt`)).toBe('crlf\r\n$Id$')
    expect(project.git('cat-file', '-s', `${commit}:src/code.txt`)).toBe('12')
    expect(project.git('cat-file', '-s', `${commit}:new.bin`)).toBe('5')
  })

  it('sees a change that git was told not to see', async () => {
    const project = repository()
    project.git('update-index', '--assume-unchanged', 'src/code.txt')
    project.write('src/code.txt', 'other code\n')
    expect(project.git('show', `${await untouched(project)}:src/code.txt`)).toBe('other code')
  })

  it('of a linked work tree is that of its files', async () => {
    const project = repository()
    const linked = new Project(join(folder('linked'), 'tree'))
    project.git('worktree', 'add', '-q', '-b', 'side', linked.root)
    linked.write('side.txt', 'side\n')
    const commit = await untouched(linked)
    expect(filesOf(linked, commit)).toEqual(['side.txt', 'src/code.txt'])
    expect(project.git('rev-parse', `${commit}^`)).toBe(project.tip('side'))
    expect(existsSync(project.path('side.txt'))).toBe(false)
  })

  it('in the middle of a merge holds the files as they stand, and leaves the merge as it is', async () => {
    const project = repository()
    project.git('checkout', '-qb', 'other')
    project.write('src/code.txt', 'theirs\n')
    project.git('commit', '-qam', 'theirs')
    project.git('checkout', '-q', 'main')
    project.write('src/code.txt', 'ours\n')
    project.git('commit', '-qam', 'ours')
    expect(() => project.git('merge', '-q', 'other')).toThrow()
    const commit = await untouched(project)
    expect(project.git('show', `${commit}:src/code.txt`)).toMatch(
      /<<<<<<< HEAD\nours\n=======\ntheirs\n>>>>>>> other/,
    )
    expect(project.git('ls-files', '-u')).not.toBe('')
    expect(existsSync(project.path('.git/MERGE_HEAD'))).toBe(true)
  })

  it('holds submodules by their commit, and a repository that lies about not', async () => {
    const [project, module] = [repository(), repository()]
    project.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', module.root, 'module')
    project.git('commit', '-qm', 'module')
    const inside = new Project(project.path('module'))
    inside.git('config', 'core.fsmonitor', `touch ${project.path('trap')}`)
    inside.write('more.txt', 'more\n')
    inside.git('-c', 'core.fsmonitor=false', 'add', '.')
    inside.git('-c', 'core.fsmonitor=false', 'commit', '-qm', 'more')
    project.git('init', '-q', 'stranger')
    project.write('stranger/file.txt', 'not ours\n')
    const commit = await snapshot(project)
    expect(project.git('ls-tree', commit, 'module')).toContain(
      `160000 commit ${inside.git('-c', 'core.fsmonitor=false', 'rev-parse', 'HEAD')}`,
    )
    expect(filesOf(project, commit)).toEqual(['.gitmodules', 'module', 'src/code.txt'])
    expect(existsSync(project.path('trap'))).toBe(false)
  })

  it('works before the first commit, and where a file has become a folder and a folder a file', async () => {
    const empty = new Project(folder('empty'))
    empty.git('init', '-q')
    empty.write('first.txt', 'first\n')
    const commit = await snapshot(empty)
    expect(filesOf(empty, commit)).toEqual(['first.txt'])
    expect(empty.git('log', '--format=%s', commit).split('\n')).toHaveLength(1)

    const project = repository()
    project.write('dir/a.txt', 'a\n')
    project.git('add', '.')
    project.git('commit', '-qm', 'dir')
    project.git('rm', '-rq', '--cached', 'dir', 'src')
    project.git('reset', '-q')
    const turned = new Project(project.root)
    for (const path of ['src', 'dir']) turned.git('clean', '-fdxq', path)
    const { rmSync } = await import('node:fs')
    rmSync(project.path('src'), { recursive: true })
    rmSync(project.path('dir'), { recursive: true })
    writeFileSync(project.path('src'), 'now a file\n')
    mkdirSync(project.path('dir/a.txt'), { recursive: true })
    project.write('dir/a.txt/b.txt', 'b\n')
    expect(filesOf(project, await untouched(project))).toEqual(['dir/a.txt/b.txt', 'src'])
  })

  it('is refused where a name is not UTF-8, and where a file cannot be read', async () => {
    const project = repository()
    const odd = Buffer.concat([Buffer.from(project.path('odd-')), Buffer.from([0xff]), Buffer.from('.txt')])
    writeFileSync(odd, 'odd\n')
    await expect(snapshot(project)).rejects.toMatchObject({ code: 'SNAPSHOT_IMPOSSIBLE' })
    unlinkSync(odd)
    project.write('secret.txt', 'secret\n')
    chmodSync(project.path('secret.txt'), 0)
    if (process.getuid?.() === 0) return
    await expect(snapshot(project)).rejects.toMatchObject({ code: 'IO' })
    expect(project.git('for-each-ref', 'refs/qms')).toBe('')
  })
})
