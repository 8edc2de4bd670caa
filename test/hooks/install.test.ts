/** Hooks are put beside what is there, found again by git however it is started, and taken away without a trace. */
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { BIN, folder, initialised, Project, ROOT, repository } from '../support/cli.ts'
import { does, git, stopped, withServer } from '../support/hooks.ts'

const SOP = 'QMS/SOP/SOP-001.md'
const NAMES = ['pre-commit', 'pre-merge-commit', 'commit-msg', 'pre-push']
const edit = (p: Project): void => p.write(SOP, `${p.read(SOP)}by hand\n`)

/** Names, modes and bytes of a folder; of links, where they lead. */
const contents = (at: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(at)
      .sort()
      .map((name) => {
        const stats = lstatSync(join(at, name))
        const what = stats.isSymbolicLink()
          ? readlinkSync(join(at, name))
          : stats.isFile()
            ? readFileSync(join(at, name), 'latin1')
            : ''
        return [name, `${(stats.mode & 0o777).toString(8)} ${what}`]
      }),
  )

/** A hook of somebody else, which notes that it ran, with what, and what it was given to read. */
const theirs = (p: Project, path: string, more = '', mode = 0o755, head = '#!/bin/sh\n'): void => {
  p.write(path, `${head}echo "$(basename "$0") $*" >> "${p.path('ran.txt')}"\n${more}`)
  chmodSync(p.path(path), mode)
}
const ran = (p: Project): string => (p.has('ran.txt') ? p.read('ran.txt') : '')

const code = (p: Project): void => p.write('src/code.txt', `${Math.random()}\n`)

describe('qms hooks install --git', () => {
  // Verifies: REQ-QMS-404
  it("puts four hooks into git's folder; twice is once; they hold, and are taken away without a trace", async () => {
    const p = await initialised()
    const before = contents(p.path('.git/hooks'))
    expect((await p.json('hooks install --git --dry-run')).result).toMatchObject({ dryRun: true })
    expect(contents(p.path('.git/hooks'))).toEqual(before)
    const said = await p.ok('hooks install --git')
    for (const name of NAMES) expect(said).toContain(`  ${name.padEnd(16)}  written\n`)
    expect(said).toContain(p.path('.git/hooks'))
    const installed = contents(p.path('.git/hooks'))
    expect(await p.ok('hooks install --git')).toContain('pre-commit        is in place already')
    expect(contents(p.path('.git/hooks'))).toEqual(installed)
    const shown = (await p.json('hooks show')).result
    expect(shown.hooks.map((h: { state: string }) => h.state)).toEqual(NAMES.map(() => 'installed'))
    edit(p)
    await stopped(p, 'HAND_COMMIT', 'commit', '-a', '-m', 'by hand')
    await p.ok('hooks install --git --uninstall')
    expect(contents(p.path('.git/hooks'))).toEqual(before)
    expect(await p.ok('hooks install --git --uninstall')).toContain('nothing of qms there')
  })

  // Verifies: REQ-QMS-404
  it('calls a hook that was there first, with its arguments and what it reads; its refusal counts', async () => {
    const p = await initialised()
    withServer(p)
    for (const name of ['pre-commit', 'commit-msg']) theirs(p, `.git/hooks/${name}`)
    theirs(p, '.git/hooks/pre-push', `cat >> "${p.path('ran.txt')}"\n`)
    theirs(p, '.git/hooks/pre-merge-commit', '', 0o644)
    const before = contents(p.path('.git/hooks'))
    const said = await p.ok('hooks install --git')
    expect(said).toContain('the hook that was there is called first')
    expect(said).toContain('pre-push.before-qms')
    code(p)
    await does(p, 'commit', '-m', 'code', '--', 'src/code.txt')
    await does(p, 'push', '-q', 'origin', 'main')
    expect(ran(p)).toMatch(
      /^pre-commit\.before-qms \ncommit-msg\.before-qms \S*COMMIT_EDITMSG\npre-push\.before-qms origin /,
    )
    expect(ran(p)).toMatch(/refs\/heads\/main [0-9a-f]{40} refs\/heads\/main 0{40}\n$/)
    edit(p)
    await stopped(p, 'HAND_COMMIT', 'commit', '-m', 'by hand', '--', SOP)
    p.git('checkout', '-q', SOP)
    p.git('checkout', '-q', '-b', 'topic', 'main~1')
    p.write('t.txt', 't')
    p.git('add', 't.txt')
    await does(p, 'commit', '-m', 'topic')
    await does(p, 'merge', '--no-edit', 'main')
    expect(ran(p)).not.toContain('pre-merge-commit')
    theirs(p, '.git/hooks/pre-commit.before-qms', 'exit 7\n')
    code(p)
    expect((await git(p, ['commit', '-a', '-m', 'code'])).code).not.toBe(0)
    theirs(p, '.git/hooks/pre-commit.before-qms')
    await p.ok('hooks install --git --uninstall')
    expect(contents(p.path('.git/hooks'))).toEqual(before)
  })

  it('goes with links: a hook that is one, a folder that is one, and a link to nothing', async () => {
    const p = await initialised()
    theirs(p, 'scripts/check.sh')
    symlinkSync('../../scripts/check.sh', p.path('.git/hooks/pre-commit'))
    symlinkSync('nowhere', p.path('.git/hooks/commit-msg'))
    const away = folder('shared hooks')
    rmSync(away, { recursive: true })
    renameSync(p.path('.git/hooks'), away)
    rmSync(join(away, 'pre-commit'))
    symlinkSync(p.path('scripts/check.sh'), join(away, 'pre-commit'))
    symlinkSync(away, p.path('.git/hooks'))
    const before = contents(away)
    expect(await p.ok('hooks install --git')).toContain('leads to it')
    code(p)
    await does(p, 'commit', '-m', 'code', '--', 'src/code.txt')
    expect(ran(p)).toBe('pre-commit.before-qms \n')
    await p.ok('hooks install --git --uninstall')
    expect(contents(away)).toEqual(before)
  })

  it('goes with core.hooksPath in the work tree: our lines come first in a script of a shell, beside any other', async () => {
    const p = await initialised()
    theirs(p, '.githooks/pre-commit', 'exit 0\n', 0o755, '#!/usr/bin/env bash\n# theirs\n')
    theirs(p, '.githooks/commit-msg', '', 0o644)
    p.write('.githooks/pre-push', '#!/usr/bin/env perl\nexit 0;\n')
    chmodSync(p.path('.githooks/pre-push'), 0o755)
    p.git('config', 'core.hooksPath', '.githooks')
    const before = contents(p.path('.githooks'))
    const said = await p.ok('hooks install --git')
    expect(said).toContain('core.hooksPath (local) names it')
    expect(said).toContain('pre-commit        put into the hook that is there')
    const text = p.read('.githooks/pre-commit')
    expect(text).toMatch(/^#!\/usr\/bin\/env bash\n# >>> qms hook pre-commit/)
    expect(text).not.toContain(process.execPath)
    const env = { PATH: `${join(folder('bin'))}:${process.env.PATH}` }
    symlinkSync(BIN, join(env.PATH.split(':')[0] ?? '', 'qms'))
    edit(p)
    expect((await git(p, ['commit', '-a', '-m', 'x'], { env })).err).toContain('[HAND_COMMIT]')
    expect(ran(p)).toBe('')
    p.git('checkout', '-q', SOP)
    code(p)
    expect((await git(p, ['commit', '-a', '-m', 'x'], { env })).code).toBe(0)
    expect(ran(p)).toBe('pre-commit \n')
    await p.ok('hooks install --git --uninstall')
    expect(contents(p.path('.githooks'))).toEqual(before)
  })

  it('goes with husky: into its own files, which stay when it writes its folder anew', async () => {
    const p = await initialised()
    const husky = (): void => {
      rmSync(p.path('.husky/_'), { recursive: true, force: true })
      p.write(
        '.husky/_/h',
        'n=$(basename "$0")\ns=$(dirname "$(dirname "$0")")/$n\n[ ! -f "$s" ] && exit 0\nsh -e "$s" "$@"\nexit $?\n',
      )
      for (const name of NAMES) {
        p.write(`.husky/_/${name}`, '#!/usr/bin/env sh\n. "$(dirname "$0")/h"\n')
        chmodSync(p.path(`.husky/_/${name}`), 0o755)
      }
      p.git('config', 'core.hooksPath', '.husky/_')
    }
    husky()
    p.write('.husky/pre-commit', `echo husky >> "${p.path('ran.txt')}"\n`)
    p.write('.husky/pre-push', `cat >> "${p.path('ran.txt')}"\n`)
    const before = contents(p.path('.husky'))
    await p.ok('hooks install --git')
    husky()
    const bin = folder('bin')
    symlinkSync(BIN, join(bin, 'qms'))
    const env = { PATH: `${bin}:${process.env.PATH}` }
    edit(p)
    expect((await git(p, ['commit', '-a', '-m', 'x'], { env })).err).toContain('[HAND_COMMIT]')
    p.git('checkout', '-q', SOP)
    code(p)
    expect((await git(p, ['commit', '-a', '-m', 'x'], { env })).code).toBe(0)
    withServer(p)
    expect((await git(p, ['push', '-q', 'origin', 'main'], { env })).code).toBe(0)
    expect(ran(p)).toMatch(/^husky\nrefs\/heads\/main /)
    await p.ok('hooks install --git --uninstall')
    expect(contents(p.path('.husky'))).toEqual(before)
  })

  it('gives lefthook its lines in a file of its own; one that is there is left, and the lines are shown', async () => {
    const p = await initialised()
    p.write('lefthook.yml', 'pre-commit:\n  commands: {}\n')
    const hooks = contents(p.path('.git/hooks'))
    expect(await p.ok('hooks install --git')).toContain('  lefthook install\n')
    expect(contents(p.path('.git/hooks'))).toEqual(hooks)
    const { parse } = await import('yaml')
    const settings = parse(p.read('lefthook-local.yml'))
    expect(Object.keys(settings)).toEqual(NAMES)
    expect(settings['pre-push'].commands.qms).toEqual({
      run: `'${process.execPath}' '${BIN}' hook pre-push`,
      use_stdin: true,
    })
    expect(settings['commit-msg'].commands.qms.run).toMatch(/ hook commit-msg \{1\}$/)
    edit(p)
    p.git('add', SOP)
    const { run } = settings['pre-commit'].commands.qms
    expect(spawnSync('sh', ['-c', run], { cwd: p.root, encoding: 'utf8' }).stderr).toContain('[HAND_COMMIT]')
    await p.ok('hooks install --git --uninstall')
    expect(p.has('lefthook-local.yml')).toBe(false)
    p.write('lefthook-local.yml', 'output: false\n')
    expect(await p.refused('hooks install --git', 'HOOK_IN_THE_WAY')).toContain('use_stdin: true')
    expect(p.read('lefthook-local.yml')).toBe('output: false\n')
  })

  it('serves linked work trees, and paths with spaces and quotes', async () => {
    const p = new Project(folder("it's a place"))
    p.git('init', '-q')
    p.write('a.txt', 'a\n')
    p.git('add', '.')
    p.git('commit', '-q', '-m', 'a')
    await p.ok('init')
    p.git('worktree', 'add', '-q', '-b', 'topic', `${p.root} linked`)
    const linked = new Project(`${p.root} linked`)
    expect(await linked.ok('hooks install --git')).toContain(p.path('.git/hooks'))
    for (const at of [p, linked]) {
      edit(at)
      await stopped(at, 'HAND_COMMIT', 'commit', '-a', '-m', 'by hand')
    }
  })

  it('leaves what was changed since: lines of others stay, changed lines of ours are not taken', async () => {
    const p = await initialised()
    theirs(p, '.git/hooks/pre-commit')
    await p.ok('hooks install --git')
    const own = (name: string): void =>
      p.write(`.git/hooks/${name}`, `${p.read(`.git/hooks/${name}`)}echo mine >> ran.txt\n`)
    own('pre-commit')
    own('commit-msg')
    expect(await p.ok('hooks install --git --uninstall')).toContain('taken out; the other lines stay')
    expect(p.read('.git/hooks/commit-msg')).toBe('#!/bin/sh\necho mine >> ran.txt\n')
    code(p)
    await does(p, 'commit', '-m', 'code', '--', 'src/code.txt')
    expect(ran(p)).toBe('pre-commit.before-qms \nmine\nmine\n')
    const q = await initialised()
    await q.ok('hooks install --git')
    q.write('.git/hooks/pre-push', q.read('.git/hooks/pre-push').replace('|| exit $?', ''))
    const before = contents(q.path('.git/hooks'))
    await q.refused('hooks install --git --uninstall', 'HOOK_IN_THE_WAY')
    await q.refused('hooks install --git', 'HOOK_IN_THE_WAY')
    expect(contents(q.path('.git/hooks'))).toEqual(before)
    expect(await q.ok('hooks show')).toContain('was changed since')
  })

  it('does not lose a hook where another tool has put its own in the place of ours', async () => {
    const p = await initialised()
    theirs(p, '.git/hooks/pre-commit')
    await p.ok('hooks install --git')
    theirs(p, '.git/hooks/pre-commit', '# of another tool\n')
    expect(await p.ok('hooks show')).toContain('does not call qms')
    const before = contents(p.path('.git/hooks'))
    await p.refused('hooks install --git', 'HOOK_IN_THE_WAY')
    expect(contents(p.path('.git/hooks'))).toEqual(before)
  })

  it('is refused without a project, without a word which hooks, and where a folder has the name of a hook', async () => {
    await repository().refused('hooks install --git', 'NOT_INITIALISED')
    const p = await initialised()
    await p.refused('hooks install', 'USAGE')
    await p.refused('hooks install --git --server x', 'USAGE')
    p.write('.git/hooks/pre-push/x', 'x')
    const before = contents(p.path('.git/hooks'))
    await p.refused('hooks install --git', 'HOOK_IN_THE_WAY')
    expect(contents(p.path('.git/hooks'))).toEqual(before)
  })
})

describe('an installed hook finds the program', () => {
  /** As if it had been installed from a place that is gone. */
  const moved = async (): Promise<Project> => {
    const p = await initialised()
    await p.ok('hooks install --git')
    for (const name of NAMES) {
      const text = p.read(`.git/hooks/${name}`)
      p.write(`.git/hooks/${name}`, text.replace(`qms_file='${BIN}'`, "qms_file='/gone/qms.cjs'"))
      chmodSync(p.path('.git/hooks', name), 0o755)
    }
    edit(p)
    return p
  }
  const tried = (p: Project, env: NodeJS.ProcessEnv = {}) => git(p, ['commit', '-a', '-m', 'x'], { env })

  it('by the path it was installed from, without any PATH to it', async () => {
    const p = await initialised()
    await p.ok('hooks install --git')
    edit(p)
    expect((await tried(p, { PATH: '/usr/bin:/bin' })).err).toContain('[HAND_COMMIT]')
  })

  it('else on the PATH, where programs are put, and in node_modules, unless git tracks it', async () => {
    const p = await moved()
    const bin = folder('bin')
    symlinkSync(BIN, join(bin, 'qms'))
    expect((await tried(p, { PATH: `${bin}:${process.env.PATH}` })).err).toContain('[HAND_COMMIT]')
    const home = new Project(folder('home'))
    home.write('.nvm/versions/node/v20.1.0/bin/other', '')
    symlinkSync(BIN, home.path('.nvm/versions/node/v20.1.0/bin/qms'))
    expect((await tried(p, { HOME: home.root })).err).toContain('[HAND_COMMIT]')
    p.write('node_modules/.bin/other', '')
    symlinkSync(BIN, p.path('node_modules/.bin/qms'))
    expect((await tried(p)).err).toContain('[HAND_COMMIT]')
    p.git('add', '-f', 'node_modules')
    const said = await tried(p, { PATH: `${p.path('node_modules/.bin')}:${process.env.PATH}` })
    expect(said.err).toContain('was not found')
  })

  it('else refuses, and says how to go on with it and without it', async () => {
    const p = await moved()
    const said = await tried(p)
    expect(said.code).not.toBe(0)
    expect(said.err).toContain('was not found: nothing was done (pre-commit)')
    expect(said.err).toContain('.git/hooks/pre-commit')
  })
})

describe('qms hooks install --server', () => {
  it('puts pre-receive into a bare repository, beside what is there; it holds for whoever pushes', async () => {
    const p = await initialised()
    const server = withServer(p)
    theirs(server, 'hooks/pre-receive', `cat >> "${server.path('ran.txt')}"\n`)
    const before = contents(server.path('hooks'))
    expect(await p.ok(`hooks install --server ${server.root}`)).toContain('pre-receive')
    await does(p, 'push', '-q', 'origin', 'main')
    expect(ran(server)).toMatch(/^pre-receive\.before-qms \n0{40} [0-9a-f]{40} refs\/heads\/main\n$/)
    edit(p)
    p.git('commit', '-q', '-a', '-m', 'by hand')
    const said = await git(p, ['push', 'origin', 'main'])
    expect(said.err).toMatch(/remote: Refused \[DAMAGED\].*SOP-001/)
    expect(said.err).toContain('pre-receive hook declined')
    expect(await p.ok(`hooks show --server ${server.root}`)).toContain('pre-receive.before-qms')
    await p.ok(`hooks install --server ${server.root} --uninstall`)
    expect(contents(server.path('hooks'))).toEqual(before)
  })

  it('is refused for a repository that people commit in, and for a folder that is none', async () => {
    const p = await initialised()
    await p.refused('hooks install --server .', 'USAGE')
    await p.refused(`hooks install --server ${folder()}`, 'NO_REPOSITORY')
  })
})

const FRAMEWORK = spawnSync('pre-commit', ['--version']).status === 0

describe.skipIf(!FRAMEWORK)('the framework pre-commit (skipped where it is not installed)', () => {
  /** Its settings name a repository with our manifest; `qms` is on the PATH. */
  const framed = async () => {
    const p = await initialised()
    const hooks = new Project(folder('manifest'))
    hooks.git('init', '-q')
    hooks.write('.pre-commit-hooks.yaml', readFileSync(join(ROOT, '.pre-commit-hooks.yaml'), 'utf8'))
    hooks.git('add', '.')
    hooks.git('commit', '-q', '-m', 'manifest')
    const bin = folder('bin')
    symlinkSync(BIN, join(bin, 'qms'))
    const env = { PATH: `${bin}:${process.env.PATH}`, PRE_COMMIT_HOME: folder('cache') }
    const ids = ['qms-pre-commit', 'qms-commit-msg', 'qms-pre-push']
      .map((id) => `      - id: ${id}\n`)
      .join('')
    const config = `repos:\n  - repo: ${hooks.root}\n    rev: ${hooks.git('rev-parse', 'HEAD')}\n    hooks:\n${ids}`
    p.write('.pre-commit-config.yaml', config)
    p.git('add', '.pre-commit-config.yaml')
    p.git('commit', '-q', '-m', 'framework')
    const install = () =>
      spawnSync(
        'pre-commit',
        ['install', '-t', 'pre-commit', '-t', 'commit-msg', '-t', 'pre-push', '-t', 'pre-merge-commit'],
        {
          cwd: p.root,
          env: { ...process.env, ...env },
          encoding: 'utf8',
        },
      )
    return { p, env, install }
  }

  it('calls the hooks of our manifest, and takes their exit codes', async () => {
    const { p, env, install } = await framed()
    expect(install().status).toBe(0)
    const server = withServer(p)
    edit(p)
    const by = (...args: string[]) => git(p, args, { env })
    const refused = await by('commit', '-a', '-m', 'by hand')
    expect({ ...refused, failed: refused.code !== 0 }).toMatchObject({ failed: true })
    expect(refused.err + refused.out).toContain('Refused [HAND_COMMIT]')
    p.git('checkout', '-q', SOP)
    code(p)
    expect((await by('commit', '-a', '-m', 'code')).code).toBe(0)
    expect((await by('push', 'origin', 'main')).code).toBe(0)
    await p.ok('policy set commits recorded -u lead')
    code(p)
    const unrecorded = await by('commit', '-a', '-m', 'code')
    expect(unrecorded.err + unrecorded.out).toContain('Refused [COMMIT_UNRECORDED]')
    expect((await by('push', 'origin', 'main')).code).toBe(0)
    p.git('reset', '-q', '--hard', 'HEAD~1')
    const rewound = await by('push', '--force', 'origin', 'main')
    expect(rewound.err + rewound.out).toContain('Refused [PUSH_REFUSED]')
    expect(server.git('rev-parse', 'main')).not.toBe(p.tip())
  }, 240_000)

  it('goes on calling our hooks where it is installed after them, and we its hooks where it was there before', async () => {
    for (const first of ['qms', 'framework']) {
      const { p, env, install } = await framed()
      p.write('.pre-commit-config.yaml', 'repos: []\n')
      p.git('commit', '-q', '-a', '-m', 'nothing to call')
      if (first === 'framework') expect(install().status).toBe(0)
      await p.ok('hooks install --git')
      if (first === 'qms') expect(install().status).toBe(0)
      expect({
        first,
        states: new Set((await p.json('hooks show')).result.hooks.map((h: { state: string }) => h.state)),
      }).toEqual({
        first,
        states: new Set(['installed']),
      })
      edit(p)
      const said = await git(p, ['commit', '-a', '-m', 'by hand'], { env })
      expect(said.err + said.out).toContain('Refused [HAND_COMMIT]')
      p.git('checkout', '-q', SOP)
      code(p)
      expect((await git(p, ['commit', '-a', '-m', 'code'], { env })).code).toBe(0)
      await p.ok('hooks install --git --uninstall')
      expect(existsSync(p.path('.git/hooks/pre-commit'))).toBe(true)
      expect(readdirSync(p.path('.git/hooks')).filter((name) => /qms|legacy/.test(name))).toEqual([])
    }
  }, 240_000)
})
