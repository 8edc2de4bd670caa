/** What is read of a repository without git: wherever there is an answer, it is git's. */
import { chmodSync, chownSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ordinaryRepository } from '../../src/store/discovery.ts'
import { Git } from '../../src/store/plumbing.ts'
import { readSettings } from '../../src/store/settings.ts'
import fc from '../support/property.ts'
import { makeRepository, type TestRepository } from '../support/repository.ts'

/** The same of git; null where git finds no repository, or refuses it. */
const asked = async (cwd: string) => {
  const git = new Git(cwd)
  const places = await git.run([
    'rev-parse',
    '--path-format=absolute',
    '--show-toplevel',
    '--absolute-git-dir',
    '--git-common-dir',
  ])
  if (places.code !== 0) return null
  const [root, gitDir, common] = places.stdout.toString('utf8').split('\n')
  return { root, gitDir, common, settings: await readSettings(git) }
}

/** Answers as git does. */
const ordinary = async (cwd: string): Promise<void> => {
  const found = ordinaryRepository(cwd)
  expect(found).not.toBeNull()
  expect({ ...found, common: found?.gitDir }).toEqual(await asked(cwd))
}

const leaves = (cwd: string): void => expect(ordinaryRepository(cwd)).toBeNull()

const config = (repository: TestRepository, text: string): void =>
  writeFileSync(join(repository.root, '.git/config'), text)

const PLAIN = '[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n'

describe('an ordinary repository', () => {
  it('is found from its top, from below, and through a link to it', async () => {
    const repository = makeRepository()
    await ordinary(repository.root)
    await ordinary(join(repository.root, 'src'))
    symlinkSync(join(repository.root, 'src'), `${repository.root}-link`)
    await ordinary(`${repository.root}-link`)
  })

  it('has settings as git reads them: remotes, branches, comments, the last of several', async () => {
    const repository = makeRepository()
    repository.git('remote', 'add', 'origin', '../somewhere')
    repository.git('config', 'qms.branch', 'records')
    repository.git('config', 'core.sparseCheckout', 'true')
    repository.git('config', 'branch.main.merge', 'refs/heads/main')
    await ordinary(repository.root)
    expect(ordinaryRepository(repository.root)?.settings).toMatchObject({ branch: 'records', sparse: true })
    config(
      repository,
      `${PLAIN}# a comment\n; another\n[qms]\n  branch = one\n[QMS]\n\tBranch=two  \n[core]\n\tsparsecheckout\n[remote "a b"]\n\tpromisor = true\n`,
    )
    await ordinary(repository.root)
    expect(ordinaryRepository(repository.root)?.settings).toMatchObject({ branch: 'two', partial: true })
  })
})

describe('git is asked', () => {
  it('outside a repository, in a bare one, and inside the git folder', () => {
    const repository = makeRepository()
    leaves(join(repository.root, '..'))
    leaves(join(repository.root, '.git'))
    leaves(join(repository.root, '.git/refs'))
    repository.git('clone', '-q', '--bare', repository.root, `${repository.root}.git`)
    leaves(`${repository.root}.git`)
    leaves(join(repository.root, 'absent'))
  })

  it('where there are linked worktrees, and in one of them; in a submodule', () => {
    const repository = makeRepository()
    const linked = `${repository.root}-linked`
    repository.git('worktree', 'add', '-q', '--detach', linked)
    leaves(linked)
    leaves(repository.root)
    const outer = makeRepository()
    outer.git('-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', repository.root, 'inner')
    leaves(join(outer.root, 'inner'))
  })

  it('where the git folder is a link, is elsewhere, or lacks a part', () => {
    const repository = makeRepository()
    const git = join(repository.root, '.git')
    renameSync(join(git, 'refs'), join(git, 'refs-away'))
    leaves(repository.root)
    renameSync(join(git, 'refs-away'), join(git, 'refs'))
    renameSync(git, `${repository.root}-git`)
    symlinkSync(`${repository.root}-git`, git)
    leaves(repository.root)
  })

  it('where the configuration includes files, has extensions or says where things are', () => {
    const repository = makeRepository()
    for (const more of [
      '[include]\n\tpath = other\n',
      '[includeIf "gitdir:/"]\n\tpath = other\n',
      '[extensions]\n\tworktreeConfig = true\n',
      '[core]\n\tworktree = ../elsewhere\n',
      '[core]\n\tbare = true\n',
      '[core]\n\tbare\n',
      '[core]\n\trepositoryformatversion = 1\n',
      '[core] bare = true\n',
      '[qms]\n\tbranch = "quoted"\n',
      '[qms]\n\tbranch = main \\\n  more\n',
      '[qms]\n\tbranch = main # said so\n',
      '[qms\n',
    ]) {
      config(repository, PLAIN + more)
      leaves(repository.root)
    }
    config(repository, PLAIN)
    expect(ordinaryRepository(repository.root)).not.toBeNull()
  })

  it.skipIf(process.geteuid?.() !== 0)(
    'where the folder or the git folder belongs to somebody else',
    async () => {
      const repository = makeRepository()
      chownSync(join(repository.root, '.git'), 12345, 12345)
      leaves(repository.root)
      chownSync(join(repository.root, '.git'), 0, 0)
      chownSync(repository.root, 12345, 12345)
      leaves(repository.root)
      expect(await asked(repository.root)).toBeNull()
    },
  )

  it('where folders are not to be searched', () => {
    const repository = makeRepository()
    process.env.GIT_CEILING_DIRECTORIES = repository.root
    leaves(join(repository.root, 'src'))
    delete process.env.GIT_CEILING_DIRECTORIES
  })

  it('where a folder in between cannot be looked into', () => {
    const repository = makeRepository()
    mkdirSync(join(repository.root, 'deep/er'), { recursive: true })
    writeFileSync(join(repository.root, 'deep/HEAD'), '')
    leaves(join(repository.root, 'deep/er'))
    chmodSync(join(repository.root, 'deep'), 0o700)
  })
})

it('whatever stands in a configuration: no answer, or that of git', async () => {
  const repository = makeRepository()
  const line = fc.oneof(
    fc.constantFrom(
      '[core]',
      '[qms]',
      '[remote "o"]',
      '[Core "X"]',
      '[remote "a\\"b"]',
      '[a.b]',
      '',
      '#x',
      ';x',
      '[',
    ),
    fc.constantFrom(
      '\tbare = false',
      'bare=no',
      'bare',
      ' bare =',
      'branch = a',
      'branch = "a b"',
      'branch = a\\',
      'branch = a ; c',
    ),
    fc.constantFrom(
      'repositoryformatversion = 0',
      'sparseCheckout = yes',
      'sparsecheckout = off',
      'worktree = x',
      'promisor = true',
      'key',
    ),
    fc
      .tuple(
        fc.constantFrom('branch', 'Branch', 'x-y', '1x', 'b_c'),
        fc.constantFrom('=', ' = ', '\t=', ' '),
        fc.string({ maxLength: 8 }),
      )
      .map((parts) => parts.join('')),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 8 }), fc.constantFrom('\n', '\r\n'), async (lines, end) => {
      config(repository, PLAIN + lines.join(end) + end)
      const found = ordinaryRepository(repository.root)
      if (found !== null) expect({ ...found, common: found.gitDir }).toEqual(await asked(repository.root))
    }),
    { numRuns: 150 },
  )
})
