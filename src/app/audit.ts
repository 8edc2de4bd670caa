/** `audit`: gathers the evidence, document by document, and has it judged. Source: store design, "What `qms audit` proves". */
import { configurationFindings } from '../audit/configuration.ts'
import { type Hashes, type Judged, judgeDocument, openDocument, type Present } from '../audit/document.ts'
import { Families, type Life } from '../audit/families.ts'
import { AUDITED, ownerOf, trailPathOf } from '../audit/files.ts'
import { type Finding, finding, type Verdict, verdictOf } from '../audit/finding.ts'
import type { Edge } from '../audit/history.ts'
import { EARLIER, type World, worldOf } from '../audit/positions.ts'
import { judgeRecord, type OpenedRecord, openRecord, placedEvents } from '../audit/system.ts'
import { type DocId, requireId } from '../documents/id.ts'
import { foldPolicy, typesOf } from '../documents/policy.ts'
import { refuse } from '../errors.ts'
import type { Evidence, TreeFile } from '../store/evidence.ts'
import * as layout from '../store/layout.ts'
import { inspectSurroundings, inspectView } from './audit-around.ts'
import type { Qms } from './qms.ts'

export interface AuditAsk {
  /** Ids as they were given; none for everything. */
  readonly ids: readonly string[]
  /** Go on from the last audit of this clone, if it found nothing wrong. */
  readonly incremental?: boolean
  /** Without the files that people see: what is pushed to a server has none. */
  readonly recordOnly?: boolean
  /** Hears how far it is: documents done, and of how many. */
  readonly progress?: (stage: 'history' | 'documents', done: number, of: number | null) => void
}

export interface AuditReport {
  readonly tip: string
  readonly scope: 'store' | readonly string[]
  readonly verdict: Verdict
  readonly checked: {
    readonly documents: number
    readonly events: number
    readonly commits: number
    readonly texts: number
  }
  readonly findings: readonly Finding[]
}

const RECORDS: readonly layout.SystemRecord[] = ['registry', 'namespaces', 'policy']

/** Bytes that were read, by git's name: each once, and only its digest is kept. */
class Digests {
  readonly #known = new Map<string, string>()
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
        if (bytes) this.#known.set(oid, this.#hashes.digest(bytes))
      }),
    )
  }

  readonly of = (oid: string): string | undefined => this.#known.get(oid)

  get size(): number {
    return this.#known.size
  }
}

/** What the tree and the history hold, sorted to whom it belongs. */
interface Sorted {
  readonly files: ReadonlyMap<string, readonly TreeFile[]>
  readonly edges: ReadonlyMap<string, readonly Edge[]> | null
}

interface Case {
  readonly evidence: Evidence
  readonly hashes: Hashes
  readonly sorted: Sorted
  readonly records: readonly OpenedRecord[]
  readonly world: World
  readonly now: number
}

/** @throws BAD_ID, NO_DOCUMENT, NOT_INITIALISED, IO, GIT */
export const audit = async (qms: Qms, evidence: Evidence, ask: AuditAsk): Promise<AuditReport> => {
  const hashes: Hashes = { digest: qms.digest, blobId: (bytes) => evidence.blobId(bytes) }
  const types = await typesNow(evidence, hashes)
  const wanted = ask.ids.map((text) => requireId(text, types))
  const paths = await pathsOf(evidence, wanted)
  const incomplete = evidence.incomplete()
  const sorted = await sort(evidence, types, paths, incomplete !== null, ask)
  const records = await openRecords(evidence, hashes, sorted)
  const placed = records.map(placedEvents)
  const world = worldOf(placed[0] ?? [], placed[2] ?? [])
  const now = qms.now().getTime()
  const the: Case = { evidence, hashes, sorted, records, world, now }
  const documents = await auditDocuments(the, wanted, ask)
  const whole = wanted.length === 0
  const findings = [
    ...(incomplete ? [finding('HISTORY_INCOMPLETE', {}, 'the whole history', incomplete)] : []),
    ...records.flatMap((record) => judgeRecord(record, world.registryAt, now)),
    ...documents.findings,
    ...(whole ? familiesOf(documents.lives, world) : []),
    ...(whole ? await projectFindings(the, placed[2] ?? []) : []),
    ...(whole ? await strays(the) : []),
    ...(await inspectSurroundings(evidence)),
    ...(ask.recordOnly ? [] : await inspectView(evidence, whole ? AUDITED : paths, whole)),
  ]
  return {
    tip: evidence.tip,
    scope: whole ? 'store' : wanted.map((id) => id.id),
    verdict: verdictOf(findings),
    checked: {
      documents: documents.count,
      events: documents.events + records.reduce((n, r) => n + r.scanned.events.length, 0),
      commits: evidence.commits,
      texts: documents.texts,
    },
    findings,
  }
}

const blobAt = async (evidence: Evidence, path: string): Promise<Uint8Array | null> => {
  const file = (await evidence.tree([path]))[0]
  return file?.mode.startsWith('100') ? evidence.blob(file.oid) : null
}

/** Types as the policy declares them now, as far as it can be read: ids cannot be told from other words without. */
const typesNow = async (evidence: Evidence, hashes: Hashes) => {
  const trail = await blobAt(evidence, layout.systemPath('policy'))
  const opened = openRecord({ record: 'policy', trail, edges: null }, hashes)
  return typesOf(foldPolicy(opened.scanned.events))
}

/** The files that may belong to these documents, and the system records; everything for none. */
const pathsOf = async (evidence: Evidence, wanted: readonly DocId[]): Promise<readonly string[]> => {
  if (wanted.length === 0) return AUDITED
  const own = await Promise.all(wanted.map((id) => pathsOfOne(evidence, id)))
  return [layout.SYSTEM_FOLDER, layout.CONFIG_FILE, ...own.flat()]
}

/** @throws NO_DOCUMENT where nothing bears its name */
const pathsOfOne = async (evidence: Evidence, id: DocId): Promise<string[]> => {
  const place = { folder: id.folder, id: id.id, type: id.pathType }
  const trail = layout.auditPath(place)
  const bytes = await blobAt(evidence, trail)
  const archive = `${layout.ARCHIVE_FOLDER}/${id.folder}`
  const paths = [trail, layout.metaPath(place), layout.draftPath(place), layout.livePath(place), archive]
  if (bytes === null && (await evidence.tree(paths.slice(0, 4))).length === 0)
    throw refuse('NO_DOCUMENT', { id: id.id, suggestions: [] })
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

const sort = async (
  evidence: Evidence,
  types: World['types'],
  paths: readonly string[],
  incomplete: boolean,
  { progress }: AuditAsk,
): Promise<Sorted> => {
  const files = new Map<string, TreeFile[]>()
  for (const file of await evidence.tree(paths)) add(files, keyOf(file.path, types), file)
  if (incomplete) return { files, edges: null }
  const edges = new Map<string, Edge[]>()
  for await (const { commit, at, merge, changes } of evidence.edges(paths)) {
    const parts = new Map<string, Edge['changes'][number][]>()
    for (const change of changes) add(parts, keyOf(change.path, types), change)
    for (const [key, own] of parts) add(edges, key, { commit, at, merge, changes: own })
    if (at % 256 === 0) progress?.('history', evidence.commits, null)
  }
  return { files, edges }
}

const openRecords = (evidence: Evidence, hashes: Hashes, { files, edges }: Sorted): Promise<OpenedRecord[]> =>
  Promise.all(
    RECORDS.map(async (record) => {
      const file = files.get(`_${record}`)?.[0]
      const trail = file?.mode.startsWith('100') ? await evidence.blob(file.oid) : null
      const opened = openRecord(
        { record, trail, edges: edges ? (edges.get(`_${record}`) ?? []) : null },
        hashes,
      )
      await Promise.all(
        opened.unknown.map(async (oid) => opened.versions.learn(oid, await evidence.blob(oid))),
      )
      return opened
    }),
  )

interface Documents {
  readonly count: number
  readonly events: number
  readonly texts: number
  readonly findings: readonly Finding[]
  readonly lives: readonly Life[]
}

/** So many are in hand at the same time: their questions to git go out together. */
const IN_HAND = 32

const auditDocuments = async (
  the: Case,
  wanted: readonly DocId[],
  { progress }: AuditAsk,
): Promise<Documents> => {
  const { files, edges } = the.sorted
  const ids = wanted.length > 0 ? wanted : documentIds([...files.keys(), ...(edges?.keys() ?? [])], the.world)
  const findings: Finding[][] = new Array(ids.length).fill([])
  const lives: Life[] = []
  let [events, texts, done, next] = [0, 0, 0, 0]
  const work = async (): Promise<void> => {
    for (let i = next++; i < ids.length; i = next++) {
      const judged = await auditOne(the, ids[i]!)
      findings[i] = [...judged.findings]
      events += judged.events
      texts += judged.texts
      if (judged.life) lives.push(judged.life)
      done += 1
      if (done % 64 === 0 || done === ids.length) progress?.('documents', done, ids.length)
    }
  }
  await Promise.all(Array.from({ length: IN_HAND }, work))
  const count = lives.length
  return { count, events, texts, findings: findings.flat(), lives }
}

const documentIds = (keys: readonly string[], { types }: World): DocId[] =>
  [...new Set(keys)]
    .filter((key) => /^[A-Z]/.test(key))
    .sort()
    .map((id) => requireId(id, types))

const auditOne = async (the: Case, id: DocId): Promise<Judged & { texts: number }> => {
  const { evidence, hashes, sorted } = the
  const files = sorted.files.get(id.id) ?? []
  const edges = sorted.edges && (sorted.edges.get(id.id) ?? [])
  const path = trailPathOf(id)
  const file = files.find((f) => f.path === path)
  const trail = file?.mode === '100644' ? await evidence.blob(file.oid) : null
  const digests = new Digests(evidence, hashes)
  const metadata = new Map<string, Uint8Array>()
  const rest = files.filter((f) => f.path !== path)
  await digests.read([
    ...textsOf(edges ?? [], path),
    ...rest.filter((f) => f.mode.startsWith('100')).map((f) => f.oid),
  ])
  for (const f of rest.filter((f) => f.path.startsWith(layout.META_FOLDER))) {
    const bytes = await evidence.blob(f.oid)
    if (bytes) metadata.set(f.path, bytes)
  }
  const present = new Map<string, Present>(
    rest.map((f) => {
      const bytes = metadata.get(f.path)
      return [f.path, { mode: f.mode, digest: digests.of(f.oid) ?? null, ...(bytes ? { bytes } : {}) }]
    }),
  )
  const opened = openDocument({ id, trail, present, edges }, hashes)
  await Promise.all(opened.unknown.map(async (oid) => opened.versions.learn(oid, await evidence.blob(oid))))
  const judged = judgeDocument(opened, { ...hashes, world: the.world, digestOf: digests.of, now: the.now })
  const broken = file && trail === null ? [unreadable(id.id, file)] : []
  return { ...judged, findings: [...broken, ...(broken.length ? [] : judged.findings)], texts: digests.size }
}

const unreadable = (document: string, { path, mode, oid }: TreeFile): Finding =>
  mode === '100644'
    ? finding(
        'OBJECT_UNREADABLE',
        { document, path },
        `git object ${oid}`,
        'it is missing or damaged; another clone may hold it',
      )
    : finding('NOT_A_FILE', { document, path }, 'an ordinary file', `mode ${mode}`)

/** Names of the texts that history gave the document: their digests are what its events name. */
const textsOf = (edges: readonly Edge[], trailPath: string): string[] =>
  edges.flatMap(({ changes }) =>
    changes.flatMap(({ path, after }) =>
      path !== trailPath && after && !path.startsWith(layout.META_FOLDER) ? [after.oid] : [],
    ),
  )

const familiesOf = (lives: readonly Life[], world: World): Finding[] => {
  const families = new Families(lives, world)
  return [...lives.flatMap((life) => families.judge(life)), ...families.numberGaps()]
}

const projectFindings = async (the: Case, policy: ReturnType<typeof placedEvents>): Promise<Finding[]> => {
  const { evidence, hashes, sorted, world } = the
  const digests = new Digests(evidence, hashes)
  const edges = sorted.edges && (sorted.edges.get('config') ?? [])
  const file = sorted.files.get('config')?.[0]
  await digests.read([...(file ? [file.oid] : []), ...textsOf(edges ?? [], '')])
  const configuration = configurationFindings({
    digest: (file && digests.of(file.oid)) ?? null,
    edges,
    policy,
    founded: world.founded?.at ?? null,
    digestOf: digests.of,
  })
  const attributes = await blobAt(evidence, layout.ATTRIBUTES_FILE)
  const lines = new TextDecoder().decode(attributes ?? new Uint8Array()).split(/\r?\n/)
  const held = lines.includes(layout.ATTRIBUTES_LINE)
  const where = { path: layout.ATTRIBUTES_FILE }
  return held
    ? configuration
    : [
        ...configuration,
        finding('ATTRIBUTES_MISSING', where, layout.ATTRIBUTES_LINE, attributes ? 'no such line' : 'no file'),
      ]
}

/** Files in the store that bear no document's name: now, or for a time. */
const strays = async ({ sorted, world }: Case): Promise<Finding[]> => {
  const edges = sorted.edges?.get('stray') ?? []
  const files = sorted.files.get('stray') ?? []
  const now = new Set(files.map((f) => f.path))
  const last = new Map(edges.flatMap((e) => e.changes.map((c) => [c.path, e] as const)))
  const founded = world.founded?.at ?? EARLIER
  const present = files.map(({ path, mode }) => {
    const edge = last.get(path)
    const code = edge && edge.at <= founded ? 'ADOPTED_STRAY' : 'UNKNOWN_FILE'
    return finding(
      code,
      { path, commit: edge?.commit ?? null },
      'no such file',
      mode === '100644' ? 'a file' : `mode ${mode}`,
    )
  })
  const gone = [...last].filter(([path, edge]) => !now.has(path) && edge.at > founded)
  return [
    ...present,
    ...gone.map(([path, edge]) =>
      finding(
        'EDITED_AND_PUT_BACK',
        { path, commit: edge.commit },
        'no such file',
        'it was there for a time',
      ),
    ),
  ]
}
