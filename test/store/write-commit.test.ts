/** Commits that the program writes by itself: the same, byte for byte, as those that git's own import writes. */
import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { importCommit } from '../../src/store/import-commit.ts'
import { snapshotOf } from '../../src/store/recovery.ts'
import type { Repository } from '../../src/store/repository.ts'
import type { Change } from '../../src/store/store.ts'
import { isSmall, writeCommit } from '../../src/store/write-commit.ts'
import fc from '../support/property.ts'
import { makeRepository } from '../support/repository.ts'
import { change, openStore, put } from '../support/stores.ts'

const both = async (repository: Repository, base: string | null, one: Change) => [
  await writeCommit(
    repository,
    await snapshotOf(repository, base),
    one,
    (await repository.writing()).committer,
  ),
  await importCommit(repository.git, base, one, (await repository.writing()).committer),
]

describe.each(['sha1', 'sha256'])('a small commit (%s)', (format) => {
  const made = async () => {
    const repository = makeRepository({ commit: false })
    if (format === 'sha256') {
      repository.git('init', '-q', '-b', 'main', '--object-format=sha256', 'other')
      return { repository: repository.at(join(repository.root, 'other')) }
    }
    return { repository }
  }

  it('is the commit that git would write, whatever is put and removed', async () => {
    const { repository } = await made()
    const { repository: opened } = await openStore(repository.root)
    const name = fc.constantFrom('a', 'b', 'b-', 'b.c', 'CR', 'é', '\u{1f600}', '\uffee', 'z'.repeat(70))
    const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'))
    const text = fc.constantFrom('one\n', 'two\n', '', null)
    const changes = fc.uniqueArray(fc.tuple(path, text), { minLength: 1, maxLength: 8, selector: ([p]) => p })
    const step = changes.filter((all) => !all.some(([p]) => all.some(([o]) => o.startsWith(`${p}/`))))
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 4 }), async (steps) => {
        let base: string | null = null
        for (const files of steps) {
          const [own, gits] = await both(opened, base, change(Object.fromEntries(files)))
          expect(own).toBe(gits)
          base = own as string
        }
      }),
      { numRuns: 25 },
    )
    repository.git('fsck', '--strict', '--full')
  }, 60_000)

  it('leaves what others named as it is', async () => {
    const { repository } = await made()
    const odd = Buffer.concat([Buffer.from(`${repository.root}/src/`), Buffer.from([0xe9, 0x2e, 0xff])])
    repository.write('src/code.txt', 'code\n')
    writeFileSync(odd, 'latin\n')
    repository.write('QMS-x', 'x\n')
    repository.write('QMS.x', 'x\n')
    repository.git('add', '.')
    repository.git('commit', '-q', '-m', 'odd')
    const { repository: opened, store } = await openStore(repository.root)
    const base = (await store.snapshot()).tip
    const [own, gits] = await both(opened, base, change({ 'QMS/a.md': 'a', 'src/\u00ea': 'x', 'src/d': 'y' }))
    expect(own).toBe(gits)
  })

  it('holds texts of any length', async () => {
    const { repository } = await made()
    const { store } = await openStore(repository.root)
    const texts = [0, 1, 16_000, 17_000, 400_000].map((length) =>
      'all words\n'.repeat(length).slice(0, length),
    )
    const files = Object.fromEntries(texts.map((text, i) => [`QMS/SOP/SOP-00${i}.md`, text]))
    const { tip } = await put(store, files)
    for (const [path, text] of Object.entries(files))
      expect(repository.git('show', `${tip}:${path}`)).toBe(text)
    repository.git('fsck', '--strict', '--full', tip)
  })

  it('is wholly on disk, flushed to names that git gives, and leaves nothing else', async () => {
    const { repository } = await made()
    const { store } = await openStore(repository.root)
    const { tip } = await put(store, { 'QMS/CR/CR-001.md': 'one\n' })
    expect(repository.git('cat-file', '-t', tip)).toBe('commit\n')
    repository.git('fsck', '--strict', '--full', tip)
    const names = readdirSync(join(repository.root, '.git/objects'), { recursive: true, encoding: 'utf8' })
    expect(names.filter((name) => /tmp/.test(name))).toEqual([])
    expect(names.filter((name) => /pack-/.test(name))).toEqual([])
  })
})

describe('a commit that is not small, or in a shared repository', () => {
  it('is left to git', async () => {
    const repository = makeRepository()
    const { store } = await openStore(repository.root)
    const many = change(Object.fromEntries(Array.from({ length: 25 }, (_, i) => [`QMS/${i}.md`, String(i)])))
    expect(isSmall(many)).toBe(false)
    expect(isSmall(change({ 'QMS/a.md': 'a' }))).toBe(true)
    const outcome = await store.commit((await store.snapshot()).tip, many)
    expect(outcome.won).toBe(true)
    repository.git('config', 'core.sharedRepository', 'group')
    const shared = await openStore(repository.root)
    expect((await shared.repository.writing()).shared).toBe(true)
    await put(shared.store, { 'QMS/a.md': 'a' })
    const oid = repository.git('rev-parse', 'HEAD:QMS/a.md').trim()
    const file = join(repository.root, '.git/objects', oid.slice(0, 2), oid.slice(2))
    expect(statSync(file).mode & 0o070, 'git gives it to the group').toBe(0o040)
    repository.git('fsck', '--strict')
  })
})
