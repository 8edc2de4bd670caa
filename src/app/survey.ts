/** Looking across documents: lists, families, search. Listings read the folded metadata, never every trail. */

import { parseId } from '../documents/id.ts'
import type { Metadata } from '../documents/placement.ts'
import { type DocType, FINAL, STATUSES, type Status } from '../documents/types.ts'
import { refuse } from '../errors.ts'
import * as layout from '../store/layout.ts'
import type { Snapshot } from '../store/store.ts'
import { listing } from './listing.ts'
import type { Qms } from './qms.ts'
import { openRecords } from './records.ts'

export const byId = (a: Metadata, b: Metadata): number =>
  a.doc_id < b.doc_id ? -1 : a.doc_id > b.doc_id ? 1 : 0

export interface Filter {
  readonly type?: string | undefined
  readonly status?: string | undefined
  readonly owner?: string | undefined
  /** Only documents on which something is still to be done. */
  readonly open?: boolean
}

/** @throws BAD_VALUE for an unknown status, BAD_TYPE */
export const list = async (qms: Qms, filter: Filter): Promise<readonly Metadata[]> => {
  const status = filter.status?.toUpperCase().replaceAll('-', '_')
  if (status && !STATUSES.includes(status as Status))
    throw refuse('BAD_VALUE', { name: '--status', found: filter.status ?? '', expected: STATUSES.join(', ') })
  const records = await openRecords(qms)
  const all = await listing(qms, records)
  const type = typeAsked(filter.type, records.system.types, all)
  return all
    .filter((m) => !type || m.doc_type === type || m.doc_type.endsWith(`-${type}`))
    .filter((m) => !status || m.status === status)
    .filter((m) => !filter.owner || m.responsible_user === filter.owner)
    .filter((m) => !filter.open || isOpenWork(m))
    .sort(byId)
}

/** A type that is not there finds nothing, and reads as if there were no such documents. @throws BAD_TYPE */
const typeAsked = (
  text: string | undefined,
  types: readonly DocType[],
  all: readonly Metadata[] = [],
): string | undefined => {
  const type = text?.toUpperCase()
  if (!type || types.some(({ name }) => name === type)) return type
  if (all.some((m) => m.doc_type === type || m.doc_type.endsWith(`-${type}`))) return type
  throw refuse('BAD_TYPE', { type: (text ?? '').slice(0, 60), types: types.map(({ name }) => name) })
}

export const isOpenWork = (m: Metadata): boolean => m.status !== 'EFFECTIVE' && !FINAL.has(m.status as Status)

export interface Node {
  readonly id: string
  readonly title: string
  readonly status: string
  readonly version: string
  readonly children: readonly Node[]
}

/** Documents under their parents, or under what they name as their source; in the order of `all`. */
export const forest = (all: readonly Metadata[], types: readonly DocType[]): readonly Node[] => {
  const childrenOf = new Map<string, Metadata[]>()
  const known = new Set(all.map((m) => m.doc_id))
  const roots: Metadata[] = []
  for (const m of all) {
    const parent = parseId(m.doc_id, types)?.parent ?? m.source
    if (parent && known.has(parent)) childrenOf.set(parent, [...(childrenOf.get(parent) ?? []), m])
    else roots.push(m)
  }
  const node = (m: Metadata): Node => ({
    id: m.doc_id,
    title: m.title,
    status: m.status,
    version: m.version,
    children: (childrenOf.get(m.doc_id) ?? []).map(node),
  })
  return roots.map(node)
}

/** Documents with their children; of one document where it is named, else of every root. @throws NO_DOCUMENT */
export const tree = async (qms: Qms, id: string | undefined): Promise<readonly Node[]> => {
  const records = await openRecords(qms)
  const all = (await listing(qms, records)).sort(byId)
  const roots = forest(all, records.system.types)
  if (id === undefined) return roots
  const { d } = await records.load(id)
  const named = found(roots, d.id.id)
  return named ? [named] : []
}

const found = (nodes: readonly Node[], id: string): Node | undefined => {
  for (const node of nodes) {
    const here = node.id === id ? node : found(node.children, id)
    if (here) return here
  }
  return undefined
}

export interface Hit {
  readonly document: string
  readonly place: 'effective' | 'draft' | 'archived'
  readonly version: string | null
  readonly path: string
  readonly line: number
  readonly text: string
}

/** Lines that hold the text, ignoring case, in live, draft and archived texts. */
export const search = async (
  qms: Qms,
  text: string,
  filter: { readonly type?: string | undefined; readonly current?: boolean },
): Promise<readonly Hit[]> => {
  if (text.trim() === '')
    throw refuse('USAGE', { problem: 'nothing to search for', usage: 'qms search "some words"' })
  const records = await openRecords(qms)
  const type = typeAsked(filter.type, records.system.types)
  const folder = await foldersOfTexts(records.snapshot, filter.current === true)
  const hits = await records.snapshot.grep(text, { folder, ignoreCase: true })
  return hits
    .flatMap((hit) => {
      const found = hitOf(hit)
      return found ? [found] : []
    })
    .filter((hit) => !type || parseId(hit.document, records.system.types)?.type.name === type)
    .filter((hit) => !filter.current || hit.place !== 'archived')
}

/** Trails and metadata hold most of a store's bytes, and no texts. */
const foldersOfTexts = async (snapshot: Snapshot, current: boolean): Promise<readonly string[]> => {
  const without = [
    layout.AUDIT_FOLDER,
    layout.META_FOLDER,
    layout.EVIDENCE_FOLDER,
    ...(current ? [layout.ARCHIVE_FOLDER] : []),
  ]
  const folders = (await snapshot.list(layout.STORE_FOLDER)).filter(({ kind }) => kind === 'folder')
  return folders
    .map(({ name }) => `${layout.STORE_FOLDER}/${name}`)
    .filter((folder) => !without.includes(folder))
}

const hitOf = (hit: { path: string; line: number; text: string }): Hit | null => {
  if (!hit.path.endsWith('.md')) return null
  const name = hit.path.slice(hit.path.lastIndexOf('/') + 1, -'.md'.length)
  const archived = hit.path.startsWith(`${layout.ARCHIVE_FOLDER}/`) ? /^(.+)-v(\d+\.\d+)$/.exec(name) : null
  if (archived)
    return { ...hit, document: archived[1] ?? name, place: 'archived', version: archived[2] ?? null }
  const draft = name.endsWith('-draft')
  return {
    ...hit,
    document: draft ? name.slice(0, -'-draft'.length) : name,
    place: draft ? 'draft' : 'effective',
    version: null,
  }
}

export interface Overview {
  readonly branch: string
  readonly counts: Readonly<Record<string, number>>
  readonly open: readonly Metadata[]
  readonly escalations: number
  readonly tasks: Readonly<Record<string, number>>
}

/** The whole store on one screen. */
export const overview = async (qms: Qms, branch: string): Promise<Overview> => {
  const all = await listing(qms, await openRecords(qms))
  const counts = Object.fromEntries(
    STATUSES.map((s) => [s, all.filter((m) => m.status === s).length] as const).filter(([, n]) => n > 0),
  )
  const tasks: Record<string, number> = {}
  for (const name of all.flatMap((m) => m.pending_assignees)) tasks[name] = (tasks[name] ?? 0) + 1
  const escalated = all.filter((m) => m.open_escalations > 0).length
  return { branch, counts, open: all.filter(isOpenWork).sort(byId), escalations: escalated, tasks }
}
