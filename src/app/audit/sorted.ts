/** What the tree and the history of a store hold, sorted to whom it belongs. */

import { Calls } from '../../audit/calls.ts'
import { Edges } from '../../audit/edges.ts'
import type { Hashes } from '../../audit/evidence.ts'
import { ownerOf } from '../../audit/files.ts'
import type { Edge } from '../../audit/history.ts'
import type { World } from '../../audit/positions.ts'
import { judgedBefore, type OpenedRecord, openRecord, placedEvents } from '../../audit/system.ts'
import { type DocId, parseId } from '../../documents/id.ts'
import { foldPolicy, typesOf } from '../../documents/policy.ts'
import type { Evidence, TreeFile } from '../../store/evidence.ts'
import * as layout from '../../store/layout.ts'

const RECORDS = layout.SYSTEM_RECORDS

/** Bytes that were read, by git's name: each once, and only its digest is kept. */
export class Digests {
  readonly #known = new Map<string, string>()
  readonly #names = new Map<string, string>()
  readonly #evidence: Evidence
  readonly #hashes: Hashes

  constructor(evidence: Evidence, hashes: Hashes) {
    this.#evidence = evidence
    this.#hashes = hashes
  }

  async read(oids: Iterable<string>): Promise<void> {
    const unknown = [...new Set(oids)].filter((oid) => !this.#known.has(oid))
    await Promise.all(
      unknown.map(async (oid) => {
        const bytes = await this.#evidence.blob(oid)
        if (!bytes) return
        const digest = this.#hashes.digest(bytes)
        this.#known.set(oid, digest)
        this.#names.set(digest, oid)
      }),
    )
  }

  readonly of = (oid: string): string | undefined => this.#known.get(oid)

  /** Git's name of bytes that have this digest, of those that were read. */
  readonly nameOf = (digest: string): string | undefined => this.#names.get(digest)

  get size(): number {
    return this.#known.size
  }
}

/** What the tree and the history hold, sorted to whom it belongs. */
export interface Sorted {
  readonly files: ReadonlyMap<string, readonly TreeFile[]>
  readonly edges: Edges | null
  /** Only what came after an earlier audit. */
  readonly continued: boolean
}

export interface Case {
  readonly evidence: Evidence
  readonly hashes: Hashes
  readonly sorted: Sorted
  readonly records: readonly OpenedRecord[]
  readonly world: World
  readonly calls: Calls
  readonly now: number
}

export const blobAt = async (evidence: Evidence, path: string): Promise<Uint8Array | null> => {
  const file = (await evidence.tree([path]))[0]
  return file?.mode.startsWith('100') ? evidence.blob(file.oid) : null
}

/** Types as the policy declares them now, as far as it can be read: ids cannot be told from other words without. */
export const typesNow = async (evidence: Evidence, hashes: Hashes) => {
  const trail = await blobAt(evidence, layout.systemPath('policy'))
  const opened = openRecord({ record: 'policy', trail, edges: null }, hashes)
  return typesOf(foldPolicy(opened.scanned.events))
}

/** Where the files of a document are, or may be. */
export const pathsOfOne = async (evidence: Evidence, id: DocId): Promise<string[]> => {
  const place = layout.placeOf(id)
  const trail = layout.auditPath(place)
  const bytes = await blobAt(evidence, trail)
  const archive = `${layout.ARCHIVE_FOLDER}/${id.folder}`
  const paths = [
    trail,
    layout.metaPath(place),
    layout.recordPath(place),
    layout.draftPath(place),
    layout.livePath(place),
    archive,
    layout.evidenceFolder(place),
  ]
  return [...paths, ...broughtPaths(bytes)]
}

/** Where an adopted document's files stood. */
const broughtPaths = (trail: Uint8Array | null): string[] => {
  const line = new TextDecoder()
    .decode(trail ?? new Uint8Array())
    .split('\n')
    .find((l) => l.includes('"event":"ADOPT"'))
  try {
    return (JSON.parse(line ?? '{}') as { files?: { path: string }[] }).files?.map((f) => f.path) ?? []
  } catch {
    return []
  }
}

const keyOf = (path: string, types: World['types']): string => {
  if (path === layout.CONFIG_FILE) return 'config'
  if (path === layout.ATTRIBUTES_FILE) return 'attributes'
  const owner = ownerOf(path, types)
  return owner.kind === 'document' ? owner.id : owner.kind === 'record' ? `_${owner.record}` : 'stray'
}

const add = <V>(map: Map<string, V[]>, key: string, value: V): void => {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}

/** Hears how far an audit is: what was done, and of how many, where that is known. */
export type Hearing = (stage: 'history' | 'documents', done: number, of: number | null) => void

export const sort = async (
  evidence: Evidence,
  types: World['types'],
  paths: readonly string[],
  incomplete: boolean,
  progress?: Hearing,
  after?: string,
): Promise<Sorted> => {
  const files = new Map<string, TreeFile[]>()
  const edges = incomplete ? null : await sortedEdges(evidence, types, paths, progress, after)
  const touched = after && edges ? await pathsTouched(evidence, types, edges) : paths
  for (const file of await evidence.tree(touched)) add(files, keyOf(file.path, types), file)
  return { files, edges, continued: after !== undefined }
}

/** Where the files of those are that changed since an earlier audit. */
const pathsTouched = async (evidence: Evidence, types: World['types'], edges: Edges): Promise<string[]> => {
  const named = edges.of('stray').flatMap((e) => e.changes.map((c) => c.path))
  const ids = [...edges.keys()].flatMap((key) => parseId(key, types) ?? [])
  const own = await Promise.all(ids.map((id) => pathsOfOne(evidence, id)))
  return [layout.SYSTEM_FOLDER, layout.CONFIG_FILE, layout.ATTRIBUTES_FILE, ...named, ...own.flat()]
}

const sortedEdges = async (
  evidence: Evidence,
  types: World['types'],
  paths: readonly string[],
  progress?: Hearing,
  after?: string,
): Promise<Edges> => {
  const edges = new Edges()
  for await (const { commit, at, merge, changes } of evidence.edges(paths, after)) {
    const parts = new Map<string, Edge['changes'][number][]>()
    for (const change of changes) add(parts, keyOf(change.path, types), change)
    for (const [key, own] of parts) edges.add(key, { commit, at, merge, changes: own })
    if (at % 256 === 0) progress?.('history', evidence.commits, null)
  }
  return edges
}

export const openRecords = (
  evidence: Evidence,
  hashes: Hashes,
  { files, edges, continued }: Sorted,
): Promise<OpenedRecord[]> =>
  Promise.all(
    RECORDS.map(async (record) => {
      const file = files.get(`_${record}`)?.[0]
      const trail = file?.mode.startsWith('100') ? await evidence.blob(file.oid) : null
      const opened = openRecord({ record, trail, edges: edges?.of(`_${record}`) ?? null, continued }, hashes)
      await Promise.all(
        opened.unknown.map(async (oid) => opened.versions.learn(oid, await evidence.blob(oid))),
      )
      return opened
    }),
  )

/** Sessions and calls of agents, by the records of them. */
export const callsOf = (records: readonly OpenedRecord[]): Calls => {
  const [sessions, dispatches] = (['sessions', 'dispatches'] as const).map((record) =>
    records.find((r) => r.evidence.record === record),
  )
  const events = {
    sessions: sessions ? placedEvents(sessions) : [],
    dispatches: dispatches ? placedEvents(dispatches) : [],
  }
  const whole = !sessions?.scanned.problem && !dispatches?.scanned.problem
  return new Calls(events, whole, dispatches ? judgedBefore(dispatches) : 0)
}
