/** Whether trails that were seen still begin with what they held; where not, the former state is kept as a checkpoint. */
import { formatCheckpoint, parseCheckpoint, stillHolds } from '../audit/checkpoint.ts'
import type { Digest } from '../documents/trail.ts'
import * as layout from '../store/layout.ts'
import type { LastSeen, Witness } from '../store/local.ts'
import type { Entry, Snapshot, Store } from '../store/store.ts'
import { timestamp } from './qms.ts'
import { checkpointOf, identityIn, isTrailPath } from './witnessed.ts'

/** What looking back works with. */
export interface Watch {
  readonly store: Store
  readonly witness: Witness
  readonly digest: Digest
  readonly now: () => Date
  readonly branch: string
}

/** Trails that are no longer there, or do not begin with what they held. Without any: it cannot be told. */
export interface Lost {
  readonly trails: number
  /** The first of them. */
  readonly path: string
  readonly reason: string
}

/** Nothing was seen in this clone so far: what there is now is believed. */
export const firstLook = async ({ witness, digest }: Watch, snapshot: Snapshot): Promise<null> => {
  const store = await identityIn(snapshot, digest)
  if (snapshot.tip !== null && store !== null) witness.see(null, { tip: snapshot.tip, store, warned: null })
  return null
}

/** The tip is not the one that was seen: moves on where the trails only grew, else remembers what was found. */
export const lookCloser = async (
  watch: Watch,
  seen: LastSeen,
  snapshot: Snapshot,
): Promise<NonNullable<LastSeen['warned']> | null> => {
  const { tip } = snapshot
  const lost = await lostSince(watch, seen, snapshot)
  if (lost === null) {
    const store = await identityIn(snapshot, watch.digest)
    if (tip !== null) watch.witness.see(seen, { tip, store, warned: null })
    return null
  }
  const warned = { tip, ...lost }
  watch.witness.see(seen, { ...seen, warned })
  if (seen.warned === null) await keepFormer(watch, seen).catch(() => undefined)
  return warned
}

/** What of that which was seen is no longer there; null where all of it is. */
export const lostSince = async (
  watch: Pick<Watch, 'store' | 'witness' | 'digest'>,
  seen: LastSeen,
  snapshot: Snapshot,
): Promise<Lost | null> => {
  const paths = await lostFromCommit(watch, seen, snapshot)
  if (paths) return lostOf(paths, `commit ${seen.tip.slice(0, 8)} was last seen in this clone`)
  // Neither the commit nor the store: another repository stands where that one was.
  if (seen.store === null || (await identityIn(snapshot, watch.digest)) !== seen.store) return null
  const kept = await newest(watch.witness, seen.store)
  const checkpoint = kept && parseCheckpoint(kept, watch.digest)
  const reason = `commit ${seen.tip.slice(0, 8)}, last seen in this clone, is gone from it`
  if (!checkpoint || !('trails' in checkpoint)) return { trails: 0, path: layout.AUDIT_FOLDER, reason }
  const gone: string[] = []
  for (const mark of checkpoint.trails) {
    const now = await snapshot.read(mark.path).catch(() => null)
    if (now === null || !stillHolds(mark, now, watch.digest)) gone.push(mark.path)
  }
  return lostOf(gone, `by the checkpoint ${checkpoint.digest.slice(0, 16)}`)
}

const lostOf = (paths: readonly string[], reason: string): Lost | null =>
  paths[0] === undefined ? null : { trails: paths.length, path: paths[0], reason }

/** Null where git no longer has all of the commit. */
const lostFromCommit = async (
  { store }: Pick<Watch, 'store'>,
  seen: LastSeen,
  snapshot: Snapshot,
): Promise<string[] | null> => {
  try {
    const former = await store.at(seen.tip)
    return former && (await lostBelow(layout.AUDIT_FOLDER, former, snapshot))
  } catch {
    return null
  }
}

/** Folders and files that are the same have the same content address, and are not looked into. */
const lostBelow = async (folder: string, then: Snapshot, now: Snapshot): Promise<string[]> => {
  const [before, after] = await Promise.all([then.list(folder), now.list(folder)])
  const is = new Map(after.map((entry) => [entry.name, entry]))
  const lost: string[] = []
  for (const entry of before) {
    const path = `${folder}/${entry.name}`
    const present = is.get(entry.name)
    if (present?.oid === entry.oid && present.kind === entry.kind) continue
    if (entry.kind === 'folder') lost.push(...(await lostBelow(path, then, now)))
    else if (isTrailPath(path) && !(await grew(path, entry, present, then, now))) lost.push(path)
  }
  return lost
}

const grew = async (
  path: string,
  entry: Entry,
  present: Entry | undefined,
  then: Snapshot,
  now: Snapshot,
): Promise<boolean> => {
  if (entry.kind !== 'file') return true // it was no trail
  if (present?.kind !== 'file') return false
  const [before, after] = await Promise.all([then.read(path), now.read(path)])
  return before !== null && after !== null && beginsWith(after, before)
}

const beginsWith = (bytes: Uint8Array, beginning: Uint8Array): boolean =>
  bytes.length >= beginning.length && beginning.every((byte, i) => bytes[i] === byte)

const newest = async (witness: Witness, store: string): Promise<Uint8Array | null> => {
  const name = (await witness.kept(store)).at(-1)
  return name === undefined ? null : witness.read(store, name)
}

/** The state that was seen, before git forgets it; as the last checkpoint, it is what `--since last` compares with. */
const keepFormer = async (watch: Watch, seen: LastSeen): Promise<void> => {
  const former = await watch.store.at(seen.tip)
  if (former === null) return
  const made = await checkpointOf(former, watch.branch, timestamp(watch), watch.digest)
  const last = await newest(watch.witness, made.store)
  if (last && isOf(last, made.digest, watch.digest)) return
  await watch.witness.keep(made.store, made.digest, new TextEncoder().encode(formatCheckpoint(made)))
}

const isOf = (bytes: Uint8Array, expected: string, digest: Digest): boolean => {
  const read = parseCheckpoint(bytes, digest)
  return 'trails' in read && read.digest === expected
}
