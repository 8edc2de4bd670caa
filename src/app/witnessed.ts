/** What a checkpoint witnesses of a store: read from one state of it, a few trails at a time. */
import {
  CHECKPOINT_FORMAT,
  type Checkpoint,
  compareSettings,
  compareTrail,
  digestOf,
  documentOf,
  identityOf,
  isTrailPath,
  markOf,
  stillHolds,
  type TrailMark,
} from '../audit/checkpoint.ts'
import type { Finding } from '../audit/finding.ts'
import type { Digest } from '../documents/trail.ts'
import { QmsError, refuse } from '../errors.ts'
import * as layout from '../store/layout.ts'
import type { Found, Snapshot } from '../store/store.ts'

export { isTrailPath }

/** Trails that are held in memory at the same time. */
const AT_ONCE = 256

/** @throws NOT_INITIALISED, DAMAGED */
export const checkpointOf = async (
  snapshot: Snapshot,
  branch: string,
  taken: string,
  digest: Digest,
): Promise<Checkpoint> => {
  const store = await identityIn(snapshot, digest)
  if (store === null || snapshot.tip === null) throw refuse('NOT_INITIALISED', { root: '' })
  const configuration = await configurationIn(snapshot, digest)
  const trails: TrailMark[] = []
  for await (const [path, bytes] of trailsOf(snapshot)) trails.push(markOf(path, bytes, digest))
  const witnessed = { store, configuration, trails }
  const all = digestOf(witnessed, digest)
  return { format: CHECKPOINT_FORMAT, digest: all, branch, tip: snapshot.tip, taken, ...witnessed }
}

/** Which store this is, in every clone of it; null where there is none. */
export const identityIn = async (snapshot: Snapshot, digest: Digest): Promise<string | null> => {
  const registry = await fileAt(snapshot, layout.systemPath('registry'))
  return registry && identityOf(registry, digest)
}

/** A link in a file's place holds nothing: it is not followed, and what it stands for is missing. */
const fileAt = (snapshot: Snapshot, path: string): Promise<Uint8Array | null> =>
  snapshot.read(path).catch((error: unknown) => {
    if (error instanceof QmsError && error.code === 'LINK_IN_STORE') return null
    throw error
  })

const configurationIn = async (snapshot: Snapshot, digest: Digest): Promise<string | null> => {
  const bytes = await fileAt(snapshot, layout.CONFIG_FILE)
  return bytes && digest(bytes)
}

async function* trailsOf(snapshot: Snapshot): AsyncGenerator<readonly [string, Uint8Array]> {
  const files: Found[] = (await snapshot.walk(layout.AUDIT_FOLDER)).filter(({ path }) => isTrailPath(path))
  for (let at = 0; at < files.length; at += AT_ONCE) {
    const some = files.slice(at, at + AT_ONCE)
    const contents = await snapshot.contents(some)
    for (const [i, { path }] of some.entries()) yield [path, contents[i] ?? new Uint8Array()]
  }
}

/** A trail, and how many lines it has gained. */
export interface Growth {
  readonly document: string
  readonly path: string
  readonly lines: number
}

export interface Compared {
  readonly findings: readonly Finding[]
  /** Trails that hold more than they did. */
  readonly grown: readonly Growth[]
  /** Trails that did not exist. */
  readonly added: readonly Growth[]
}

/**
 * Each trail of the checkpoint beside what it is now.
 * @param former the state that the checkpoint was taken of, where git still has it
 */
export const comparedWith = async (
  checkpoint: Checkpoint,
  snapshot: Snapshot,
  former: Snapshot | null,
  digest: Digest,
): Promise<Compared> => {
  const marks = new Map(checkpoint.trails.map((mark) => [mark.path, mark]))
  const findings: Finding[] = []
  const [grown, added]: [Growth[], Growth[]] = [[], []]
  for await (const [path, bytes] of trailsOf(snapshot)) {
    const mark = marks.get(path)
    marks.delete(path)
    if (mark && !stillHolds(mark, bytes, digest)) findings.push(await findingOf(mark, bytes, former, digest))
    else if (bytes.length > (mark?.bytes ?? -1)) (mark ? grown : added).push(growthOf(path, bytes, mark))
  }
  for (const mark of marks.values()) findings.push(await findingOf(mark, null, former, digest))
  const policy = await fileAt(snapshot, layout.systemPath('policy'))
  const settings = compareSettings(checkpoint, await configurationIn(snapshot, digest), policy)
  return { findings: [...findings.sort(byPath), ...settings], grown, added }
}

const growthOf = (path: string, bytes: Uint8Array, mark: TrailMark | undefined): Growth => {
  const { lines } = markOf(path, bytes, () => '')
  return { document: documentOf(path), path, lines: lines - (mark?.lines ?? 0) }
}

const findingOf = async (
  mark: TrailMark,
  now: Uint8Array | null,
  former: Snapshot | null,
  digest: Digest,
): Promise<Finding> => {
  const bytes = (await former?.read(mark.path).catch(() => null)) ?? null
  return compareTrail(mark, now, bytes && { commit: former?.tip ?? '', bytes }, digest)
}

const byPath = (a: Finding, b: Finding): number => ((a.path ?? '') < (b.path ?? '') ? -1 : 1)
