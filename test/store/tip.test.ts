/** Where the branch is: read from its file where it has one, and asked of git where not; seen at once however it moves. */
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeRepository } from '../support/repository.ts'
import { openStore, put } from '../support/stores.ts'

describe.each(['sha1', 'sha256'])('the tip (%s)', (format) => {
  const opened = async () => {
    const made = makeRepository({ commit: false })
    made.git('init', '-q', '-b', 'main', `--object-format=${format}`, 'own')
    const root = join(made.root, 'own')
    const { store, repository } = await openStore(root)
    const git = (...args: string[]) => made.git('-C', root, ...args).trim()
    return { root, store, repository, git, tip: async () => (await repository.tip())?.oid ?? null }
  }

  it('is that of git, in whatever form it is kept', async () => {
    const { root, store, git, tip } = await opened()
    expect(await tip()).toBeNull()
    const first = (await put(store, { 'QMS/a.md': 'one' })).tip
    const second = (await put(store, { 'QMS/a.md': 'two' })).tip
    expect(await tip()).toBe(second)
    git('update-ref', 'refs/heads/main', first)
    expect(await tip()).toBe(first)
    git('pack-refs', '--all')
    expect(await tip()).toBe(first)
    git('branch', 'other', second)
    git('symbolic-ref', 'refs/heads/main', 'refs/heads/other')
    expect(await tip()).toBe(second)
    git('symbolic-ref', '--delete', 'refs/heads/main')
    expect(await tip()).toBeNull()
    writeFileSync(join(root, '.git/refs/heads/main'), `${second.slice(1)}\n`)
    await expect(tip()).rejects.toMatchObject({ code: 'IO' })
  })

  it('is a commit that is there: one that was written is read back from disk', async () => {
    const { root, store, repository } = await opened()
    const { tip } = await put(store, { 'QMS/a.md': 'one' })
    const file = join(root, '.git/objects', tip.slice(0, 2), tip.slice(2))
    const { objects } = repository
    const { bytes } = (await objects.read(tip))!
    const oid = `${tip.slice(0, -1)}${tip.endsWith('0') ? '1' : '0'}`
    objects.written({ oid, type: 'commit', bytes })
    expect(await objects.read(oid)).toBeNull()
    renameSync(file, `${file}-away`)
    await expect((await openStore(root)).repository.tip()).rejects.toMatchObject({ code: 'IO' })
  })
})
