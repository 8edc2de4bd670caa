/** What stands around a store: repositories in repositories, hooks, settings, environment, work in progress (H23, H24, H31 to H34). */
import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  BIN,
  claude,
  create,
  drafted,
  folder,
  initialised,
  launch,
  Project,
  repository,
  route,
} from '../support/cli.ts'
import { unchanged } from './attack.ts'

const LINE = 'create CR --title X -u claude'

describe('H23. which repository is meant', () => {
  it('the nearest one: a repository inside another is its own, and the outer one is left alone', async () => {
    const outer = await initialised()
    const inner = new Project(outer.path('src/inner'))
    mkdirSync(inner.root)
    inner.git('init', '-q')
    const before = outer.git('for-each-ref')
    await inner.refused('status', 'NOT_INITIALISED')
    await inner.init()
    await inner.ok(LINE)
    expect(outer.git('for-each-ref')).toBe(before)
    expect(inner.git('log', '--format=%s', '-1')).toContain('CR-001: create')
    expect(await outer.ok('list --type CR')).not.toContain('CR-001')
  })

  it('a submodule has its own store; the outer repository sees a changed submodule and nothing else', async () => {
    const outer = await initialised()
    const inner = await initialised()
    outer.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.root, 'sub')
    outer.git('commit', '-qm', 'sub')
    const sub = new Project(outer.path('sub'))
    const before = outer.tip()
    await sub.ok(LINE)
    expect(sub.git('log', '--format=%s', '-1')).toContain('CR-001: create')
    expect(outer.tip()).toBe(before)
    expect(inner.git('log', '--format=%s', '-1')).not.toContain('CR-001')
  })

  it('a linked work tree is the same store, found from its folder', async () => {
    const project = await initialised()
    const linked = new Project(`${project.root}-linked`)
    project.git('worktree', 'add', '-q', '--detach', linked.root)
    await linked.ok(LINE)
    expect(project.git('log', '--format=%s', '-1', 'main')).toContain('CR-001: create')
    expect(project.has('.qms/workspace/claude/CR-001.md')).toBe(true)
    expect(linked.has('.qms')).toBe(false)
  })

  it('a bare repository is named and refused, and so is the folder of git itself', async () => {
    const project = await initialised()
    const bare = new Project(`${project.root}.git`)
    project.git('clone', '-q', '--bare', project.root, bare.root)
    expect(await bare.refused('status', 'GIT')).toContain(`${bare.root} is bare`)
    const inside = await launch(process.execPath, [BIN, 'status'], { cwd: project.path('.git') })
    expect(inside.err).toMatch(/^Refused \[(GIT|NO_REPOSITORY)\]/)
  })

  it('on a branch without commits a store can be begun, and is found only after that', async () => {
    const project = new Project(folder())
    project.git('init', '-q')
    await project.refused('status', 'NOT_INITIALISED')
    await project.ok('init')
    await project.ok(LINE)
    project.git('checkout', '-q', '--orphan', 'empty')
    project.git('rm', '-rqf', '--cached', '.')
    expect(await project.ok('list')).toContain('CR-001')
    await project.ok('create INV --title Y -u claude')
    expect(project.git('log', '--format=%s', '-1', 'main')).toContain('INV-001: create')
  })

  it.skipIf(process.getuid?.() !== 0)(
    'one that belongs to somebody else is refused, with the way to trust it',
    async () => {
      const project = await initialised()
      execFileSync('chown', ['-R', '12345:12345', project.root])
      const before = readFileSync(project.path('.git/refs/heads/main'), 'utf8')
      for (const line of ['status', LINE]) {
        const said = await project.run(line)
        expect(said.err).toMatch(/^Refused \[GIT\]/)
        expect(said.err).toContain(`git config --global --add safe.directory ${project.root}`)
      }
      expect(readFileSync(project.path('.git/refs/heads/main'), 'utf8')).toBe(before)
      chownSync(project.root, 0, 0)
    },
  )
})

it('H24. settings above the repository, and beside it, are not read', async () => {
  const outer = folder()
  chmodSync(outer, 0o777)
  const planted = '{"branch":"evil","workspace":"../../evil","documentLimit":1}'
  writeFileSync(join(outer, 'qms.config.json'), planted)
  mkdirSync(join(outer, '.qms'))
  const project = new Project(join(outer, 'project'))
  mkdirSync(project.root)
  project.git('init', '-q')
  project.write('src/code.txt', 'code\n')
  project.git('add', '.')
  project.git('commit', '-qm', 'code')
  await project.init()
  const settings = (await project.json('config')).result.settings
  expect(new Set(settings.map((s: { from: string }) => s.from))).toEqual(new Set(['default']))
  await project.ok(LINE)
  expect(project.has('.qms/workspace/claude/CR-001.md')).toBe(true)
  expect(readdirSync(outer).sort()).toEqual(['.qms', 'project', 'qms.config.json'])
  // What counts is what is committed on the control branch: an edit of the file is not even read.
  project.write('qms.config.json', planted)
  expect((await project.json('config')).result.settings).toEqual(settings)
  await project.ok('list', { cwd: project.path('src') })
})

// Verifies: REQ-QMS-902
describe('H31, H32. programs that a repository names', () => {
  let project: Project
  let marker: string
  beforeEach(async () => {
    project = await initialised()
    marker = project.path('..', `${project.root.split('/').at(-1)}-ran`)
  })
  const note = (what: string): string => `sh -c 'echo ${what} >> ${marker}; exit 1'`
  const ran = (): string => (existsSync(marker) ? readFileSync(marker, 'utf8') : '')

  /** Every kind of command: reading, writing, searching, comparing, initialising. */
  const everything = async (): Promise<void> => {
    for (const line of [
      LINE,
      'status',
      'list',
      'read SOP-001',
      'history CR-001',
      'diff SOP-001',
      'search quality',
      'tree',
      'inbox -u qa',
    ])
      expect({ line, ...(await project.run(line)), out: '' }).toEqual({ line, code: 0, err: '', out: '' })
    await project.use((qms) => drafted(project, qms, 'INV'))
    await project.use((qms) => route(qms, claude, 'INV-001', {}))
    await project.run('init')
  }

  it('hooks, in whichever folder, are never run', async () => {
    const names = execFileSync('git', ['help', '-c'], { encoding: 'utf8' }) && [
      'applypatch-msg',
      'pre-commit',
      'prepare-commit-msg',
      'commit-msg',
      'post-commit',
      'pre-rebase',
      'post-checkout',
      'post-merge',
      'pre-push',
      'pre-receive',
      'update',
      'post-update',
      'reference-transaction',
      'post-index-change',
      'fsmonitor-watchman',
      'post-rewrite',
      'pre-auto-gc',
      'sendemail-validate',
    ]
    const other = project.path('hooks')
    mkdirSync(other)
    for (const at of [project.path('.git/hooks'), other])
      for (const name of names) {
        writeFileSync(join(at, name), `#!/bin/sh\necho ${name} >> ${marker}\ntouch QMS/edited\nexit 1\n`)
        chmodSync(join(at, name), 0o755)
      }
    await everything()
    project.git('config', 'core.hooksPath', other)
    await project.ok('create CR --title Y -u claude')
    expect(ran()).toBe('')
    expect(project.has('QMS/edited')).toBe(false)
  })

  it('settings that name a program, or another place, have no effect', async () => {
    const evil = await initialised()
    const included = project.path('..', 'included.config')
    writeFileSync(
      included,
      `[core]\n\tsshCommand = ${note('included').replaceAll("'", '')}\n\tfsmonitor = ${marker}-x\n`,
    )
    const settings = {
      'core.fsmonitor': note('fsmonitor'),
      'core.hooksPath': '.git/hooks',
      'core.sshCommand': note('ssh'),
      'core.gitProxy': note('proxy'),
      'core.askPass': note('askpass'),
      'core.alternateRefsCommand': note('alternates'),
      'core.pager': note('pager'),
      'core.editor': note('editor'),
      'sequence.editor': note('sequence'),
      'commit.gpgSign': 'true',
      'tag.gpgSign': 'true',
      'gpg.program': note('gpg'),
      'gpg.ssh.program': note('gpg-ssh'),
      'diff.external': note('external'),
      'diff.evil.textconv': note('textconv'),
      'diff.evil.command': note('command'),
      'filter.evil.clean': note('clean'),
      'filter.evil.smudge': note('smudge'),
      'filter.evil.process': note('process'),
      'merge.evil.driver': note('driver'),
      'interactive.diffFilter': note('diffFilter'),
      'credential.helper': `!${note('credential')}`,
      'alias.update-ref': `!${note('alias')}`,
      'alias.cat-file': `!${note('alias')}`,
      'pager.log': note('pager-log'),
      'pager.grep': note('pager-grep'),
      'include.path': included,
      'protocol.ext.allow': 'always',
      'protocol.allow': 'always',
      'remote.origin.url': `ext::${note('ext')}`,
      'remote.origin.uploadpack': note('uploadpack'),
      [`url.${evil.root}/.insteadOf`]: project.root,
      'log.showSignature': 'true',
      'log.follow': 'true',
      'grep.patternType': 'perl',
      'grep.column': 'true',
      'grep.fullName': 'false',
      'color.ui': 'always',
      'core.quotePath': 'true',
      'core.ignoreCase': 'true',
      'core.attributesFile': '.git/info/attributes',
      'user.useConfigOnly': 'true',
      'gc.auto': '1',
      'core.untrackedCache': 'true',
      'core.splitIndex': 'true',
    }
    for (const [key, value] of Object.entries(settings)) project.git('config', key, value)
    project.write('.git/info/attributes', '* filter=evil diff=evil merge=evil\n')
    const before = evil.everything()
    await everything()
    expect(ran()).toBe('')
    expect(evil.everything()).toEqual(before)
    expect(
      project.git(
        '--no-pager',
        '-c',
        'core.fsmonitor=false',
        'show',
        '--no-show-signature',
        '-s',
        '--format=%G?',
        'main',
      ),
    ).toBe('N')
  })

  it('a clone that leaves objects out fetches none: nothing that its settings name is started', async () => {
    const oid = project.git('rev-parse', 'main:QMS/SOP/SOP-001.md')
    const loose = project.path('.git/objects', oid.slice(0, 2), oid.slice(2))
    if (!existsSync(loose)) {
      project.git('repack', '-q', '-a', '-d')
      const pack = readdirSync(project.path('.git/objects/pack')).find((name) => name.endsWith('.pack')) ?? ''
      const bytes = readFileSync(project.path('.git/objects/pack', pack))
      rmSync(project.path('.git/objects/pack'), { recursive: true })
      mkdirSync(project.path('.git/objects/pack'))
      execFileSync('git', ['unpack-objects', '-q'], { cwd: project.root, input: bytes })
    }
    rmSync(loose)
    for (const [key, value] of [
      ['core.repositoryFormatVersion', '1'],
      ['extensions.partialClone', 'evil'],
      ['remote.evil.promisor', 'true'],
      ['remote.evil.url', project.root],
      ['remote.evil.uploadpack', `touch ${marker}; git-upload-pack`],
      ['protocol.file.allow', 'always'],
    ] as const)
      project.git('config', key, value)
    const said = await project.run('read SOP-001')
    expect(said.err).toMatch(/^Refused \[(DAMAGED|GIT|HISTORY_INCOMPLETE)\]/)
    await project.refused(LINE, 'HISTORY_INCOMPLETE')
    expect(ran()).toBe('')
    expect(existsSync(marker)).toBe(false)
  })

  it('a git planted in the folder, or found through a relative PATH, is not started', async () => {
    project.write('git', `#!/bin/sh\necho planted >> ${marker}\n`)
    chmodSync(project.path('git'), 0o755)
    for (const path of [`.:${process.env.PATH}`, `:${process.env.PATH}`, `src/..:${process.env.PATH}`])
      await project.ok('status', { env: { PATH: path } })
    expect(ran()).toBe('')
  })
})

describe('H33. the environment', () => {
  it('does not say which repository, which index, which time, or which program', async () => {
    const project = await initialised()
    const evil = await initialised()
    const marker = `${project.root}-ran`
    const program = `sh -c 'touch ${marker}'`
    const before = evil.everything()
    const started = Date.now()
    const env = {
      GIT_DIR: evil.path('.git'),
      GIT_WORK_TREE: evil.root,
      GIT_COMMON_DIR: evil.path('.git'),
      GIT_INDEX_FILE: evil.path('.git/index'),
      GIT_OBJECT_DIRECTORY: evil.path('.git/objects'),
      GIT_ALTERNATE_OBJECT_DIRECTORIES: evil.path('.git/objects'),
      GIT_NAMESPACE: 'evil',
      GIT_CONFIG: '/dev/null',
      GIT_CONFIG_GLOBAL: evil.path('.git/config'),
      GIT_CONFIG_COUNT: '2',
      GIT_CONFIG_KEY_0: 'core.bare',
      GIT_CONFIG_VALUE_0: 'true',
      GIT_CONFIG_KEY_1: 'core.fsmonitor',
      GIT_CONFIG_VALUE_1: program,
      GIT_CONFIG_PARAMETERS: "'core.bare=true'",
      GIT_AUTHOR_DATE: '2001-01-01T00:00:00Z',
      GIT_COMMITTER_DATE: '2001-01-01T00:00:00Z',
      GIT_AUTHOR_NAME: 'evil',
      GIT_EXTERNAL_DIFF: program,
      GIT_SSH_COMMAND: program,
      GIT_EDITOR: program,
      GIT_PAGER: program,
      GIT_EXEC_PATH: evil.root,
      GIT_TRACE: `${marker}-trace`,
      GIT_REPLACE_REF_BASE: 'refs/evil/',
      GIT_LITERAL_PATHSPECS: '0',
      GIT_GLOB_PATHSPECS: '1',
      EDITOR: program,
      VISUAL: program,
      PAGER: program,
      BROWSER: program,
      LESSOPEN: `|${program}`,
    }
    await project.ok(LINE, { env })
    await project.ok('diff SOP-001', { env })
    await project.ok('search quality', { env })
    expect(evil.everything()).toEqual(before)
    const [author, at] = project.git('log', '-1', '--format=%an %ct').split(' ')
    expect(author).toBe('claude')
    expect(Number(at) * 1000).toBeGreaterThan(started - 5000)
    expect(Date.parse(String(project.trail('CR/CR-001')[0]?.ts))).toBeGreaterThan(started - 5000)
    expect(readdirSync(project.path('..')).filter((name) => name.includes('-ran'))).toEqual([])
  })

  it('names a committer, and no line or bracket in that name becomes part of the commit', async () => {
    const project = await initialised()
    const env = { GIT_COMMITTER_NAME: 'A\nparent 0000\n<x>', GIT_COMMITTER_EMAIL: 'a>\nb' }
    await project.ok(LINE, { env })
    expect(project.git('log', '-1', '--format=%cn|%ce|%an')).toBe('Aparent 0000x|ab|claude')
    expect(project.git('fsck', '--strict')).toBe('')
  })
})

/** Everything of git's that belongs to the user: bit for bit, without the index of a checked-out control branch. */
const usersState = (project: Project): Record<string, string> => {
  const git = project.path('.git')
  const names = readdirSync(git, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /^(?:HEAD|ORIG_HEAD|MERGE_|CHERRY_PICK_HEAD|REVERT_HEAD|rebase-|sequencer|AUTO_MERGE|BISECT|refs\/stash|index$)/.test(
      name,
    ),
  )
  return Object.fromEntries(
    names.sort().map((name) => {
      const { stdout } = spawnSync('sha256sum', [join(git, name)], { encoding: 'utf8' })
      return [name, stdout]
    }),
  )
}

// Verifies: REQ-QMS-103
describe('H34. work in progress', () => {
  const commitAs = (project: Project, text: string, message: string): void => {
    project.write('src/code.txt', text)
    project.git('commit', '-q', '-m', message, '--', 'src/code.txt')
  }
  const conflicting = async (): Promise<Project> => {
    const project = await initialised()
    project.git('branch', 'side')
    project.git('branch', 'feature')
    commitAs(project, 'main\n', 'main')
    project.git('checkout', '-q', 'side')
    commitAs(project, 'side\n', 'side')
    project.git('checkout', '-q', 'feature')
    commitAs(project, 'feature\n', 'feature')
    return project
  }

  it.each([
    ['a merge', ['merge', 'side']],
    ['a rebase', ['rebase', 'side']],
    ['a cherry-pick', ['cherry-pick', 'side']],
    ['a revert', ['revert', '--no-edit', 'side']],
    ['a bisection', ['bisect', 'start']],
  ])('%s on another branch is not touched, bit for bit, and the transition is made', async (_, command) => {
    const project = await conflicting()
    try {
      project.git(...command)
    } catch {
      // it stops at the conflict, as it should
    }
    const [state, status] = [usersState(project), project.git('status', '--porcelain')]
    await project.ok(LINE)
    expect(usersState(project)).toEqual(state)
    expect(project.git('status', '--porcelain')).toBe(status)
    expect(project.git('log', '-1', '--format=%s', 'main')).toContain('CR-001: create')
  })

  it.each([
    ['a merge', ['merge', 'side']],
    ['a cherry-pick', ['cherry-pick', 'side']],
  ])('%s on the control branch itself goes on where it was', async (_, command) => {
    const project = await conflicting()
    project.git('checkout', '-q', 'main')
    expect(() => project.git(...command)).toThrow()
    const open = project.git('ls-files', '-u')
    await project.ok(LINE)
    expect(project.git('ls-files', '-u')).toBe(open)
    expect(project.git('status', '--porcelain')).toBe('UU src/code.txt')
    project.write('src/code.txt', 'both\n')
    project.git('commit', '-q', '-a', '-m', 'done')
    expect(await project.ok('list --type CR')).toContain('CR-001')
    expect(project.has('QMS/.audit/CR/CR-001.jsonl')).toBe(true)
  })

  it.each([['rebase'], ['rebase', '--apply']])(
    'a %s %s of the control branch is named: its end would undo the transition',
    async (...command) => {
      const project = await conflicting()
      project.git('checkout', '-q', 'main')
      expect(() => project.git(...command.filter((word) => word !== undefined), 'side')).toThrow()
      const state = usersState(project)
      const err = await unchanged(project, () => project.refused(LINE, 'LOCKED'))
      expect(err).toContain('a rebase of main')
      expect(err).toContain('git rebase --abort')
      expect(usersState(project)).toEqual(state)
      expect(await project.ok('list')).toContain('SOP-001')
      project.git('rebase', '--abort')
      await project.ok(LINE)
    },
  )

  it.each(['detached', 'dirty'])('a %s work tree stays as it is', async (kind) => {
    const project = await initialised()
    if (kind === 'detached') project.git('checkout', '-q', '--detach')
    project.write('src/staged.txt', 'staged\n')
    project.git('add', 'src/staged.txt')
    project.write('src/code.txt', 'unstaged\n')
    project.write('loose.txt', 'untracked\n')
    const [head, status] = [project.read('.git/HEAD'), project.git('status', '--porcelain')]
    const staged = project.git('diff', '--cached', '--', 'src')
    await project.ok(LINE)
    expect(project.read('.git/HEAD')).toBe(head)
    expect(project.git('status', '--porcelain')).toBe(status)
    expect(project.git('diff', '--cached', '--', 'src')).toBe(staged)
  })

  it('a lock of another program is waited for, then named, and never taken away', async () => {
    const project = await initialised()
    project.write('.git/index.lock', 'foreign')
    const err = await unchanged(project, () => project.refused(LINE, 'LOCKED'))
    expect(err).toContain('.git/index.lock')
    expect(project.read('.git/index.lock')).toBe('foreign')
  })
})

it('H23. outside of any repository nothing is made', async () => {
  const nowhere = folder()
  for (const line of ['status', LINE, 'init'])
    expect((await launch(process.execPath, [BIN, ...line.split(' ')], { cwd: nowhere })).code).toBe(3)
  expect(readdirSync(nowhere)).toEqual([])
  const fresh = repository()
  await fresh.denied('NOT_INITIALISED', (qms) => create(qms, claude, { type: 'CR', title: 'X' }))
})
