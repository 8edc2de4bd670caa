/**
 * The metadata of every document, for listings. What was read before is kept by the content address of its file, so
 * that only what changed since is read again. Nothing decides by it: a decision reads the store (`Records.metadata`).
 */
import type { Metadata } from '../documents/placement.ts'
import * as layout from '../store/layout.ts'
import type { Qms } from './qms.ts'
import type { MetadataFile, Records } from './records.ts'

/** Of what is kept; another number is not understood and written anew. */
const FORMAT = 1
const NAME = 'listing.json'

/** Fewer files than these are read faster than the whole list is written again. */
const WORTH_KEEPING = 64

/** A file's content address, then its values in the order of `keys`; or the whole object, where it has other keys. */
type Row = readonly [oid: string, ...values: unknown[]]

interface Kept {
  readonly format: typeof FORMAT
  /** Content address of the folder of all metadata: where it is the same, nothing changed. */
  readonly folder: string
  readonly keys: readonly string[]
  readonly rows: readonly Row[]
}

/** Every document, in the order of the store. @throws DAMAGED */
export const listing = async (qms: Qms, records: Records): Promise<Metadata[]> => {
  const { snapshot } = records
  const [kept, top] = await Promise.all([
    qms.local.recall(NAME).then(parseKept),
    snapshot.list(layout.STORE_FOLDER),
  ])
  const folder = top.find(({ name }) => `${layout.STORE_FOLDER}/${name}` === layout.META_FOLDER)?.oid
  if (folder === undefined) return []
  if (kept?.folder === folder) return kept.rows.map((row) => expanded(kept.keys, row))
  const files = await records.metadataFiles()
  const known = new Map(
    kept?.rows.map((row) => {
      const m = expanded(kept.keys, row)
      return [`${row[0]} ${m.doc_id}`, m]
    }),
  )
  const fresh = files.filter((file) => !known.has(keyOf(file)))
  const contents = await snapshot.contents(fresh)
  const read = await Promise.all(fresh.map((file, i) => records.metadataOf(file, contents[i]!)))
  for (const [i, file] of fresh.entries()) known.set(keyOf(file), read[i]!)
  const all = files.map((file) => known.get(keyOf(file))!)
  if (fresh.length > WORTH_KEEPING) await qms.local.keep(NAME, bytesOf(folder, files, all))
  return all
}

/** The same bytes may be of two documents, where another program wrote them. */
const keyOf = ({ oid, id }: MetadataFile): string => `${oid} ${id.id}`

const expanded = (keys: readonly string[], [, ...values]: Row): Metadata => {
  if (values.length !== keys.length) return values[0] as Metadata
  const made: Record<string, unknown> = {}
  for (const [i, key] of keys.entries()) made[key] = values[i]
  return made as unknown as Metadata
}

const bytesOf = (folder: string, files: readonly MetadataFile[], all: readonly Metadata[]): Uint8Array => {
  const keys = Object.keys(all[0] ?? {})
  const usual = keys.join()
  const rows = all.map((m, i): Row => {
    const oid = files[i]!.oid
    return Object.keys(m).join() === usual ? [oid, ...Object.values(m)] : [oid, m]
  })
  const kept: Kept = { format: FORMAT, folder, keys, rows }
  return new TextEncoder().encode(JSON.stringify(kept))
}

/** Whatever is not what this version writes counts as nothing kept. */
const parseKept = (bytes: Uint8Array | null): Kept | null => {
  if (bytes === null) return null
  try {
    const kept: Partial<Kept> | null = JSON.parse(new TextDecoder().decode(bytes))
    const understood = kept?.format === FORMAT && Array.isArray(kept.keys) && Array.isArray(kept.rows)
    return understood && kept.keys.length > 1 ? (kept as Kept) : null
  } catch {
    return null
  }
}
