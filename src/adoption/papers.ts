/** Which file of an old store belongs to which document, told by its name and folder. */
import type { Found } from '../documents/assumed.ts'
import { type DocId, parseId } from '../documents/id.ts'
import type { DocType } from '../documents/types.ts'
import { compareVersions, parseVersion } from '../documents/version.ts'
import * as layout from '../store/layout.ts'
import type { Finding } from './notes.ts'

export interface OldFile {
  readonly path: string
  readonly bytes: Uint8Array
}

export interface ArchivedFile extends OldFile {
  readonly version: string
}

/** Everything that bears one document's id. The first of a list is the one that counts. */
export interface Papers {
  readonly id: DocId
  readonly drafts: OldFile[]
  readonly lives: OldFile[]
  readonly archive: ArchivedFile[]
  readonly metadata: OldFile[]
  readonly trails: OldFile[]
  readonly sidecars: OldFile[]
}

export interface Sorted {
  /** By id, in the order of ids. */
  readonly papers: ReadonlyMap<string, Papers>
  readonly findings: readonly Finding[]
}

/** The peer's list of added namespaces. */
export const NAMESPACES_FILE = `${layout.META_FOLDER}/sdlc_namespaces.json`

/** @param emptyFolders folders without a file: a number that was given and cancelled may have left one */
export const sortPapers = (
  files: readonly OldFile[],
  emptyFolders: readonly string[],
  types: readonly DocType[],
): Sorted => {
  const papers = new Map<string, Papers>()
  const findings: Finding[] = []
  const of = (id: DocId): Papers => {
    const known = papers.get(id.id) ?? blank(id)
    papers.set(id.id, known)
    return known
  }
  for (const file of files) {
    const place = placeIn(file.path)
    const id = place && exactId(place.name, types)
    if (id && place) put(of(id), place, file)
    else if (file.path !== NAMESPACES_FILE && !file.path.startsWith(`${layout.SYSTEM_FOLDER}/`))
      findings.push({ document: null, code: 'UNKNOWN_FILE', file: file.path })
  }
  for (const folder of emptyFolders) {
    const id = exactId(folder.slice(folder.lastIndexOf('/') + 1), types)
    if (id && `${layout.STORE_FOLDER}/${id.folder}` === folder) of(id)
  }
  for (const all of papers.values()) order(all)
  return { papers: new Map([...papers].sort(([a], [b]) => (a < b ? -1 : 1))), findings }
}

const blank = (id: DocId): Papers => ({
  id,
  drafts: [],
  lives: [],
  archive: [],
  metadata: [],
  trails: [],
  sidecars: [],
})

/** An id as the old store writes it: files whose names differ in case are nobody's. */
const exactId = (name: string, types: readonly DocType[]): DocId | null => {
  const id = parseId(name, types)
  return id?.id === name ? id : null
}

type Kind = 'draft' | 'live' | 'archive' | 'metadata' | 'trail' | 'sidecar'

interface Placed {
  readonly name: string
  readonly kind: Kind
  readonly version?: string
}

const KINDS: readonly [folder: string, pattern: RegExp, kind: Kind][] = [
  [layout.AUDIT_FOLDER, /^(.+)\.source\.jsonl$/, 'sidecar'],
  [layout.AUDIT_FOLDER, /^(.+)\.jsonl$/, 'trail'],
  [layout.META_FOLDER, /^(.+)\.source\.json$/, 'sidecar'],
  [layout.META_FOLDER, /^(.+)\.json$/, 'metadata'],
  [layout.ARCHIVE_FOLDER, /^(.+)-v(\d+\.\d+)\.md$/, 'archive'],
  [layout.STORE_FOLDER, /^(.+)-draft\.md$/, 'draft'],
  [layout.STORE_FOLDER, /^(.+)\.md$/, 'live'],
]

const HIDDEN_FOLDERS = [layout.AUDIT_FOLDER, layout.META_FOLDER, layout.ARCHIVE_FOLDER]

const placeIn = (path: string): Placed | null => {
  const file = path.slice(path.lastIndexOf('/') + 1)
  const hidden = HIDDEN_FOLDERS.find((folder) => path.startsWith(`${folder}/`))
  for (const [folder, pattern, kind] of KINDS) {
    if (folder !== (hidden ?? layout.STORE_FOLDER)) continue
    const [, name, version] = pattern.exec(file) ?? []
    if (name && (version === undefined || parseVersion(version)))
      return { name, kind, ...(version ? { version } : {}) }
  }
  return null
}

const put = (papers: Papers, { kind, version }: Placed, file: OldFile): void => {
  if (kind === 'archive') papers.archive.push({ ...file, version: version ?? '0.0' })
  else papers[LISTS[kind]].push(file)
}

const LISTS = {
  draft: 'drafts',
  live: 'lives',
  metadata: 'metadata',
  trail: 'trails',
  sidecar: 'sidecars',
} as const satisfies Record<Exclude<Kind, 'archive'>, keyof Papers>

/** What stands at its place comes first. An exception report's records were kept among those of protocols. */
const order = (papers: Papers): void => {
  const { id } = papers
  first(papers.drafts, placed(id, 'draft'))
  first(papers.lives, placed(id, 'live'))
  first(papers.trails, placed(id, 'trail'))
  first(papers.metadata, placed(id, 'metadata'))
  if (id.type.name === 'ER') first(papers.metadata, layout.metaPath({ id: id.id, type: 'TP' }))
  const misplaced = (file: ArchivedFile): number =>
    file.path === placed(id, 'archive', file.version) ? 0 : 1
  papers.archive.sort(
    (a, b) =>
      compareVersions(a.version, b.version) || misplaced(a) - misplaced(b) || (a.path < b.path ? -1 : 1),
  )
}

/** Where a file of a document belongs; null for one that has no place of its own. */
export const placed = (id: DocId, role: Found['role'], version = ''): string | null => {
  const place = { folder: id.folder, id: id.id, type: id.pathType }
  if (role === 'draft') return layout.draftPath(place)
  if (role === 'live') return layout.livePath(place)
  if (role === 'archive') return layout.archivePath(place, version)
  if (role === 'trail') return layout.auditPath(place)
  return role === 'metadata' ? layout.metaPath(place) : null
}

const first = (files: OldFile[], path: string | null): void => {
  const at = files.findIndex((file) => file.path === path)
  if (at > 0) files.unshift(...files.splice(at, 1))
}
