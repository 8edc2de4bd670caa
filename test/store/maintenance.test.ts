/** Loose objects are packed in the background where they are many, and nothing is lost by it. */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { packLater } from '../../src/store/maintenance.ts'
import { makeRepository, type TestRepository } from '../support/repository.ts'
import { openStore, put, text } from '../support/stores.ts'

const sampled = (repository: TestRepository): string[] => {
  const folder = join(repository.root, '.git/objects/17')
  return existsSync(folder) ? readdirSync(folder) : []
}

const packs = (repository: TestRepository): string[] =>
  readdirSync(join(repository.root, '.git/objects/pack')).filter((name) => name.endsWith('.pack'))

/** Texts whose blobs git puts into the folder that is looked at. */
function* texts(): Generator<string> {
  for (let n = 0; ; n++) {
    const text = `text ${n}\n`
    const whole = `blob ${text.length}\0${text}`
    if (createHash('sha1').update(whole).digest('hex').startsWith('17')) yield text
  }
}

const grown = async (files: number) => {
  const repository = makeRepository()
  const { store } = await openStore(repository.root)
  const found = texts()
  for (let n = 0; n < files; n++) await put(store, { [`QMS/${n}.md`]: found.next().value as string })
  return repository
}

const until = async (holds: () => boolean): Promise<void> => {
  for (const start = Date.now(); Date.now() - start < 20_000 && !holds(); ) await sleep(20)
}

const idle = (repository: TestRepository): boolean =>
  !existsSync(join(repository.root, '.git/objects/maintenance.lock'))

describe('loose objects', () => {
  it('are packed where they are many, and go once they are in a pack; nothing else goes', async () => {
    const repository = await grown(6)
    repository.write('src/loose.txt', 'named by nothing\n')
    const orphan = repository.git('hash-object', '-w', 'src/loose.txt').trim()
    const { repository: opened, store } = await openStore(repository.root)
    expect(await packLater(opened, 100)).toBe(false)
    expect(await packLater(opened, 6)).toBe(true)
    await until(() => packs(repository).length > 0 && idle(repository))
    expect(await packLater(opened, 6)).toBe(true)
    await until(() => sampled(repository).length === 0 && idle(repository))
    expect(sampled(repository)).toEqual([])
    repository.git('cat-file', '-e', orphan)
    repository.git('fsck', '--strict')
    for (let n = 0; n < 6; n++) expect(await text(store, `QMS/${n}.md`)).toContain('text')
    await put(store, { 'QMS/0.md': 'after\n' })
    expect(repository.git('status', '--porcelain', 'QMS')).toBe('')
  }, 60_000)

  it.each([
    ['gc.auto', '0'],
    ['maintenance.auto', 'false'],
    ['core.sharedRepository', 'group'],
  ])('are left alone where %s is %s', async (key, value) => {
    const repository = await grown(2)
    repository.git('config', key, value)
    const { repository: opened } = await openStore(repository.root)
    expect(await packLater(opened, 1)).toBe(false)
    expect(packs(repository)).toEqual([])
  })
})
