/** The git store in the repositories of real users: other branches, dirty indexes, hooks, hostile settings. */
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { newOwnerId } from '../../src/store/owner.ts'
import { openRepository } from '../../src/store/repository.ts'
import { makeRepository, type TestRepository } from '../support/repository.ts'
import { change, openStore, put, text } from '../support/stores.ts'

const DOC = 'QMS/CR/CR-001.md'

async function started(branch = 'main'): Promise<TestRepository> {
  const repository = makeRepository()
  const { store } = await openStore(repository.root, branch)
  await put(store, {
    [DOC]: 'one\n',
    '.gitattributes': 'QMS/** -text\n',
    'qms.config.json': `{"branch":"${branch}"}\n`,
  })
  return repository
}

describe('from wherever the user stands', () => {
  it('reads and writes the control branch from another branch, a subfolder, a detached HEAD and a linked worktree', async () => {
    const repository = await started()
    repository.git('checkout', '-q', '-b', 'feature')
    const other = repository.at(`${repository.root}-linked`)
    repository.git('worktree', 'add', '-q', '--detach', other.root)
    for (const [at, folder] of [repository.root, join(repository.root, 'src'), other.root].entries()) {
      const { store } = await openStore(folder)
      await put(store, { [DOC]: `change ${at}\n` })
      expect(await text(store, DOC)).toBe(`change ${at}\n`)
      expect(repository.git('show', `main:${DOC}`)).toBe(`change ${at}\n`)
      expect(readFileSync(join(repository.root, DOC), 'utf8')).toBe('one\n')
    }
    expect(repository.git('status', '--porcelain')).toBe('')
    expect(other.git('status', '--porcelain')).toBe('')
    repository.git('checkout', '-q', 'main')
    expect(readFileSync(join(repository.root, DOC), 'utf8')).toBe('change 2\n')
  })

  it('finds the branch by the marker at HEAD, and by its default name in a fresh clone', async () => {
    const repository = await started()
    repository.git('config', '--unset', 'qms.branch')
    expect((await openRepository(repository.root)).branch).toBe('main')
    const own = await started('qms')
    const clone = own.at(`${own.root}-clone`)
    own.git('clone', '-q', own.root, clone.root)
    const { store, repository: opened } = await openStore(clone.root, 'never')
    expect(opened.branch).toBe('qms')
    expect(await text(store, DOC)).toBe('one\n')
    await put(store, { [DOC]: 'two\n' })
    expect(clone.git('show', `qms:${DOC}`)).toBe('two\n')
    expect(clone.git('rev-parse', 'qms~1')).toBe(own.git('rev-parse', 'qms'))
  })

  it('follows the control branch in a linked worktree that has it checked out', async () => {
    const repository = await started()
    repository.git('checkout', '-q', '-b', 'feature')
    const linked = repository.at(`${repository.root}-linked`)
    repository.git('worktree', 'add', '-q', linked.root, 'main')
    const { store } = await openStore(repository.root)
    await put(store, { [DOC]: 'two\n', 'QMS/new/file.md': 'x' })
    expect(readFileSync(join(linked.root, DOC), 'utf8')).toBe('two\n')
    expect(linked.git('status', '--porcelain')).toBe('')
    expect(repository.git('status', '--porcelain')).toBe('')
  })

  it('works inside a submodule', async () => {
    const inner = await started()
    const outer = makeRepository()
    outer.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.root, 'sub')
    const { store, repository } = await openStore(join(outer.root, 'sub'))
    await put(store, { [DOC]: 'sub\n' })
    expect(repository.mainRoot).toBe(join(outer.root, 'sub'))
    expect(outer.at(join(outer.root, 'sub')).git('status', '--porcelain')).toBe('')
  })

  it('refuses no repository, and a bare one', async () => {
    const repository = makeRepository()
    await expect(openRepository('/')).rejects.toMatchObject({ code: 'NO_REPOSITORY' })
    repository.git('clone', '-q', '--bare', repository.root, `${repository.root}.git`)
    await expect(openRepository(`${repository.root}.git`)).rejects.toMatchObject({ code: 'GIT' })
    expect((await openRepository(repository.root)).branch).toBeNull()
  })
})

// Verifies: REQ-QMS-103
describe('beside the work of the user', () => {
  it('leaves other staged files, unstaged changes and the stash as they are', async () => {
    const repository = await started()
    repository.write('src/code.txt', 'stashed\n')
    repository.git('stash', '-q')
    repository.write('src/staged.txt', 'staged\n')
    repository.git('add', 'src/staged.txt')
    repository.write('src/code.txt', 'unstaged\n')
    repository.write('src/intent.txt', 'later\n')
    repository.git('add', '-N', 'src/intent.txt')
    const before = [repository.git('ls-files', '-s', 'src'), repository.git('status', '--porcelain')]
    const { store } = await openStore(repository.root)
    await put(store, { [DOC]: 'two\n', 'QMS/CR/CR-002.md': 'new\n' })
    expect([repository.git('ls-files', '-s', 'src'), repository.git('status', '--porcelain')]).toEqual(before)
    repository.git('commit', '-q', '-m', 'mine', 'src/staged.txt')
    expect(await text(store, DOC)).toBe('two\n')
    repository.git('commit', '-q', '-a', '-m', 'all of mine')
    expect(await text(store, DOC)).toBe('two\n')
    expect(repository.git('stash', 'list')).toContain('stash@{0}')
  })

  it('survives a merge in progress', async () => {
    const repository = await started()
    repository.git('checkout', '-q', '-b', 'side')
    repository.write('src/code.txt', 'side\n')
    repository.git('commit', '-q', '-am', 'side')
    repository.git('checkout', '-q', 'main')
    repository.write('src/code.txt', 'main\n')
    repository.git('commit', '-q', '-am', 'main')
    expect(() => repository.git('merge', 'side')).toThrow()
    const before = repository.git('ls-files', '-u')
    const { store } = await openStore(repository.root)
    await put(store, { [DOC]: 'two\n' })
    expect(repository.git('ls-files', '-u')).toBe(before)
    expect(repository.git('status', '--porcelain')).toBe('UU src/code.txt\n')
    repository.write('src/code.txt', 'both\n')
    repository.git('commit', '-q', '-am', 'merged')
    expect(await text(store, DOC)).toBe('two\n')
  })

  it('runs no hook and obeys no hostile setting', async () => {
    const repository = await started()
    const marker = join(repository.root, '..', 'hook-ran')
    const hooks = [
      'pre-commit',
      'commit-msg',
      'post-commit',
      'reference-transaction',
      'post-index-change',
      'update',
    ]
    for (const hook of hooks) {
      const file = join(repository.root, '.git/hooks', hook)
      writeFileSync(file, `#!/bin/sh\necho ${hook} >> ${marker}\nexit 1\n`)
      chmodSync(file, 0o755)
    }
    writeFileSync(join(repository.root, '.git/info/attributes'), '* text=auto ident filter=evil diff=evil\n')
    const settings = {
      'core.fsmonitor': `sh -c 'echo fsmonitor >> ${marker}'`,
      'core.hooksPath': '.git/hooks',
      'commit.gpgsign': 'true',
      'gpg.program': '/bin/false',
      'core.autocrlf': 'true',
      'filter.evil.clean': `sh -c 'echo filter >> ${marker}; cat'`,
      'diff.evil.textconv': `sh -c 'echo textconv >> ${marker}'`,
      'diff.external': `sh -c 'echo external >> ${marker}'`,
      'alias.update-ref': `!echo alias >> ${marker}`,
      'log.showSignature': 'true',
      'core.ignoreCase': 'true',
      'user.useConfigOnly': 'true',
      'core.pager': `sh -c 'echo pager >> ${marker}'`,
    }
    for (const [key, value] of Object.entries(settings)) repository.git('config', key, value)
    const { store } = await openStore(repository.root)
    const bytes = 'a\r\nb\n$Id$\n'
    await put(store, { [DOC]: bytes, 'QMS/CR/cr-001.md': 'other case\n' })
    expect(await text(store, DOC)).toBe(bytes)
    expect(readFileSync(join(repository.root, DOC), 'utf8')).toBe(bytes)
    await (await store.snapshot()).grep('b', { folder: 'QMS' })
    await store.revisions({ folder: 'QMS', limit: 5 })
    await store.exclusively(async () => undefined)
    expect(existsSync(marker) && readFileSync(marker, 'utf8')).toBe(false)
  })

  it('ignores what the environment says about git', async () => {
    const repository = await started()
    const evil = makeRepository()
    process.env.HOME = join(repository.root, '..', 'home')
    const hostile = {
      GIT_DIR: join(evil.root, '.git'),
      GIT_WORK_TREE: evil.root,
      GIT_INDEX_FILE: '/tmp/none',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'core.bare',
      GIT_CONFIG_VALUE_0: 'true',
      GIT_OBJECT_DIRECTORY: '/tmp',
    }
    Object.assign(process.env, hostile)
    try {
      const { store } = await openStore(repository.root)
      await put(store, { [DOC]: 'two\n' })
    } finally {
      for (const name of Object.keys(hostile)) delete process.env[name]
    }
    expect(repository.git('show', `main:${DOC}`)).toBe('two\n')
    expect(repository.git('status', '--porcelain')).toBe('')
    expect(evil.git('for-each-ref')).not.toContain('qms')
  })

  it('signs as author the actor, as committer the person of git, with a harmless fallback', async () => {
    const repository = await started()
    expect(repository.git('log', '-1', '--format=%an <%ae> %cn <%ce> %at', 'main').trim()).toBe(
      'ann <ann@qms> Lead <lead@example.org> 1700000000',
    )
    writeFileSync(join(repository.root, '../home/.gitconfig'), '')
    const { store, repository: opened } = await openStore(repository.root)
    expect((await opened.writing()).committer).toEqual({ name: 'qms', email: 'qms@localhost' })
    const { tip } = await store.snapshot()
    const author = { name: 'x> <evil\ncommitter y', email: 'a\n<b>' }
    expect((await store.commit(tip, { ...change({ [DOC]: 'two\n' }), author })).won).toBe(true)
    expect(repository.git('log', '-1', '--format=%an|%ae|%cn', 'main').trim()).toBe(
      'x evilcommitter y|ab|qms',
    )
    expect(repository.git('fsck', '--strict')).toBe('')
  })
})

// Verifies: REQ-QMS-104
describe('what people did to the files', () => {
  it('refuses to overwrite a hand edit, and leaves everything as it is', async () => {
    const repository = await started()
    const { store } = await openStore(repository.root)
    repository.write(DOC, 'by hand\n')
    const before = [repository.git('rev-parse', 'main'), repository.git('status', '--porcelain')]
    await expect(put(store, { [DOC]: 'two\n' })).rejects.toMatchObject({
      code: 'HAND_EDIT',
      facts: { paths: [DOC] },
    })
    await expect(put(store, { [DOC]: null })).rejects.toMatchObject({ code: 'HAND_EDIT' })
    expect([repository.git('rev-parse', 'main'), repository.git('status', '--porcelain')]).toEqual(before)
    await put(store, { 'QMS/CR/CR-002.md': 'elsewhere\n' })
    expect(readFileSync(join(repository.root, DOC), 'utf8')).toBe('by hand\n')
    repository.git('add', DOC)
    repository.git('show', `:${DOC}`)
    rmSync(join(repository.root, DOC))
    await expect(put(store, { [DOC]: 'two\n' })).rejects.toMatchObject({ code: 'HAND_EDIT' })
  })

  it('overwrites any version that was ever committed, also when it is staged', async () => {
    const repository = await started()
    const { store } = await openStore(repository.root)
    await put(store, { [DOC]: 'two\n' })
    await put(store, { [DOC]: 'three\n' })
    repository.write(DOC, 'one\n')
    repository.git('add', DOC)
    await put(store, { [DOC]: 'four\n' })
    expect(readFileSync(join(repository.root, DOC), 'utf8')).toBe('four\n')
    expect(repository.git('status', '--porcelain')).toBe('')
  })

  it('puts one file in the place of the only other of its folder, in many folders at once', async () => {
    const repository = await started()
    const { store } = await openStore(repository.root)
    const folders = Array.from({ length: 60 }, (_, i) => `QMS/CR/CR-${100 + i}`)
    await put(store, Object.fromEntries(folders.map((folder) => [`${folder}/draft.md`, 'draft\n'])))
    for (const [gone, come] of [
      ['draft', 'final'],
      ['final', 'draft'],
    ]) {
      const files = folders.flatMap((f) => [
        [`${f}/${gone}.md`, null] as const,
        [`${f}/${come}.md`, 'text\n'] as const,
      ])
      const outcome = await store.commit((await store.snapshot()).tip, change(Object.fromEntries(files)))
      expect(outcome).toMatchObject({ won: true, warnings: [] })
      expect(repository.git('status', '--porcelain')).toBe('')
    }
  })

  it('counts a planted file as a hand edit, and accepts one that already says the same', async () => {
    const repository = await started()
    const { store } = await openStore(repository.root)
    repository.write('QMS/CR/CR-002.md', 'planted\n')
    await expect(put(store, { 'QMS/CR/CR-002.md': 'new\n' })).rejects.toMatchObject({ code: 'HAND_EDIT' })
    await put(store, { 'QMS/CR/CR-002.md': 'planted\n' })
    expect(repository.git('status', '--porcelain')).toBe('')
  })

  it('follows no link and writes through none', async () => {
    const repository = await started()
    const { store } = await openStore(repository.root)
    const outside = join(repository.root, '../outside.txt')
    writeFileSync(outside, 'one\n')
    rmSync(join(repository.root, DOC))
    symlinkSync(outside, join(repository.root, DOC))
    const before = repository.git('rev-parse', 'main')
    await expect(put(store, { [DOC]: 'two\n' })).rejects.toMatchObject({
      code: 'LINK_IN_STORE',
      facts: { path: DOC },
    })
    rmSync(join(repository.root, 'QMS'), { recursive: true })
    mkdirSync(join(repository.root, '../elsewhere/CR'), { recursive: true })
    symlinkSync(join(repository.root, '../elsewhere'), join(repository.root, 'QMS'))
    await expect(put(store, { [DOC]: 'two\n' })).rejects.toMatchObject({
      code: 'LINK_IN_STORE',
      facts: { path: 'QMS' },
    })
    expect(repository.git('rev-parse', 'main')).toBe(before)
    expect(readFileSync(outside, 'utf8')).toBe('one\n')
    expect(existsSync(join(repository.root, '../elsewhere/CR/CR-001.md'))).toBe(false)
  })

  it('refuses to read a link that was committed', async () => {
    const repository = await started()
    const { store } = await openStore(repository.root)
    symlinkSync('/etc/passwd', join(repository.root, 'QMS/CR/CR-009.md'))
    symlinkSync('CR', join(repository.root, 'QMS/LINK'))
    repository.git('add', 'QMS')
    repository.git('commit', '-q', '-m', 'links')
    const snapshot = await store.snapshot()
    await expect(snapshot.read('QMS/CR/CR-009.md')).rejects.toMatchObject({ code: 'LINK_IN_STORE' })
    await expect(snapshot.read('QMS/LINK/CR-001.md')).rejects.toMatchObject({ code: 'LINK_IN_STORE' })
    expect((await snapshot.list('QMS')).map((entry) => entry.kind)).toEqual(['folder', 'other'])
    expect((await snapshot.walk('QMS')).map((file) => file.path)).toEqual([DOC])
    await expect(put(store, { 'QMS/CR/CR-009.md': 'x' })).rejects.toMatchObject({ code: 'LINK_IN_STORE' })
  })
})

describe('other programs in the same repository', () => {
  it('waits for a foreign index.lock, then reports it, and never deletes it', async () => {
    const repository = await started()
    const { store } = await openStore(repository.root)
    const lock = join(repository.root, '.git/index.lock')
    writeFileSync(lock, '')
    setTimeout(() => rmSync(lock), 300)
    await put(store, { [DOC]: 'two\n' })
    writeFileSync(lock, 'foreign')
    const before = repository.git('rev-parse', 'main')
    await expect(put(store, { [DOC]: 'three\n' })).rejects.toMatchObject({
      code: 'LOCKED',
      facts: { path: lock },
    })
    await store.refresh()
    expect(readFileSync(lock, 'utf8')).toBe('foreign')
    expect(repository.git('rev-parse', 'main')).toBe(before)
    expect(readFileSync(join(repository.root, DOC), 'utf8')).toBe('two\n')
  })

  it('waits for a foreign lock of the branch, then reports it, and never deletes it', async () => {
    const repository = await started()
    const { store } = await openStore(repository.root)
    const lock = join(repository.root, '.git/refs/heads/main.lock')
    writeFileSync(lock, '0123456789012345678901234567890123456789\n')
    await expect(put(store, { [DOC]: 'three\n' })).rejects.toMatchObject({
      code: 'LOCKED',
      facts: { path: lock },
    })
    expect(existsSync(lock)).toBe(true)
    expect(existsSync(join(repository.root, '.git/index.lock'))).toBe(false)
  })

  it('loses when the branch was rewound or deleted since it was read, and does not make it again', async () => {
    const repository = await started()
    repository.git('checkout', '-q', '-b', 'feature')
    const { store } = await openStore(repository.root)
    const { tip } = await store.snapshot()
    repository.git('update-ref', 'refs/heads/main', 'main~1')
    expect(await store.commit(tip, change({ [DOC]: 'two\n' }))).toEqual({ won: false })
    const { tip: rewound } = await store.snapshot()
    repository.git('branch', '-q', '-D', 'main')
    expect(await store.commit(rewound, change({ [DOC]: 'two\n' }))).toEqual({ won: false })
    expect(() => repository.git('rev-parse', '--verify', '-q', 'refs/heads/main')).toThrow()
  })

  it('reads with packed references and packed objects, and after git gc', async () => {
    const repository = await started()
    const { store } = await openStore(repository.root)
    expect(await text(store, DOC)).toBe('one\n')
    repository.git('gc', '-q', '--prune=now')
    repository.git('pack-refs', '--all')
    expect(await text(store, DOC)).toBe('one\n')
    await put(store, { [DOC]: 'two\n' })
    expect(await text(store, DOC)).toBe('two\n')
    expect(repository.git('status', '--porcelain')).toBe('')
  })
})

describe('clones that do not hold everything', () => {
  // Verifies: REQ-QMS-106
  it('reads a shallow clone and refuses to write to it', async () => {
    const repository = await started()
    const shallow = repository.at(`${repository.root}-shallow`)
    repository.git('clone', '-q', '--depth=1', `file://${repository.root}`, shallow.root)
    const { store } = await openStore(shallow.root)
    expect(await text(store, DOC)).toBe('one\n')
    await expect(put(store, { [DOC]: 'two\n' })).rejects.toMatchObject({ code: 'HISTORY_INCOMPLETE' })
  })

  it('writes from a sparse checkout without touching the work tree, and says that its files are behind', async () => {
    const repository = await started()
    repository.git('status')
    repository.git('sparse-checkout', 'set', 'src')
    expect(existsSync(join(repository.root, 'QMS'))).toBe(false)
    const { store } = await openStore(repository.root)
    const outcome = await put(store, { [DOC]: 'two\n', 'QMS/CR/CR-002.md': 'new\n' })
    expect(outcome.warnings).toEqual([{ kind: 'VIEW_BEHIND', path: 'QMS', reason: expect.any(String) }])
    expect(existsSync(join(repository.root, 'QMS'))).toBe(false)
    expect(repository.git('status', '--porcelain')).toBe('')
    repository.git('sparse-checkout', 'disable')
    expect(readFileSync(join(repository.root, DOC), 'utf8')).toBe('two\n')
    expect(repository.git('status', '--porcelain')).toBe('')
  })
})

describe('a branch of its own', () => {
  it('shows the store as an ignored view in the main work tree', async () => {
    const repository = await started('qms')
    const file = join(repository.root, DOC)
    expect(readFileSync(file, 'utf8')).toBe('one\n')
    expect(repository.git('status', '--porcelain')).toBe('')
    expect(existsSync(join(repository.root, 'qms.config.json'))).toBe(false)
    const { store } = await openStore(repository.root)
    await put(store, { [DOC]: 'two\n', 'QMS/CR/deep/x.md': 'x' })
    await put(store, { 'QMS/CR/deep/x.md': null })
    expect(readFileSync(file, 'utf8')).toBe('two\n')
    expect(existsSync(join(repository.root, 'QMS/CR/deep'))).toBe(false)
    repository.write(DOC, 'by hand\n')
    await expect(put(store, { [DOC]: 'three\n' })).rejects.toMatchObject({ code: 'HAND_EDIT' })
    expect(repository.git('log', '--format=%s', 'main').trim()).toBe('code')
  })

  it('brings the view up to a tip that arrived by other ways, and only once', async () => {
    const repository = await started('qms')
    const { store } = await openStore(repository.root)
    rmSync(join(repository.root, '.git/qms/view.json'))
    rmSync(join(repository.root, 'QMS'), { recursive: true })
    expect(await store.refresh()).toEqual([])
    expect(readFileSync(join(repository.root, DOC), 'utf8')).toBe('one\n')
    repository.write('QMS/CR/mine.md', 'mine\n')
    expect(await store.refresh()).toEqual([])
    expect(readFileSync(join(repository.root, 'QMS/CR/mine.md'), 'utf8')).toBe('mine\n')
  })

  it('takes away what a change removes, even where something else stays behind', async () => {
    const repository = await started('qms')
    const { store } = await openStore(repository.root)
    const gone = 'QMS/CR/gone.md'
    await put(store, { [gone]: 'x' })
    rmSync(join(repository.root, '.git/qms/view.json'))
    rmSync(join(repository.root, DOC))
    repository.write(`${DOC}/in the way`, '')
    const { warnings } = await put(store, { [gone]: null })
    expect(warnings).toMatchObject([{ kind: 'VIEW_BEHIND', path: DOC }])
    expect(existsSync(join(repository.root, gone))).toBe(false)
    rmSync(join(repository.root, DOC), { recursive: true })
    expect(await store.refresh()).toEqual([])
    expect(readFileSync(join(repository.root, DOC), 'utf8')).toBe('one\n')
  })

  it('sweeps the half-written memory of a process that died, and none of one that lives', async () => {
    const repository = await started('qms')
    const { store } = await openStore(repository.root)
    const living = newOwnerId()
    const dead = living.replace(/^\d+/, '4194305')
    for (const owner of [living, dead]) repository.write(`.git/qms/view.json.${owner}`, '{')
    await put(store, { [DOC]: 'two\n' })
    expect(existsSync(join(repository.root, `.git/qms/view.json.${dead}`))).toBe(false)
    expect(existsSync(join(repository.root, `.git/qms/view.json.${living}`))).toBe(true)
  })

  it('shows no view over a branch that holds a store itself', async () => {
    const repository = await started()
    repository.git('checkout', '-q', '-b', 'feature')
    const { store } = await openStore(repository.root)
    await put(store, { [DOC]: 'two\n' })
    expect(readFileSync(join(repository.root, DOC), 'utf8')).toBe('one\n')
    expect(repository.git('status', '--porcelain')).toBe('')
  })
})
