/** The stores that the benchmarks measure are legal ones: else their figures would be of something else. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { storeAt } from '../../bench/generate.mjs'
import type { Document } from '../../src/documents/document.ts'
import { fold } from '../../src/documents/evolve.ts'
import { requireId } from '../../src/documents/id.ts'
import { metadataFile } from '../../src/documents/metadata-file.ts'
import { readDocumentTrail, readSystemTrail } from '../../src/documents/trail.ts'
import * as layout from '../../src/store/layout.ts'

const base = realpathSync(mkdtempSync(join(tmpdir(), 'qms-bench-store-')))
afterAll(() => rmSync(base, { recursive: true, force: true }))

const PLAN = { documents: 30, events: 900, commits: 300, history: true, ownBranch: true }
const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

const made = async (name: string, plan: object) => {
  const { cwd, env } = await storeAt(join(base, name), plan)
  const run = (args: readonly string[], input?: string): Buffer =>
    execFileSync('git', args, { cwd, env, maxBuffer: 1 << 30, ...(input ? { input } : {}) })
  return {
    text: (...args: string[]): string => run(args).toString('utf8').trim(),
    /** Whole objects, each by the name that it was asked for. */
    objects: (names: readonly string[]): Map<string, Buffer> =>
      inBatch(run(['cat-file', '--batch=%(objectsize)'], `${names.join('\n')}\n`), names),
  }
}

const inBatch = (bytes: Buffer, names: readonly string[]): Map<string, Buffer> => {
  let at = 0
  return new Map(
    names.map((name) => {
      const start = bytes.indexOf(10, at) + 1
      const end = start + Number(bytes.toString('latin1', at, start - 1))
      at = end + 1
      return [name, bytes.subarray(start, end)]
    }),
  )
}

let store: Awaited<ReturnType<typeof made>>
beforeAll(async () => {
  store = await made('first', PLAN)
})

/** Every file of the store as it is now, by path. */
const filesOf = ({ text, objects }: typeof store): Map<string, Buffer> => {
  const paths = text('ls-tree', '-r', '-z', '--name-only', 'qms').split('\0').filter(Boolean)
  const found = objects(paths.map((path) => `qms:${path}`))
  return new Map(paths.map((path) => [path, found.get(`qms:${path}`) ?? Buffer.alloc(0)]))
}

const lines = (bytes: Buffer | undefined): string[] => (bytes ?? '').toString('utf8').trim().split('\n')

const isSystem = (path: string): boolean => path.startsWith(layout.SYSTEM_FOLDER)

/** What the fold of a document says that its files hold. */
const explained = (d: Document): Map<string, string> => {
  const place = layout.placeOf(d.id)
  return new Map([
    [layout.metaPath(place), digest(metadataFile(d))],
    ...(d.record ? [[layout.recordPath(place), d.record] as const] : []),
    ...(d.draft ? [[layout.draftPath(place), d.draft.content] as const] : []),
    ...(d.live ? [[layout.livePath(place), d.live.content] as const] : []),
    ...d.archive.map((t) => [layout.archivePath(place, t.version), t.content] as const),
  ])
}

describe('a store with its history', () => {
  it('has as many documents as were asked for, and about as many commits and events', () => {
    const trails = [...filesOf(store)].filter(([path]) => path.endsWith('.jsonl'))
    const created = trails.filter(([, bytes]) => lines(bytes)[0]?.includes('"CREATE"'))
    const events = trails.reduce((sum, [, bytes]) => sum + lines(bytes).length, 0)
    const commits = Number(store.text('rev-list', '--count', 'qms'))
    expect(created.length).toBe(PLAN.documents)
    expect(Math.abs(commits - PLAN.commits)).toBeLessThan(PLAN.commits / 20)
    expect(Math.abs(events - PLAN.events)).toBeLessThan(PLAN.events / 5)
  })

  it('is the same one every time', async () => {
    const again = await made('second', PLAN)
    expect(again.text('rev-parse', 'qms')).toBe(store.text('rev-parse', 'qms'))
  })

  it('has whole trails, and beside them what they fold to, and nothing else', () => {
    const files = filesOf(store)
    const expected = new Map<string, string>()
    for (const [path, bytes] of files) {
      if (!path.endsWith('.jsonl')) continue
      expected.set(path, digest(bytes))
      if (isSystem(path)) expect(readSystemTrail(path, bytes, digest).length).toBeGreaterThan(0)
      else {
        const id = requireId(/([^/]+)\.jsonl$/.exec(path)?.[1] ?? '')
        for (const own of explained(fold(id, readDocumentTrail(path, bytes, digest)))) expected.set(...own)
      }
    }
    const found = [...files].flatMap(([path, bytes]) =>
      path.startsWith('QMS/') ? [`${path} ${digest(bytes)}`] : [],
    )
    expect(found.sort()).toEqual([...expected].map(([path, content]) => `${path} ${content}`).sort())
  })

  it('only appends to trails, and tells the times of their events in order', () => {
    const raw = store.text('log', '--reverse', '--format=', '--raw', '--no-abbrev', 'qms', '--', 'QMS/.audit')
    const changes = raw.split('\n').flatMap((line) => {
      const [, before, after] = /^:\d+ \d+ (\w+) (\w+) [AM]\t/.exec(line) ?? []
      return line ? [[before ?? line, after ?? line]] : []
    }) as [string, string][]
    const objects = store.objects([...new Set(changes.flat())].filter((oid) => !/^0+$/.test(oid)))
    expect(changes.length).toBeGreaterThan(PLAN.commits)
    for (const [from, to] of changes) {
      const [before, after] = [objects.get(from) ?? Buffer.alloc(0), objects.get(to) ?? Buffer.alloc(0)]
      expect(after.length).toBeGreaterThan(before.length)
      expect(after.subarray(0, before.length).equals(before)).toBe(true)
      const times = lines(after).map((event) => JSON.parse(event).ts)
      expect(times).toEqual(times.toSorted())
    }
  })
})

describe('a store of one commit', () => {
  it('has the same files as the history', async () => {
    const { commits, history, ...size } = PLAN
    const once = await made('third', size)
    expect(once.text('rev-parse', 'qms:QMS')).toBe(store.text('rev-parse', 'qms:QMS'))
  })
})
