/** Checkpoints: taking one, keeping it outside of the repository, and proving that the record only grew since. */
import {
  type Checkpoint,
  formatCheckpoint,
  onPaper,
  otherStore,
  parseCheckpoint,
  unreadable,
} from '../audit/checkpoint.ts'
import { refuse } from '../errors.ts'
import type { Witness } from '../store/local.ts'
import type { Snapshot } from '../store/store.ts'
import { type Qms, timestamp } from './qms.ts'
import { lostSince } from './rewritten.ts'
import { type Compared, checkpointOf, comparedWith, identityIn } from './witnessed.ts'

export interface CheckpointAsk {
  readonly branch: string
  /** What is there now counts as seen, although it is not what was seen before. */
  readonly accept: boolean
  /** Puts the bytes where the user wants them, too. */
  readonly deliver?: ((bytes: Uint8Array) => Promise<void>) | undefined
}

/** What is said of a checkpoint, in few words. */
export interface CheckpointSummary {
  readonly digest: string
  /** The first half of the digest, in groups: for paper. */
  readonly paper: string
  readonly store: string
  readonly branch: string
  readonly tip: string
  readonly taken: string
  readonly trails: number
  readonly lines: number
  readonly bytes: number
}

export interface Taken extends CheckpointSummary {
  /** Path of the file in the user's state folder; null where it could only be delivered. */
  readonly kept: string | null
}

/** @throws NOT_INITIALISED, RECORD_REWRITTEN, IO */
export const takeCheckpoint = async (qms: Qms, witness: Witness, ask: CheckpointAsk): Promise<Taken> => {
  const before = witness.seen()
  const snapshot = await qms.store.snapshot()
  if (before && !ask.accept) {
    const lost = await lostSince({ ...qms, witness }, before, snapshot)
    if (lost) throw refuse('RECORD_REWRITTEN', lost)
  }
  const made = await checkpointOf(snapshot, ask.branch, timestamp(qms), qms.digest)
  const bytes = new TextEncoder().encode(formatCheckpoint(made))
  await ask.deliver?.(bytes)
  const kept = await witness.keep(made.store, made.digest, bytes).catch((error: unknown) => {
    if (ask.deliver) return null
    throw error
  })
  witness.see(before, { tip: made.tip, store: made.store, warned: null })
  return { ...summaryOf(made), kept }
}

const summaryOf = ({ digest, store, branch, tip, taken, trails }: Checkpoint): CheckpointSummary => ({
  digest,
  paper: onPaper(digest),
  store,
  branch,
  tip,
  taken,
  trails: trails.length,
  lines: trails.reduce((sum, t) => sum + t.lines, 0),
  bytes: trails.reduce((sum, t) => sum + t.bytes, 0),
})

/** The checkpoint that was asked for: the last one kept, one by the beginning of its digest, or a file's bytes. */
export type Wanted =
  | { readonly digest: string | 'last' }
  | { readonly bytes: Uint8Array; readonly from: string }

export interface Comparison extends Compared {
  /** Null where it could not be read. */
  readonly checkpoint: CheckpointSummary | null
}

/**
 * Proves that each trail still begins with all that it held at the checkpoint.
 * @param at the state that is compared, by default the present one
 * @throws NO_CHECKPOINT, IO, DAMAGED
 */
export const compareCheckpoint = async (
  qms: Qms,
  witness: Witness,
  wanted: Wanted,
  at?: Snapshot | null,
): Promise<Comparison> => {
  const snapshot = at ?? (await qms.store.snapshot())
  const store = await identityIn(snapshot, qms.digest)
  const { bytes, from } =
    'bytes' in wanted ? wanted : await keptOne(witness, witness.seen()?.store ?? store, wanted.digest)
  const read = parseCheckpoint(bytes, qms.digest)
  const nothing = { grown: [], added: [] }
  if (!('trails' in read)) return { checkpoint: null, findings: [unreadable(from, read)], ...nothing }
  const checkpoint = summaryOf(read)
  const former = await qms.store.at(read.tip).catch(() => null)
  // A registry that was rewritten makes a store look like another; but git has its former state, and no other store's.
  const same = read.store === store || (former && (await identityIn(former, qms.digest)) === read.store)
  if (!same) return { checkpoint, findings: [otherStore(read.store, store)], ...nothing }
  return { checkpoint, ...(await comparedWith(read, snapshot, former, qms.digest)) }
}

/** Of a checkpoint's file, which name its whole digest: the name of the file has only the beginning. */
const HEAD_BYTES = 1000

/** @throws NO_CHECKPOINT, IO */
const keptOne = async (
  witness: Witness,
  store: string | null,
  wanted: string,
): Promise<{ bytes: Uint8Array; from: string }> => {
  const names = store === null ? [] : await witness.kept(store)
  const digests = names.map((name) => name.slice(name.indexOf('-') + 1, -'.json'.length))
  const begins = (digest: string) => digest.startsWith(wanted.slice(0, digest.length))
  const name = names[wanted === 'last' ? names.length - 1 : digests.findLastIndex(begins)]
  const bytes = store !== null && name !== undefined ? await witness.read(store, name) : null
  const head = new TextDecoder().decode(bytes?.subarray(0, HEAD_BYTES))
  if (bytes === null || name === undefined || !(wanted === 'last' || head.includes(`"digest":"${wanted}`)))
    throw refuse('NO_CHECKPOINT', { wanted, kept: digests })
  return { bytes, from: name }
}
