/** A store as it lies in a work tree, and a change that takes it in whatever is staged of it. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { lookAt } from '../../src/store/found.ts'
import { lyingStore } from '../../src/store/lying.ts'
import { makeRepository, temporaryFolder } from '../support/repository.ts'
import { change, openStore, put, text } from '../support/stores.ts'

describe('what lies in a folder', () => {
  it('is every file with its bytes, every empty folder, and the names of all else', async () => {
    const root = temporaryFolder()
    mkdirSync(join(root, 'QMS/SOP'), { recursive: true })
    mkdirSync(join(root, 'QMS/INV/INV-001'), { recursive: true })
    mkdirSync(join(root, 'outside'))
    writeFileSync(join(root, 'QMS/SOP/b.md'), Buffer.from([0xff, 0]))
    writeFileSync(join(root, 'QMS/SOP/a.md'), 'a')
    writeFileSync(join(root, 'QMS/SOP/back\\slash.md'), 'x')
    writeFileSync(Buffer.concat([Buffer.from(join(root, 'QMS/SOP/')), Buffer.from([0xe9])]), 'x')
    symlinkSync('a.md', join(root, 'QMS/SOP/link.md'))
    symlinkSync('../outside', join(root, 'QMS/CR'))
    execFileSync('mkfifo', [join(root, 'QMS/SOP/pipe')])
    const found = await lookAt(root, ['QMS', 'absent'])
    expect([...found.files]).toEqual([
      ['QMS/SOP/a.md', Buffer.from('a')],
      ['QMS/SOP/b.md', Buffer.from([0xff, 0])],
    ])
    expect(found.emptyFolders).toEqual(['QMS/INV/INV-001'])
    expect(found.others.map((o) => [o.path, o.kind]).sort()).toEqual([
      ['QMS/CR', 'symbolic link'],
      ['QMS/SOP/back\\slash.md', 'a name that a store cannot hold'],
      ['QMS/SOP/link.md', 'symbolic link'],
      ['QMS/SOP/pipe', 'pipe'],
      ['QMS/SOP/\ufffd', 'a name that a store cannot hold'],
    ])
  })

  it('is nothing where the folder itself is a link', async () => {
    const root = temporaryFolder()
    mkdirSync(join(root, 'outside'))
    writeFileSync(join(root, 'outside/a.md'), 'a')
    symlinkSync('outside', join(root, 'QMS'))
    expect(await lookAt(root, ['QMS'])).toEqual({
      files: new Map(),
      emptyFolders: [],
      others: [{ path: 'QMS', kind: 'symbolic link' }],
    })
  })
})

describe('what the branch does not have of a store', () => {
  it('is what differs, what is missing, and what only the index knows', async () => {
    const repository = makeRepository()
    repository.write('QMS/same.md', 'same\n')
    repository.write('QMS/changed.md', 'old\n')
    repository.write('QMS/removed.md', 'removed\n')
    repository.git('add', '.')
    repository.git('commit', '-qm', 'store')
    repository.write('QMS/staged.md', 'staged\n')
    repository.git('add', '.')
    rmSync(join(repository.root, 'QMS/staged.md'))
    rmSync(join(repository.root, 'QMS/removed.md'))
    repository.write('QMS/changed.md', 'new\n')
    repository.write('QMS/new.md', 'new\n')
    const { store, repository: opened } = await openStore(repository.root)
    const { unrecorded } = await lyingStore(opened, await store.snapshot())
    expect(new Map([...unrecorded].map(([path, bytes]) => [path, bytes && String(bytes)]))).toEqual(
      new Map([
        ['QMS/changed.md', 'new\n'],
        ['QMS/new.md', 'new\n'],
        ['QMS/removed.md', null],
        ['QMS/staged.md', null],
      ]),
    )
  })

  it('is nothing where the store is absent from the work tree on purpose: the branch has it', async () => {
    const repository = makeRepository()
    repository.write('QMS/a.md', 'a\n')
    repository.git('add', '.')
    repository.git('commit', '-qm', 'store')
    repository.git('sparse-checkout', 'set', '--no-cone', '/src/')
    const { store, repository: opened } = await openStore(repository.root)
    const lying = await lyingStore(opened, await store.snapshot())
    expect([...lying.files.keys()]).toEqual(['QMS/a.md'])
    expect(lying.unrecorded).toEqual(new Map())
  })
})

describe('a change over what is staged', () => {
  it('takes the place of what the user has staged of its own files, and of no others', async () => {
    const repository = makeRepository()
    const { store } = await openStore(repository.root)
    await put(store, { 'QMS/a.md': 'first\n', 'QMS/b.md': 'first\n' })
    for (const path of ['QMS/a.md', 'QMS/b.md']) repository.write(path, 'staged\n')
    repository.git('add', '.')
    for (const path of ['QMS/a.md', 'QMS/b.md']) repository.write(path, 'in the work tree\n')
    const { tip } = await store.snapshot()
    const next = change({ 'QMS/a.md': 'in the work tree\n' })
    await expect(store.commit(tip, next)).rejects.toMatchObject({ code: 'HAND_EDIT' })
    const outcome = await store.commit(tip, { ...next, overStaged: new Set(['QMS/a.md']) })
    expect(outcome.won).toBe(true)
    expect(await text(store, 'QMS/a.md')).toBe('in the work tree\n')
    expect(repository.git('status', '--porcelain', '--', 'QMS')).toBe('MM QMS/b.md\n')
  })

  it('of very many files still sees what is staged of each', { timeout: 60_000 }, async () => {
    const repository = makeRepository()
    const { store } = await openStore(repository.root)
    const many = (word: string) =>
      Object.fromEntries(Array.from({ length: 1700 }, (_, i) => [`QMS/many/${i}.md`, `${word} ${i}\n`]))
    await put(store, many('first'))
    repository.write('QMS/many/1699.md', 'staged\n')
    repository.git('add', '.')
    repository.write('QMS/many/1699.md', 'first 1699\n')
    const { tip } = await store.snapshot()
    await expect(store.commit(tip, change(many('second')))).rejects.toMatchObject({
      facts: { paths: ['QMS/many/1699.md'] },
    })
    repository.git('reset', '-q')
    await put(store, many('second'))
    expect(repository.git('status', '--porcelain')).toBe('')
  })
})

it('a tree that many ask for at once is read once', async () => {
  const repository = makeRepository()
  const { repository: opened } = await openStore(repository.root)
  const tree = (await opened.tip())?.tree ?? ''
  const [one, other] = await Promise.all([opened.objects.tree(tree), opened.objects.tree(tree)])
  expect(one).toBe(other)
  await opened.close()
})
