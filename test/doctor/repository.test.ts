/** `qms doctor` on the machine and on the repository: each fault is made for real, and is named. */
import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
  statfsSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FLUSHING, isOlder, judged as judgedGit, NEEDED } from '../../src/app/doctor/checks/git.ts'
import { judged as judgedNode } from '../../src/app/doctor/checks/node.ts'
import { remoteKind } from '../../src/store/probe/surroundings.ts'
import { checkin, claude, create, folder, initialised, Project, repository } from '../support/cli.ts'
import { amiss, doctor, inState, looked } from './look.ts'

describe('the machine', () => {
  it('is told apart by the versions of its programs, part by part', () => {
    expect(['2.9.1', '2.30.9', '2', 'v1.8'].map((v) => isOlder(v, NEEDED))).toEqual([true, true, true, true])
    expect(['2.31', '2.31.0', '2.100', '3.0-rc1'].map((v) => isOlder(v, NEEDED))).toEqual([
      false,
      false,
      false,
      false,
    ])
    expect(judgedGit('2.30.2').map((f) => f.state)).toEqual(['problem'])
    expect(judgedGit('2.35.8').map((f) => f.state)).toEqual(['warning'])
    expect(judgedGit(`${FLUSHING}.0.windows.1`)).toEqual([])
    expect(judgedNode('20.18.3').map((f) => f.state)).toEqual(['problem'])
    expect(judgedNode('22.1.0')).toEqual([])
  })

  it('without git is described all the same, and nothing else is guessed', async () => {
    const project = await initialised()
    project.git('worktree', 'add', '-q', '--detach', '../linked')
    const said = await doctor(project, '', { env: { PATH: '/nowhere' } })
    expect(said.exit).toBe(6)
    const states = Object.fromEntries(said.checks.map((c) => [c.name, c.state]))
    expect(states).toMatchObject({ git: 'unknown', node: 'ok', repository: 'problem', records: 'unknown' })
    expect(said.checks[0]?.findings[0]).toMatchObject({ code: 'GIT_MISSING' })
  })

  it('keeps compiled code that can be used, or it is cleared', async () => {
    const cache = folder('cache')
    const env = { XDG_CACHE_HOME: cache }
    const project = await initialised()
    await project.ok('status', { env })
    const code = join(cache, 'qms', 'code')
    expect((await doctor(project, '', { env })).checks.find((c) => c.name === 'code-cache')?.state).toBe('ok')
    writeFileSync(join(code, 'status-v20-x64-0123456789ab.bin.1'), 'half')
    mkdirSync(join(code, 'list-v20-x64-0123456789ab.bin'))
    writeFileSync(join(code, 'notes.txt'), 'somebody else')
    // Process 1 lives as long as the machine: its file is not taken for a leftover.
    writeFileSync(join(code, 'status-v20-x64-0123456789ab.bin.999999999'), 'half')
    const found = (await doctor(project, '', { env })).checks.find((c) => c.name === 'code-cache')
    expect(found?.findings.map((f) => f.about?.slice(code.length + 1))).toEqual([
      'list-v20-x64-0123456789ab.bin',
      'status-v20-x64-0123456789ab.bin.999999999',
    ])
    const fixed = await doctor(project, '--fix', { env })
    expect(fixed.mended).toEqual([
      { check: 'code-cache', does: 'removes 2 files of compiled code', refused: null },
    ])
    expect(fixed.checks.find((c) => c.name === 'code-cache')?.state).toBe('ok')
    expect(spawnSync('ls', [code], { encoding: 'utf8' }).stdout).toContain('notes.txt')
  })
})

describe('the repository', () => {
  it('that is none, is bare, or cannot be used is the finding, and no refusal', async () => {
    const none = new Project(folder('none'))
    expect(await amiss(none, 'repository')).toMatchObject([{ state: 'problem', about: 'NO_REPOSITORY' }])
    const bare = new Project(folder('bare'))
    bare.git('init', '-q', '--bare')
    expect(await amiss(bare, 'repository')).toMatchObject([{ state: 'problem', about: 'GIT' }])
    const broken = await initialised()
    broken.write('.git/config', '[core\n')
    expect(await amiss(broken, 'repository')).toMatchObject([{ state: 'problem', about: 'GIT' }])
    const linked = await initialised()
    renameSync(linked.path('.git'), linked.path('elsewhere'))
    symlinkSync('elsewhere', linked.path('.git'))
    expect(await amiss(linked, 'repository')).toMatchObject([{ state: 'problem', about: 'LINK_IN_STORE' }])
    for (const project of [none, bare, broken, linked]) {
      const said = await doctor(project)
      expect(said).toMatchObject({ exit: 6, verdict: 'problems', root: null })
      expect(said.checks.find((c) => c.name === 'node')?.state).toBe('ok')
    }
  })

  it.skipIf(process.geteuid?.() !== 0)('of another user is named with git’s own remedy', async () => {
    const project = await initialised()
    execFileSync('chown', ['-R', '4321:4321', project.root])
    const [found] = (await doctor(project)).checks.find((c) => c.name === 'repository')!.findings
    expect(found).toMatchObject({ state: 'problem', code: 'GIT' })
    expect(found?.found).toContain('safe.directory')
  })

  it('without a store says so once, and what can be looked at is', async () => {
    const project = repository()
    expect(await amiss(project, 'control-branch')).toMatchObject([
      { state: 'problem', about: 'NOT_INITIALISED' },
    ])
    expect(await inState(project, 'problem')).toEqual(['control-branch'])
    expect(await inState(project, 'ok')).toContain('git-settings')
  })
})

/** Settings of a clone, and whether each is a problem, a warning, or nothing to speak of. */
const SETTINGS: readonly (readonly [string, string, string | null])[] = [
  ['core.fsmonitor', '/tmp/run', 'warning'],
  ['core.fsmonitor', 'true', null],
  ['core.sshCommand', 'ssh -i key', 'warning'],
  ['core.pager', '/tmp/run', 'warning'],
  ['core.editor', '/tmp/run', 'warning'],
  ['core.hooksPath', '/tmp/hooks', null],
  ['core.attributesFile', '/tmp/attributes', 'warning'],
  ['core.alternateRefsCommand', '/tmp/run', 'problem'],
  ['gpg.program', '/tmp/run', 'warning'],
  ['gpg.ssh.program', '/tmp/run', 'warning'],
  ['diff.external', '/tmp/run', 'warning'],
  ['diff.word.textconv', '/tmp/run', 'warning'],
  ['filter.x.clean', '/tmp/run', 'warning'],
  ['filter.x.smudge', '/tmp/run', 'warning'],
  ['filter.x.process', '/tmp/run', 'warning'],
  ['filter.lfs.clean', 'git-lfs clean -- %f', null],
  ['merge.x.driver', '/tmp/run', 'warning'],
  ['alias.st', 'status', null],
  ['alias.sh', '!sh', 'warning'],
  ['credential.helper', 'cache', null],
  ['credential.helper', '!f() { true; }', 'warning'],
  ['include.path', '/dev/null', 'warning'],
  ['includeIf.gitdir:/tmp/.path', '/dev/null', 'warning'],
  ['url.https://evil.example/.insteadOf', 'https://good.example/', 'warning'],
  ['protocol.ext.allow', 'always', 'problem'],
  ['protocol.ext.allow', 'never', null],
  ['remote.origin.uploadpack', '/tmp/run', 'problem'],
  ['remote.origin.receivepack', '/tmp/run', 'problem'],
  ['remote.origin.url', 'ext::sh -c run', 'problem'],
  ['submodule.x.update', '!run', 'problem'],
  ['submodule.x.update', 'merge', null],
]

describe('git’s settings', () => {
  it.each(SETTINGS)('%s = %s: %s', async (key, value, state) => {
    const project = repository()
    project.git('config', '--local', key, value)
    const found = await amiss(project, 'git-settings')
    expect(found.map((f) => f.state)).toEqual(state === null ? [] : [state])
    if (state === null) return
    expect(found[0]?.found).toContain('no effect on qms')
    expect(found[0]?.next[1]).toMatch(/^git config --local --unset-all /)
  })

  it('of the user are not the business of a project, and secrets in addresses are not printed', async () => {
    const project = repository()
    project.git('config', '--global', 'core.pager', '/tmp/run')
    project.git('config', '--local', 'url.https://ann:hunter2@evil.example/.insteadOf', 'https://x.example/')
    const found = await amiss(project, 'git-settings')
    project.git('config', '--global', '--unset', 'core.pager')
    expect(found).toHaveLength(1)
    expect(JSON.stringify(found)).not.toContain('hunter2')
  })

  it('of one work tree count, too, and the command that is shown takes it away', async () => {
    const project = repository()
    project.git('config', 'extensions.worktreeConfig', 'true')
    project.git('config', '--worktree', 'core.fsmonitor', '/tmp/run')
    const [found] = await amiss(project, 'git-settings')
    project.git(...found!.next[1]!.split(' ').slice(1))
    expect(await amiss(project, 'git-settings')).toEqual([])
  })
})

describe('history', () => {
  const cloned = async (...options: string[]) => {
    const from = await initialised()
    const to = new Project(join(folder('clones'), 'clone'))
    from.git('config', 'uploadpack.allowFilter', 'true')
    from.git('clone', '-q', ...options, `file://${from.root}`, to.root)
    return to
  }

  it('that is shallow or partial is a problem, and the command that is shown ends it', async () => {
    const shallow = await cloned('--depth=1')
    const [found] = await amiss(shallow, 'history')
    expect(found).toMatchObject({ state: 'problem', about: 'shallow' })
    shallow.git(...found!.next[0]!.split(' ').slice(1))
    expect(await amiss(shallow, 'history')).toEqual([])
    expect(await amiss(await cloned('--filter=blob:none'), 'history')).toMatchObject([
      { state: 'problem', about: 'partial' },
    ])
  })

  it('with replaced objects, grafts or borrowed objects is named', async () => {
    const project = await initialised()
    const [tip, before] = [project.git('rev-parse', 'HEAD'), project.git('rev-parse', 'HEAD~1')]
    project.git('replace', tip, before)
    project.write('.git/info/grafts', `${tip}\n`)
    const found = await amiss(project, 'history')
    expect(found.map((f) => [f.state, f.about])).toEqual([
      ['warning', `refs/replace/${tip}`],
      ['warning', 'info/grafts'],
    ])
    project.git(...found[0]!.next[0]!.split(' ').slice(1))
    project.git(...found[1]!.next[0]!.split(' ').slice(1))
    const borrowing = new Project(join(folder('clones'), 'clone'))
    project.git('clone', '-q', '--shared', project.root, borrowing.root)
    expect(await amiss(borrowing, 'history')).toMatchObject([
      { state: 'warning', about: project.path('.git/objects') },
    ])
  })
})

describe('bytes', () => {
  it.each([
    ['* text=auto', 'text'],
    ['QMS/** ident', 'ident'],
    ['QMS/SOP/* filter=x', 'filter'],
    ['QMS/** working-tree-encoding=UTF-16', 'working-tree-encoding'],
    ['*.md export-subst', 'export-subst'],
    ['*.md eol=crlf', 'eol'],
  ])('are changed by "%s" in info/attributes', async (line, name) => {
    const project = await initialised()
    expect(await amiss(project, 'attributes')).toEqual([])
    project.write('.git/info/attributes', `${line}\n`)
    const found = await amiss(project, 'attributes')
    expect(found.map((f) => f.state)).toEqual(['problem'])
    expect(found[0]?.found).toContain(`attribute ${name} is`)
    expect(project.git(...found[0]!.next[0]!.split(' ').slice(1))).toContain(`: ${name}: `)
  })

  it('may be changed where the line is missing, and are where git is told to convert', async () => {
    const project = await initialised()
    project.write('.gitattributes', '')
    expect(await amiss(project, 'attributes')).toMatchObject([{ state: 'warning' }])
    project.git('config', 'core.autocrlf', 'true')
    expect(await amiss(project, 'attributes')).toMatchObject([{ state: 'problem' }])
  })

  it('that git does not look at are named', async () => {
    const project = await initialised()
    project.git('update-index', '--assume-unchanged', 'QMS/SOP/SOP-001.md')
    project.git('update-index', '--skip-worktree', 'QMS/SOP/SOP-002.md')
    const found = await amiss(project, 'index-flags')
    expect(found.map((f) => [f.state, f.about])).toEqual([
      ['warning', 'QMS/SOP/SOP-001.md'],
      ['warning', 'QMS/SOP/SOP-002.md'],
    ])
    for (const { next } of found) project.git(...next[0]!.split(' ').slice(1))
    expect(await amiss(project, 'index-flags')).toEqual([])
  })
})

describe('the disk', () => {
  it('that git takes for one that ignores case, and is none, is named', async () => {
    const project = await initialised()
    project.git('config', 'core.ignoreCase', 'true')
    const [found] = await amiss(project, 'file-system')
    expect(found).toMatchObject({ state: 'warning', about: 'core.ignoreCase' })
    project.git(...found!.next[0]!.split(' ').slice(1))
    expect(await amiss(project, 'file-system')).toEqual([])
  })

  it('that is on the network, or copied by another program, is named', async () => {
    expect([0x6969, 0xfe534d42, 0xfe534d42 | 0, 0xef53].map(remoteKind)).toEqual([
      'NFS',
      'SMB 2',
      'SMB 2',
      null,
    ])
    const from = await initialised()
    for (const name of ['Dropbox', 'OneDrive - Company', 'Nextcloud']) {
      const project = new Project(join(folder('synced'), name, 'project'))
      cpSync(from.root, project.root, { recursive: true })
      const found = await amiss(project, 'file-system')
      expect(found.map((f) => f.state)).toEqual(['warning'])
      expect(found[0]?.found).toContain(name)
    }
  })

  it('that is small warns, and one that is nearly full is a problem', async ({ skip }) => {
    const disk = folder('small')
    const mounting = ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', disk]
    if (spawnSync('mount', mounting, { stdio: 'ignore' }).status !== 0)
      return skip('no right to mount a small disk here')
    try {
      const project = new Project(join(disk, 'project'))
      cpSync((await initialised()).root, project.root, { recursive: true, preserveTimestamps: true })
      expect(await amiss(project, 'disk-space')).toMatchObject([{ state: 'warning' }])
      const { bavail, bsize } = statfsSync(disk)
      writeFileSync(join(disk, 'filler'), Buffer.alloc(bavail * bsize - 4 * 1024 * 1024, 1))
      expect(await amiss(project, 'disk-space')).toMatchObject([{ state: 'problem' }])
    } finally {
      execFileSync('umount', ['-l', disk]) // readers of the last look may just be ending
    }
  })
})

describe('local files', () => {
  it('that git does not ignore, or tracks, are named, and the pattern comes back', async () => {
    const project = await initialised()
    await project.use((qms) => create(qms, claude, { type: 'CR', title: 'Limits' }))
    project.write('.git/info/exclude', '# nothing\n')
    expect(await amiss(project, 'local-files')).toMatchObject([{ state: 'warning', about: '/.qms/' }])
    const fixed = await doctor(project, '--fix')
    expect(fixed.mended).toEqual([
      { check: 'local-files', does: 'lists 1 pattern in .git/info/exclude', refused: null },
    ])
    expect(project.read('.git/info/exclude')).toBe('# nothing\n/.qms/\n')
    expect(fixed.exit).toBe(0)
    project.git('add', '-f', project.copy('claude', 'CR-001'))
    const [found] = await amiss(project, 'local-files')
    expect(found).toMatchObject({ state: 'problem', about: project.copy('claude', 'CR-001') })
    project.git(...found!.next[0]!.split(' ').slice(1))
    expect(await amiss(project, 'local-files')).toEqual([])
  })

  it('include the view of a store on a branch of its own', async () => {
    const project = await initialised('qms')
    expect(await amiss(project, 'local-files')).toEqual([])
    project.write('.git/info/exclude', '/.qms/\n')
    expect(await amiss(project, 'local-files')).toMatchObject([{ state: 'warning', about: '/QMS/' }])
    await doctor(project, '--fix')
    expect(project.git('status', '--porcelain')).toBe('')
  })

  it('that the user ignores otherwise are left alone', async () => {
    const project = await initialised()
    await project.use((qms) => create(qms, claude, { type: 'CR', title: 'Limits' }))
    project.write('.git/info/exclude', '')
    project.write('.gitignore', '.qms\n')
    expect(await amiss(project, 'local-files')).toEqual([])
  })

  it('that cannot be written are a problem', async () => {
    const project = await initialised()
    project.write('.qms', 'a file')
    expect(await amiss(project, 'local-files')).toMatchObject([{ state: 'problem', about: '.qms' }])
  })
})

describe('hooks', () => {
  it('are a choice: none of qms is fine, and those of others are a note', async () => {
    const project = await initialised()
    expect(await amiss(project, 'hooks')).toEqual([])
    project.write('.git/hooks/pre-commit', '#!/bin/sh\nexit 0\n')
    expect(await amiss(project, 'hooks')).toEqual([])
    const check = (await looked(project)).find((c) => c.name === 'hooks')
    expect(check?.findings.map((f) => [f.state, f.about])).toEqual([['ok', 'pre-commit']])
  })

  it('of qms that cannot guard are named: not executable, changed, gone', async () => {
    const project = await initialised()
    await project.ok('hooks install --git')
    expect(await amiss(project, 'hooks')).toEqual([])
    const path = (name: string) => `.git/hooks/${name}`
    chmodSync(project.path(path('pre-commit')), 0o644)
    project.write(
      path('commit-msg'),
      project.read(path('commit-msg')).replace('qms_hook() {', 'qms_hook() { return 0'),
    )
    rmSync(project.path(path('pre-push')))
    const found = await amiss(project, 'hooks')
    expect(found.map((f) => [f.state, f.about])).toEqual([
      ['warning', 'pre-commit'],
      ['warning', 'commit-msg'],
      ['warning', 'pre-push'],
    ])
    expect(found.map((f) => f.found.split(': ')[1])).toEqual([
      'git does not run it',
      'was changed since qms wrote it',
      'is not there, while others call qms',
    ])
    rmSync(project.path(path('commit-msg')))
    await project.ok(found[2]!.next[0]!.slice(4))
    expect(await amiss(project, 'hooks')).toEqual([])
  })
})

describe('what stopped half-way', () => {
  it('of git is named: a merge, and a rebase of the control branch, which keeps everyone from writing', async () => {
    const project = await initialised()
    project.git('checkout', '-q', '-b', 'other', 'HEAD~1')
    project.write('src/code.txt', 'theirs\n')
    project.git('commit', '-q', '-am', 'theirs')
    project.git('checkout', '-q', 'main')
    project.write('src/code.txt', 'ours\n')
    project.git('commit', '-q', '-am', 'ours')
    expect(() => project.git('merge', '-q', 'other')).toThrow()
    expect(await amiss(project, 'unfinished')).toMatchObject([{ state: 'warning', about: project.root }])
    project.git('merge', '--abort')
    expect(() => project.git('rebase', '-q', 'other')).toThrow()
    const [found] = await amiss(project, 'unfinished')
    expect(found).toMatchObject({
      state: 'problem',
      found: expect.stringContaining('rebase of the control branch'),
    })
    project.git(...found!.next[1]!.split(' ').slice(1))
    expect(await amiss(project, 'unfinished')).toEqual([])
  })

  // Verifies: REQ-QMS-452
  it('of other programs is named and never removed: locks of the index and of references', async () => {
    const project = await initialised()
    const files = [
      '.git/index.lock',
      '.git/HEAD.lock',
      '.git/refs/heads/main.lock',
      '.git/config.lock',
      '.git/packed-refs.lock',
    ]
    for (const file of files) project.write(file, '')
    utimesSync(project.path('.git/index.lock'), 1e9, 1e9)
    const found = await amiss(project, 'locks')
    expect(found.map((f) => f.about).sort()).toEqual(files.map((f) => project.path(f)).sort())
    expect(new Set(found.map((f) => f.state))).toEqual(new Set(['warning']))
    const said = await doctor(project, '--fix')
    expect(said.mended).toEqual([])
    for (const file of files) expect({ file, there: project.has(file) }).toEqual({ file, there: true })
  })

  const DEAD = '999999-1-000000-00000000-000000-00000000'
  /** Made by another host long ago. */
  const old = (project: Project, file: string) => {
    project.write(file, '')
    utimesSync(project.path(file), 1e9, 1e9)
  }

  it('of this program is swept where its owner is gone, and left where it may live', async () => {
    const project = await initialised()
    await project.use((qms) => create(qms, claude, { type: 'CR', title: 'Limits' }))
    const gone = [
      `.git/qms/turn.1.${DEAD}`,
      `.git/qms/view.json.${DEAD}`,
      `.git/qms/journal.${DEAD}`,
      `.git/index.qms-tmp-${DEAD}`,
      `.git/index.qms-new-${DEAD}.lock`,
      `QMS/SOP/.SOP-001.md.qms-tmp-${DEAD}`,
      `.qms/workspace/claude/.CR-001.md.qms-tmp-${DEAD}`,
      `.qms.config.json.qms-tmp-${DEAD}`,
    ]
    for (const file of gone) old(project, file)
    const other = DEAD.replace('999999', '999998')
    const maybe = `.git/qms/views.1.${other}`
    project.write(maybe, '')
    linkSync(project.path(`.git/index.qms-tmp-${DEAD}`), project.path('.git/index.lock'))
    const found = await amiss(project, 'leftovers')
    expect(found.map((f) => f.about).sort()).toEqual(gone.map((f) => project.path(f)).sort())
    expect(await amiss(project, 'locks')).toEqual([])
    expect(await amiss(project, 'strangers')).toEqual([])
    const shown = await doctor(project, '--fix --dry-run')
    expect(shown.mended).toEqual([
      { check: 'leftovers', does: 'finishes or undoes what was left, and removes 8 files', refused: null },
    ])
    for (const file of gone) expect({ file, there: project.has(file) }).toEqual({ file, there: true })
    utimesSync(project.path(maybe), 1e9, 1e9)
    const fixed = await doctor(project, '--fix')
    expect(fixed.mended.map((m) => m.check)).toEqual(['leftovers'])
    expect(fixed.checks.find((c) => c.name === 'leftovers')?.state).toBe('ok')
    for (const file of [...gone, '.git/index.lock'])
      expect({ file, there: project.has(file) }).toEqual({ file, there: false })
    expect((await doctor(project, '--fix')).mended).toEqual([])
    project.edit('claude', 'CR-001', (text) => text)
    await project.use((qms) => checkin(qms, claude, 'CR-001'))
  })
})

describe('a repository that may only be read', () => {
  it('is looked at all the same', async () => {
    const project = await initialised()
    chmodSync(project.path('.git'), 0o555)
    const states = (await looked(project)).map((c) => c.state)
    chmodSync(project.path('.git'), 0o755)
    expect(states).not.toContain('problem')
  })
})
