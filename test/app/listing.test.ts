/** Listings of many documents: the same with what earlier runs kept, without it, and whatever became of it. */
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { openRecords } from '../../src/app/records.ts'
import { list, search } from '../../src/app/survey.ts'
import type { Metadata } from '../../src/documents/placement.ts'
import {
  claude,
  drafted,
  executed,
  executing,
  inbox,
  initialised,
  type Project,
  type Qms,
  qa,
  route,
} from '../support/cli.ts'

const CACHE = '.qms/cache/listing.json'

/** Metadata of `count` more documents, as another clone would bring it. */
const grow = async (qms: Qms, count: number, title = 'About many'): Promise<void> => {
  const snapshot = await qms.store.snapshot()
  const records = await openRecords(qms)
  const model = (await records.metadata())[0] as Metadata
  const files = new Map(
    Array.from({ length: count }, (_, i): [string, Uint8Array] => {
      const id = `SOP-${String(100 + i)}`
      return [`QMS/.meta/SOP/${id}.json`, Buffer.from(JSON.stringify({ ...model, doc_id: id, title }))]
    }),
  )
  const author = { name: 'lead', email: 'lead@qms.invalid' }
  const outcome = await qms.store.commit(snapshot.tip, { files, message: 'many', author, at: 0 })
  expect(outcome.won).toBe(true)
}

const fromStore = async (qms: Qms): Promise<readonly Metadata[]> =>
  [...(await (await openRecords(qms)).metadata())].sort((a, b) => (a.doc_id < b.doc_id ? -1 : 1))

const many = async (count = 100): Promise<Project> => {
  const project = await initialised()
  await project.use((qms) => grow(qms, count))
  return project
}

describe('a listing', () => {
  it('says the same from what it kept as from the store, also after documents came, changed and went', async () => {
    const project = await many()
    await project.use(async (qms) => {
      expect(await list(qms, {})).toEqual(await fromStore(qms))
      expect(project.has(CACHE)).toBe(true)
      expect(await list(qms, {})).toEqual(await fromStore(qms))
      await drafted(project, qms, 'CR')
      expect(await list(qms, { type: 'CR' })).toMatchObject([{ doc_id: 'CR-001' }])
      await grow(qms, 3, 'Another title')
      expect(await list(qms, {})).toEqual(await fromStore(qms))
      const { tip } = await qms.store.snapshot()
      const gone = new Map([['QMS/.meta/SOP/SOP-150.json', null]])
      await qms.store.commit(tip, { files: gone, message: 'x', author: { name: 'a', email: 'a' }, at: 0 })
      expect((await list(qms, {})).some((m) => m.doc_id === 'SOP-150')).toBe(false)
      expect(await list(qms, {})).toEqual(await fromStore(qms))
    })
    expect(project.git('status', '--porcelain')).toBe('')
  })

  it('of a type that is not there is refused, as a search in it is; of one that has no documents it is empty', async () => {
    const project = await initialised()
    await project.denied('BAD_TYPE', (qms) => list(qms, { type: 'FOO' }))
    await project.denied('BAD_TYPE', (qms) => search(qms, 'the', { type: 'FOO' }))
    await project.use(async (qms) => {
      expect(await list(qms, { type: 'inv' })).toEqual([])
      expect((await search(qms, 'the', { type: 'sop' })).length).toBeGreaterThan(0)
    })
  })

  it('reads from the store no more than what changed', async () => {
    const project = await many()
    await project.use(async (qms) => {
      await list(qms, {})
      const kept = project.read(CACHE)
      project.write(CACHE, kept.replaceAll('About many', 'As it was kept'))
      expect((await list(qms, {})).filter((m) => m.title === 'As it was kept')).toHaveLength(100)
      await drafted(project, qms, 'CR')
      expect((await list(qms, {})).filter((m) => m.title === 'As it was kept')).toHaveLength(100)
      expect(await list(qms, { type: 'CR' })).toMatchObject([{ title: 'About CR' }])
    })
  })

  it('keeps keys that other versions wrote', async () => {
    const project = await many()
    await project.use(async (qms) => {
      const { tip } = await qms.store.snapshot()
      const model = (await (await openRecords(qms)).metadata())[0] as Metadata
      const newer = { ...model, doc_id: 'SOP-999', later: [1] }
      const files = new Map([['QMS/.meta/SOP/SOP-999.json', Buffer.from(JSON.stringify(newer))]])
      await qms.store.commit(tip, { files, message: 'x', author: { name: 'a', email: 'a' }, at: 0 })
      for (const _ of ['from the store', 'from what was kept'])
        expect((await list(qms, {})).find((m) => m.doc_id === 'SOP-999')).toEqual(newer)
      expect(project.read(CACHE)).toContain('"later"')
    })
  })

  it.each([
    ['nothing', ''],
    ['half of it', (kept: string) => kept.slice(0, kept.length / 2)],
    ['bytes of the disk', '\0\0\0\0'],
    ['another format', (kept: string) => kept.replace('"format":1', '"format":0')],
    ['a list', '[]'],
    ['null', 'null'],
  ])('is right where what was kept holds %s', async (_, damage) => {
    const project = await many()
    await project.use(async (qms) => {
      await list(qms, {})
      const kept = project.read(CACHE)
      project.write(CACHE, typeof damage === 'string' ? damage : damage(kept))
      expect(await list(qms, {})).toEqual(await fromStore(qms))
      expect(project.read(CACHE)).toBe(kept)
    })
  })

  it('keeps nothing of a small store, and where it cannot write', async () => {
    const small = await initialised()
    await small.use((qms) => list(qms, {}))
    expect(small.has('.qms/cache')).toBe(false)
    const project = await many()
    project.write('.qms', 'a file where the folder would be')
    await project.use(async (qms) => expect(await list(qms, {})).toEqual(await fromStore(qms)))
    expect(readFileSync(project.path('.qms'), 'utf8')).toBe('a file where the folder would be')
  })

  it('follows no link to what it kept', async () => {
    const project = await many()
    await project.use(async (qms) => {
      await list(qms, {})
      rmSync(project.path('.qms/cache'), { recursive: true })
      project.write('elsewhere/listing.json', 'theirs')
      symlinkSync(project.path('elsewhere'), project.path('.qms/cache'))
      expect(await list(qms, {})).toEqual(await fromStore(qms))
    })
    expect(project.read('elsewhere/listing.json')).toBe('theirs')
  })
})

describe('an inbox', () => {
  it('remembers what it showed, once', async () => {
    const project = await initialised()
    await project.use(async (qms) => {
      const id = await drafted(project, qms, 'SOP')
      await route(qms, claude, id, {})
      await inbox(qms, qa)
      const file = project.path(`.qms/seen/qa/${id}.json`)
      expect(existsSync(file)).toBe(true)
      writeFileSync(file, readFileSync(file, 'utf8').trimEnd())
      const before = readFileSync(file, 'utf8')
      await inbox(qms, qa)
      expect(readFileSync(file, 'utf8')).toBe(before)
    })
  })
})

describe('a decision', () => {
  it('does not believe what a listing kept', async () => {
    const project = await many()
    await project.use(async (qms) => {
      const id = await executing(project, qms, 'INV')
      await drafted(project, qms, 'CR', { with: { source: id } })
      rmSync(project.path(CACHE), { force: true })
      await list(qms, {})
      project.write(CACHE, project.read(CACHE).replaceAll(`"${id}"`, '"INV-999"'))
      expect(await list(qms, { type: 'CR' })).toMatchObject([{ source: 'INV-999' }])
      await executed(project, qms, id)
      await expect(route(qms, claude, id, {})).rejects.toMatchObject({
        code: 'GATE',
        facts: { unmet: [{ gate: 'linkedClosed' }] },
      })
    })
  })
})
