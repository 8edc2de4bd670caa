/** What every store must do, whatever keeps its bytes. */
import { describe, expect, it } from 'vitest'
import type { Store } from '../../src/store/store.ts'
import { change, put, retry, text } from '../support/stores.ts'

export function storeContract(name: string, open: () => Promise<Store>): void {
  describe(`store contract: ${name}`, () => {
    it('is empty before its first commit', async () => {
      const snapshot = await (await open()).snapshot()
      expect(snapshot.tip).toBeNull()
      expect(await snapshot.read('QMS/a.md')).toBeNull()
      expect(await snapshot.list('QMS')).toEqual([])
      expect(await snapshot.walk('QMS')).toEqual([])
      expect(await snapshot.grep('a', { folder: 'QMS' })).toEqual([])
    })

    it('gives back what was put, byte for byte', async () => {
      const store = await open()
      const files = {
        'QMS/text.md': 'text\n',
        'QMS/binary.bin': Uint8Array.from({ length: 70_000 }, (_, at) => (at * 7) % 256),
        'QMS/empty.md': '',
        'QMS/crlf.md': 'a\r\nb\r\n$Id$\n',
        'QMS/no-break.md': 'no break',
      }
      await put(store, files)
      const snapshot = await store.snapshot()
      const read = await snapshot.readAll(Object.keys(files))
      expect(read.map((bytes) => bytes && Buffer.from(bytes))).toEqual(
        Object.values(files).map((f) => Buffer.from(f)),
      )
    })

    it('keeps odd names apart', async () => {
      const store = await open()
      const names = [
        '-rf',
        'a b',
        'ä',
        'a"b',
        "it's",
        '$HOME',
        'a:b',
        '#',
        '文',
        'HEAD',
        ':(top)x',
        '*',
        'CON',
        'é',
      ]
      await put(store, Object.fromEntries(names.map((name) => [`QMS/odd/${name}`, name])))
      const snapshot = await store.snapshot()
      for (const name of names) expect(await text(store, `QMS/odd/${name}`)).toBe(name)
      const sorted = [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
      expect((await snapshot.list('QMS/odd')).map((entry) => entry.name)).toEqual(sorted)
    })

    it.each([
      '',
      '../x',
      '/etc/passwd',
      'QMS/../x',
      'QMS/./x',
      '.git/config',
      'QMS/.GIT/x',
      'a\nb',
      'a\0b',
      'a//b',
      'a\\b',
    ])('refuses the path %j', async (path) => {
      const store = await open()
      await expect(store.commit(null, change({ [path]: 'x' }))).rejects.toMatchObject({ code: 'BAD_NAME' })
      await expect((await store.snapshot()).read(path)).rejects.toMatchObject({ code: 'BAD_NAME' })
    })

    it('finds text below several folders, each line once, in the order of paths', async () => {
      const store = await open()
      await put(store, {
        'QMS/b/x.md': 'here',
        'QMS/a/y.md': 'here',
        'QMS/c/z.md': 'here',
        'QMS/a.md': 'here',
      })
      const found = async (folder: string[]) =>
        (await (await store.snapshot()).grep('here', { folder })).map((hit) => hit.path)
      expect(await found(['QMS/b', 'QMS/none', 'QMS/a'])).toEqual(['QMS/a/y.md', 'QMS/b/x.md'])
      expect(await found([])).toEqual([])
    })

    it('gives the bytes of what it walked, in order', async () => {
      const store = await open()
      await put(store, { 'QMS/a.md': 'same', 'QMS/b/c.md': 'other', 'QMS/d.md': 'same' })
      const snapshot = await store.snapshot()
      const found = await snapshot.walk('QMS')
      const texts = (await snapshot.contents(found)).map((bytes) => Buffer.from(bytes).toString('utf8'))
      expect(texts).toEqual(['same', 'other', 'same'])
      expect(found[0]?.oid).toBe(found[2]?.oid)
    })

    it('sorts names beyond the surrogates by their bytes', async () => {
      const store = await open()
      const names = ['z', '\u{1f600}', '\uffee', 'Z', '\u00e9']
      await put(store, Object.fromEntries(names.map((name) => [`QMS/${name}`, name])))
      const found = (await (await store.snapshot()).list('QMS')).map((entry) => entry.name)
      expect(found).toEqual(['Z', 'z', '\u00e9', '\uffee', '\u{1f600}'])
    })

    it('lists names directly in a folder, sorted by bytes, and walks everything below', async () => {
      const store = await open()
      await put(store, { 'QMS/b/x': '1', 'QMS/b-c': '2', 'QMS/b.d': '3', 'QMS/a/y/z': '4', 'top.json': '5' })
      const snapshot = await store.snapshot()
      expect((await snapshot.list('QMS')).map(({ name, kind }) => `${name} ${kind}`)).toEqual([
        'a folder',
        'b folder',
        'b-c file',
        'b.d file',
      ])
      expect((await snapshot.list('QMS', 'b')).map(({ name }) => name)).toEqual(['b', 'b-c', 'b.d'])
      expect((await snapshot.list('QMS', 'b-c')).map(({ name }) => name)).toEqual(['b-c'])
      expect(await snapshot.list('QMS', 'b-cd')).toEqual([])
      expect((await snapshot.walk('QMS')).map((file) => file.path)).toEqual([
        'QMS/a/y/z',
        'QMS/b-c',
        'QMS/b.d',
        'QMS/b/x',
      ])
      expect((await snapshot.walk('')).length).toBe(5)
      expect(await snapshot.list('QMS/b-c')).toEqual([])
      await expect(snapshot.read('QMS/b')).rejects.toMatchObject({ code: 'LINK_IN_STORE' })
      await expect(put(store, { 'QMS/b': 'file' })).rejects.toMatchObject({ code: 'LINK_IN_STORE' })
    })

    it('names equal bytes by equal ids', async () => {
      const store = await open()
      await put(store, { 'QMS/a': 'same', 'QMS/b': 'same', 'QMS/c': 'other' })
      const [a, b, c] = await (await store.snapshot()).walk('QMS')
      expect(a?.oid).toBe(b?.oid)
      expect(a?.oid).not.toBe(c?.oid)
    })

    it('finds text literally, with its line, below a folder only', async () => {
      const store = await open()
      const files = {
        'QMS/a.md': 'one\nTwo a.c\n',
        'QMS/b.md': 'abc\ntwo: ä\n',
        'other.md': 'Two\n',
        'QMS/bin': 'Two\0',
      }
      await put(store, files)
      const snapshot = await store.snapshot()
      expect(await snapshot.grep('a.c', { folder: 'QMS' })).toEqual([
        { path: 'QMS/a.md', line: 2, text: 'Two a.c' },
      ])
      const hits = await snapshot.grep('TWO', { folder: 'QMS', ignoreCase: true })
      expect(hits.map((hit) => `${hit.path}:${hit.line}`)).toEqual(['QMS/a.md:2', 'QMS/b.md:2', 'QMS/bin:1'])
      expect(await snapshot.grep('-e', { folder: 'QMS' })).toEqual([])
      expect(await snapshot.grep('one', { folder: 'nowhere' })).toEqual([])
    })

    it('removes, and a removal of nothing is nothing', async () => {
      const store = await open()
      await put(store, { 'QMS/a': '1', 'QMS/b': '2' })
      await put(store, { 'QMS/a': null, 'QMS/never': null })
      expect((await (await store.snapshot()).walk('QMS')).map((file) => file.path)).toEqual(['QMS/b'])
    })

    it('shows one state through one snapshot, whatever happens meanwhile', async () => {
      const store = await open()
      await put(store, { 'QMS/a': 'old' })
      const before = await store.snapshot()
      await put(store, { 'QMS/a': 'new' })
      expect(Buffer.from((await before.read('QMS/a'))!).toString()).toBe('old')
      expect(await text(store, 'QMS/a')).toBe('new')
    })

    it('refuses a change of a base that is no longer the tip', async () => {
      const store = await open()
      expect((await store.commit(null, change({ 'QMS/a': '1' }))).won).toBe(true)
      expect(await store.commit(null, change({ 'QMS/a': '2' }))).toEqual({ won: false })
      const { tip } = await store.snapshot()
      await put(store, { 'QMS/b': '1' })
      expect(await store.commit(tip, change({ 'QMS/a': '3' }))).toEqual({ won: false })
      expect(await text(store, 'QMS/a')).toBe('1')
    })

    it('loses nothing to eight writers who all begin at once', async () => {
      const store = await open()
      const writer = (me: number) =>
        retry(store, async () => {
          const now = (await text(store, 'QMS/log')) ?? ''
          return change({ 'QMS/log': `${now}${me}\n` })
        })
      await Promise.all(Array.from({ length: 8 }, (_, me) => writer(me)))
      const lines = ((await text(store, 'QMS/log')) ?? '').trim().split('\n')
      expect(lines.sort()).toEqual(['0', '1', '2', '3', '4', '5', '6', '7'])
    })

    it('runs exclusive work one after the other, also after a failure', async () => {
      const store = await open()
      let inside = 0
      const work = async (fails: boolean) => {
        inside += 1
        expect(inside).toBe(1)
        await new Promise((resolve) => setTimeout(resolve, 5))
        inside -= 1
        if (fails) throw new Error('no')
        return 'done'
      }
      const all = await Promise.allSettled([0, 1, 2, 3].map((at) => store.exclusively(() => work(at === 1))))
      expect(all.map((one) => one.status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
    })

    it('gives a former state back, while it is there', async () => {
      const store = await open()
      const { tip } = await put(store, { 'QMS/a': '1' })
      await put(store, { 'QMS/a': '2' })
      const former = await store.at(tip)
      expect(former?.tip).toBe(tip)
      expect(Buffer.from((await former?.read('QMS/a')) ?? '').toString()).toBe('1')
      for (const other of ['0'.repeat(40), '1234567', 'HEAD', ''])
        expect({ other, at: await store.at(other) }).toEqual({ other, at: null })
    })

    it('tells its revisions, newest first, by folder', async () => {
      const store = await open()
      await put(store, { 'QMS/a': '1' }, 'first\n\nbody <x>')
      await put(store, { 'other/a': '1' }, 'elsewhere')
      await put(store, { 'QMS/a': '2' }, 'second')
      const revisions = await store.revisions({ folder: 'QMS', limit: 10 })
      expect(revisions.map((r) => [r.subject, r.author, r.at])).toEqual([
        ['second', 'ann', '2023-11-14T22:13:20.000Z'],
        ['first', 'ann', '2023-11-14T22:13:20.000Z'],
      ])
      expect(await store.revisions({ folder: 'QMS', limit: 1 })).toHaveLength(1)
    })

    it("tells when an author's n-th newest change was made, if that was after a time", async () => {
      const store = await open()
      const start = Date.parse('2026-01-05T09:00:00.000Z')
      const at = (n: number) => new Date(start + n * 1000).toISOString()
      for (let n = 1; n <= 36; n++) {
        const { tip } = await store.snapshot()
        const name = n % 3 === 0 ? 'bo' : n === 35 ? 'ann smith' : 'ann'
        const author = { name, email: `${name}@qms` }
        await store.commit(tip, { ...change({ 'QMS/a': `${n}` }), author, at: start + n * 1000 })
      }
      expect(await store.nthBy('ann', at(0), 1)).toBe(at(34))
      expect(await store.nthBy('ann', at(0), 23)).toBe(at(1))
      expect(await store.nthBy('ann', at(0), 24)).toBeNull()
      expect(await store.nthBy('ann', at(0), 100)).toBeNull()
      expect(await store.nthBy('ann', at(1), 23)).toBeNull()
      expect(await store.nthBy('ann', at(30), 3)).toBe(at(31))
      expect(await store.nthBy('bo', at(0), 12)).toBe(at(3))
      expect(await store.nthBy('nobody', at(0), 1)).toBeNull()
      expect(await store.nthBy('ann', at(99), 1)).toBeNull()
    })

    it('has nobody who changed anything before its first commit', async () => {
      expect(await (await open()).nthBy('ann', '2026-01-05T09:00:00.000Z', 1)).toBeNull()
    })

    it('has nothing to mend after ordinary work', async () => {
      const store = await open()
      await put(store, { 'QMS/a': '1' })
      expect(await store.refresh()).toEqual([])
    })
  })
}
