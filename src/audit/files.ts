/** Which files a document must have in a given state, and which document a path belongs to. Source: docs/store-format.md. */
import type { Document } from '../documents/document.ts'
import type { DocumentEvent } from '../documents/event.ts'
import { type DocId, parseId } from '../documents/id.ts'
import { metadataFile } from '../documents/metadata-file.ts'
import type { Digest } from '../documents/trail.ts'
import type { DocType } from '../documents/types.ts'
import * as layout from '../store/layout.ts'

/** `brought`: kept beside an adopted document, and never changed. */
export type FileKind = 'metadata' | 'record' | 'draft' | 'live' | 'archive' | 'evidence' | 'brought'

/** One file that must be there, with the digest of its bytes. */
export interface Expected {
  readonly kind: FileKind
  readonly digest: string
  /** Bytes of what the program writes itself, so that git's name for them can be told without reading them. */
  readonly bytes?: Uint8Array
}

export type Files = ReadonlyMap<string, Expected>

export const trailPathOf = (id: DocId): string => layout.auditPath(layout.placeOf(id))

type Adoption = Extract<DocumentEvent, { event: 'ADOPT' }>

const KEPT: ReadonlySet<string> = new Set(['stray', 'sidecar', 'trail', 'metadata'])

/** Every file of the document but its trail, as the state after its events demands. @param birth its first event */
export const expectedFiles = (d: Document, birth: DocumentEvent | undefined, digest: Digest): Files => {
  const place = layout.placeOf(d.id)
  const files = new Map<string, Expected>()
  for (const [path, content] of broughtBy(birth)) files.set(path, { kind: 'brought', digest: content })
  const own = layout.metaPath(place)
  if (birth?.event !== 'ADOPT' || d.seq > 1 || !files.has(own)) {
    const bytes = metadataFile(d)
    files.set(own, { kind: 'metadata', digest: digest(bytes), bytes })
  }
  if (d.record) files.set(layout.recordPath(place), { kind: 'record', digest: d.record })
  if (d.draft) files.set(d.draft.path ?? layout.draftPath(place), { kind: 'draft', digest: d.draft.content })
  if (d.live) files.set(d.live.path ?? layout.livePath(place), { kind: 'live', digest: d.live.content })
  for (const text of d.archive) {
    const path = text.path ?? layout.archivePath(place, text.version)
    files.set(path, { kind: 'archive', digest: text.content })
  }
  for (const kept of d.kept) files.set(layout.evidencePath(place, kept), { kind: 'evidence', digest: kept })
  return files
}

const broughtBy = (birth: DocumentEvent | undefined): [string, string][] =>
  birth?.event === 'ADOPT'
    ? (birth as Adoption).files.filter((f) => KEPT.has(f.role)).map((f) => [f.path, f.content])
    : []

/** What a path in the store is about: a document, by the id in its name; a system record; or neither. */
export type Owner =
  | { readonly kind: 'document'; readonly id: string }
  | { readonly kind: 'record'; readonly record: string }
  | { readonly kind: 'stray' }

const STRAY: Owner = { kind: 'stray' }
const SYSTEM = new RegExp(
  `^${layout.SYSTEM_FOLDER.replace('.', '\\.')}/(${layout.SYSTEM_RECORDS.join('|')})\\.jsonl$`,
)
const ID_IN_NAME =
  /^([A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+?)(?:-draft\.md|-v\d+\.\d+\.md|\.md|\.jsonl|\.json|\.source\.jsonl?)$/

/** By name alone: whether the folder is right is the document's to say. */
export const ownerOf = (path: string, types: readonly DocType[]): Owner => {
  const record = SYSTEM.exec(path)?.[1]
  if (record) return { kind: 'record', record }
  const name = path.slice(path.lastIndexOf('/') + 1)
  const id = layout.documentOfEvidence(path) ?? ID_IN_NAME.exec(name)?.[1]
  return id && parseId(id, types)?.id === id ? { kind: 'document', id } : STRAY
}

/** Paths of the project that the audit looks at. */
export const AUDITED: readonly string[] = [layout.STORE_FOLDER, layout.CONFIG_FILE, layout.ATTRIBUTES_FILE]
