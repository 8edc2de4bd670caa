/** The port in memory: for tests, and for exploring a decision without keeping it. */
import { createHash } from 'node:crypto'
import { refuse } from '../errors.ts'
import { checkPath, searchText } from './paths.ts'
import type { Change, Entry, Found, Outcome, Revision, Snapshot, Store, StoreNotice, Tip } from './store.ts'
import { byBytes } from './tree.ts'

type Files = ReadonlyMap<string, Uint8Array>
type GrepOptions = Parameters<Snapshot['grep']>[1]
type GrepHit = Awaited<ReturnType<Snapshot['grep']>>[number]

interface State {
  readonly tip: string
  readonly files: Files
  readonly change: Change
}

export class MemoryStore implements Store {
  readonly #states: State[] = []
  #last: Promise<unknown> = Promise.resolve()

  async snapshot(): Promise<Snapshot> {
    const state = this.#states.at(-1)
    return new MemorySnapshot(state?.tip ?? null, state?.files ?? new Map())
  }

  async at(tip: string): Promise<Snapshot | null> {
    const state = this.#states.find((former) => former.tip === tip)
    return state ? new MemorySnapshot(tip, state.files) : null
  }

  async commit(base: Tip, change: Change): Promise<Outcome> {
    for (const path of change.files.keys()) checkPath(path)
    const state = this.#states.at(-1)
    if (base !== (state?.tip ?? null)) return { won: false }
    for (const path of change.files.keys()) refuseFolder(state?.files ?? new Map(), path)
    const tip = `state-${this.#states.length + 1}`
    this.#states.push({ tip, files: apply(state?.files ?? new Map(), change), change })
    return { won: true, tip, warnings: [] }
  }

  exclusively<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work, work)
    this.#last = mine.catch(() => undefined)
    return mine
  }

  async refresh(): Promise<readonly StoreNotice[]> {
    return []
  }

  async revisions(options: {
    readonly folder: string
    readonly limit: number
  }): Promise<readonly Revision[]> {
    return this.#states
      .filter((state) => [...state.change.files.keys()].some((path) => isBelow(path, options.folder)))
      .map(revisionOf)
      .reverse()
      .slice(0, options.limit)
  }

  async nthBy(author: string, since: string, n: number): Promise<string | null> {
    const times = this.#states
      .filter(({ change }) => change.author.name === author)
      .map(({ change }) => timeOf(change))
      .filter((at) => at > since)
    return times.at(-n) ?? null
  }

  async close(): Promise<void> {}
}

/** @throws LINK_IN_STORE where `path` is a folder. */
function refuseFolder(files: Files, path: string): void {
  for (const other of files.keys())
    if (isBelow(other, path)) throw refuse('LINK_IN_STORE', { path, kind: 'folder' })
}

function apply(files: Files, change: Change): Files {
  const next = new Map(files)
  for (const [path, bytes] of change.files) {
    if (bytes === null) next.delete(path)
    else {
      for (const other of next.keys()) if (isBelow(path, other)) next.delete(other)
      next.set(path, Uint8Array.from(bytes))
    }
  }
  return next
}

/** To the second, as git keeps it. */
const timeOf = ({ at }: Change): string => new Date(Math.floor(at / 1000) * 1000).toISOString()

const revisionOf = ({ tip, change }: State): Revision => ({
  id: tip,
  at: timeOf(change),
  author: change.author.name,
  subject: change.message.split('\n', 1)[0] ?? '',
})

const isBelow = (path: string, folder: string): boolean => folder === '' || path.startsWith(`${folder}/`)

class MemorySnapshot implements Snapshot {
  readonly tip: Tip
  readonly #files: Files

  constructor(tip: Tip, files: Files) {
    this.tip = tip
    this.#files = files
  }

  async read(path: string): Promise<Uint8Array | null> {
    checkPath(path)
    refuseFolder(this.#files, path)
    const bytes = this.#files.get(path)
    return bytes === undefined ? null : Uint8Array.from(bytes)
  }

  readAll(paths: readonly string[]): Promise<(Uint8Array | null)[]> {
    return Promise.all(paths.map((path) => this.read(path)))
  }

  async list(folder: string, prefix = ''): Promise<readonly Entry[]> {
    if (folder !== '') checkPath(folder)
    const below = this.#below(folder)
    const skip = folder === '' ? 0 : folder.length + 1
    const names = new Set(below.map((path) => path.slice(skip).split('/')[0]!))
    return [...names]
      .filter((name) => name.startsWith(prefix))
      .sort(byBytes)
      .map((name) => this.#entry(folder === '' ? name : `${folder}/${name}`, name))
  }

  async walk(folder: string): Promise<readonly Found[]> {
    if (folder !== '') checkPath(folder)
    return this.#below(folder).map((path) => ({ path, oid: digest(this.#files.get(path)!) }))
  }

  async contents(files: readonly Found[]): Promise<Uint8Array[]> {
    return files.map(({ path }) => Uint8Array.from(this.#files.get(path)!))
  }

  async grep(text: string, options: GrepOptions): Promise<readonly GrepHit[]> {
    searchText(text)
    const fold = (line: string) => (options.ignoreCase ? lower(line) : line)
    const paths = [options.folder].flat().flatMap((folder) => this.#below(folder))
    return paths.sort(byBytes).flatMap((path) => {
      const hits = linesOf(this.#files.get(path)!).map((line, at) => ({ path, line: at + 1, text: line }))
      return hits.filter((hit) => fold(hit.text).includes(fold(text)))
    })
  }

  #below(folder: string): string[] {
    return [...this.#files.keys()].filter((path) => isBelow(path, folder)).sort(byBytes)
  }

  #entry(path: string, name: string): Entry {
    const bytes = this.#files.get(path)
    if (bytes !== undefined) return { name, kind: 'file', oid: digest(bytes) }
    const content = this.#below(path).map((below) => `${below} ${digest(this.#files.get(below)!)}`)
    return { name, kind: 'folder', oid: digest(Buffer.from(content.join('\n'))) }
  }
}

const digest = (bytes: Uint8Array): string => createHash('sha1').update(bytes).digest('hex')

/** Letters of ASCII only, as git folds them in the C locale. */
const lower = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())

function linesOf(bytes: Uint8Array): string[] {
  const lines = Buffer.from(bytes).toString('utf8').split('\n')
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines
}
